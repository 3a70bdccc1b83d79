package auction

import "time"

// OutagePolicy is rules §8 in figures.
type OutagePolicy struct {
	Least   time.Duration // shorter outages change nothing: 30 s
	Near    time.Duration // only closes within this of the outage move: 10 min
	Again   time.Duration // the new close is the recovery plus this, at least the lot's window: 10 min
	HoldFor time.Duration // overdue by more: held for the organiser: 2 h
}

// DefaultOutagePolicy is what a house uses that sets nothing else.
func DefaultOutagePolicy() OutagePolicy {
	return OutagePolicy{Least: 30 * time.Second, Near: 10 * time.Minute, Again: 10 * time.Minute, HoldFor: 2 * time.Hour}
}

// Outage gives an open lot more time after the house could not take bids from
// an instant until now (rules §8). A lot overdue by more than HoldFor is held
// for the organiser instead.
//
// It does nothing when the outage was shorter than Least or ended more than
// Near before the close; when the close had come before it began, for then
// nobody was kept from bidding; and on a lot whose clock stood anyway. A lot
// that should have opened meanwhile is opened first.
func (l Lot) Outage(t Terms, from, now time.Time, p OutagePolicy) (Lot, []Event) {
	at, from := l.moment(now), millis(from)
	if l.State != Open || l.stopped() || at.Sub(from) < p.Least {
		return l, nil
	}
	if !from.Before(l.ClosesAt) || at.Before(l.ClosesAt.Add(-p.Near)) {
		return l, nil
	}
	if at.Sub(l.ClosesAt) > p.HoldFor {
		l.Held = true
		return l.log1(at, Event{Kind: SaleOutage, From: from, Held: true})
	}
	close := millis(at.Add(max(p.Again, t.SoftClose.Window)))
	if !close.After(l.ClosesAt) {
		return l, nil
	}
	return l.reschedule(close).log1(at, Event{Kind: SaleOutage, From: from})
}
