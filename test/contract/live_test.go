package contract

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/test/house"
)

// dial opens a socket with the client's cookies. header lines are "Name:
// value"; without a line of Origin there is none.
func (c *client) dial(query string, header ...string) (*websocket.Conn, *http.Response, error) {
	c.s.t.Helper()
	h, host := http.Header{}, ""
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			host = value
			continue
		}
		h.Set(name, value)
	}
	u, err := url.Parse(c.s.URL("/"))
	if err != nil {
		c.s.t.Fatal(err)
	}
	for _, k := range c.http.Jar.Cookies(u) {
		h.Add("Cookie", k.Name+"="+k.Value)
	}
	ctx, cancel := context.WithTimeout(c.s.t.Context(), 10*time.Second)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(c.s.URL("/live?"+query), "http"), &websocket.DialOptions{HTTPHeader: h, Host: host})
	if err == nil {
		conn.SetReadLimit(16 << 20)
		c.s.t.Cleanup(func() { conn.CloseNow() })
	}
	return conn, res, err
}

// watch opens a socket as one of the house's own pages does.
func (c *client) watch(query string) *websocket.Conn {
	c.s.t.Helper()
	conn, _, err := c.dial(query, "Origin: "+strings.TrimSuffix(c.s.URL("/"), "/"))
	if err != nil {
		c.s.t.Fatalf("watch %s: %v", query, err)
	}
	return conn
}

// next reads a socket's next message.
func next(t *testing.T, conn *websocket.Conn) house.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	m, err := house.Next(ctx, conn)
	if err != nil {
		t.Fatalf("read the socket: %v", err)
	}
	return m
}

// until reads messages until one is as wanted.
func until(t *testing.T, conn *websocket.Conn, what string, is func(house.Message) bool) house.Message {
	t.Helper()
	for range 50 {
		if m := next(t, conn); is(m) {
			return m
		}
	}
	t.Fatalf("50 messages without %s", what)
	return house.Message{}
}

