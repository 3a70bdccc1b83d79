package hub

import (
	"net"
	"time"

	"golang.org/x/sys/unix"
)

// setUserTimeout sets TCP_USER_TIMEOUT (RFC 5482).
func setUserTimeout(c *net.TCPConn, d time.Duration) {
	set(c, unix.TCP_USER_TIMEOUT, int(d.Milliseconds()))
}

// setUnsent sets TCP_NOTSENT_LOWAT, in bytes.
func setUnsent(c *net.TCPConn, most int) { set(c, unix.TCP_NOTSENT_LOWAT, most) }

func set(c *net.TCPConn, option, value int) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, option, value) })
}
