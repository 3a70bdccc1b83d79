//go:build !linux

package hub

import (
	"net"
	"time"
)

// setUserTimeout does nothing: elsewhere the system's own timeout holds.
func setUserTimeout(*net.TCPConn, time.Duration) {}
