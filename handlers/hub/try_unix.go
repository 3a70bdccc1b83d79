//go:build unix

package hub

import (
	"errors"
	"net"
	"syscall"
)

// An attempt is one write(2) that does not wait. It keeps its arguments in
// itself because a closure for each would be an allocation for each delivery.
type attempt struct {
	p    []byte
	n    int
	err  error
	call func(fd uintptr) bool
}

// write writes as much of p as the kernel takes at once. errBusy means that it
// did not take all.
func (a *attempt) write(raw syscall.RawConn, p []byte) (int, error) {
	if raw == nil {
		return 0, errBusy
	}
	if a.call == nil {
		a.call = a.once
	}
	a.p, a.n, a.err = p, 0, nil
	err := raw.Write(a.call)
	a.p = nil
	if err == nil {
		err = a.err
	}
	if err == nil && a.n < len(p) {
		err = errBusy
	}
	return a.n, err
}

// once always reports that it is done, so that raw.Write never waits.
func (a *attempt) once(fd uintptr) bool {
	for {
		n, err := syscall.Write(int(fd), a.p)
		switch {
		case err == nil:
			a.n = n
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			a.err = errBusy
		default:
			a.err = err
		}
		return true
	}
}

// rawConn returns what an attempt needs of c, or nil where bytes cannot be
// written beneath it: TLS, or a connection in memory.
func rawConn(c net.Conn) syscall.RawConn {
	switch c := c.(type) {
	case *net.TCPConn:
		raw, err := c.SyscallConn()
		if err != nil {
			return nil
		}
		return raw
	case *net.UnixConn:
		raw, err := c.SyscallConn()
		if err != nil {
			return nil
		}
		return raw
	}
	return nil
}
