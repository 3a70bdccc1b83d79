// Package guard is hostile to the whole program from outside: by raw sockets,
// slowly, and with what is no HTTP.
package guard

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

// open starts a house with a sale and returns it with its address.
func open(t *testing.T) (*house.House, string) {
	t.Helper()
	h := house.New(t)
	h.Import("spring", []house.Lot{{Title: "Vase", Opening: "10"}}, "--closes-in", "1h")
	h.Start()
	u, err := url.Parse(h.URL("/"))
	if err != nil {
		t.Fatal(err)
	}
	return h, u.Host
}

func dial(t *testing.T, addr string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// alive fails the test unless the house still answers, and has logged no panic.
func alive(t *testing.T, h *house.House, after string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := h.Client(house.Bidder{}).Get(ctx, "/sales/spring", ""); err != nil {
		t.Fatalf("after %s: %v", after, err)
	}
	if strings.Contains(h.Log(), "panic") {
		t.Fatalf("after %s the log tells of a panic", after)
	}
}

// TestWhatIsNoHTTP sends what breaks the rules of the protocol, or of this
// house, and reads how it is refused. "" is a connection that is just closed.
func TestWhatIsNoHTTP(t *testing.T) {
	t.Parallel()
	h, addr := open(t)
	host := "Host: " + addr + "\r\n"
	form := "POST /sign-in HTTP/1.1\r\n" + host + "Content-Type: application/x-www-form-urlencoded\r\n"
	for _, c := range []struct{ name, send, want string }{
		{"a page", "GET / HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200"},
		{"nonsense", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", "HTTP/1.1 400"},
		{"no host", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400"},
		{"two hosts", "GET / HTTP/1.1\r\n" + host + "Host: evil\r\n\r\n", "HTTP/1.1 400"},
		{"a host that is none", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "HTTP/1.1 400"},
		{"a header too long", "GET / HTTP/1.1\r\n" + host + "X: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "HTTP/1.1 431"},
		{"too many headers", "GET / HTTP/1.1\r\n" + host + strings.Repeat("X: y\r\n", 16<<10) + "\r\n", "HTTP/1.1 431"},
		{"a line without end", "GET /" + strings.Repeat("x", 64<<10), "HTTP/1.1 431"},
		{"a header folded", "GET / HTTP/1.1\r\n" + host + "X: a\r\n b\r\n\r\n", "HTTP/1.1 200"},
		{"a header's name with a space", "GET / HTTP/1.1\r\n" + host + "X : a\r\n\r\n", "HTTP/1.1 400"},
		{"a NUL in a header", "GET / HTTP/1.1\r\n" + host + "X: a\x00b\r\n\r\n", "HTTP/1.1 400"},
		{"bad UTF-8 in the path", "GET /sales/%ff%fe HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
		{"a NUL in the path", "GET /sales/%00 HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
		{"half an escape", "GET /sales/%f HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 400"},
		{"up and away", "GET /static/../../../etc/passwd HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
		{"up and away, escaped", "GET /static/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
		{"a picture up and away", "GET /photos/..%2foutcry.db HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 404"},
		{"a proxy's request", "GET http://evil.example/ HTTP/1.1\r\n" + host + "\r\n", "HTTP/1.1 200"}, // the house's own page
		{"CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "HTTP/1.1 405"},
		{"TRACE", "TRACE / HTTP/1.1\r\n" + host + "Cookie: outcry=secret\r\n\r\n", "HTTP/1.1 405"},
		{"HTTP/0.9", "GET /\r\n\r\n", "HTTP/1.1 400"},
		{"HTTP/3.7", "GET / HTTP/3.7\r\n" + host + "\r\n", "HTTP/1.1 505"},
		{"two lengths", form + "Content-Length: 3\r\nContent-Length: 4\r\n\r\na=b", "HTTP/1.1 400"},
		{"a negative length", form + "Content-Length: -1\r\n\r\n", "HTTP/1.1 400"},
		{"a length that is none", form + "Content-Length: 1e3\r\n\r\n", "HTTP/1.1 400"},
		{"a strange coding", form + "Transfer-Encoding: chunked, gzip\r\n\r\n", "HTTP/1.1 501"},
		{"chunks of nonsense", form + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400"},
		{"an endless chunk", form + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx", "HTTP/1.1 408"}, // when the time for a form is up
		{"a form that is too large", form + "Content-Length: 300000\r\n\r\n" + strings.Repeat("a", 300_000), "HTTP/1.1 413"},
		{"a form of bad UTF-8", form + "Content-Length: 8\r\n\r\nemail=\xff\xfe", "HTTP/1.1 400"},
		{"a form of a million fields", form + "Content-Length: 200000\r\n\r\n" + strings.Repeat("a&", 100_000), "HTTP/1.1 4"},
		{"a form of another kind", "POST /sign-in HTTP/1.1\r\n" + host + "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\na=b", "HTTP/1.1 415"},
		{"a form in pieces without a border", "POST /sign-in HTTP/1.1\r\n" + host + "Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\na=b", "HTTP/1.1 400"},
		{"a socket of another version", "GET /live HTTP/1.1\r\n" + host + "Origin: http://" + addr + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\nSec-WebSocket-Key: x\r\n\r\n", "HTTP/1.1 4"},
		{"a socket with a bad key", "GET /live HTTP/1.1\r\n" + host + "Origin: http://" + addr + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n", "HTTP/1.1 400"},
		{"a socket from elsewhere", "GET /live HTTP/1.1\r\n" + host + "Origin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", "HTTP/1.1 403"},
	} {
		conn := dial(t, addr)
		conn.SetDeadline(time.Now().Add(time.Minute)) // longer than the house waits for anything here
		go io.WriteString(conn, c.send)               // the house may answer before all of it is out
		line, err := bufio.NewReader(conn).ReadString('\n')
		if !strings.HasPrefix(line, c.want) {
			t.Errorf("%s: %q (%v), want %s", c.name, line, err, c.want)
		}
		conn.Close()
		alive(t, h, c.name)
	}
}

// TestSlowClientsAreLetGo: two hundred clients send a byte a second, some of a
// header and some of a form; others are served all the while, and the slow are
// let go by the house itself.
func TestSlowClientsAreLetGo(t *testing.T) {
	t.Parallel()
	h, addr := open(t)
	var slow sync.WaitGroup
	began := time.Now()
	for i := range 200 {
		start := "GET / HTTP/1.1\r\nHost: " + addr + "\r\nX-Slow: "
		if i%2 == 0 {
			start = "POST /sign-in HTTP/1.1\r\nHost: " + addr + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nemail="
		}
		conn := dial(t, addr)
		slow.Go(func() {
			if err := drip(conn, start, began.Add(4*time.Minute)); err != nil {
				t.Errorf("slow client %d: %v", i, err)
			}
		})
	}
	done := make(chan struct{})
	go func() { slow.Wait(); close(done) }()
	for tick := time.Tick(time.Second); ; {
		alive(t, h, "slow clients came")
		select {
		case <-done:
			t.Logf("the slowest was let go after %s", time.Since(began).Round(time.Second))
			return
		case <-tick:
		}
	}
}

// drip sends a byte a second until the house closes the connection, or answers
// and closes; an error when it has not by the end.
func drip(conn net.Conn, start string, end time.Time) error {
	gone := make(chan struct{})
	go func() { // ends with the connection
		io.Copy(io.Discard, conn)
		close(gone)
	}()
	if _, err := io.WriteString(conn, start); err != nil {
		return err
	}
	for tick := time.NewTicker(time.Second); time.Now().Before(end); {
		select {
		case <-gone:
			return nil
		case <-tick.C:
			conn.Write([]byte("x")) // an error shows as the end of what is read
		}
	}
	return errors.New("still connected after four minutes")
}