// TestSocketOrigin: a socket is for the house's own pages.
func TestSocketOrigin(t *testing.T) {
	s := spring(t)
	c := s.guest()
	own := strings.TrimSuffix(s.URL("/"), "/")
	query := fmt.Sprintf("lot=%d", c.lotIDs("spring")[0])
	for _, x := range []struct {
		name   string
		header []string
		status int
	}{
		{"no Origin", nil, 403},
		{"another site", []string{"Origin: http://evil.example"}, 403},
		{"another port", []string{"Origin: http://127.0.0.1:1"}, 403},
		{"null", []string{"Origin: null"}, 403},
		{"its own", []string{"Origin: " + own}, 101},
	} {
		conn, res, err := c.dial(query, x.header...)
		if res == nil || res.StatusCode != x.status {
			t.Errorf("%s: %v, %v; want %d", x.name, res, err, x.status)
		}
		if err == nil {
			conn.CloseNow() // nobody reads it: the house would wait for it at its stop
		}
	}
	if a := c.get("/live?"+query, "Origin: "+own); a.status != http.StatusUpgradeRequired {
		t.Errorf("a plain GET of /live: %d, want 426", a.status)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s.Start("--base-url", "http://sale.example.org")
	for origin, status := range map[string]int{"http://sale.example.org": 101, "https://sale.example.org": 403, own: 403} {
		if _, res, err := c.dial(query, "Origin: "+origin, "Host: sale.example.org"); res == nil || res.StatusCode != status {
			t.Errorf("with a base URL, Origin %s: %v, %v; want %d", origin, res, err, status)
		}
	}
}

func TestSocketAsksForWhatIsThere(t *testing.T) {
	s := spring(t)
	c := s.guest()
	own := "Origin: " + strings.TrimSuffix(s.URL("/"), "/")
	for query, status := range map[string]int{
		"lot=999": 404, "lot=x": 400, "sale=autumn": 404, strings.Repeat("lot=1&", 201): 400,
	} {
		if _, res, err := c.dial(query, own); res == nil || res.StatusCode != status {
			t.Errorf("/live?%.20s: %v, %v; want %d", query, res, err, status)
		}
	}
}

// partial is the beginning of a frame.
var partial = regexp.MustCompile(`<hx-partial hx-target="#[^"]+"`)

// TestFrames: a snapshot first, then each change, and a beat.
func TestFrames(t *testing.T) {
	s := spring(t)
	ann, guest := s.enter("spring", "101"), s.guest()
	ids := guest.lotIDs("spring")
	two := guest.watch(fmt.Sprintf("lot=%d&lot=%d", ids[0], ids[1]))
	sale := guest.watch("sale=spring")
	first := next(t, two)
	want := []house.Shown{{Lot: ids[0], Seq: 1, State: "open"}, {Lot: ids[1], Seq: 1, State: "open"}}
	if !slices.Equal(first.Shown, want) || !partial.MatchString(first.Text) {
		t.Errorf("the snapshot shows %+v, want %+v in partials: %.300s", first.Shown, want, first.Text)
	}
	if cards := next(t, sale); len(cards.Shown) != 3 || cards.Shown[2].Lot != ids[2] {
		t.Errorf("the snapshot of a sale shows %+v, want its three lots", cards.Shown)
	}
	beat := until(t, two, "a beat", func(m house.Message) bool { return m.Beat != 0 })
	if off := time.Since(time.UnixMilli(beat.Beat)); off < -time.Second || off > 11*time.Second {
		t.Errorf("a beat says %d, %v from now", beat.Beat, off)
	}
	a := ann.told(ann.bid(ids[0], "30.00", ""))
	changed := house.Shown{Lot: ids[0], Seq: a.Seq, Price: a.Price, State: "open"}
	for name, conn := range map[string]*websocket.Conn{"the lot": two, "the sale": sale} {
		m := until(t, conn, "a frame of "+name, func(m house.Message) bool { return len(m.Shown) > 0 })
		if !slices.Equal(m.Shown, []house.Shown{changed}) || !partial.MatchString(m.Text) {
			t.Errorf("after a bid the socket of %s shows %+v, want %+v: %.300s", name, m.Shown, changed, m.Text)
		}
		if strings.Contains(m.Text, " hx-get") || strings.Contains(m.Text, " hx-post") || strings.Contains(m.Text, "<script") {
			t.Errorf("a frame of %s carries what runs: %.300s", name, m.Text)
		}
	}
}

// TestBeat: one beat comes along with the snapshot, the next within 10 s: all
// sockets beat together.
func TestBeat(t *testing.T) {
	s := spring(t)
	conn := s.guest().watch("sale=spring")
	isBeat := func(m house.Message) bool { return m.Beat != 0 }
	first := until(t, conn, "a beat", isBeat)
	second := until(t, conn, "a second beat", isBeat)
	if gap := second.Beat - first.Beat; gap <= 0 || gap > 11_000 {
		t.Errorf("the second beat comes %d ms after the first, want at most 10 s", gap)
	}
}

// TestStandingIsOnesOwn: who leads is public; what one is told of oneself goes
// to oneself alone.
func TestStandingIsOnesOwn(t *testing.T) {
	s := spring(t)
	ann, bob, guest := s.enter("spring", "101"), s.enter("spring", "102"), s.guest()
	id := guest.lotIDs("spring")[0]
	query := fmt.Sprintf("lot=%d", id)
	ann.bid(id, "33.33", "")
	annSees, bobSees, allSee := ann.watch(query), bob.watch(query), guest.watch(query)
	if m := next(t, annSees); !strings.Contains(m.Text, "33.33") {
		t.Errorf("the snapshot of the leader does not tell their own maximum: %.500s", m.Text)
	}
	for name, conn := range map[string]*websocket.Conn{"another bidder": bobSees, "a guest": allSee} {
		if m := next(t, conn); strings.Contains(m.Text, "33.33") {
			t.Errorf("the snapshot of %s tells the leader's maximum: %s", name, m.Text)
		}
	}
	bob.bid(id, "55.55", "")
	until(t, annSees, "word of being outbid", func(m house.Message) bool { return strings.Contains(m.Text, "Outbid") })
	until(t, bobSees, "word of leading", func(m house.Message) bool { return strings.Contains(m.Text, "55.55") })
	m := until(t, allSee, "the change", func(m house.Message) bool { return len(m.Shown) > 0 })
	if strings.Contains(m.Text, "Outbid") || strings.Contains(m.Text, "55.55") {
		t.Errorf("a guest is told what concerns a bidder: %s", m.Text)
	}
}

// TestSocketEnds: 1012 when the house stops, so that pages come back; 1008
// when the session has ended, so that they do not.
func TestSocketEnds(t *testing.T) {
	s := spring(t)
	ann, guest := s.enter("spring", "101"), s.guest()
	mine, others := ann.watch("sale=spring"), guest.watch("sale=spring")
	next(t, mine)
	next(t, others)
	if a := ann.post("/sign-out", nil); a.status != http.StatusSeeOther {
		t.Fatalf("sign out: %d", a.status)
	}
	if code := closed(t, mine); code != websocket.StatusPolicyViolation {
		t.Errorf("after signing out the socket closed with %d, want 1008", code)
	}
	last := make(chan websocket.StatusCode, 1)
	go func() { last <- closed(t, others) }() // ends with the socket, or after 15 s
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	if code := <-last; code != websocket.StatusServiceRestart {
		t.Errorf("the house stopped and the socket closed with %d, want 1012", code)
	}
}

// closed reads a socket to its end and returns the close code, -1 for none.
func closed(t *testing.T, conn *websocket.Conn) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}
