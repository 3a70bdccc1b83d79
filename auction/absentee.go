package auction

import "time"

// Leave says why an absentee bid, a maximum left before the lot opens, is not
// taken; nil when it is. It is judged again, like any other bid and before all
// others, when the lot opens.
//
// The error is a *StateError for a lot that is past that, else a *Refusal.
func (l Lot) Leave(t Terms, now time.Time, b Bid) error {
	if l.State != Upcoming {
		return &StateError{Act: "leave an absentee bid", State: l.State}
	}
	at := l.moment(now)
	b.Kind, b.Without = Maximum, ""
	open := l // as it will be
	open.State = Open
	if !at.Before(open.ClosesAt) { // it opens late, with a new close
		open.ClosesAt = at.Add(time.Minute)
	}
	if r := open.refusal(t, at, b); r != nil {
		r.At = at
		return r
	}
	return nil
}
