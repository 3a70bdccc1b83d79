package auction

import "time"

// Step is one line of how a price came about: an event, and what it changed.
type Step struct {
	Event
	LedBefore   Paddle    // who led until then, "" = nobody
	CloseBefore time.Time // the close until then
	Tie         bool      // BidTaken: it met the leader's maximum, and the earlier leads (rules §2.4)
	Struck      string    // BidTaken: struck out since, and why; "" = it stands
}

// Story is how a lot's price came about, oldest first, from its public log: an
// event a step. Bidders who raised their own maximum without moving the price
// are left out, as in History.
func Story(log []Event) []Step {
	struck := make(map[int64]string)
	for i := range log {
		if log[i].Kind == BidVoided {
			struck[log[i].Ref] = log[i].Reason
		}
	}
	steps := make([]Step, 0, len(log))
	var was Event
	var close time.Time // a bid that extends names the new close already
	for _, e := range log {
		s := Step{Event: e, LedBefore: was.Lead, CloseBefore: close}
		if e.Kind != BidTaken {
			close = e.ClosesAt
		}
		silent := e.Kind == BidTaken && e.Paddle == was.Lead && e.Price == was.Price
		was = e
		if silent {
			continue
		}
		if e.Kind == BidTaken {
			// An automatic bid that had room above would have gone a step higher.
			s.Tie = e.Automatic && e.Amount == e.Price
			s.Struck = struck[e.Seq]
		}
		steps = append(steps, s)
	}
	return steps
}
