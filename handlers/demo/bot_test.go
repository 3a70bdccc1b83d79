package demo

import (
	"fmt"
	"testing"
	"time"

	"outcry/auction"
)

// hall is a sale by the real rules, without a store or a clock.
type hall struct {
	t     *testing.T
	lots  []Lot
	state []auction.Lot
	bids  []time.Time // taken
	late  int         // bids that extended a lot
	no    map[auction.Reason]int
	log   []string
}

func newHall(t *testing.T, length time.Duration) *hall {
	t.Helper()
	sale, err := Sale(start, length, gbp)
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{t: t, lots: Lots(start, length, gbp), no: map[auction.Reason]int{}}
	for i := range h.lots {
		l := &h.lots[i]
		l.Draft = sale.Complete(l.Draft, i)
		h.state = append(h.state, auction.Lot{ID: int64(100 + i), State: auction.Upcoming, OpensAt: l.OpensAt, ClosesAt: l.ClosesAt})
	}
	h.tick(start)
	return h
}

// tick opens and closes what is due.
func (h *hall) tick(now time.Time) {
	for i, l := range h.lots {
		s := &h.state[i]
		if s.State == auction.Upcoming && !now.Before(s.OpensAt) {
			*s, _ = s.Open(l.Terms, now, [16]byte{})
		}
		if s.State == auction.Open && !now.Before(s.ClosesAt) {
			*s, _ = s.KnockDown(l.Terms, now)
		}
	}
}

func (h *hall) bid(now time.Time, i int, p auction.Paddle, amount auction.Money, kind auction.Kind) auction.Outcome {
	was := h.state[i]
	after, events, answer := auction.Decide(was, h.lots[i].Terms, now, auction.Bid{By: auction.Bidder{Paddle: p}, Amount: amount, Kind: kind})
	h.state[i] = after
	h.log = append(h.log, fmt.Sprintf("%v %d %s %s %d %s", now.Sub(start), i, p, kind, amount, answer.Outcome))
	if answer.Outcome == auction.Refused {
		h.no[answer.Reason]++
		return answer.Outcome
	}
	if len(events) > 0 {
		h.bids = append(h.bids, now)
	}
	h.late += after.Extended - was.Extended
	return answer.Outcome
}

func (h *hall) catalogue() []auction.Entry {
	out := make([]auction.Entry, len(h.lots))
	for i, l := range h.lots {
		out[i] = auction.Entry{Words: auction.Words{Number: l.Number}, Public: h.state[i].Public(l.Terms)}
	}
	return out
}

// prelude sends the moves, and withdraws what is to be withdrawn.
func (h *hall) prelude() {
	people := People(Least)
	for i, l := range h.lots {
		for n, m := range l.Moves {
			at := start.Add(time.Duration(n+1) * 50 * time.Millisecond)
			if out := h.bid(at, i, people[m.By].Paddle, m.Amount, m.Kind); out == auction.Refused {
				h.t.Errorf("lot %s: move %d, %+v, is refused", l.Number, n, m)
			}
		}
		if l.Becomes == auction.Withdrawn {
			var err error
			if h.state[i], _, err = h.state[i].Withdraw(start.Add(time.Second), l.Why); err != nil {
				h.t.Errorf("lot %s: %v", l.Number, err)
			}
		}
	}
	h.tick(start.Add(Prelude))
}

func TestPreludeMakesEveryState(t *testing.T) {
	for _, length := range []time.Duration{2 * time.Minute, ByDefault} {
		h := newHall(t, length)
		h.prelude()
		for i, l := range h.lots {
			if got := h.state[i].State; got != l.Becomes {
				t.Errorf("in %v lot %s is %s after the prelude, want %s", length, l.Number, got, l.Becomes)
			}
		}
	}
}

