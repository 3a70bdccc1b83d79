package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/house"
	"outcry/test/ledger"
)

const (
	people = 20
	hot    = 6      // lots that are bid on at a time: those that close next
	lots   = 80     // of an evening
	enough = 200_00 // nobody wants a lot for more, minor units: so it closes under load, too
)

// evening is one house with a sale that is bid on, killed and started again.
type evening struct {
	t      *testing.T
	house  *house.House
	ledger *ledger.Ledger
	tally  tally

	clients []*house.Client
	paddles []string
	asks    map[int64]*atomic.Int64 // newest ask heard of each lot, minor units; its keys never change
	open    []house.PublicLot       // after the last start
	logs    map[int64]string        // of each lot, as read after the last start
	random  *rand.Rand              // of the test's goroutine
	downs   []down

	// Each holds one: somebody was just shown a change, or told that a bid
	// is taken. A kill at that instant finds what was said too early.
	shown chan struct{}
	told  chan struct{}
}

// down is a time during which the house could take no bid.
type down struct{ from, to int64 } // milliseconds UTC

func newEvening(t *testing.T, seed uint64) *evening {
	t.Helper()
	e := &evening{
		t: t, house: house.New(t), asks: map[int64]*atomic.Int64{}, logs: map[int64]string{},
		ledger: ledger.New(), random: rand.New(rand.NewPCG(seed, 1)),
		shown: make(chan struct{}, 1), told: make(chan struct{}, 1),
	}
	list := make([]house.Lot, lots)
	for i := range list {
		list[i] = house.Lot{Title: fmt.Sprintf("Lot of the evening %d", i+1), Opening: "10"}
		if i%3 == 1 {
			list[i].Reserve = "25"
		}
	}
	e.house.Import("evening", list, "--closes-in", "1s", "--stagger", "400ms", "--soft-close", "600ms/600ms")
	bidders := e.house.Bidders("evening", people)
	e.start()
	for _, b := range bidders {
		e.clients = append(e.clients, e.house.Client(b))
		e.paddles = append(e.paddles, b.Paddle)
	}
	e.look()
	return e
}

// start serves the house with a limit that this crowd does not meet.
func (e *evening) start() {
	e.t.Helper()
	e.house.Start("--bids-per-second", "1000")
}

// round lets people bid for a while, kills the house, starts it again and
// checks it.
func (e *evening) round(busy time.Duration) {
	e.t.Helper()
	ctx, cancel := context.WithCancel(e.t.Context())
	var all sync.WaitGroup
	for i := range e.clients {
		seed := e.random.Uint64()
		all.Go(func() { e.bid(ctx, i, seed) })
	}
	watching := make(chan struct{})
	all.Go(func() { e.watch(ctx, watching) })
	<-watching
	e.moment(busy)
	from := time.Now().UnixMilli()
	e.house.Kill()
	cancel()
	all.Wait()
	if e.random.IntN(5) == 0 {
		if err := e.house.Verify(); err != nil {
			e.t.Errorf("what the killed house left: %v", err)
		}
	}
	e.start()
	e.downs = append(e.downs, down{from, time.Now().UnixMilli()})
	e.settle()
	e.look()
	e.check()
}

// moment returns when the kill is to come: after a while at any instant, or
// at the next instant that somebody is shown or told something.
func (e *evening) moment(busy time.Duration) {
	time.Sleep(busy)
	cue := [...]chan struct{}{nil, e.shown, e.told}[e.random.IntN(3)]
	if cue == nil {
		return
	}
	select {
	case <-cue: // one that is old by now
	default:
	}
	select {
	case <-cue:
	case <-time.After(time.Second): // nothing happens any more
	}
}

// cue says that something was just heard.
func cue(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it was said already
	}
}

// end verifies the whole house once more.
func (e *evening) end() {
	e.t.Helper()
	if err := e.house.Verify(); err != nil {
		e.t.Errorf("verify beside the running house: %v", err)
	}
	if err := e.house.Stop(); err != nil {
		e.t.Error(err)
	}
	if err := e.house.Verify(); err != nil {
		e.t.Errorf("verify after a stop: %v", err)
	}
}

// over reports whether there is hardly anything left to bid on.
func (e *evening) over() bool { return len(e.open) < hot }

// bid sends bids until the house is gone. Every tenth is an earlier one sent
// again.
func (e *evening) bid(ctx context.Context, who int, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 2))
	var mine []*entry
	for ctx.Err() == nil {
		time.Sleep(time.Duration(random.IntN(8)) * time.Millisecond) // people think
		if len(mine) > 0 && random.IntN(10) == 0 {
			if !e.repeat(ctx, who, mine[random.IntN(len(mine))]) {
				return
			}
			continue
		}
		wanted := e.wanted()
		if len(wanted) == 0 {
			continue
		}
		lot := wanted[random.IntN(len(wanted))]
		b := &entry{Bidder: who, Paddle: e.paddles[who], Lot: lot, Key: house.NewKey(), Kind: "max"}
		b.Amount = decimal(e.asks[lot].Load() + int64(random.IntN(8)-1)*100) // at times below the ask
		if random.IntN(8) == 0 {
			b.Kind = "exact"
		}
		e.ledger.Add(b)
		if !e.send(ctx, b) {
			return
		}
		mine = append(mine, b)
	}
}

// wanted are the lots that close next, of those that are not too dear yet.
func (e *evening) wanted() []int64 {
	var ids []int64
	for _, l := range e.open {
		if e.asks[l.ID].Load() <= enough {
			ids = append(ids, l.ID)
		}
		if len(ids) == hot {
			break
		}
	}
	return ids
}

// send sends a bid for the first time, and reports whether it was answered.
func (e *evening) send(ctx context.Context, b *entry) bool {
	a, err := e.clients[b.Bidder].BidKey(ctx, b.Lot, b.Amount, b.Key, b.Kind)
	if err != nil {
		return false
	}
	if a.Outcome == "" {
		e.t.Errorf("bid %v was answered with %d %s", b, a.Status, a.Raw)
		return false
	}
	b.Heard, b.Known = a, true
	if a.Taken() {
		cue(e.told)
	}
	e.asks[b.Lot].Store(a.Ask)
	if a.Reason == "closed" {
		e.asks[b.Lot].Store(2 * enough)
	}
	return true
}

// repeat sends a bid again, which must hear what it heard.
func (e *evening) repeat(ctx context.Context, who int, b *entry) bool {
	a, err := e.clients[who].BidKey(ctx, b.Lot, b.Amount, b.Key, b.Kind)
	if err != nil {
		return false
	}
	if a.Raw != b.Heard.Raw {
		e.t.Errorf("bid %v: the same key heard two answers:\n%s%s", b, b.Heard.Raw, a.Raw)
	}
	return true
}

// watch notes what the catalogue's frames show until the house is gone.
func (e *evening) watch(ctx context.Context, ready chan<- struct{}) {
	conn, err := e.clients[0].Watch(ctx, "sale=evening")
	close(ready)
	if err != nil {
		e.t.Errorf("before the kill: %v", err)
		return
	}
	defer conn.CloseNow()
	for {
		m, err := house.Next(ctx, conn)
		if err != nil {
			return // the house is gone
		}
		e.ledger.Saw(m.Shown)
		if len(m.Shown) > 0 {
			cue(e.shown)
		}
	}
}

// decimal writes minor units of the sale's currency.
func decimal(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }
