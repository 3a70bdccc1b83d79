package load

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/house"
)

// crowd is everybody who is there.
type crowd struct {
	t        *testing.T
	guest    *house.Client
	board    map[int64]*onBoard // by lot; its keys never change
	order    []int64            // lots in the order of their closes
	bidders  []*bidder
	watchers []*watcher
	began    time.Time
	span     time.Duration // how long the sale is to last

	mu     sync.Mutex // guards sent and pages
	sent   []bid
	failed int
	pages  []time.Duration
}

// onBoard is what the crowd knows of a lot.
type onBoard struct {
	opening int64
	closes  time.Time    // as announced at first
	ask     atomic.Int64 // newest heard, minor units
	closed  atomic.Bool
	late    atomic.Bool // somebody has bid at the last moment
}

// bid is one that was answered.
type bid struct {
	at   time.Time // sent
	took time.Duration
	by   string
	told house.Answer
}

func newCrowd(t *testing.T, h *house.House, people []house.Bidder, span time.Duration) *crowd {
	t.Helper()
	c := &crowd{t: t, guest: h.Client(house.Bidder{}), board: map[int64]*onBoard{}, began: time.Now(), span: span}
	all, err := c.guest.Lots(t.Context(), slug)
	if err != nil || len(all) != lots {
		t.Fatalf("%d lots, %v; want %d", len(all), err, lots)
	}
	for _, l := range all {
		b := &onBoard{opening: l.Opening, closes: time.UnixMilli(l.ClosesAt)}
		b.ask.Store(l.Ask)
		c.board[l.ID] = b
		c.order = append(c.order, l.ID)
	}
	for i, p := range people {
		c.bidders = append(c.bidders, &bidder{paddle: p.Paddle, client: h.Client(p), random: rand.New(rand.NewPCG(uint64(i), 7))})
	}
	for range onSale {
		c.watchers = append(c.watchers, newWatcher("sale="+slug, c.order))
	}
	for i := range onLots {
		query, some := url.Values{}, []int64(nil)
		for j := i; j < lots; j += onLots { // together they watch every lot
			query.Add("lot", strconv.FormatInt(c.order[j], 10))
			some = append(some, c.order[j])
		}
		c.watchers = append(c.watchers, newWatcher(query.Encode(), some))
	}
	return c
}

// over reports whether every lot has closed, as the sockets tell it.
func (c *crowd) over() bool {
	for _, b := range c.board {
		if !b.closed.Load() {
			return false
		}
	}
	return true
}

// lastMoments is how long before its close a lot gets its late bid.
func (c *crowd) lastMoments() time.Duration { return c.span / 60 }

// late is a lot about to close that wants its one late bid: every fifth does,
// however dear it is by now, so that closes move in a rehearsal of any length.
func (c *crowd) late() (int64, bool) {
	for i, id := range c.order {
		b := c.board[id]
		if i%5 == 0 && !b.closed.Load() && time.Until(b.closes) < c.lastMoments() && b.late.CompareAndSwap(false, true) {
			return id, true
		}
	}
	return 0, false
}

// next is a lot that is still open: mostly one of those that close next.
func (c *crowd) next(random *rand.Rand) (int64, bool) {
	if id, ok := c.late(); ok {
		return id, true
	}
	var open []int64
	for _, id := range c.order {
		if b := c.board[id]; !b.closed.Load() && b.ask.Load() <= 3*b.opening+5000 {
			open = append(open, id)
		}
	}
	if len(open) == 0 {
		return 0, false
	}
	if random.IntN(10) < 7 {
		open = open[:min(12, len(open))]
	}
	return open[random.IntN(len(open))], true
}

// bidder is somebody with a paddle.
type bidder struct {
	paddle string
	client *house.Client
	random *rand.Rand // of bid's goroutine
}

