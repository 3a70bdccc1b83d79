package cluster

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
)

// TestRehearsal is a small evening on three processes that ends by itself:
// thirty bidders whose every request may reach another process, and pages open
// at each.
func TestRehearsal(t *testing.T) {
	t.Parallel()
	lots := 25 * times(t, 1) // 500 in the long form
	c, all := begun(t, lots)
	var pages []*page
	for i := range c.houses {
		base := c.houses[i].URL("")
		pages = append(pages, look(c, base, "sale="+slug), look(c, c.front.URL(), "sale="+slug))
		for some := range slices.Chunk(all, 200) { // a socket names no more
			query := url.Values{}
			for _, l := range some {
				query.Add("lot", strconv.FormatInt(l.ID, 10))
			}
			p := look(c, base, query.Encode())
			p.only = some
			pages = append(pages, p)
		}
	}
	w := gather(c, manner{gap: 300 * time.Millisecond})
	machine := storetest.WatchMachine(t).Start()
	if err := house.Wait(t.Context(), time.Minute+2*time.Duration(lots)*stagger, "every lot closes", c.over); err != nil {
		t.Fatalf("%v; the machine stood still for %v meanwhile", err, machine.Stalled())
	}
	sums := w.settle()
	if sums.Closed != len(all) {
		t.Errorf("%d of %d lots closed", sums.Closed, len(all))
	}
	// A bid that waited for two seconds is refused: a machine that stood still
	// so long is something that happened.
	if n := w.notNow.Load() + w.open.Load(); n > 0 && machine.Stalled() < 2*time.Second {
		t.Errorf("%d bids were not judged (%d heard 503; %v), though nothing happened to the house and the machine stood still for %v only",
			n, w.notNow.Load(), w.oddity, machine.Stalled())
	}
	final, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		if err := house.Wait(t.Context(), 10*time.Second, p.name+" shows the end", func() bool { return p.behind(final) == "" }); err != nil {
			t.Errorf("%v: %s", err, p.behind(final))
		}
	}
	for i, n := range c.front.Served() {
		if n == 0 {
			t.Errorf("process %d served nobody: this proves nothing", i)
		}
	}
	t.Logf("%d notes over NATS for %d bids that were taken", c.nats.Notes(t), sums.Taken)
}

// stagger is between the closes of two lots of a rehearsal.
const stagger = 300 * time.Millisecond

// begun is a house of three processes with thirty bidders at a sale that closes
// soon, of which most is still to come. A machine that is so slow that it is
// over before the bidders are there gets a longer one.
func begun(t *testing.T, lots int) (*cluster, []house.PublicLot) {
	t.Helper()
	for ahead := 4 * time.Second; ; ahead *= 4 {
		began := time.Now()
		c := open(t, database(t), 3, catalogue(lots), 30, "--closes-in", ahead.String(), "--stagger", stagger.String(), "--soft-close", "1s/1s")
		all, err := c.clients[0].Lots(t.Context(), slug)
		if err != nil || len(all) != lots {
			t.Fatalf("%d lots of %d, %v", len(all), lots, err)
		}
		var last time.Time
		for _, l := range all {
			if at := time.UnixMilli(l.ClosesAt); at.After(last) {
				last = at
			}
		}
		if time.Until(last) > time.Duration(lots)*stagger/2 {
			return c, all
		}
		took := time.Since(began).Round(time.Millisecond)
		if ahead > time.Minute {
			t.Fatalf("the machine took %v to open the house and seat the bidders; a sale that closes after %v is over by then", took, ahead)
		}
		t.Logf("the house and its bidders took %v: another sale that closes later than after %v", took, ahead)
		for _, h := range c.houses {
			h.Kill()
		}
	}
}

// page is one that is open at a process, with a socket.
type page struct {
	name  string
	only  []house.PublicLot // what it watches; nil = all of the sale
	leave func()            // closes it before the test's end; it may be called again

	mu    sync.Mutex // guards what follows
	shown map[int64]house.Shown
	when  map[int64]map[int64]time.Time // by lot and seq: when it was first shown
	stale bool                          // it was told that it may be out of date
}

// look opens a page at an address of the house and keeps it open until the
// test ends. A frame that is older than what it shows, on one socket, and a
// socket that ends, are errors.
func look(c *cluster, base, query string) *page {
	c.t.Helper()
	p := &page{name: fmt.Sprintf("%s/live?%.30s", base, query), shown: map[int64]house.Shown{}, when: map[int64]map[int64]time.Time{}}
	ctx, stop := context.WithCancel(c.t.Context())
	conn, err := house.Guest(base).Watch(ctx, query)
	if err != nil {
		c.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { // ends with ctx
		defer close(done)
		defer conn.CloseNow()
		for {
			m, err := house.Next(ctx, conn)
			if ctx.Err() != nil {
				return
			}
			if err != nil {
				c.t.Errorf("%s: %v", p.name, err)
				return
			}
			if m.Beat > 0 {
				p.beat(m.Stale)
			}
			for _, s := range m.Shown {
				if was := p.show(s); was > s.Seq {
					c.t.Errorf("%s: lot %d at seq %d after %d", p.name, s.Lot, s.Seq, was)
				}
			}
		}
	}()
	p.leave = func() {
		stop()
		<-done
	}
	c.t.Cleanup(p.leave)
	return p
}

// show takes a frame over and returns the seq that was shown before.
func (p *page) show(s house.Shown) int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.shown[s.Lot].Seq
	p.shown[s.Lot] = s
	if p.when[s.Lot] == nil {
		p.when[s.Lot] = map[int64]time.Time{}
	}
	if _, before := p.when[s.Lot][s.Seq]; !before {
		p.when[s.Lot][s.Seq] = time.Now()
	}
	return was
}

func (p *page) beat(stale bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stale = stale
}

// says waits until the page was told that it may be out of date, or that it is
// not any more.
func (p *page) says(t *testing.T, stale bool) {
	t.Helper()
	if err := house.Wait(t.Context(), 15*time.Second, fmt.Sprintf("%s: stale is %v", p.name, stale), func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.stale == stale
	}); err != nil {
		t.Error(err)
	}
}

// since is when the page first showed a lot at seq or later; zero when it does
// not yet.
func (p *page) since(lot, seq int64) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	var first time.Time
	for at, when := range p.when[lot] {
		if at >= seq && (first.IsZero() || when.Before(first)) {
			first = when
		}
	}
	return first
}

// behind names a lot that the page does not show as it ended.
func (p *page) behind(final []house.PublicLot) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range final {
		if p.only != nil && !slices.ContainsFunc(p.only, func(o house.PublicLot) bool { return o.ID == l.ID }) {
			continue
		}
		if s := p.shown[l.ID]; s.Seq != l.Seq || s.State != l.State || s.Price != l.Price {
			return fmt.Sprintf("it shows %+v, the lot is %s at seq %d, price %d", s, l.State, l.Seq, l.Price)
		}
	}
	return ""
}
