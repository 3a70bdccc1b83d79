package hub

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// house is a hub behind a real server on loopback. What a socket watches is
// in the address: /?topic=a&topic=b&group=g&peer=p.
type house struct {
	*Hub
	addr     string
	snapshot func(ctx context.Context) ([]byte, error)
	errs     chan error // what Serve returned, where it was not nil
}

func open(t testing.TB, cfg Config) *house {
	t.Helper()
	ho := &house{Hub: New(cfg), errs: make(chan error, 64)}
	ho.snapshot = func(context.Context) ([]byte, error) { return []byte("snapshot"), nil }
	srv := httptest.NewServer(ho)
	ho.addr = srv.Listener.Addr().String()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := ho.Close(ctx); err != nil {
			t.Errorf("Close: %v", err)
		}
		srv.Close()
	})
	return ho
}

func (ho *house) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	err := ho.Serve(w, r, Watch{
		Topics:   q["topic"],
		Group:    q.Get("group"),
		Peer:     q.Get("peer"),
		Snapshot: ho.snapshot,
	})
	switch {
	case errors.Is(err, ErrTooMany):
		w.WriteHeader(http.StatusTooManyRequests)
	case errors.Is(err, ErrClosed), errors.Is(err, ErrFull):
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if err != nil {
		select {
		case ho.errs <- err:
		default:
		}
	}
}

// client is a socket without a library: it sends and sees bytes.
type client struct {
	t testing.TB
	net.Conn
	r *bufio.Reader
}

// dial opens a socket and returns it after the handshake. recv is the size of
// its receive buffer in bytes, 0 for the system's.
func (ho *house) dial(t testing.TB, query string, recv int) *client {
	t.Helper()
	c, status, err := ho.tryDial(query, recv, "")
	if err != nil || status != http.StatusSwitchingProtocols {
		t.Fatalf("dial %q = %d, %v; want 101", query, status, err)
	}
	c.t = t
	t.Cleanup(func() { c.Close() })
	return c
}

func (ho *house) tryDial(query string, recv int, early string) (*client, int, error) {
	d := net.Dialer{Timeout: 10 * time.Second}
	if recv > 0 { // before the handshake, which announces a window
		d.Control = func(_, _ string, raw syscall.RawConn) (err error) {
			err2 := raw.Control(func(fd uintptr) {
				err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, recv)
			})
			return errors.Join(err, err2)
		}
	}
	conn, err := d.Dial("tcp", ho.addr)
	if err != nil {
		return nil, 0, err
	}
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	fmt.Fprintf(conn, "GET /?%s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n%s", query, early)
	c := &client{Conn: conn, r: bufio.NewReaderSize(conn, 64)}
	resp, err := http.ReadResponse(c.r, nil)
	if err != nil {
		conn.Close()
		return nil, 0, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		conn.Close()
	}
	return c, resp.StatusCode, nil
}

// frame reads one frame and returns its opcode and payload.
func (c *client) frame() (op byte, payload string, err error) {
	var h [2]byte
	if _, err := io.ReadFull(c.r, h[:]); err != nil {
		return 0, "", err
	}
	if h[0]&0xf0 != 0x80 {
		return 0, "", fmt.Errorf("first byte of a frame is %#x, want a whole one without extensions", h[0])
	}
	n := uint64(h[1])
	switch n {
	case 126:
		var b [2]byte
		_, err = io.ReadFull(c.r, b[:])
		n = uint64(binary.BigEndian.Uint16(b[:]))
	case 127:
		var b [8]byte
		_, err = io.ReadFull(c.r, b[:])
		n = binary.BigEndian.Uint64(b[:])
	}
	if err != nil || n > 1<<24 {
		return 0, "", fmt.Errorf("frame of %d bytes: %w", n, err)
	}
	p := make([]byte, n)
	_, err = io.ReadFull(c.r, p)
	return h[0] & 0xf, string(p), err
}

// next returns the next text that is not a beat.
func (c *client) next() string {
	c.t.Helper()
	for {
		op, p, err := c.frame()
		if err != nil {
			c.t.Fatalf("reading the next frame: %v", err)
		}
		if op == 1 && !strings.HasPrefix(p, `{"t":`) {
			return p
		}
	}
}

// want reads until the text is the one wanted, and fails when it has not come
// by the connection's deadline.
func (c *client) want(text string) {
	c.t.Helper()
	for {
		if got := c.next(); got == text {
			return
		}
	}
}

// end reads to the end and returns the close code, 0 for none, and how the
// connection ended: nil for a clean end.
func (c *client) end() (code int, err error) {
	for {
		op, p, err := c.frame()
		switch {
		case errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
			return code, nil
		case err != nil:
			return code, err
		case code != 0:
			return code, fmt.Errorf("frame %d %q after the close frame", op, p)
		case op == 8 && len(p) >= 2:
			code = int(binary.BigEndian.Uint16([]byte(p)))
		case op == 8:
			code = int(websocket.StatusNoStatusRcvd)
		}
	}
}

// masked returns a client's frame: the first byte as it is, the payload
// masked.
func masked(first byte, payload string) string {
	n := len(payload)
	b := []byte{first}
	switch {
	case n <= 125:
		b = append(b, 0x80|byte(n))
	case n <= 0xffff:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	key := [4]byte{1, 2, 3, 4}
	b = append(b, key[:]...)
	for i := range n {
		b = append(b, payload[i]^key[i%4])
	}
	return string(b)
}

// until polls a fact that other goroutines bring about; there is nothing to
// wait on where it is the kernel that acts.
func until(t testing.TB, what string, fact func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !fact(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after 20 s still not: %s", what)
		}
	}
}

// counter makes snapshots of the form "n <value>".
type counter struct{ atomic.Int64 }

func (c *counter) text() []byte { return fmt.Appendf(nil, "n %d", c.Load()) }

// reading returns a client that reads b.
func reading(b []byte) *client {
	return &client{r: bufio.NewReader(bytes.NewReader(b))}
}
