package auction

import "time"

// LeastNotice is how far ahead a new close must lie that the organiser sets
// while bidding goes on, so that whoever wants to bid still can.
const LeastNotice = time.Minute

// Reschedule moves the close of a lot whose clock runs, later or earlier, for
// a reason that all can read. The latest close moves by as much, so that as
// many late bids can follow as before. A close that stands there already is
// no event.
//
// It returns a *StateError for a lot that is not open, whose clock stands or
// whose close has come, ErrNoReason, or an *EarlyCloseError.
func (l Lot) Reschedule(now, close time.Time, reason string) (Lot, []Event, error) {
	const act = "move the close"
	at := l.moment(now)
	if err := l.stateError(act, at); err != nil {
		return l, nil, err
	}
	if l.stopped() {
		return l, nil, &StateError{Act: act, State: l.State, Paused: true}
	}
	if reason = clean(reason); reason == "" {
		return l, nil, ErrNoReason
	}
	close = millis(close)
	if close.Before(at.Add(LeastNotice)) {
		return l, nil, &EarlyCloseError{Close: close, At: at, Least: LeastNotice}
	}
	if close.Equal(l.ClosesAt) {
		return l, nil, nil
	}
	next, events := l.reschedule(close).log1(at, Event{Kind: LotRescheduled, Reason: reason})
	return next, events, nil
}
