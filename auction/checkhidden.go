package auction

import (
	"slices"
	"time"
)

// hiddenInvariants need what is hidden behind the events, or the lot's row.
var hiddenInvariants = [...]struct {
	name string
	look func(*audit, fail)
}{
	{"row", rowEqualsReplay},
	{"seal", sealsMatch},
	{"terms", termsAreFrozen},
	{"opening", priceReachesTheOpening},
	{"maximum", priceStaysBelowTheMaximum},
	{"lift", reserveLiftsThePrice},
	{"ask", bidsReachTheAsk},
	{"tie", highestThenEarliestLeads},
	{"decision", everyBidDecidedTheSame},
	{"replayed void", voidReplaysTheStanding},
	{"soft close", extensionsAddUp},
	{"reserve", soldOnlyAtTheReserve},
	{"key", oneEventForAKey},
	{"secret", noMaximumShows},
}

func rowEqualsReplay(a *audit, fail fail) {
	row, want := a.lot.normal(), a.steps[len(a.steps)-1].normal()
	if row == want {
		return
	}
	for _, f := range [...]struct {
		name      string
		row, want any
	}{
		{"state", row.State, want.State}, {"seq", row.Seq, want.Seq}, {"at", row.At, want.At},
		{"hash", row.Hash, want.Hash}, {"close", row.ClosesAt, want.ClosesAt}, {"price", row.Price, want.Price},
		{"leader", row.Lead, want.Lead}, {"maximum", row.Max, want.Max}, {"maximum's time", row.MaxAt, want.MaxAt},
		{"bids", row.Bids, want.Bids}, {"extensions", row.Extended, want.Extended},
		{"last extension", row.ExtendedAt, want.ExtendedAt}, {"hammer price", row.Hammer, want.Hammer},
		{"pause", row.PausedAt, want.PausedAt}, {"held", row.Held, want.Held}, {"shift", row.LatestShift, want.LatestShift},
	} {
		if f.row != f.want {
			fail(0, "the lot has %s %v, its log makes %v", f.name, f.row, f.want)
		}
	}
}

// normal is the lot with its times as events have them, so that two can be
// compared.
func (l Lot) normal() Lot {
	for _, t := range []*time.Time{&l.At, &l.OpensAt, &l.ClosesAt, &l.MaxAt, &l.ExtendedAt, &l.PausedAt} {
		*t = millis(*t)
	}
	return l
}

func sealsMatch(a *audit, fail fail) {
	for i := range a.log {
		r := &a.log[i]
		if (r.Bid != nil) != (r.Kind == BidTaken) || (r.Terms != nil) != (r.Kind == LotOpened) {
			fail(r.Seq, "%s with bid %t and terms %t behind it", r.Kind, r.Bid != nil, r.Terms != nil)
			continue
		}
		var want Hash
		switch {
		case r.Bid != nil:
			want = r.Bid.Seal()
			if r.Bid.By.Paddle != r.Paddle {
				fail(r.Seq, "the event says %q bid, what is behind it says %q", r.Paddle, r.Bid.By.Paddle)
			}
		case r.Terms != nil:
			want = r.Terms.Seal(r.Nonce)
		}
		if r.Seal != want {
			fail(r.Seq, "the seal is %s, what is behind it makes %s", r.Seal, want)
		}
	}
}

func termsAreFrozen(a *audit, fail fail) {
	if err := a.terms.Steps.Check(); err != nil && a.lot.State != Upcoming && a.lot.State != Withdrawn {
		fail(0, "%v", err)
	}
	for i := range a.log {
		// One nonce for both: equal seals are equal terms.
		if r := &a.log[i]; r.Terms != nil && r.Terms.Seal(r.Nonce) != a.given.Seal(r.Nonce) {
			fail(r.Seq, "the lot's terms are not those that it opened under")
		}
	}
}

func priceReachesTheOpening(a *audit, fail fail) {
	for _, l := range a.steps {
		if l.Lead != "" && l.Price < a.terms.Opening {
			fail(l.Seq, "%q leads at %d, below the opening price %d", l.Lead, l.Price, a.terms.Opening)
		}
	}
}

func priceStaysBelowTheMaximum(a *audit, fail fail) {
	for _, l := range a.steps {
		if l.Price > l.Max {
			fail(l.Seq, "the price %d is above the leader's maximum %d", l.Price, l.Max)
		}
	}
}

func reserveLiftsThePrice(a *audit, fail fail) {
	for _, l := range a.steps {
		if l.Lead != "" && l.Price < min(l.Max, a.terms.Reserve) {
			fail(l.Seq, "the price %d is below both the reserve %d and the leader's maximum %d", l.Price, a.terms.Reserve, l.Max)
		}
	}
}

func bidsReachTheAsk(a *audit, fail fail) {
	a.bids(func(_ int, was, _ Lot, r *Record) {
		ask := max(a.terms.Opening, 1)
		if was.Lead != "" {
			ask = was.Price + a.terms.Steps.Step(was.Price)
			if r.Reason != "" { // at the desk's word
				ask = was.Price + 1
			}
		}
		if r.Paddle != was.Lead && r.Bid.Amount < ask {
			fail(r.Seq, "a bid of %d was taken, the ask was %d", r.Bid.Amount, ask)
		}
		if r.Paddle == was.Lead && r.Bid.Amount <= was.Max {
			fail(r.Seq, "a raise to %d was taken, the maximum was %d", r.Bid.Amount, was.Max)
		}
	})
}