// run lets bots bid until the last lot is over.
func (h *hall) run(bots []*Bot) {
	h.prelude()
	next := make([]time.Time, len(bots))
	for i, b := range bots {
		next[i] = start.Add(Prelude + b.Pause())
	}
	for {
		first := 0
		for i := range next {
			if next[i].Before(next[first]) {
				first = i
			}
		}
		now, b := next[first], bots[first]
		h.tick(now)
		if h.over() {
			return
		}
		if d, ok := b.Decide(now, h.catalogue()); ok {
			h.check(b, d)
			h.bid(now, int(d.Lot-100), b.Paddle, d.Amount, d.Kind)
		}
		next[first] = now.Add(b.Pause())
	}
}

func (h *hall) over() bool {
	for _, s := range h.state {
		if !s.State.Over() {
			return false
		}
	}
	return true
}

// check holds a decision against what the bot may do.
func (h *hall) check(b *Bot, d Decision) {
	i := int(d.Lot - 100)
	l, s := h.lots[i], h.state[i]
	o, cares := b.lots[l.Number]
	if !cares || d.Amount > o.worth || d.Number != l.Number {
		h.t.Errorf("%s (%s) bids %d on lot %s, which is worth %d to them", b.Name, b.Temper, d.Amount, l.Number, o.worth)
	}
	if s.Lead == b.Paddle {
		h.t.Errorf("%s (%s) bids against themselves on lot %s", b.Name, b.Temper, l.Number)
	}
	if middle := (l.EstimateLow + l.EstimateHigh) / 2; d.Amount > middle*18/10 {
		h.t.Errorf("%s (%s) bids %d on lot %s, estimated at %d", b.Name, b.Temper, d.Amount, l.Number, middle)
	}
}

// The same seed makes the same sale to the last bid, another one another.
func TestBotsAreDeterministic(t *testing.T) {
	sale := func(seed uint64) string {
		h := newHall(t, 4*time.Minute)
		h.run(Bots(12, seed, h.lots))
		return fmt.Sprint(h.log)
	}
	one := sale(1)
	if one != sale(1) {
		t.Error("the same seed made another sale")
	}
	if one == sale(2) {
		t.Error("two seeds made the same sale")
	}
}

// Twelve bots keep the catalogue moving: a bid every one to two seconds over
// the whole sale, never long silences, not even when only the last lots are
// open; and they pay what things are worth.
func TestTheCatalogueLives(t *testing.T) {
	for seed := uint64(1); seed <= 8; seed++ {
		h := newHall(t, ByDefault)
		h.run(Bots(12, seed, h.lots))
		const slice = 2 * time.Minute
		perSlice := make([]int, ByDefault/slice)
		for _, at := range h.bids {
			perSlice[min(int(at.Sub(start)/slice), len(perSlice)-1)]++
		}
		sold, mean := h.realised()
		t.Logf("seed %d: %d bids, in each %v %v; %d sold at %.2f of the estimate, %d extensions, refused %v",
			seed, len(h.bids), slice, perSlice, sold, mean, h.late, h.no)
		for i, n := range perSlice {
			if every := slice / time.Duration(max(n, 1)); every < 700*time.Millisecond || every > 6*time.Second {
				t.Errorf("seed %d: from %v a bid every %v", seed, time.Duration(i)*slice, every.Round(100*time.Millisecond))
			}
		}
		if sold < 20 || mean < 0.9 || mean > 1.35 {
			t.Errorf("seed %d: %d sold, at %.2f of the estimate; want 20 or more at about what they are worth", seed, sold, mean)
		}
		if every := ByDefault / time.Duration(len(h.bids)); every < time.Second || every > 2*time.Second {
			t.Errorf("seed %d: a bid every %v, want every 1 to 2 s", seed, every)
		}
	}
}

