package house

import "syscall"

// DiesWithUs ends a process, such as a house, when the test's process ends in
// whatever way, so that a test that ran out of time leaves nothing behind.
func DiesWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
