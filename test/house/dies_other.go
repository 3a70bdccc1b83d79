//go:build !linux

package house

import "syscall"

// diesWithUs has no means here: Cleanup alone ends the house.
func diesWithUs() *syscall.SysProcAttr { return nil }
