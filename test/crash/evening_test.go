package crash

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/disk"
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
	wrong  func(format string, args ...any) // t.Errorf, unless a test wants to see it break
	disk   *disk.Disk                       // whose power is cut instead of a kill; nil = kill
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

// newEvening opens a house, on a disk of its own when the power is to be cut.
// place, if any, sees it before anything is in it.
func newEvening(t *testing.T, seed uint64, d *disk.Disk, place func(*house.House)) *evening {
	t.Helper()
	e := &evening{
		t: t, wrong: t.Errorf, disk: d, house: house.New(t), asks: map[int64]*atomic.Int64{}, logs: map[int64]string{},
		ledger: ledger.New(), random: rand.New(rand.NewPCG(seed, 1)),
		shown: make(chan struct{}, 1), told: make(chan struct{}, 1),
	}
	if d != nil {
		e.house.Dir = filepath.Join(d.Dir, "data")
	}
	if place != nil {
		place(e.house)
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

// limit is one that this crowd does not meet.
var limit = []string{"--bids-per-second", "1000"}

func (e *evening) start() {
	e.t.Helper()
	began := time.Now()
	e.house.Start(limit...)
	e.tally.slowest = max(e.tally.slowest, time.Since(began))
}

// round lets people bid for a while, ends the house without a warning, starts
// it again and checks it.
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
	var copied *backup
	if e.disk == nil && e.random.IntN(6) == 0 {
		copied = e.backUp()
	}
	e.moment(busy)
	from := time.Now().UnixMilli()
	e.fall()
	cancel()
	all.Wait()
	if copied != nil {
		copied.end(e.random.IntN(2) == 0)
	}
	if e.random.IntN(5) == 0 {
		if err := e.house.Verify(); err != nil {
			e.wrong("what the house left: %v", err)
		}
	}
	for e.random.IntN(4) == 0 {
		e.halfAStart()
	}
	e.start()
	e.downs = append(e.downs, down{from, time.Now().UnixMilli()})
	e.settle()
	e.look()
	e.check()
}

// fall ends the house in an instant. A power cut stops the processor with the
// disk: one that went on for a moment could hear of an fsync that it succeeded,
// because the kernel, told to shut the file system down, throws away what is
// being committed and answers as if there had been nothing to wait for.
func (e *evening) fall() {
	e.t.Helper()
	if e.disk == nil {
		e.house.Kill()
		return
	}
	if err := e.house.Freeze(); err != nil {
		e.t.Fatal(err)
	}
	if err := e.disk.Cut(); err != nil {
		e.t.Fatal(err)
	}
	e.house.Kill()
	e.disk.Repower()
}

// halfAStart ends the house again while it starts.
func (e *evening) halfAStart() {
	e.t.Helper()
	open, err := e.house.Launch(limit...)
	if err != nil {
		e.t.Fatal(err)
	}
	most := max(int64(e.tally.slowest), int64(time.Millisecond))
	select {
	case <-open: // at the last
	case <-time.After(time.Duration(e.random.Int64N(most))):
	}
	e.fall()
	e.tally.halfStarts++
}

// moment returns when the end is to come: after a while at any instant, at the
// next instant that somebody is shown or told something, or when a lot closes.
func (e *evening) moment(busy time.Duration) {
	time.Sleep(busy)
	n := e.random.IntN(4)
	if n == 3 {
		e.untilAClose(time.Duration(e.random.IntN(12)-4) * time.Millisecond)
		return
	}
	cue := [...]chan struct{}{nil, e.shown, e.told}[n]
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

// untilAClose waits until so long after the next close that was announced at
// the last start. A bid may have moved it meanwhile.
func (e *evening) untilAClose(after time.Duration) {
	now := time.Now()
	for _, l := range e.open {
		if at := time.UnixMilli(l.ClosesAt); at.After(now) && at.Before(now.Add(time.Second)) {
			time.Sleep(time.Until(at.Add(after)))
			return
		}
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
		e.wrong("verify beside the running house: %v", err)
	}
	if err := e.house.Stop(); err != nil {
		e.t.Error(err)
	}
	if err := e.house.Verify(); err != nil {
		e.wrong("verify after a stop: %v", err)
	}
	if e.disk != nil {
		e.disk.Remove()
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
		e.wrong("bid %v was answered with %d %s", b, a.Status, a.Raw)
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
		e.wrong("bid %v: the same key heard two answers:\n%s%s", b, b.Heard.Raw, a.Raw)
	}
	return true
}

// watch notes what the catalogue's frames show until the house is gone.
func (e *evening) watch(ctx context.Context, ready chan<- struct{}) {
	conn, err := e.clients[0].Watch(ctx, "sale=evening")
	close(ready)
	if err != nil {
		e.wrong("before the end: %v", err)
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