func highestThenEarliestLeads(a *audit, fail fail) {
	// After a bid only that bid can have overtaken; after a void all are
	// looked at again.
	a.bids(func(_ int, was, is Lot, r *Record) {
		overtakes := was.Lead == "" || r.Bid.Amount > was.Max
		if overtakes != (is.Lead == r.Paddle) {
			fail(r.Seq, "a bid of %d against a maximum of %d was led by %q", r.Bid.Amount, was.Max, is.Lead)
		}
	})
	for i := 0; i+1 < len(a.steps); i++ {
		if a.log[i].Kind == BidVoided || i+2 == len(a.steps) {
			a.leaderIsBest(i, fail)
		}
	}
}

// leaderIsBest looks at all bids that stand after the record at i.
func (a *audit) leaderIsBest(i int, fail fail) {
	is := a.steps[i+1]
	voided := voidedIn(a.log[:i+1])
	var best *Record
	for j := range a.log[:i+1] {
		r := &a.log[j]
		if r.Bid != nil && !voided[r.Seq] && (best == nil || r.Bid.Amount > best.Bid.Amount) {
			best = r
		}
	}
	switch {
	case best == nil && is.Lead != "":
		fail(is.Seq, "%q leads, and no bid stands", is.Lead)
	case best != nil && (is.Lead != best.Paddle || is.Max != best.Bid.Amount):
		fail(is.Seq, "%q leads with %d, the earliest highest bid is that of %q at seq %d", is.Lead, is.Max, best.Paddle, best.Seq)
	}
}

func everyBidDecidedTheSame(a *audit, fail fail) {
	a.bids(func(i int, was, _ Lot, r *Record) {
		b := *r.Bid
		b.By = Bidder{Paddle: b.By.Paddle} // who may bid how much was known then, not now
		b.Without = r.Reason
		_, events, err := was.Bid(a.terms, r.At, b)
		if err != nil {
			fail(r.Seq, "a bid was taken that the rules refuse: %v", err)
			return
		}
		for j, e := range events {
			if i+j >= len(a.log) {
				fail(r.Seq, "the log ends before what follows from the bid: %s", e.Kind)
			} else if got := a.log[i+j].Event; !sameButChain(got, e) {
				fail(got.Seq, "the log has %s, the rules make %s", got.Line(), e.Line())
			}
		}
	})
}

// sameButChain leaves the hashes to the invariant that is about them.
func sameButChain(a, b Event) bool {
	a.Hash, a.Prev, b.Hash, b.Prev = Hash{}, Hash{}, Hash{}, Hash{}
	return slices.Equal(a.appendFields(nil), b.appendFields(nil))
}

func voidReplaysTheStanding(a *audit, fail fail) {
	for i := 0; i+1 < len(a.steps); i++ {
		r := &a.log[i]
		if r.Kind != BidVoided {
			continue
		}
		s, err := a.steps[i].standing(a.terms, a.log[:i], voidedIn(a.log[:i+1]))
		if err != nil || s.Price != r.Price || s.Lead != r.Lead {
			fail(r.Seq, "after the void %q leads at %d, what stands makes %q at %d", r.Lead, r.Price, s.Lead, s.Price)
		}
	}
}

func extensionsAddUp(a *audit, fail fail) {
	soft := a.terms.SoftClose
	capped := func(was Lot, close time.Time) time.Time {
		if latest := soft.Latest.Add(was.LatestShift); !soft.Latest.IsZero() && close.After(latest) {
			close = latest
		}
		return later(close, was.ClosesAt)
	}
	a.bids(func(_ int, was, is Lot, r *Record) {
		want := was.ClosesAt
		moved := is.Price != was.Price || is.Lead != was.Lead
		if left := was.ClosesAt.Sub(r.At); moved && r.Bid.kind() != BuyNow && soft.Window > 0 && left <= soft.Window {
			want = capped(was, r.At.Add(soft.Extension))
		}
		if !r.ClosesAt.Equal(millis(want)) {
			fail(r.Seq, "after a bid at %s the close is %s, want %s", instant(r.At), instant(r.ClosesAt), instant(want))
		}
	})
	for i := 0; i+1 < len(a.steps); i++ {
		r, was := &a.log[i], a.steps[i]
		if r.Kind == LotExtended && r.Ref == 0 && r.ClosesAt.After(capped(was, r.At.Add(soft.Extension))) {
			fail(r.Seq, "extended with its group to %s, further than its own terms allow", instant(r.ClosesAt))
		}
	}
}

func soldOnlyAtTheReserve(a *audit, fail fail) {
	for i := range a.log {
		e := &a.log[i].Event
		met := e.Lead != "" && e.Price >= a.terms.Reserve
		if e.Kind == LotSold && !met || e.Kind == LotPassed && met {
			fail(e.Seq, "%s at %d with a reserve of %d", e.Kind, e.Price, a.terms.Reserve)
		}
		if e.Kind == LotSold && e.At.Before(e.ClosesAt) && (a.terms.BuyNow == 0 || e.Price != a.terms.BuyNow) {
			fail(e.Seq, "sold before its close at %d, the buy-now price is %d", e.Price, a.terms.BuyNow)
		}
	}
}

func oneEventForAKey(a *audit, fail fail) {
	type key struct {
		by  Paddle
		key string
	}
	seen := make(map[key]int64)
	a.bids(func(_ int, _, _ Lot, r *Record) {
		k := key{r.Paddle, r.Bid.Key}
		if first, twice := seen[k]; twice && k.key != "" {
			fail(r.Seq, "the key of seq %d made a second event", first)
		}
		seen[k] = r.Seq
	})
}

func noMaximumShows(a *audit, fail fail) {
	for i := 0; i+1 < len(a.steps); i++ {
		e, is := &a.log[i].Event, a.steps[i+1]
		if e.Kind == BidTaken && e.Amount == is.Max && e.Price != is.Max {
			fail(e.Seq, "the amount %d shows the leader's standing maximum at a price of %d", e.Amount, e.Price)
		}
	}
}
