package house

import "syscall"

// diesWithUs ends the house when the test's process ends in whatever way, so
// that a test that ran out of time leaves nothing behind.
func diesWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
