package auction

import (
	"slices"
	"time"
)

// publicInvariants hold for the events alone.
var publicInvariants = [...]struct {
	name string
	look func([]Event, fail)
}{
	{"seq", seqCountsUp},
	{"time", timeNeverGoesBack},
	{"chain", hashesChain},
	{"state", stateMovesForward},
	{"price falls", priceFallsOnlyByVoid},
	{"price moves", priceMovesOnlyByBid},
	{"close moves", closeMovesForAReason},
	{"late", noBidAtOrAfterTheClose},
	{"extension", extensionBelongsToBid},
	{"leader", leaderIsBidderOrStays},
	{"amount", amountFitsThePrice},
	{"fall", hammerFallsWhenDue},
	{"void", voidNamesATakenBid},
	{"pause", nothingHappensWhilePaused},
	{"resume", pauseMovesTheCloseByItsLength},
	{"notice", rescheduledWithNotice},
}

func seqCountsUp(log []Event, fail fail) {
	for i, e := range log {
		if want := int64(i + 1); e.Seq != want {
			fail(e.Seq, "event %d of the log has seq %d", want, e.Seq)
		}
	}
}

func timeNeverGoesBack(log []Event, fail fail) {
	var before time.Time
	for _, e := range log {
		if e.At.Before(before) {
			fail(e.Seq, "at %s is before the event before it (%s)", instant(e.At), instant(before))
		}
		if !e.At.Equal(millis(e.At)) {
			fail(e.Seq, "at %s is not in whole milliseconds", e.At)
		}
		before = e.At
	}
}

func hashesChain(log []Event, fail fail) {
	var prev Hash
	for _, e := range log {
		if e.Prev != prev {
			fail(e.Seq, "prev is %s, the line before has hash %s", e.Prev, prev)
		}
		if sum := e.sum(); e.Hash != sum {
			fail(e.Seq, "hash is %s, the line makes %s", e.Hash, sum)
		}
		prev = e.Hash
	}
}

func stateMovesForward(log []Event, fail fail) {
	state := Upcoming
	for _, e := range log {
		was := state
		switch e.Kind {
		case LotOpened:
			state = Open
		case LotSold:
			state = Sold
		case LotPassed:
			state = Passed
		case LotWithdrawn:
			state = Withdrawn
		default:
			if !slices.Contains(kinds[:], e.Kind) {
				fail(e.Seq, "unknown event %.40q", e.Kind)
			}
		}
		allowed := was == Open && e.Kind != LotOpened ||
			was == Upcoming && (e.Kind == LotOpened || e.Kind == LotWithdrawn)
		if !allowed {
			fail(e.Seq, "%s on a lot that is %s", e.Kind, was)
		}
	}
}

func priceFallsOnlyByVoid(log []Event, fail fail) {
	var price Money
	for _, e := range log {
		if e.Kind != BidVoided && e.Price < price {
			fail(e.Seq, "%s lowered the price from %d to %d", e.Kind, price, e.Price)
		}
		price = e.Price
	}
}

func priceMovesOnlyByBid(log []Event, fail fail) {
	var price Money
	var lead Paddle
	for _, e := range log {
		if (e.Price != price || e.Lead != lead) && e.Kind != BidTaken && e.Kind != BidVoided {
			fail(e.Seq, "%s moved the price or the leader from %d %q to %d %q", e.Kind, price, lead, e.Price, e.Lead)
		}
		price, lead = e.Price, e.Lead
	}
}

func closeMovesForAReason(log []Event, fail fail) {
	for i, e := range log {
		if i == 0 {
			continue
		}
		was := log[i-1].ClosesAt
		if e.ClosesAt.Before(was) && e.Kind != LotRescheduled {
			fail(e.Seq, "the close moved back from %s to %s", instant(was), instant(e.ClosesAt))
		}
		if e.ClosesAt.After(was) && !movesClose(e) {
			fail(e.Seq, "%s moved the close from %s to %s", e.Kind, instant(was), instant(e.ClosesAt))
		}
	}
}

// movesClose reports whether an event is of a kind that can move the close
// from that of the event before it. The extension after a bid repeats the
// close that the bid has set already.
func movesClose(e Event) bool {
	switch e.Kind {
	case BidTaken, LotRescheduled, SaleResumed:
		return true
	case LotExtended:
		return e.Ref == 0
	case SaleOutage:
		return !e.Held
	}
	return false
}

func noBidAtOrAfterTheClose(log []Event, fail fail) {
	for i, e := range log {
		if i > 0 && e.Kind == BidTaken && !e.At.Before(log[i-1].ClosesAt) {
			fail(e.Seq, "a bid at %s was taken, the close was at %s", instant(e.At), instant(log[i-1].ClosesAt))
		}
	}
}

func extensionBelongsToBid(log []Event, fail fail) {
	for i, e := range log {
		if i == 0 {
			continue
		}
		was := log[i-1]
		moved := e.ClosesAt.After(was.ClosesAt)
		switch {
		case e.Kind == BidTaken && moved:
			if i+1 == len(log) || log[i+1].Kind != LotExtended || log[i+1].Ref != e.Seq {
				fail(e.Seq, "the bid moved the close, and no extension follows")
			}
		case e.Kind == LotExtended && e.Ref == 0 && !moved:
			fail(e.Seq, "an extension with the group that moved nothing")
		case e.Kind == LotExtended && e.Ref != 0:
			before := Event{}
			if i > 1 {
				before = log[i-2]
			}
			if was.Kind != BidTaken || was.Seq != e.Ref || !was.ClosesAt.After(before.ClosesAt) || !e.At.Equal(was.At) {
				fail(e.Seq, "the extension names the bid at seq %d, which is not the bid before it that moved the close", e.Ref)
			}
		}
	}
}

