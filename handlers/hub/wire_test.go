package hub

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// What hostile or broken clients send, byte by byte, and the close code that
// they must hear. 0 is a connection that goes on.
var hostile = []struct {
	name string
	send string
	code int
}{
	{"text", masked(0x81, "hello"), 0},
	{"empty text", masked(0x81, ""), 0},
	{"binary", masked(0x82, "\xff\xfe"), 0},
	{"text at the limit", masked(0x81, strings.Repeat("x", 4096)), 0},
	{"text in pieces", masked(0x01, "a") + masked(0x00, "b") + masked(0x80, "c"), 0},
	{"rune across pieces", masked(0x01, "\xe2\x82") + masked(0x80, "\xac"), 0},
	{"ping between pieces", masked(0x01, "a") + masked(0x89, "p") + masked(0x80, "b"), 0},
	{"unasked pong", masked(0x8a, "p"), 0},
	{"close without code", masked(0x88, ""), 1005},
	{"close", masked(0x88, "\x03\xe9bye"), 1001},
	{"close with a private code", masked(0x88, "\x0f\xa0"), 4000},
	{"invalid UTF-8", masked(0x81, "a\xffb"), 1007},
	{"half a rune", masked(0x81, "\xe2\x82"), 1007},
	{"invalid UTF-8 in a reason", masked(0x88, "\x03\xe8\xff\xfe"), 1007},
	{"too long by one", masked(0x81, strings.Repeat("x", 4097)), 1009},
	{"too long", masked(0x82, strings.Repeat("x", 70000)), 1009},
	{"too long in pieces", masked(0x01, strings.Repeat("x", 4000)) + masked(0x00, strings.Repeat("x", 4000)), 1009},
	{"announces 8 EiB", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04" + strings.Repeat("x", 8192), 1009},
	{"negative length", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04", 1002},
	{"unmasked", "\x81\x05hello", 1002},
	{"reserved bit", masked(0xc1, "x"), 1002},
	{"unknown opcode", masked(0x83, "x"), 1002},
	{"unknown control opcode", masked(0x8b, "x"), 1002},
	{"continues nothing", masked(0x80, "x"), 1002},
	{"new message inside one", masked(0x01, "a") + masked(0x81, "b"), 1002},
	{"long ping", masked(0x89, strings.Repeat("x", 126)), 1002},
	{"ping in pieces", masked(0x09, "x"), 1002},
	{"close of one byte", masked(0x88, "\x03"), 1002},
	{"close with 1006", masked(0x88, "\x03\xee"), 1002},
	{"close with 999", masked(0x88, "\x03\xe7"), 1002},
	{"http again", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 1002},
}

func TestHostileFrames(t *testing.T) {
	ho := open(t, Config{})
	for _, test := range hostile {
		for _, early := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/early=%v", test.name, early), func(t *testing.T) {
				c := ho.sending(t, test.send, early)
				if test.code == 0 {
					io.WriteString(c, masked(0x89, "still there?"))
					c.pong("still there?")
					return
				}
				if code, err := c.end(); code != test.code || err != nil {
					t.Errorf("close code %d, %v; want %d", code, err, test.code)
				}
			})
		}
	}
	until(t, "all have gone", func() bool { return ho.Stats().Sockets == 0 })
}

// sending opens a socket that sends text, right behind its request when early.
func (ho *house) sending(t *testing.T, text string, early bool) *client {
	t.Helper()
	if !early {
		c := ho.dial(t, "topic=t", 0)
		io.WriteString(c, text)
		return c
	}
	c, status, err := ho.tryDial("topic=t", 0, text)
	if err != nil || status != 101 {
		t.Fatalf("dial = %d, %v", status, err)
	}
	c.t = t
	t.Cleanup(func() { c.Close() })
	return c
}

// pong reads until a pong with this payload.
func (c *client) pong(payload string) {
	c.t.Helper()
	for {
		op, p, err := c.frame()
		if err != nil {
			c.t.Fatalf("waiting for pong %q: %v", payload, err)
		}
		if op == 10 && p == payload {
			return
		}
	}
}

// A peer that pings without end and never reads is stalled like any other,
// and is let go: its pings are no reason to stay.
func TestPingsWithoutReading(t *testing.T) {
	t.Parallel()
	ho := open(t, Config{WriteTimeout: 300 * time.Millisecond})
	c := ho.dial(t, "topic=t", 4<<10)
	other := ho.dial(t, "topic=t", 0)
	other.next()
	pings := strings.Repeat(masked(0x89, strings.Repeat("p", 125)), 100)
	for i := int64(1); ho.Stats().Evicted == 0; i++ {
		if _, err := io.WriteString(c, pings); err != nil {
			break
		}
		ho.Publish("t", 1, i, []byte(strconv.FormatInt(i, 10)))
		other.want(strconv.FormatInt(i, 10))
	}
	until(t, "one is left", func() bool { return ho.Stats().Sockets == 1 })
}

