package auction

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// What is done about a lot that passed (rules §3). The lot itself stays as it
// closed, passed, and its public log ends there: nobody may wonder whether a
// log that was checked yesterday is still the same. Each act is a record of
// its own beside it, and who owes what is made from both.

// AfterKind says what was done, in the past tense.
type AfterKind string

const (
	BestAccepted AfterKind = "accepted" // the seller takes the best bid, though it is under the reserve
	LotOffered   AfterKind = "offered"  // to one bidder, at a price, for a while
	OfferTaken   AfterKind = "taken"
	OfferRefused AfterKind = "refused"
	OfferDropped AfterKind = "dropped"  // by the organiser, before it was answered
	LotRelisted  AfterKind = "relisted" // as a new lot
)

// AfterAct is one act about a lot that passed, for those who run the sale.
type AfterAct struct {
	LotID  int64
	N      int // from 1, in order
	At     time.Time
	Kind   AfterKind
	Paddle Paddle // whom it concerns
	Price  Money
	Until  time.Time // LotOffered: it can be answered before this moment
	Ref    int64     // answers: the N of the offer; LotRelisted: the new lot's id
	By     Clerk     // ID 0: the bidder
	Reason string
}

// Sells reports whether the act makes its paddle the lot's buyer.
func (a AfterAct) Sells() bool { return a.Kind == BestAccepted || a.Kind == OfferTaken }

// SoldAfter is the sale of a lot that had passed, as everybody may know it.
// The zero value is: it was not sold.
type SoldAfter struct {
	Paddle Paddle
	Price  Money
	At     time.Time
}

// OfferLasts is how long a bidder has to answer an offer.
const OfferLasts = 72 * time.Hour

var (
	ErrNotPassed     = errors.New("the lot has not passed")
	ErrSoldAfter     = errors.New("the lot was sold after the sale")
	ErrRelistedAfter = errors.New("the lot was put into another sale")
	ErrRelistInto    = errors.New("the lot cannot be put into that sale")
	ErrOfferStands   = errors.New("the lot is offered to somebody who has not answered yet")
	ErrOfferOver     = errors.New("the offer does not stand any more")
	ErrNoBids        = errors.New("nobody bid on the lot")
	ErrNotABidder    = errors.New("the paddle has no bid on the lot")
	ErrNoPrice       = errors.New("an offer has a price")
)

// AfterLog is all acts about one lot, in order.
type AfterLog []AfterAct

// Sold is the act that sold the lot; false when none did.
func (log AfterLog) Sold() (AfterAct, bool) {
	for _, a := range log {
		if a.Sells() {
			return a, true
		}
	}
	return AfterAct{}, false
}

// Offer is the offer that waits for its answer; false when none does.
func (log AfterLog) Offer(now time.Time) (AfterAct, bool) {
	for i, a := range slices.Backward(log) {
		if a.Kind != LotOffered {
			continue
		}
		answered := slices.ContainsFunc(log[i+1:], func(b AfterAct) bool { return b.Ref == int64(a.N) && b.answers() })
		return a, !answered && now.Before(a.Until)
	}
	return AfterAct{}, false
}

func (a AfterAct) answers() bool {
	return a.Kind == OfferTaken || a.Kind == OfferRefused || a.Kind == OfferDropped
}

// free is why nothing new can be done about a lot; nil when it can.
func (log AfterLog) free(state State, now time.Time) error {
	if state != Passed {
		return ErrNotPassed
	}
	if _, sold := log.Sold(); sold {
		return ErrSoldAfter
	}
	if slices.ContainsFunc(log, func(a AfterAct) bool { return a.Kind == LotRelisted }) {
		return ErrRelistedAfter
	}
	if _, stands := log.Offer(now); stands {
		return ErrOfferStands
	}
	return nil
}

// next numbers an act.
func (log AfterLog) next(l Lot, now time.Time, a AfterAct) AfterAct {
	a.LotID, a.N, a.At = l.ID, len(log)+1, millis(now)
	if a.N > 1 {
		a.At = later(a.At, log[len(log)-1].At)
	}
	a.Reason = clean(a.Reason)
	return a
}

// Accept sells a passed lot to its best bidder at their bid. Errors are the
// sentinels above.
func (log AfterLog) Accept(l Lot, now time.Time, by Clerk, why string) (AfterAct, error) {
	if err := log.free(l.State, now); err != nil {
		return AfterAct{}, err
	}
	if l.Lead == "" {
		return AfterAct{}, ErrNoBids
	}
	return log.next(l, now, AfterAct{Kind: BestAccepted, Paddle: l.Lead, Price: l.Price, By: by, Reason: why}), nil
}

// OfferTo offers a passed lot to a paddle that bid on it, at a price that the
// organiser names, for OfferLasts. bidders are those with a bid that stands.
func (log AfterLog) OfferTo(l Lot, bidders []Willing, p Paddle, price Money, now time.Time, by Clerk, why string) (AfterAct, error) {
	if err := log.free(l.State, now); err != nil {
		return AfterAct{}, err
	}
	if !slices.ContainsFunc(bidders, func(w Willing) bool { return w.Paddle == p }) {
		return AfterAct{}, ErrNotABidder
	}
	if price < 1 || price > MaxMoney {
		return AfterAct{}, ErrNoPrice
	}
	return log.next(l, now, AfterAct{Kind: LotOffered, Paddle: p, Price: price, Until: millis(now.Add(OfferLasts)), By: by, Reason: why}), nil
}

// Answer ends the offer with number n: taken or refused by its bidder, dropped
// by the organiser.
func (log AfterLog) Answer(l Lot, n int, kind AfterKind, now time.Time, by Clerk, why string) (AfterAct, error) {
	offer, stands := log.Offer(now)
	if !stands || offer.N != n {
		return AfterAct{}, ErrOfferOver
	}
	a := AfterAct{Kind: kind, Paddle: offer.Paddle, Price: offer.Price, Ref: int64(n), By: by, Reason: why}
	if !a.answers() {
		return AfterAct{}, ErrOfferOver
	}
	return log.next(l, now, a), nil
}

// Relist notes that a passed lot is offered again as another lot.
func (log AfterLog) Relist(l Lot, lot int64, now time.Time, by Clerk, why string) (AfterAct, error) {
	if err := log.free(l.State, now); err != nil {
		return AfterAct{}, err
	}
	return log.next(l, now, AfterAct{Kind: LotRelisted, Ref: lot, By: by, Reason: why}), nil
}

// Willing is a paddle with a bid that stands on a lot, and the most it bid:
// for those who run the sale, once the lot is over.
type Willing struct {
	Paddle  Paddle
	Name    string
	Highest Money
	Seq     int64 // of that bid
}

// SortWilling puts the best bidder first; of equal bids the earlier is better.
func SortWilling(list []Willing) {
	slices.SortFunc(list, func(a, b Willing) int {
		return cmp.Or(cmp.Compare(b.Highest, a.Highest), cmp.Compare(a.Seq, b.Seq))
	})
}
