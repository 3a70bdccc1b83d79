package sim

import (
	"outcry/auction"
)

// check holds the evening against everything that was promised.
func (e *evening) check() {
	taken := map[int64]int{}
	for i := range bidders {
		for _, b := range e.bids[i] {
			e.checkBid(b)
			if b.judged && b.heard.Outcome != auction.Refused {
				taken[b.lot]++
			}
		}
	}
	for _, id := range e.store.ids {
		r := e.store.lots[id]
		if err := auction.Check(r.lot, r.terms, r.log); err != nil {
			e.fail("lot %d: %v", id, err)
		}
		e.checkEnd(r)
		n := 0
		for _, rec := range r.log {
			if rec.Kind == auction.BidTaken {
				n++
			}
		}
		if n != taken[id] {
			e.fail("lot %d: %d bids in the log, %d were told to be taken", id, n, taken[id])
		}
	}
	e.checkTold()
}

// checkBid: what a bidder heard is kept, and a taken bid is in the log as it
// was told.
func (e *evening) checkBid(b *entry) {
	r := e.store.lots[b.lot]
	k, there := r.bids[kept{b.bid.By.Paddle, b.bid.Key}]
	if b.judged != there || there && !sameRefusal(k.answer, b.heard) {
		e.fail("bid %+v heard %+v (judged %v); kept is %+v (%v)", b.bid, b.heard, b.judged, k.answer, there)
		return
	}
	if !there || b.heard.Outcome == auction.Refused {
		return
	}
	if b.heard.Seq > int64(len(r.log)) {
		e.fail("bid %+v was told to be seq %d of %d", b.bid, b.heard.Seq, len(r.log))
		return
	}
	ev := r.log[b.heard.Seq-1]
	if ev.Kind != auction.BidTaken || ev.Paddle != b.bid.By.Paddle || !ev.At.Equal(b.heard.At) && b.bid.Kind != auction.BuyNow || ev.Bid == nil || ev.Bid.Key != b.bid.Key {
		e.fail("bid %+v heard %+v; the log has %+v", b.bid, b.heard, ev)
	}
}

// checkEnd: a lot ends once, as its last event, and not before its close
// unless somebody bought it or it was withdrawn.
func (e *evening) checkEnd(r *row) {
	if !r.lot.State.Over() {
		e.fail("lot %d is %s when everybody has gone home", r.lot.ID, r.lot.State)
	}
	for i, ev := range r.log {
		switch ev.Kind {
		case auction.LotSold, auction.LotPassed, auction.LotWithdrawn:
		default:
			continue
		}
		if i != len(r.log)-1 {
			e.fail("lot %d ended as event %d of %d", r.lot.ID, i+1, len(r.log))
		}
		bought := i > 0 && r.log[i-1].Kind == auction.BidTaken && r.log[i-1].Bid != nil && r.log[i-1].Bid.Kind == auction.BuyNow
		if ev.Kind != auction.LotWithdrawn && !bought && ev.At.Before(ev.ClosesAt) {
			e.fail("lot %d closed at %v for a close at %v", r.lot.ID, ev.At, ev.ClosesAt)
		}
	}
}

// checkTold: everything that was announced is in the logs, in their order.
func (e *evening) checkTold() {
	newest := map[int64]int64{}
	for _, c := range e.told {
		log := e.store.lots[c.Lot.ID].log
		if c.Lot.Seq < newest[c.Lot.ID] {
			e.fail("lot %d: seq %d was announced after %d", c.Lot.ID, c.Lot.Seq, newest[c.Lot.ID])
		}
		newest[c.Lot.ID] = c.Lot.Seq
		if c.Lot.Seq == 0 && c.Lot.State == auction.Upcoming && c.Lot.Lead == "" && len(c.Events) == 0 {
			continue // a commit in doubt that did not happen: it is shown as it is
		}
		if c.Lot.Seq < 1 || c.Lot.Seq > int64(len(log)) {
			e.fail("lot %d: seq %d was announced, the log has %d", c.Lot.ID, c.Lot.Seq, len(log))
			continue
		}
		ev := log[c.Lot.Seq-1]
		if ev.Price != c.Lot.Price || ev.Lead != c.Lot.Lead {
			e.fail("lot %d: announced %+v, the log has %+v", c.Lot.ID, c.Lot, ev)
		}
		for _, told := range c.Events {
			if told.Seq > int64(len(log)) || log[told.Seq-1].Hash != told.Hash {
				e.fail("lot %d: event %d was announced and is not in the log", c.Lot.ID, told.Seq)
			}
		}
	}
}
