package auction

import (
	"fmt"
	"time"
)

// takeBackWithin is how long a bidder may take back a bid (rules §7).
const takeBackWithin = 60 * time.Second

// takenBack is the reason that the public log gives for a bid taken back.
const takenBack = "taken back by the bidder"

// TakenBack reports whether a BidVoided was the bidder's own act.
func (e Event) TakenBack() bool { return e.Kind == BidVoided && e.Reason == takenBack }

// Void strikes out the bid with a seq, for a reason, and replays every other
// standing maximum from the log (rules §7). It is the only way that a price
// falls; the close does not move. log is the lot's whole log.
//
// The price can also rise, by a step at most, when a leader's own early bid is
// struck out: what was a raise, which moves no price, then overtook a rival.
//
// It returns a *StateError for a lot that is not open or whose close has come,
// ErrNoReason, ErrNoSuchBid or ErrVoided.
func (l Lot) Void(t Terms, log []Record, seq int64, now time.Time, reason string) (Lot, []Event, error) {
	at := l.moment(now)
	if err := l.stateError("void a bid", at); err != nil {
		return l, nil, err
	}
	if reason = clean(reason); reason == "" {
		return l, nil, ErrNoReason
	}
	voided := voidedIn(log)
	if voided[seq] {
		return l, nil, ErrVoided
	}
	var struck *Record
	for i := range log {
		if log[i].Seq == seq && log[i].Kind == BidTaken {
			struck = &log[i]
		}
	}
	if struck == nil {
		return l, nil, ErrNoSuchBid
	}
	if last := log[len(log)-1].Seq; last != l.Seq {
		return l, nil, fmt.Errorf("void bid %d: the log ends at seq %d, the lot at %d", seq, last, l.Seq)
	}
	voided[seq] = true
	next, err := l.standing(t, log, voided)
	if err != nil {
		return l, nil, fmt.Errorf("void bid %d: %w", seq, err)
	}
	next, events := next.log1(at, Event{Kind: BidVoided, Paddle: struck.Paddle, Ref: seq, Reason: reason})
	return next, events, nil
}

// TakeBack voids a paddle's own last bid, within 60 seconds of placing it, if
// it leads, neither it nor the present is inside the soft-close window, and no
// other standing bid came after it (rules §7). A raise can be taken back too:
// the maximum before it stands again.
//
// It returns a *StateError for a lot that is not open, whose clock stands or
// whose close has come, ErrNoSuchBid or one of the ErrTakeBack… errors.
func (l Lot) TakeBack(t Terms, log []Record, p Paddle, now time.Time) (Lot, []Event, error) {
	at := l.moment(now)
	if err := l.stateError("take back a bid", at); err != nil {
		return l, nil, err
	}
	if l.stopped() {
		return l, nil, &StateError{Act: "take back a bid", State: l.State, Paused: true}
	}
	last, own, before := lastBids(log, p)
	switch {
	case own == nil:
		return l, nil, ErrNoSuchBid
	case own != last:
		return l, nil, ErrTakeBackAnswered
	case l.Lead != p:
		return l, nil, ErrTakeBackOutbid
	case at.Sub(own.At) > takeBackWithin:
		return l, nil, ErrTakeBackTooLate
	case t.SoftClose.inWindow(before, own.At) || t.SoftClose.inWindow(l.ClosesAt, at):
		return l, nil, ErrTakeBackInWindow
	}
	return l.Void(t, log, own.Seq, at, takenBack)
}

// lastBids finds the last standing bid of all, the last of a paddle, and the
// close as it stood before that one.
func lastBids(log []Record, p Paddle) (last, own *Record, before time.Time) {
	voided := voidedIn(log)
	for i := range log {
		r := &log[i]
		if r.Kind != BidTaken || voided[r.Seq] {
			continue
		}
		last = r
		if r.Paddle == p {
			own = r
			if i > 0 {
				before = log[i-1].ClosesAt
			}
		}
	}
	return last, own, before
}

// stateError is why an act on the bids of the lot is not possible, nil when
// it is: only while the lot is open and its close has not come.
func (l Lot) stateError(act string, at time.Time) error {
	if l.State != Open {
		return &StateError{Act: act, State: l.State}
	}
	if l.pastClose(at) {
		return &StateError{Act: act, State: l.State, Close: l.ClosesAt}
	}
	return nil
}

// voidedIn collects the seqs of the bids that a log strikes out.
func voidedIn(log []Record) map[int64]bool {
	voided := make(map[int64]bool)
	for i := range log {
		if log[i].Kind == BidVoided {
			voided[log[i].Ref] = true
		}
	}
	return voided
}

// standing replays the bids of a log, in order and as they were meant, leaving
// out the voided: the leader, price and maximum that they make. Nothing else
// of the lot changes. A bid that was a raise becomes a plain bid when what it
// raised is gone, and the other way round.
func (l Lot) standing(t Terms, log []Record, voided map[int64]bool) (Lot, error) {
	l.Price, l.Lead, l.Max, l.MaxAt, l.Bids = 0, "", 0, time.Time{}, 0
	for i := range log {
		r := &log[i]
		if r.Kind != BidTaken || voided[r.Seq] {
			continue
		}
		if r.Bid == nil {
			return l, fmt.Errorf("the log hides nothing behind the bid at seq %d", r.Seq)
		}
		l = l.take(t, r.At, r.Bid.By.Paddle, r.Bid.Amount, r.Bid.Kind)
	}
	return l, nil
}
