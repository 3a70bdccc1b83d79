//go:build linux

package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// watchers are many sockets read by one thread with epoll: a goroutine each
// would cost more than what is measured.
type watchers struct {
	poll  int
	conns map[int32]*watching
	buf   []byte
	ready []unix.EpollEvent
}

// watching is one socket.
type watching struct {
	nth  int
	fd   int
	rest []byte // the begin of a frame that is not all there yet
}

func newWatchers() (*watchers, error) {
	poll, err := unix.EpollCreate1(0)
	return &watchers{poll: poll, conns: map[int32]*watching{}, buf: make([]byte, 256<<10), ready: make([]unix.EpollEvent, 512)}, err
}

// dial opens a connection and, when request is not empty, sends it and reads
// the head of its answer, which must switch to a socket.
func (w *watchers) dial(addr, request string) error {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	c := &watching{nth: len(w.conns), fd: fd}
	w.conns[int32(fd)] = c
	if err := unix.Connect(fd, &unix.SockaddrInet4{Port: n, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return fmt.Errorf("connection %d: %w", len(w.conns), err)
	}
	if request != "" {
		if err := w.upgrade(c, request); err != nil {
			return fmt.Errorf("socket %d: %w", len(w.conns), err)
		}
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		return err
	}
	return unix.EpollCtl(w.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd)})
}

func (w *watchers) upgrade(c *watching, request string) error {
	if _, err := unix.Write(c.fd, []byte(request)); err != nil {
		return err
	}
	var head []byte
	for {
		n, err := unix.Read(c.fd, w.buf)
		if err != nil || n == 0 {
			return fmt.Errorf("no answer to the handshake: %w", err)
		}
		head = append(head, w.buf[:n]...)
		if i := bytes.Index(head, []byte("\r\n\r\n")); i >= 0 {
			if !bytes.HasPrefix(head, []byte("HTTP/1.1 101 ")) {
				return fmt.Errorf("answered %.60q", head)
			}
			c.rest = append(c.rest, head[i+4:]...)
			return nil
		}
	}
}

// upgradeRequest asks for a socket that watches what query says.
func upgradeRequest(addr, query, cookie string) string {
	r := "GET /live?" + query + " HTTP/1.1\r\nHost: " + addr + "\r\nOrigin: http://" + addr + "\r\n" +
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	if cookie != "" {
		r += "Cookie: " + cookie + "\r\n"
	}
	return r + "\r\n"
}

var errQuiet = errors.New("not all watchers got all that is theirs in time")

// read reads until enough says so, and hands over every frame that is not a
// beat, as it came. A socket that ends is an error; so is a minute without the
// end.
func (w *watchers) read(within time.Duration, frame func(c *watching, f []byte) error, enough func() bool) error {
	for end := time.Now().Add(within); !enough(); {
		if time.Now().After(end) {
			return errQuiet
		}
		n, err := unix.EpollWait(w.poll, w.ready, 20)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		for i := range max(n, 0) {
			if err := w.take(w.conns[w.ready[i].Fd], frame); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *watchers) take(c *watching, frame func(*watching, []byte) error) error {
	k := copy(w.buf, c.rest)
	n, err := unix.Read(c.fd, w.buf[k:])
	switch {
	case errors.Is(err, unix.EAGAIN):
		return nil
	case err != nil || n == 0:
		return fmt.Errorf("watcher %d was let go: %w", c.nth, err)
	}
	p := w.buf[:k+n]
	for {
		size := frameSize(p)
		if size == 0 || size > len(p) {
			break
		}
		if !isBeat(p[:size]) {
			if err := frame(c, p[:size]); err != nil {
				return err
			}
		}
		p = p[size:]
	}
	if len(p) >= len(w.buf) {
		return fmt.Errorf("a frame of more than %d bytes", len(w.buf))
	}
	c.rest = append(c.rest[:0], p...)
	if len(p) == 0 {
		c.rest = nil
	}
	return nil
}

// frameSize is the length of the frame that p begins with, header and all; 0
// when that much is not there yet.
func frameSize(p []byte) int {
	if len(p) < 2 {
		return 0
	}
	switch n := int(p[1] & 0x7f); n {
	case 126:
		if len(p) < 4 {
			return 0
		}
		return 4 + int(p[2])<<8 + int(p[3])
	case 127:
		if len(p) < 10 {
			return 0
		}
		size := 10
		for i, b := range p[2:10] {
			size += int(b) << (8 * (7 - i))
		}
		return size
	default:
		return 2 + n
	}
}

// isBeat reports whether a frame is not one that shows a lot.
func isBeat(f []byte) bool {
	return f[0] != 0x81 || bytes.HasPrefix(f[len(f)-payload(f):], []byte(`{"t":`))
}

// payload is the length of what a frame carries.
func payload(f []byte) int {
	switch f[1] & 0x7f {
	case 126:
		return len(f) - 4
	case 127:
		return len(f) - 10
	}
	return len(f) - 2
}

func (w *watchers) close() {
	for _, c := range w.conns {
		_ = unix.Close(c.fd)
	}
	_ = unix.Close(w.poll)
	w.conns = map[int32]*watching{}
}

// numberIn reads the number behind a name such as `data-seq="`, -1 when there
// is none.
func numberIn(f []byte, name string) int64 {
	i := bytes.Index(f, []byte(name))
	if i < 0 {
		return -1
	}
	text, _, _ := strings.Cut(string(f[i+len(name):min(len(f), i+len(name)+20)]), `"`)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return -1
	}
	return n
}
