package auction

import "time"

// Pause stops the clock of an open lot. It does nothing on a lot that is not
// open, paused or held already, or whose close has come.
func (l Lot) Pause(now time.Time, reason string) (Lot, []Event) {
	at := l.moment(now)
	if l.State != Open || l.stopped() || l.pastClose(at) {
		return l, nil
	}
	l.PausedAt = at
	return l.log1(at, Event{Kind: SalePaused, Reason: clean(reason)})
}

// Resume lets the clock of a paused lot run again. The close, and the latest
// close, move by the length of the pause. Terms are not needed for that; they
// are taken so that all acts on an open lot read alike.
func (l Lot) Resume(_ Terms, now time.Time) (Lot, []Event) {
	if l.State != Open || l.PausedAt.IsZero() {
		return l, nil
	}
	at := l.moment(now)
	return l.reschedule(l.ClosesAt.Add(at.Sub(l.PausedAt))).log1(at, Event{Kind: SaleResumed})
}

// Release gives a held lot a new close and lets its clock run again. It
// returns ErrNotHeld for a lot that is not held, and an *EarlyCloseError for a
// close that does not lie ahead.
func (l Lot) Release(_ Terms, now, close time.Time, reason string) (Lot, []Event, error) {
	at := l.moment(now)
	if l.State != Open || !l.Held {
		return l, nil, ErrNotHeld
	}
	close = millis(close)
	if !close.After(at) {
		return l, nil, &EarlyCloseError{Close: close, At: at}
	}
	next, events := l.reschedule(close).log1(at, Event{Kind: SaleResumed, Reason: clean(reason)})
	return next, events, nil
}

// reschedule moves the close for another reason than a bid and lets the clock
// run. The latest close moves by as much, so that as many late bids can
// follow as without the interruption.
func (l Lot) reschedule(close time.Time) Lot {
	l.LatestShift += close.Sub(l.ClosesAt)
	l.ClosesAt = close
	return l.running()
}

// running is the lot with its clock not stopped by anything.
func (l Lot) running() Lot {
	l.PausedAt = time.Time{}
	l.Held = false
	return l
}
