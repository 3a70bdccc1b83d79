package store

import (
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// giveUpUnacknowledged lets the kernel end a connection whose bytes nobody
// acknowledges; it would otherwise try for a quarter of an hour.
func giveUpUnacknowledged(network, _ string, c syscall.RawConn) error {
	if !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var err error
	if ctl := c.Control(func(fd uintptr) {
		err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, unacknowledged)
	}); ctl != nil {
		return ctl
	}
	return err
}
