package hub

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

// lending is a ResponseWriter whose connection is one end of a pipe, so that
// a socket can live in a synctest bubble.
type lending struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

func (l lending) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return l.conn, bufio.NewReadWriter(bufio.NewReader(l.conn), bufio.NewWriter(l.conn)), nil
}

// pipe returns the browser's end of a socket in memory.
func pipe(t *testing.T, h *Hub, topics ...string) *client {
	t.Helper()
	server, browser := net.Pipe()
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for k, v := range map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	} {
		r.Header.Set(k, v)
	}
	err := h.Serve(lending{httptest.NewRecorder(), server}, r, Watch{
		Topics:   topics,
		Snapshot: func(context.Context) ([]byte, error) { return []byte("snapshot"), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, Conn: browser, r: bufio.NewReader(browser)}
}

// An arrival is a text and when it came.
type arrival struct {
	text string
	at   time.Time
}

// collect reads c to its end. The texts are complete once done is closed.
func collect(c *client) (got *[]arrival, done chan struct{}) {
	got, done = new([]arrival), make(chan struct{})
	go func() {
		defer close(done)
		for {
			op, p, err := c.frame()
			if err != nil || op == 8 {
				c.Close()
				return
			}
			*got = append(*got, arrival{p, time.Now()})
		}
	}()
	return got, done
}

// Each socket hears the time when it comes, and from then on every ten
// seconds; not all in the same instant.
func TestBeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{Writers: 2})
		const sockets = 40
		var got [sockets]*[]arrival
		var done [sockets]chan struct{}
		for i := range sockets {
			got[i], done[i] = collect(pipe(t, h))
		}
		time.Sleep(time.Minute)
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		instants := map[time.Time]int{}
		for i := range sockets {
			<-done[i]
			beats := (*got[i])[1:] // after the snapshot
			if n := len(beats); n < 6 || n > 7 {
				t.Errorf("socket %d got %d beats in a minute", i, n)
			}
			for j, b := range beats {
				var beat struct{ T int64 }
				if err := json.Unmarshal([]byte(b.text), &beat); err != nil || beat.T != b.at.UnixMilli() {
					t.Fatalf("beat %q at %d, %v", b.text, b.at.UnixMilli(), err)
				}
				if j > 1 && b.at.Sub(beats[j-1].at) != 10*time.Second {
					t.Errorf("socket %d: %v between two beats", i, b.at.Sub(beats[j-1].at))
				}
				if j > 0 {
					instants[b.at]++
				}
			}
		}
		for at, n := range instants {
			if n > sockets/beatSlots {
				t.Errorf("%d sockets get their beat at %v", n, at)
			}
		}
	})
}

// A key that changes a thousand times a second is pushed at most once in each
// gap, and the last change is not lost.
func TestMinGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{MinGap: 50 * time.Millisecond})
		got, done := collect(pipe(t, h, "t"))
		synctest.Wait()
		start := time.Now()
		for i := int64(1); i <= 3000; i++ {
			h.Publish("t", 1, i, []byte(strconv.FormatInt(i, 10)))
			if i == 1500 {
				h.Publish("t", 2, 1, []byte("other key"))
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		h.Publish("t", 1, 3001, []byte("at once"))
		late := time.Now()
		synctest.Wait()
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		<-done
		var texts []arrival
		for _, a := range *got {
			if a.text != "snapshot" && a.text[0] != '{' && a.text != "other key" {
				texts = append(texts, a)
			}
		}
		if n := len(texts); n < 60 || n > 62 {
			t.Errorf("%d frames in 3 s; want 20 a second", n)
		}
		if a := texts[0]; a.text != "1" || !a.at.Equal(start) {
			t.Errorf("the first is %q after %v; want it at once", a.text, a.at.Sub(start))
		}
		for i, a := range texts[1:] {
			if gap := a.at.Sub(texts[i].at); gap < 50*time.Millisecond {
				t.Errorf("%v between %q and %q", gap, texts[i].text, a.text)
			}
		}
		if a := texts[len(texts)-2]; a.text != "3000" || a.at.Sub(start) > 3050*time.Millisecond {
			t.Errorf("the last of the burst is %q after %v; want 3000", a.text, a.at.Sub(start))
		}
		if a := texts[len(texts)-1]; a.text != "at once" || !a.at.Equal(late) {
			t.Errorf("after a pause comes %q, %v late", a.text, a.at.Sub(late))
		}
	})
}

// Frames held back for a topic whose last watcher leaves are nobody's.
func TestMinGapWithoutWatchers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{MinGap: time.Minute})
		c := pipe(t, h, "t")
		_, done := collect(c)
		synctest.Wait()
		h.Publish("t", 1, 1, []byte("one"))
		h.Publish("t", 1, 2, []byte("two"))
		c.Close()
		<-done
		synctest.Wait()
		if got := h.Stats(); got.Sockets != 0 || got.Topics != 0 {
			t.Errorf("Stats = %+v", got)
		}
		again, done := collect(pipe(t, h, "t"))
		time.Sleep(2 * time.Minute)
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		<-done
		for _, a := range *again {
			if a.text == "one" || a.text == "two" {
				t.Errorf("a new watcher gets %q, which is older than its snapshot", a.text)
			}
		}
	})
}

// A socket that takes nothing at all is gone a second after the timeout.
func TestStallIsTimed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{})
		c := pipe(t, h, "t") // nobody reads
		synctest.Wait()
		time.Sleep(2999 * time.Millisecond)
		if got := h.Stats(); got.Evicted != 0 || got.Sockets != 1 {
			t.Errorf("before 3 s: %+v", got)
		}
		time.Sleep(1101 * time.Millisecond)
		synctest.Wait()
		if got := h.Stats(); got.Evicted != 1 || got.Sockets != 0 {
			t.Errorf("after 4.1 s: %+v", got)
		}
		c.Close()
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// A slow socket that takes something in each period is not stalled.
func TestSlowIsNotStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{})
		c := pipe(t, h, "t")
		buf := make([]byte, 5)
		for range 4 { // of about 30 bytes
			time.Sleep(2900 * time.Millisecond / 2)
			if _, err := c.Read(buf); err != nil {
				t.Fatal(err)
			}
		}
		if got := h.Stats(); got.Evicted != 0 {
			t.Errorf("Stats = %+v", got)
		}
		c.Close()
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
