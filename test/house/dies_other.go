//go:build !linux

package house

import "syscall"

// DiesWithUs has no means here: Cleanup alone ends the house.
func DiesWithUs() *syscall.SysProcAttr { return nil }