// However many bots there are and however short the sale, nobody bids above
// what a lot is worth to them (run checks it), and every lot comes to its end.
func TestAnyNumberOfBotsAnyLength(t *testing.T) {
	for _, c := range []struct {
		bots   int
		length time.Duration
	}{{1, ByDefault}, {3, 5 * time.Minute}, {12, time.Minute}, {40, 2 * time.Minute}, {12, time.Hour}} {
		h := newHall(t, c.length)
		h.run(Bots(c.bots, 7, h.lots))
		last := start
		for _, s := range h.state {
			if s.ClosesAt.After(last) {
				last = s.ClosesAt
			}
		}
		over := last.Sub(start) - c.length
		t.Logf("%d bots in %v: %d bids, the last lot closed %v late", c.bots, c.length, len(h.bids), over.Round(time.Second))
		if over > c.length/2+5*time.Minute {
			t.Errorf("%d bots in %v: the last lot closed %v late", c.bots, c.length, over)
		}
	}
}

// What a bot does about one open lot, at 10.00 with an ask of 12.00, halfway
// through its time.
func TestTempers(t *testing.T) {
	now := start.Add(time.Minute)
	entry := auction.Entry{Words: auction.Words{Number: "1"}, Public: auction.Public{
		ID: 7, State: auction.Open, Opening: 1000, Price: 1000, Ask: 1200, Bids: 1, Lead: "55",
		OpensAt: start, ClosesAt: start.Add(2 * time.Minute)}}
	with := func(change func(*auction.Entry)) auction.Entry {
		e := entry
		change(&e)
		return e
	}
	offered := with(func(e *auction.Entry) { e.BuyNow = 9000 })
	last := with(func(e *auction.Entry) { e.ClosesAt = now.Add(5 * time.Second) })
	for _, c := range []struct {
		temper   Temper
		entry    auction.Entry
		worth    auction.Money
		low, top auction.Money // 0 = no bid
		kind     auction.Kind
	}{
		{Nibbler, entry, 10000, 1200, 1200, auction.Maximum},
		{Setter, entry, 10000, 1250, 3000, auction.Maximum},
		{Impulsive, entry, 10000, 1200, 3000, auction.Exact},
		{Impulsive, offered, 10000, 9000, 9000, auction.BuyNow},
		{Setter, with(func(e *auction.Entry) { e.BuyNow = 1500 }), 10000, 1200, 1200, auction.Maximum},
		{Sniper, entry, 10000, 0, 0, ""},
		{Sniper, last, 9990, 9950, 9950, auction.Maximum},
		{Nibbler, entry, 1199, 0, 0, ""},
		{Sniper, last, 1199, 0, 0, ""},
		{Nibbler, with(func(e *auction.Entry) { e.Lead = "20" }), 10000, 0, 0, ""},
		{Nibbler, with(func(e *auction.Entry) { e.State = auction.Upcoming }), 10000, 0, 0, ""},
		{Nibbler, with(func(e *auction.Entry) { e.ClosesAt = now }), 10000, 0, 0, ""},
		{Nibbler, with(func(e *auction.Entry) { e.PausedAt = now }), 10000, 0, 0, ""},
		{Undecided, with(func(e *auction.Entry) { e.Bids = 0 }), 10000, 0, 0, ""},
	} {
		b := Bots(1, 3, nil)[0]
		b.Temper, b.manner = c.temper, c.temper.manner()
		b.manner.eager = 1
		b.lots = map[string]opinion{"1": {worth: c.worth, unit: 50, lead: 8 * time.Second}}
		d, ok := b.Decide(now, []auction.Entry{c.entry})
		if ok != (c.low > 0) || d.Amount < c.low || d.Amount > c.top || d.Kind != c.kind {
			t.Errorf("%s, to whom the lot is worth %d, %+v: %+v, %v; want %s from %d to %d", c.temper, c.worth, c.entry.Public, d, ok, c.kind, c.low, c.top)
		}
	}
}

// realised returns how many lots were sold, and what they brought beside the
// middle of their estimates.
func (h *hall) realised() (sold int, mean float64) {
	for i, l := range h.lots {
		if h.state[i].State == auction.Sold {
			sold++
			mean += float64(h.state[i].Hammer) / (float64(l.EstimateLow+l.EstimateHigh) / 2)
		}
	}
	return sold, mean / float64(sold)
}