// A peer that leaves in the middle of something is gone at once.
func TestPeerVanishes(t *testing.T) {
	ho := open(t, Config{})
	for _, half := range []string{"", "\x81", "\x81\xfe\x10", masked(0x81, "hello")[:8], masked(0x01, "a"), masked(0x89, "ping")[:7]} {
		c := ho.dial(t, "topic=t", 0)
		c.next()
		io.WriteString(c, half)
		c.Close()
		until(t, fmt.Sprintf("gone after %q", half), func() bool { return ho.Stats().Sockets == 0 })
	}
	if got := ho.Stats().Evicted; got != 0 {
		t.Errorf("Evicted = %d; want 0, they left by themselves", got)
	}
}

// The library's own client and raw ones, pings, messages, publishes to
// several keys, and closes from both sides, all at once: no frame is broken,
// nobody misses the newest, every ping is answered.
func TestEverythingAtOnce(t *testing.T) {
	ho := open(t, Config{Beat: 20 * time.Millisecond})
	var n counter
	ho.snapshot = func(context.Context) ([]byte, error) { return n.text(), nil }
	stop := make(chan struct{})
	var publisher sync.WaitGroup
	publisher.Go(func() {
		for i := int64(1); ; i++ {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Microsecond):
			}
			ho.Publish("t", i%7, i, []byte(strings.Repeat("x", int(i%3000))))
		}
	})
	var guests sync.WaitGroup
	for i := range 16 {
		guests.Go(func() { libraryGuest(t, ho, i) })
		guests.Go(func() { rawGuest(t, ho, i) })
	}
	guests.Wait()
	survivor := ho.dial(t, "topic=t", 0)
	survivor.next() // its snapshot: before it, what is published is for the snapshot to show
	close(stop)
	publisher.Wait()
	ho.Publish("t", 99, 1, []byte("the newest"))
	survivor.want("the newest")
	survivor.Close()
	until(t, "all have gone", func() bool { return ho.Stats().Sockets == 0 })
}

// libraryGuest is a coder/websocket client that pings while it reads.
func libraryGuest(t *testing.T, ho *house, i int) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+ho.addr+"/?topic=t&group=g"+strconv.Itoa(i), nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer c.CloseNow()
	read := make(chan error, 1)
	go func() {
		for {
			if _, _, err := c.Read(ctx); err != nil {
				read <- err
				return
			}
		}
	}()
	for range 30 {
		if err := c.Ping(ctx); err != nil {
			t.Errorf("ping: %v", err)
		}
		if err := c.Write(ctx, websocket.MessageText, []byte("ignored")); err != nil {
			t.Errorf("write: %v", err)
		}
	}
	if i%2 == 0 {
		if err := c.Close(4001, "enough"); err != nil {
			t.Errorf("close: %v", err)
		}
		return
	}
	ho.Drop("g"+strconv.Itoa(i), websocket.StatusPolicyViolation)
	if err := <-read; websocket.CloseStatus(err) != websocket.StatusPolicyViolation {
		t.Errorf("after Drop the client reads %v; want 1008", err)
	}
}

// rawGuest sends pings by the dozen and goes, politely or not.
func rawGuest(t *testing.T, ho *house, i int) {
	c, status, err := ho.tryDial("topic=t", 0, "")
	if err != nil || status != 101 {
		t.Errorf("dial: %d, %v", status, err)
		return
	}
	defer c.Close()
	c.t = t
	for j := range 20 {
		last := fmt.Sprintf("ping %d", j)
		io.WriteString(c, masked(0x89, "x")+masked(0x89, "y")+masked(0x81, "text")+masked(0x89, last))
		for {
			op, p, err := c.frame()
			if err != nil {
				t.Errorf("waiting for pong %q: %v", last, err)
				return
			}
			if op == 10 && p == last {
				break
			}
		}
	}
	if i%2 == 0 {
		return
	}
	io.WriteString(c, masked(0x88, "\x03\xe8"))
	if code, err := c.end(); code != 1000 || err != nil {
		t.Errorf("close code %d, %v; want 1000", code, err)
	}
}

// Over TLS nothing can be written beneath the connection; all else is as
// without.
func TestTLS(t *testing.T) {
	ho := open(t, Config{WriteTimeout: 500 * time.Millisecond})
	srv := httptest.NewTLSServer(ho)
	defer srv.Close()
	dial := func() *websocket.Conn {
		c, _, err := websocket.Dial(t.Context(), srv.URL+"/?topic=t&group=g", &websocket.DialOptions{HTTPClient: srv.Client()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.CloseNow() })
		return c
	}
	dial() // never reads, and stalls
	c := dial()
	for i := int64(0); ho.Stats().Evicted == 0; i++ {
		if i > 0 {
			ho.Publish("t", 1, i, []byte(strconv.FormatInt(i, 10)+strings.Repeat(" ", 8000)))
		}
		for want := strconv.FormatInt(i, 10); ; {
			_, p, err := c.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 && string(p) == "snapshot" || strings.TrimSpace(string(p)) == want {
				break
			}
		}
		time.Sleep(time.Millisecond)
	}
	ho.Drop("g", websocket.StatusPolicyViolation)
	for {
		if _, _, err := c.Read(t.Context()); err != nil {
			if got := websocket.CloseStatus(err); got != websocket.StatusPolicyViolation {
				t.Errorf("close code %d (%v); want 1008", got, err)
			}
			break
		}
	}
	until(t, "both have gone", func() bool { return ho.Stats().Sockets == 0 })
}
