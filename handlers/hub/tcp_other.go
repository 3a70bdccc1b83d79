//go:build !linux

package hub

import (
	"net"
	"time"
)

// setUserTimeout does nothing: elsewhere the system's own timeout holds.
func setUserTimeout(*net.TCPConn, time.Duration) {}

// setUnsent does nothing: elsewhere a socket is full when its buffer is.
func setUnsent(*net.TCPConn, int) {}
