package auction

import "time"

// latest is the instant that a bid never moves the close past, zero when there
// is none. Pauses and outages move it along with the close.
func (l Lot) latest(t Terms) time.Time {
	if t.SoftClose.Latest.IsZero() {
		return time.Time{}
	}
	return millis(t.SoftClose.Latest).Add(l.LatestShift)
}

// inWindow reports whether a moment lies in the soft-close window before a
// close: from exactly Window before it.
func (s SoftClose) inWindow(close, at time.Time) bool {
	return s.Window > 0 && !at.Before(close.Add(-s.Window))
}

// softClose is the close after a bid at a moment that changed price or leader
// (rules §4).
func (l Lot) softClose(t Terms, at time.Time) time.Time {
	if !t.SoftClose.inWindow(l.ClosesAt, at) {
		return l.ClosesAt
	}
	return l.closeAfter(t, at)
}

// closeAfter moves the close to one extension after a moment, never back and
// never past the latest.
func (l Lot) closeAfter(t Terms, at time.Time) time.Time {
	close := millis(at.Add(t.SoftClose.Extension))
	if latest := l.latest(t); !latest.IsZero() && close.After(latest) {
		close = latest
	}
	return later(close, l.ClosesAt)
}

// extendedBy records a bid that has moved the close, and the extension.
func (l Lot) extendedBy(at time.Time, bid Event) (Lot, []Event) {
	l, bid = l.log(at, bid)
	l.Extended++
	l.ExtendedAt = at
	l, extended := l.log(at, Event{Kind: LotExtended, Ref: bid.Seq})
	return l, []Event{bid, extended}
}

// ExtendWith moves the close along with that of a lot of the same group, on
// which a bid at bidAt has moved it (rules §4): by the lot's own extension, up
// to its own latest. It does nothing on a lot that is not open, whose clock
// stands, whose close has come, or whose close lies far enough ahead.
func (l Lot) ExtendWith(t Terms, now time.Time, bidAt time.Time) (Lot, []Event) {
	at := later(l.moment(now), millis(bidAt))
	if l.State != Open || l.stopped() || l.pastClose(at) {
		return l, nil
	}
	close := l.closeAfter(t, millis(bidAt))
	if !close.After(l.ClosesAt) {
		return l, nil
	}
	l.ClosesAt = close
	l.Extended++
	l.ExtendedAt = at
	return l.log1(at, Event{Kind: LotExtended})
}
