package fault

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/test/house"
	"outcry/test/ledger"
)

// TestNetwork puts a network that spoils connections between people and the
// house. What became of a bid that was not answered is settled by asking again
// under its key; and once all is quiet every page shows what there is.
func TestNetwork(t *testing.T) {
	t.Parallel()
	bad := 12 * time.Second
	if long() {
		bad = time.Hour
	}
	h := house.New(t)
	c := gather(t, h, 5, 16, "--closes-in", "5h")
	p := newProxy(t, strings.TrimPrefix(h.URL(""), "http://"))
	base := "http://" + p.ln.Addr().String()
	direct := c.clients
	c.clients = nil
	for _, b := range h.Links("sale") {
		c.clients = append(c.clients, through(t, base, b))
	}
	ctx, leave := context.WithCancel(t.Context())
	var open sync.WaitGroup
	pages := make([]*page, 24)
	for i := range pages {
		pages[i] = &page{t: t, ledger: c.ledger, base: base, newest: map[int64]house.Shown{}}
		open.Go(func() { pages[i].stay(ctx) })
	}
	stop := c.beginImpatient(2 * time.Second)
	time.Sleep(bad)
	p.heal()
	stop()
	healed := time.Now()
	c.clients = direct
	c.settle()
	quiet := time.Now()
	want := map[int64]int64{}
	all, err := direct[0].Lots(t.Context(), "sale")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		want[l.ID] = l.Seq
	}
	for i, pg := range pages {
		if err := house.Wait(t.Context(), patience, "a page shows what there is", func() bool { return pg.shows(want) }); err != nil {
			t.Errorf("page %d: %v: it shows %v, there is %v", i, err, pg.seqs(), want)
		}
	}
	took := time.Since(quiet)
	if long() && took > 2*time.Second {
		t.Errorf("pages took %v to show what there is, want 2 s", took)
	}
	leave()
	open.Wait()
	connects := 0
	for _, pg := range pages {
		connects += pg.connects
	}
	counts := make([]int64, ills)
	for i := range counts {
		counts[i] = p.count[i].Load()
	}
	t.Attr("figure", fmt.Sprintf("connections well, slow, cut, reset, half open, trickling, deaf: %v; %d pages connected %d times, and agreed %v after the last bid, %v after the network healed",
		counts, len(pages), connects, took.Round(time.Millisecond), time.Since(healed).Round(time.Millisecond)))
	if c.broken.Load() == 0 || c.taken.Load() == 0 || connects == len(pages) {
		t.Error("nothing was spoilt: this proves nothing")
	}
}

// through signs somebody in through the proxy, which may take some tries.
func through(t *testing.T, base string, b house.Bidder) *house.Client {
	t.Helper()
	c := house.Guest(base)
	for began := time.Now(); time.Since(began) < patience; {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := c.Get(ctx, b.Link, "")
		cancel()
		if err == nil {
			return c
		}
	}
	t.Fatalf("%s does not come in within %v", b.Name, patience)
	return nil
}

// beginImpatient lets everybody bid, each until they have waited so long for
// an answer.
func (c *crowd) beginImpatient(atMost time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(c.t.Context())
	var all sync.WaitGroup
	for i := range c.clients {
		all.Go(func() {
			for ctx.Err() == nil {
				wait, done := context.WithTimeout(ctx, atMost)
				c.bid(wait, i, c.lots[rand.IntN(len(c.lots))])
				done()
				time.Sleep(rand.N(20 * time.Millisecond)) // people think
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// page is a catalogue in a browser, which comes back whenever it is cut off.
type page struct {
	t        *testing.T
	ledger   *ledger.Ledger
	base     string
	connects int // read when stay has returned

	mu     sync.Mutex // guards newest
	newest map[int64]house.Shown
}

// stay keeps the page open until ctx ends.
func (p *page) stay(ctx context.Context) {
	for ctx.Err() == nil {
		p.visit(ctx)
		time.Sleep(rand.N(200 * time.Millisecond))
	}
}

func (p *page) visit(ctx context.Context) {
	dial, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := house.Guest(p.base).Watch(dial, "sale=sale")
	if err != nil {
		return
	}
	defer conn.CloseNow()
	p.connects++
	for {
		m, err := house.Next(ctx, conn)
		if err != nil {
			return
		}
		p.ledger.Saw(m.Shown)
		p.mu.Lock()
		for _, s := range m.Shown {
			if s.Seq >= p.newest[s.Lot].Seq { // an older frame is dropped, as pages do
				p.newest[s.Lot] = s
			}
		}
		p.mu.Unlock()
	}
}

// shows reports whether the page has come to these seqs.
func (p *page) shows(want map[int64]int64) bool {
	for lot, seq := range want {
		if p.seqs()[lot] != seq {
			return false
		}
	}
	return true
}

func (p *page) seqs() map[int64]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[int64]int64{}
	for lot, s := range p.newest {
		all[lot] = s.Seq
	}
	return all
}
