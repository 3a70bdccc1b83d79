package storetest

import "syscall"

// dieWithUs ends a server when the test's process ends in whatever way. The
// kernel forgets this when a process changes its user, and Go asks for it after
// that.
func dieWithUs(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }
