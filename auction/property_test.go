package auction

import (
	"bytes"
	"flag"
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestAgainstModel plays random lots through the rules and through the model
// and compares them after each act: a million bids in an ordinary run.
func TestAgainstModel(t *testing.T) {
	million := 1_000_000
	if testing.Short() || raceOn {
		million = 30_000
	}
	checks := flag.Lookup("rapid.checks")
	was := checks.Value.String()
	defer checks.Value.Set(was)
	bids, taken, lots := 0, 0, 0
	for bids < million {
		if err := checks.Value.Set("500"); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(rt *rapid.T) {
			g := newGame(rt)
			g.thorough = lots%100 == 0
			g.play()
			bids, taken, lots = bids+g.bids, taken+len(g.m.bids), lots+1
		})
		if t.Failed() {
			return
		}
	}
	t.Logf("%d bids, of which %d taken, on %d lots", bids, taken, lots)
	if taken < bids/4 {
		t.Errorf("only %d of %d bids were taken: the generator tests refusals and little else", taken, bids)
	}
}

// game is one lot played by the rules and by the model at once.
type game struct {
	t        *rapid.T
	thorough bool // check after every act, not only at the end
	terms    Terms
	lot      Lot
	log      []Record
	m        *model
	now      int64 // ms after the opening
	bids     int
}

func ms(t time.Time) int64 { return t.Sub(noon).Milliseconds() }

func newGame(t *rapid.T) *game {
	g := &game{t: t, m: &model{paused: -1}}
	tables := []struct {
		bounds, steps []Money
		table         Table
	}{
		{nil, []Money{1}, Table{{0, 1}}},
		{nil, []Money{500}, Table{{0, 500}}},
		{[]Money{100, 500, 2500}, []Money{5, 25, 50, 100}, Table{{99, 5}, {499, 25}, {2499, 50}, {0, 100}}},
		{[]Money{10000, 50000}, []Money{100, 500, 1000}, Table{{9999, 100}, {49999, 500}, {0, 1000}}},
	}
	table := tables[rapid.IntRange(0, len(tables)-1).Draw(t, "table")]
	g.m.bounds, g.m.steps, g.terms.Steps = table.bounds, table.steps, table.table
	g.m.opening = rapid.SampledFrom([]Money{1, 95, 1000}).Draw(t, "opening")
	g.m.reserve = rapid.SampledFrom([]Money{0, 0, 1000, 5000}).Draw(t, "reserve")
	g.m.buyNow = rapid.SampledFrom([]Money{0, 0, 5000, 20000}).Draw(t, "buy now")
	soft := rapid.SampledFrom([][2]int64{{0, 0}, {60_000, 60_000}, {300_000, 120_000}, {120_000, 300_000}}).Draw(t, "soft close")
	g.m.window, g.m.extension = soft[0], soft[1]
	g.m.close = 600_000
	g.m.latest = rapid.SampledFrom([]int64{0, 0, 620_000, 900_000}).Draw(t, "latest")
	g.terms.Opening, g.terms.Reserve, g.terms.BuyNow = g.m.opening, g.m.reserve, g.m.buyNow
	g.terms.SoftClose = SoftClose{Window: time.Duration(g.m.window) * time.Millisecond, Extension: time.Duration(g.m.extension) * time.Millisecond}
	if g.m.latest != 0 {
		g.terms.SoftClose.Latest = noon.Add(time.Duration(g.m.latest) * time.Millisecond)
	}
	start := Lot{ID: 42, SaleID: 1, State: Upcoming, OpensAt: noon, ClosesAt: noon.Add(10 * time.Minute)}
	lot, events := start.Open(g.terms, noon, [16]byte{1})
	g.lot, g.log = lot, []Record{{Event: events[0], Terms: &g.terms, Nonce: [16]byte{1}}}
	return g
}

func (g *game) at() time.Time { return noon.Add(time.Duration(g.now) * time.Millisecond) }

func (g *game) play() {
	for range rapid.IntRange(1, 60).Draw(g.t, "acts") {
		g.now += rapid.SampledFrom([]int64{0, 1, 1000, 7000, 20_000, 60_000}).Draw(g.t, "later by")
		if act := rapid.IntRange(0, 99).Draw(g.t, "act"); act < 84 {
			g.bid()
		} else {
			g.other(act)
		}
		g.compare()
		if g.m.over {
			break
		}
	}
	if !g.m.over && !g.m.stopped() {
		g.now = max(g.now, g.m.close)
		g.knockDown()
		g.compare()
	}
	g.check()
}

// amount is near where something changes: the ask, the leader's maximum, the
// reserve, the buy-now price.
func (g *game) amount() Money {
	base := rapid.SampledFrom([]Money{g.m.ask(), g.m.ask(), g.lot.Max, g.lot.Max, g.m.reserve, g.m.buyNow}).Draw(g.t, "near")
	step := g.m.step(base)
	return base + rapid.SampledFrom([]Money{0, 0, 1, -1, step, step, 3 * step, 7*step + 3}).Draw(g.t, "and")
}

func (g *game) paddle() Paddle {
	return rapid.SampledFrom([]Paddle{"A", "B", "C", "D"}).Draw(g.t, "paddle")
}

func (g *game) bid() {
	g.bids++
	b := Bid{By: Bidder{Paddle: g.paddle()}, Amount: g.amount(), Key: strconv.Itoa(g.bids), Nonce: [16]byte{byte(g.bids)}}
	b.Kind = rapid.SampledFrom([]Kind{Maximum, Maximum, Maximum, Maximum, Exact, BuyNow}).Draw(g.t, "kind")
	if b.Kind == BuyNow && rapid.Bool().Draw(g.t, "at the price") {
		b.Amount = g.m.buyNow
	}
	switch rapid.IntRange(0, 19).Draw(g.t, "who") {
	case 0:
		b.By.Own = true
	case 1:
		b.By.Limit, b.By.Committed = b.Amount+10, 10
	case 2:
		b.By.Limit, b.By.Committed = b.Amount+10, 11
	}
	if rapid.IntRange(0, 9).Draw(g.t, "at the desk's word") == 0 {
		b.Without = "the room waits"
	}
	why := g.m.why(g.now, b.By.Paddle, b.Amount, b.Kind, b.By.Own, b.Without != "", b.By.Limit, b.By.Committed)
	before := g.lot
	lot, events, a := Decide(g.lot, g.terms, g.at(), b)
	if a.Reason != why {
		g.t.Fatalf("%+v at %d: refused for %q, the model says %q", b, g.now, a.Reason, why)
	}
	if why != "" {
		if lot != before || len(events) != 0 || a.Outcome != Refused || a.Seq != before.Seq {
			g.t.Fatalf("%+v was refused and did something: %+v %v", b, a, events)
		}
		return
	}
	g.m.bid(g.now, b.By.Paddle, b.Amount, b.Kind, events[0].Seq)
	g.lot = lot
	g.keep(events, &b)
	g.answered(before, b, a)
}

// answered compares the answer with what the model makes of the bid.
func (g *game) answered(before Lot, b Bid, a Answer) {
	lead, _, price := g.m.stand()
	want := Leading
	if lead != b.By.Paddle {
		want = Outbid
	} else if before.Lead == lead && b.Kind != BuyNow {
		want = Raised
	}
	if a.Outcome != want || a.Price != price || a.Lead != lead || a.Ask != g.m.ask() || a.Key != b.Key || a.Amount != b.Amount {
		g.t.Fatalf("%+v: answer %+v, the model says %s, %q at %d, ask %d", b, a, want, lead, price, g.m.ask())
	}
}

func (g *game) keep(events []Event, b *Bid) {
	for _, e := range events {
		r := Record{Event: e}
		if e.Kind == BidTaken {
			r.Bid = b
		}
		g.log = append(g.log, r)
		g.m.last = ms(e.At)
	}
}

func (g *game) knockDown() {
	lead, _, price := g.m.stand()
	due := !g.m.over && !g.m.stopped() && g.now >= g.m.close
	lot, events := g.lot.KnockDown(g.terms, g.at())
	if due != (len(events) == 1) {
		g.t.Fatalf("knock down at %d, close %d: %v", g.now, g.m.close, events)
	}
	if due {
		g.m.over, g.m.sold = true, lead != "" && price >= g.m.reserve
	}
	g.lot = lot
	g.keep(events, nil)
}

// other plays what is not a bid.
func (g *game) other(act int) {
	switch {
	case act < 87:
		g.void()
	case act < 90:
		g.takeBack()
	case act < 93:
		g.pauseOrResume()
	case act < 95:
		running := !g.m.over && !g.m.stopped() && g.now < g.m.close
		moved := running && g.m.extend(g.now)
		lot, events := g.lot.ExtendWith(g.terms, g.at(), g.at())
		g.did("mate", moved, lot, events)
	case act < 96:
		g.moveClose()
	case act < 97:
		from := g.now - rapid.SampledFrom([]int64{29_999, 30_000, 700_000}).Draw(g.t, "down for")
		g.now += rapid.SampledFrom([]int64{0, 0, 0, 9_000_000}).Draw(g.t, "and")
		moved := g.m.outage(from, g.now)
		lot, events := g.lot.Outage(g.terms, noon.Add(time.Duration(from)*time.Millisecond), g.at(), DefaultOutagePolicy())
		g.did("outage", moved, lot, events)
	case act < 98:
		released := g.m.held
		lot, events, err := g.lot.Release(g.terms, g.at(), g.at().Add(5*time.Minute), "go on")
		if released != (err == nil) {
			g.t.Fatalf("release: %v", err)
		}
		if released {
			g.m.move(g.now + 300_000)
			g.m.held = false
		}
		g.did("release", released, lot, events)
	default:
		g.knockDown()
	}
}

// did holds whether an act did something against the model.
func (g *game) did(what string, want bool, lot Lot, events []Event) {
	if want != (len(events) == 1) || !want && lot != g.lot {
		g.t.Fatalf("%s at %d: events %v, the model says %t", what, g.now, events, want)
	}
	g.lot = lot
	g.keep(events, nil)
}

func (g *game) moveClose() {
	to := g.now + rapid.SampledFrom([]int64{59_999, 60_000, 300_000, g.m.close - g.now}).Draw(g.t, "close in")
	may := g.m.mayMove(g.now, to)
	lot, events, err := g.lot.Reschedule(g.at(), noon.Add(time.Duration(to)*time.Millisecond), "go home")
	if may != (err == nil) {
		g.t.Fatalf("move the close %d at %d to %d: %v, the model says %t", g.m.close, g.now, to, err, may)
	}
	moved := may && to != g.m.close
	if moved {
		g.m.move(to)
	}
	g.did("move the close", moved, lot, events)
}

func (g *game) void() {
	if len(g.m.bids) == 0 {
		return
	}
	b := &g.m.bids[rapid.IntRange(0, len(g.m.bids)-1).Draw(g.t, "void")]
	may := !g.m.over && !b.struck && (g.m.stopped() || g.now < g.m.close)
	lot, events, err := g.lot.Void(g.terms, g.log, b.seq, g.at(), "test")
	if may != (err == nil) {
		g.t.Fatalf("void %d: %v, the model says %t", b.seq, err, may)
	}
	if err != nil {
		return
	}
	b.struck = true
	g.did("void", true, lot, events)
}

func (g *game) takeBack() {
	p := g.paddle()
	at := g.m.mayTakeBack(g.now, p)
	lot, events, err := g.lot.TakeBack(g.terms, g.log, p, g.at())
	if (at >= 0) != (err == nil) {
		g.t.Fatalf("take back by %s: %v, the model says bid %d", p, err, at)
	}
	var public []Event
	for _, r := range g.log {
		public = append(public, r.Event)
	}
	if may := MayTakeBack(g.lot.Public(g.terms), public, p, g.at()); may != (err == nil) {
		g.t.Fatalf("MayTakeBack by %s: %t, TakeBack says %v", p, may, err)
	}
	if at >= 0 {
		g.m.bids[at].struck = true
	}
	g.did("take back", at >= 0, lot, events)
}

func (g *game) pauseOrResume() {
	if g.m.paused >= 0 {
		g.m.move(g.m.close + g.now - g.m.paused)
		g.m.paused = -1
		lot, events := g.lot.Resume(g.terms, g.at())
		g.did("resume", true, lot, events)
		return
	}
	may := !g.m.held && g.now < g.m.close
	if may {
		g.m.paused = g.now
	}
	lot, events := g.lot.Pause(g.at(), "test")
	g.did("pause", may, lot, events)
}

// compare holds the lot's row against the model.
func (g *game) compare() {
	lead, maximum, price := g.m.stand()
	l := g.lot
	got := fmt.Sprint(l.Lead, l.Max, l.Price, ms(l.ClosesAt), l.State == Open, l.State == Sold, l.Held, !l.PausedAt.IsZero(), l.Bids)
	want := fmt.Sprint(lead, maximum, price, g.m.close, !g.m.over, g.m.sold, g.m.held, g.m.paused >= 0, g.m.count())
	if got != want {
		g.t.Fatalf("at %d: the lot is %s, the model %s", g.now, got, want)
	}
	if g.thorough {
		g.check()
	}
}

// check holds the log against every invariant, and its public lines too.
func (g *game) check() {
	if err := Check(g.lot, g.terms, g.log); err != nil {
		g.t.Fatal(err)
	}
	var events []Event
	for _, r := range g.log {
		line := r.Line()
		e, err := ParseLine(line)
		if err != nil || !bytes.Equal(e.Line(), line) {
			g.t.Fatalf("%s: %v", line, err)
		}
		events = append(events, e)
	}
	if err := CheckPublic(events); err != nil {
		g.t.Fatal(err)
	}
}