// bid bids until ctx ends, three to ten times a second.
func (b *bidder) bid(ctx context.Context, c *crowd) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(100+b.random.IntN(200)) * time.Millisecond):
		}
		lot, ok := c.next(b.random)
		if !ok {
			continue
		}
		on := c.board[lot]
		ask := on.ask.Load()
		amount := ask + int64(b.random.IntN(4))*max(ask/20, 5)
		if b.random.IntN(10) == 0 {
			amount = ask / 2 // somebody reads an old price
		}
		began := time.Now()
		a, err := b.client.Bid(ctx, lot, fmt.Sprintf("%d.%02d", amount/100, amount%100))
		took := time.Since(began)
		if ctx.Err() != nil {
			return // the time is over: nobody waits for this one
		}
		if err != nil || a.Outcome == "" {
			c.fail("a bid of %s on lot %d: %v, %d %s", b.paddle, lot, err, a.Status, a.Raw)
			continue
		}
		on.ask.Store(a.Ask)
		c.mu.Lock()
		c.sent = append(c.sent, bid{began, took, b.paddle, a})
		c.mu.Unlock()
	}
}

// turnPages reads pages as a guest, two a second.
func (c *crowd) turnPages(ctx context.Context, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 8))
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(500 * time.Millisecond):
		}
		path := fmt.Sprintf("/lots/%d", c.order[random.IntN(lots)])
		if random.IntN(4) == 0 {
			path = fmt.Sprintf("/sales/%s?page=%d", slug, 1+random.IntN(5))
		}
		began := time.Now()
		_, err := c.guest.Get(ctx, path, "text/html")
		took := time.Since(began)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.fail("%s: %v", path, err)
			continue
		}
		c.mu.Lock()
		c.pages = append(c.pages, took)
		c.mu.Unlock()
	}
}

// fail tells of the first few failures; the rest are counted.
func (c *crowd) fail(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed++; c.failed <= 5 {
		c.t.Errorf(format, args...)
	}
}

// final reads every lot once the sale is over.
func (c *crowd) final() []house.PublicLot {
	c.t.Helper()
	all, err := c.guest.Lots(c.t.Context(), slug)
	if err != nil {
		c.t.Fatal(err)
	}
	return all
}

// watcher is a page that is open somewhere.
type watcher struct {
	query string
	lots  []int64

	mu     sync.Mutex // guards the rest
	latest map[int64]house.Shown
	seen   map[int64][]sight // in order of arrival
}

// sight is the moment at which a page showed a lot's seq.
type sight struct {
	seq int64
	at  time.Duration // since the crowd came in
}

func newWatcher(query string, lots []int64) *watcher {
	return &watcher{query: query, lots: lots, latest: map[int64]house.Shown{}, seen: map[int64][]sight{}}
}

// watch reads the socket until ctx ends. A socket that ends before is a
// failure: nobody here is slow.
func (w *watcher) watch(ctx context.Context, c *crowd) {
	conn, err := c.guest.Watch(ctx, w.query)
	if err != nil {
		c.fail("%v", err)
		return
	}
	defer conn.CloseNow()
	for {
		m, err := house.Next(ctx, conn)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			c.fail("the socket of %.40s: %v", w.query, err)
			return
		}
		if err := w.note(m.Shown, c); err != nil {
			c.fail("the socket of %.40s: %v", w.query, err)
		}
	}
}

var errOlder = errors.New("an older frame came after a newer one")

func (w *watcher) note(shown []house.Shown, c *crowd) error {
	now := time.Since(c.began)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range shown {
		if s.Seq < w.latest[s.Lot].Seq {
			return fmt.Errorf("%w: lot %d, seq %d after %d", errOlder, s.Lot, s.Seq, w.latest[s.Lot].Seq)
		}
		w.latest[s.Lot] = s
		w.seen[s.Lot] = append(w.seen[s.Lot], sight{s.Seq, now})
		if s.State != "open" && s.State != "upcoming" {
			c.board[s.Lot].closed.Store(true)
		}
	}
	return nil
}

// allSeen reports whether each watcher shows each of its lots closed.
func (c *crowd) allSeen() bool { return c.unseen() == "" }

// unseen names a watcher that does not show the end of a lot.
func (c *crowd) unseen() string {
	for _, w := range c.watchers {
		w.mu.Lock()
		for _, id := range w.lots {
			if s := w.latest[id]; s.State == "" || s.State == "open" || s.State == "upcoming" {
				w.mu.Unlock()
				return fmt.Sprintf("%.40s shows lot %d as %+v", w.query, id, s)
			}
		}
		w.mu.Unlock()
	}
	return ""
}
