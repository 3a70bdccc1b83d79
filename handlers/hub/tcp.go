package hub

import (
	"crypto/tls"
	"net"
	"time"
)

const (
	// sendBuffer is asked of the kernel for each socket, which doubles it and
	// counts its own overhead in: 64 KiB in all is what a stalled socket can
	// cost. Without it the kernel swallows more than 6 MB before anybody
	// notices. It is set at the upgrade and not on accept, so that
	// photographs, which come over other connections, keep a window that
	// grows.
	sendBuffer = 32 << 10

	// lastBuffer makes room for the rest of a frame and the close frame of a
	// socket that is being let go, whose buffer is full by nature.
	lastBuffer = 48 << 10

	// unsent is how much may wait in the kernel that has not gone out yet: a
	// socket whose peer does not read is full after that, and its newest
	// frames wait here, where newer ones take their place. What is on its way
	// and not acknowledged does not count, so that a slow line stays as full
	// as it can be. Measured with frames of 700 bytes and a peer that never
	// reads: 7.7 kB until it is seen, 54.7 kB without.
	unsent = 4 << 10

	// vanished is how long the kernel goes on sending to a peer that does not
	// acknowledge anything, such as a phone without a network: its default is
	// a quarter of an hour. With a beat every 10 s there is always something
	// to acknowledge.
	vanished = 30 * time.Second
)

// tcp returns the TCP connection beneath c, or nil.
func tcp(c net.Conn) *net.TCPConn {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	t, _ := c.(*net.TCPConn)
	return t
}

// tune bounds what c can cost. A system that refuses an option still works,
// only with its own bounds.
func tune(c net.Conn) {
	if t := tcp(c); t != nil {
		_ = t.SetWriteBuffer(sendBuffer)
		setUserTimeout(t, vanished)
		setUnsent(t, unsent)
	}
}

// makeRoom lets c take a little more than it would.
func makeRoom(c net.Conn) {
	if t := tcp(c); t != nil {
		_ = t.SetWriteBuffer(lastBuffer)
		setUnsent(t, lastBuffer)
	}
}

// abort closes c and throws away what the kernel still holds for it.
func abort(c net.Conn) {
	if t := tcp(c); t != nil {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}

// endWrite tells the peer that nothing more comes. A connection that has no
// half-close is closed.
func endWrite(c net.Conn) {
	if h, ok := c.(interface{ CloseWrite() error }); ok {
		_ = h.CloseWrite()
		return
	}
	_ = c.Close()
}