func leaderIsBidderOrStays(log []Event, fail fail) {
	var lead Paddle
	for _, e := range log {
		if e.Kind == BidTaken {
			switch {
			case e.Paddle == "" || e.Lead == "":
				fail(e.Seq, "a bid without a bidder or without a leader after it")
			case e.Lead != e.Paddle && e.Lead != lead:
				fail(e.Seq, "a bid of %q handed the lead from %q to %q", e.Paddle, lead, e.Lead)
			case e.Automatic != (e.Lead != e.Paddle):
				fail(e.Seq, "automatic is %t, bid by %q, led by %q", e.Automatic, e.Paddle, e.Lead)
			}
		}
		lead = e.Lead
	}
}

func amountFitsThePrice(log []Event, fail fail) {
	var price Money
	var lead Paddle
	for _, e := range log {
		switch {
		case e.Lead == "" && e.Price != 0:
			fail(e.Seq, "nobody leads at %d", e.Price)
		case e.Lead != "" && e.Price <= 0:
			fail(e.Seq, "%q leads at %d", e.Lead, e.Price)
		case e.Kind != BidTaken:
		case e.Lead == e.Paddle && e.Amount != e.Price:
			fail(e.Seq, "the leader's bid shows %d at a price of %d", e.Amount, e.Price)
		case e.Lead != e.Paddle && (e.Amount > e.Price || e.Amount <= price):
			fail(e.Seq, "a bid of %d was outbid, the price went from %d to %d", e.Amount, price, e.Price)
		case e.Lead == e.Paddle && e.Lead != lead && e.Price <= price:
			fail(e.Seq, "the lead was taken at %d, not above %d", e.Price, price)
		}
		price, lead = e.Price, e.Lead
	}
}

func hammerFallsWhenDue(log []Event, fail fail) {
	for i, e := range log {
		if i == 0 || e.Kind != LotSold && e.Kind != LotPassed {
			continue
		}
		was := log[i-1]
		bought := e.Kind == LotSold && was.Kind == BidTaken && was.Paddle == e.Paddle && was.At.Equal(e.At)
		if e.At.Before(e.ClosesAt) && !bought {
			fail(e.Seq, "%s at %s, before the close at %s", e.Kind, instant(e.At), instant(e.ClosesAt))
		}
		if e.Kind == LotSold && (e.Paddle == "" || e.Paddle != e.Lead) {
			fail(e.Seq, "sold to %q, %q leads", e.Paddle, e.Lead)
		}
	}
}

func voidNamesATakenBid(log []Event, fail fail) {
	voided := make(map[int64]bool)
	for i, e := range log {
		if e.Kind != BidVoided {
			continue
		}
		at := slices.IndexFunc(log[:i], func(b Event) bool { return b.Seq == e.Ref && b.Kind == BidTaken })
		switch {
		case at < 0:
			fail(e.Seq, "it voids seq %d, which is no bid before it", e.Ref)
		case voided[e.Ref]:
			fail(e.Seq, "it voids seq %d again", e.Ref)
		case log[at].Paddle != e.Paddle:
			fail(e.Seq, "it voids a bid of %q, seq %d was by %q", e.Paddle, e.Ref, log[at].Paddle)
		case e.Reason == "":
			fail(e.Seq, "it gives no reason")
		}
		voided[e.Ref] = true
	}
}

func nothingHappensWhilePaused(log []Event, fail fail) {
	stopped := false
	for _, e := range log {
		switch e.Kind {
		case SalePaused, SaleOutage:
			if stopped {
				fail(e.Seq, "%s while the clock stood already", e.Kind)
			}
			stopped = e.Kind == SalePaused || e.Held
		case SaleResumed:
			if !stopped {
				fail(e.Seq, "resumed while the clock ran")
			}
			stopped = false
		case BidTaken, LotExtended, LotRescheduled, LotSold, LotPassed:
			if stopped {
				fail(e.Seq, "%s while the clock stood", e.Kind)
			}
		}
	}
}

func pauseMovesTheCloseByItsLength(log []Event, fail fail) {
	var paused time.Time
	for i, e := range log {
		switch {
		case e.Kind == SalePaused:
			paused = e.At
		case e.Kind == SaleResumed && i > 0 && !paused.IsZero():
			length, moved := e.At.Sub(paused), e.ClosesAt.Sub(log[i-1].ClosesAt)
			if moved != length {
				fail(e.Seq, "a pause of %s moved the close by %s", length, moved)
			}
			paused = time.Time{}
		case (e.Kind == SaleResumed || e.Kind == SaleOutage && !e.Held) && !e.ClosesAt.After(e.At):
			fail(e.Seq, "the new close %s is not after %s", instant(e.ClosesAt), instant(e.At))
		}
	}
}

func rescheduledWithNotice(log []Event, fail fail) {
	for i, e := range log {
		if i == 0 || e.Kind != LotRescheduled {
			continue
		}
		was := log[i-1].ClosesAt
		switch {
		case e.ClosesAt.Equal(was):
			fail(e.Seq, "the close was moved to where it stood")
		case e.ClosesAt.Before(e.At.Add(LeastNotice)):
			fail(e.Seq, "the close was moved to %s, with less than %s of notice", instant(e.ClosesAt), LeastNotice)
		case !e.At.Before(was):
			fail(e.Seq, "the close was moved at %s, it had come at %s", instant(e.At), instant(was))
		case e.Reason == "":
			fail(e.Seq, "the close was moved without a reason")
		}
	}
}

// instant writes a moment to the millisecond.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
