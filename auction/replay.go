package auction

import (
	"errors"
	"fmt"
)

// Replay rebuilds a lot's row from its log. start is the lot before its first
// event: what it is, and when it was to open and close. Replay believes the
// events and derives the rest (the leader's maximum, the counts, the shift of
// the latest close); whether the events are right is what Check finds out. It
// fails when the log does not begin with the lot or hides nothing behind a
// bid or behind the terms.
func Replay(start Lot, log []Record) (Lot, error) {
	steps, err := replay(start, log)
	return steps[len(steps)-1], err
}

// replay returns the lot before the first record and after each, as far as
// the log can be followed.
func replay(start Lot, log []Record) ([]Lot, error) {
	steps := make([]Lot, 1, len(log)+1)
	steps[0] = start
	if start.Seq != 0 {
		return steps, fmt.Errorf("replay of lot %d: it must start before its first event, not at seq %d", start.ID, start.Seq)
	}
	var t Terms
	for i := range log {
		if log[i].Kind == LotOpened {
			if log[i].Terms == nil {
				return steps, fmt.Errorf("replay of lot %d: seq %d: the log hides no terms behind it", start.ID, log[i].Seq)
			}
			t = *log[i].Terms
		}
		next, err := steps[i].follow(t, log, i)
		if err != nil {
			return steps, fmt.Errorf("replay of lot %d: seq %d: %w", start.ID, log[i].Seq, err)
		}
		steps = append(steps, next)
	}
	return steps, nil
}

// follow is the lot after the record at an index of its log.
func (l Lot) follow(t Terms, log []Record, i int) (Lot, error) {
	e := &log[i].Event
	was := l
	l.Seq, l.At, l.Hash = e.Seq, e.At, e.Hash
	l.ClosesAt, l.Price, l.Lead = e.ClosesAt, e.Price, e.Lead
	switch e.Kind {
	case LotOpened:
		l.State = Open
	case BidTaken:
		return l.followBid(was, &log[i])
	case BidVoided:
		s, err := l.standing(t, log[:i], voidedIn(log[:i+1]))
		if err != nil {
			return l, err
		}
		l.Max, l.MaxAt, l.Bids = s.Max, s.MaxAt, s.Bids
	case LotExtended:
		l.Extended++
		l.ExtendedAt = e.At
	case LotSold:
		l.State, l.Hammer = Sold, e.Price
	case LotPassed:
		l.State = Passed
	case LotWithdrawn:
		l.State = Withdrawn
		l = l.running()
	case SalePaused:
		l.PausedAt = e.At
	case LotRescheduled:
		l.LatestShift += e.ClosesAt.Sub(was.ClosesAt)
	case SaleResumed, SaleOutage:
		l.LatestShift += e.ClosesAt.Sub(was.ClosesAt)
		l = l.running()
		l.Held = e.Held
	default:
		return l, fmt.Errorf("unknown event %.40q", e.Kind)
	}
	return l, nil
}

// followBid is the lot after a bid that was taken.
func (l Lot) followBid(was Lot, r *Record) (Lot, error) {
	if r.Bid == nil {
		return l, errors.New("the log hides nothing behind the bid")
	}
	if r.Bid.By.Paddle == r.Lead {
		l.Max, l.MaxAt = r.Bid.Amount, r.At
	}
	if r.Bid.By.Paddle != was.Lead {
		l.Bids++
	}
	return l, nil
}
