//go:build !unix

package hub

import (
	"net"
	"syscall"
)

// Where there is no write(2) that returns at once, each delivery is made by
// the socket's own goroutine, which is started for it.
type attempt struct{}

func (*attempt) write(syscall.RawConn, []byte) (int, error) { return 0, errBusy }

func rawConn(net.Conn) syscall.RawConn { return nil }
