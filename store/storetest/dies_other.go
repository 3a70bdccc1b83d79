//go:build !linux

package storetest

import "syscall"

// dieWithUs has no means here: Cleanup alone ends the server.
func dieWithUs(*syscall.SysProcAttr) {}
