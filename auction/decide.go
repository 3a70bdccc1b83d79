package auction

import "time"

// Bid decides one submission (rules §2, §3, §6, §10). Taken, it returns the lot
// after it and its events: a BidTaken, followed by a LotExtended when it moved
// the close or by a LotSold when it bought the lot. Refused, it returns the lot
// unchanged, no event and a *Refusal.
//
// Where several reasons hold the first of these is given: BadAmount, NotOpen,
// Closed or Paused, OwnLot, Blocked, BuyNowInstead, BelowOwnMax, BelowAsk, OverLimit.
// A BuyNow bid that names another amount than the buy-now price, or comes when
// that is not, or no longer, offered, is refused as BadAmount in the place of
// BuyNowInstead; Refusal.BuyNow is then the price that is offered, 0 for none.
func (l Lot) Bid(t Terms, now time.Time, b Bid) (Lot, []Event, error) {
	next, events, refusal := l.bid(t, now, b)
	if refusal != nil {
		return next, events, refusal
	}
	return next, events, nil
}

// Decide is Bid with the answer that its bidder is given. An accepted bid's
// answer has the seq of its BidTaken and the state after it; a refused one's
// tells the state that it was judged by.
func Decide(l Lot, t Terms, now time.Time, b Bid) (Lot, []Event, Answer) {
	next, events, refusal := l.bid(t, now, b)
	a := Answer{Outcome: Leading, Lot: l.ID, Key: b.Key, Amount: b.Amount,
		Seq: next.Seq, At: next.At, Price: next.Price, Ask: next.Ask(t),
		Lead: next.Lead, ClosesAt: next.ClosesAt, ReserveMet: next.reserveMet(t)}
	if refusal != nil {
		a.Outcome, a.Reason, a.At = Refused, refusal.Reason, refusal.At
		a.OwnMax, a.BuyNow, a.Limit, a.Missed = refusal.OwnMax, refusal.BuyNow, refusal.Limit, refusal.Close
		return next, events, a
	}
	a.Seq = events[0].Seq
	switch {
	case next.Lead != b.By.Paddle:
		a.Outcome = Outbid
	case l.Lead == b.By.Paddle && b.Kind != BuyNow:
		a.Outcome = Raised
	}
	return next, events, a
}

func (l Lot) bid(t Terms, now time.Time, b Bid) (Lot, []Event, *Refusal) {
	at := l.moment(now)
	if r := l.refusal(t, at, b); r != nil {
		r.At = at
		return l, nil, r
	}
	if b.kind() == BuyNow {
		next, events := l.buy(t, at, b)
		return next, events, nil
	}
	next := l.take(t, at, b.By.Paddle, b.Amount, b.Kind)
	e := Event{Kind: BidTaken, Paddle: b.By.Paddle, Amount: next.Price, Seal: b.Seal()}
	if b.By.Paddle != l.Lead && b.Amount < l.Ask(t) {
		e.Reason = clean(b.Without)
	}
	if next.Lead != b.By.Paddle {
		// Outbid at once: the amount is no secret any more.
		e.Automatic, e.Amount = true, b.Amount
	}
	if next.Price != l.Price || next.Lead != l.Lead {
		next.ClosesAt = l.softClose(t, at)
	}
	if !next.ClosesAt.After(l.ClosesAt) {
		next, events := next.log1(at, e)
		return next, events, nil
	}
	next, events := next.extendedBy(at, e)
	return next, events, nil
}

// buy sells the lot at once at its buy-now price.
func (l Lot) buy(t Terms, at time.Time, b Bid) (Lot, []Event) {
	l = l.take(t, at, b.By.Paddle, b.Amount, Exact)
	l, taken := l.log(at, Event{Kind: BidTaken, Paddle: b.By.Paddle, Amount: l.Price, Seal: b.Seal()})
	l, sold := l.sell(at)
	return l, append([]Event{taken}, sold...)
}

// refusal is why a bid is not taken at a moment, nil when it is.
func (l Lot) refusal(t Terms, at time.Time, b Bid) *Refusal {
	if r := l.refusalByState(at, b); r != nil {
		return r
	}
	switch {
	case b.By.Own:
		return &Refusal{Reason: OwnLot}
	case b.By.Blocked:
		return &Refusal{Reason: Blocked}
	}
	if r := l.refusalByBuyNow(t, b); r != nil {
		return r
	}
	if b.kind() != BuyNow {
		if b.By.Paddle == l.Lead {
			// One's own maximum is raised past itself; the ask is for others.
			if b.Amount <= l.Max {
				return &Refusal{Reason: BelowOwnMax, OwnMax: l.Max}
			}
		} else if ask := l.Ask(t); b.Amount < ask && !l.letsIn(b) {
			return &Refusal{Reason: BelowAsk, Ask: ask}
		}
	}
	if b.By.Limit > 0 && b.Amount > b.By.Limit-b.By.Committed && clean(b.Without) == "" {
		return &Refusal{Reason: OverLimit, Limit: b.By.Limit}
	}
	return nil
}

// letsIn reports whether a bid below the ask is taken at the desk's word. It
// must be above the price all the same: nobody is outbid by less than nothing,
// and the opening price is part of the terms.
func (l Lot) letsIn(b Bid) bool {
	return clean(b.Without) != "" && l.Lead != "" && b.Amount > l.Price
}

// refusalByState is why no bid at all, or no such bid, is taken at a moment.
func (l Lot) refusalByState(at time.Time, b Bid) *Refusal {
	switch {
	case b.Amount <= 0 || b.Amount > MaxMoney || b.By.Paddle == "" || !b.kind().known():
		return &Refusal{Reason: BadAmount}
	case l.State == Upcoming:
		return &Refusal{Reason: NotOpen, Close: l.OpensAt}
	case l.State.Over():
		missed := l.ClosesAt
		if l.At.Before(missed) {
			missed = l.At // bought, or withdrawn, before its time
		}
		return &Refusal{Reason: Closed, Close: missed}
	case l.stopped():
		return &Refusal{Reason: Paused}
	case l.pastClose(at):
		return &Refusal{Reason: Closed, Close: l.ClosesAt}
	}
	return nil
}

// refusalByBuyNow keeps bidding and buying now apart (rules §6).
func (l Lot) refusalByBuyNow(t Terms, b Bid) *Refusal {
	offered := l.offersBuyNow(t)
	switch {
	case b.kind() == BuyNow && !offered:
		return &Refusal{Reason: BadAmount}
	case b.kind() == BuyNow && b.Amount != t.BuyNow:
		return &Refusal{Reason: BadAmount, BuyNow: t.BuyNow}
	case b.kind() != BuyNow && offered && b.Amount >= t.BuyNow:
		return &Refusal{Reason: BuyNowInstead, BuyNow: t.BuyNow}
	}
	return nil
}

// take applies a bid to who leads and at what price, and to nothing else of
// the lot (rules §2, §3). It refuses nothing: voiding replays with it bids
// that were taken under other circumstances.
func (l Lot) take(t Terms, at time.Time, p Paddle, amount Money, kind Kind) Lot {
	raise := p == l.Lead
	switch {
	case raise && amount <= l.Max:
		return l
	case raise:
		l.Max, l.MaxAt = amount, at
	case l.Lead == "":
		l.Price = t.first()
		l.Lead, l.Max, l.MaxAt = p, amount, at
	case amount > l.Max:
		l.Price = max(l.Price, min(amount, l.Max+t.Steps.Step(l.Max)))
		l.Lead, l.Max, l.MaxAt = p, amount, at
	default: // the earlier maximum wins a tie: it stands, and answers
		l.Price = max(l.Price, min(l.Max, amount+t.Steps.Step(amount)))
	}
	if kind == Exact && l.Lead == p {
		l.Price = amount
	}
	l.Price = max(l.Price, min(l.Max, t.Reserve))
	if !raise {
		l.Bids++
	}
	return l
}
