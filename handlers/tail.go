package handlers

import (
	"context"
	"slices"

	"outcry/auction"
	"outcry/saleroom"
)

// tail is a lot's newest events, as the store has them. What was announced
// continues what was shown last, so that a hot lot's history is not read anew
// for each of its frames; where it does not, it is read. Only run calls it.
func (l *live) tail(ctx context.Context, c saleroom.Change) ([]auction.Event, error) {
	was := l.tails[c.Lot.ID]
	if !continues(was, c) {
		var err error
		if was, err = l.h.cfg.Store.LatestEvents(ctx, c.Lot.ID, historyEvents); err != nil {
			return nil, err
		}
		l.tails[c.Lot.ID] = was
		return was, nil
	}
	all := slices.Concat(was, c.Events)
	l.tails[c.Lot.ID] = slices.Clone(all[max(0, len(all)-historyEvents):]) // the rest is let go
	return l.tails[c.Lot.ID], nil
}

// continues reports whether a change's events follow those before, and bring
// them to where the lot stands.
func continues(was []auction.Event, c saleroom.Change) bool {
	n := len(c.Events)
	if n == 0 || len(was) == 0 || c.Events[n-1].Seq != c.Lot.Seq {
		return false
	}
	return was[len(was)-1].Seq+1 == c.Events[0].Seq && c.Events[n-1].Seq-c.Events[0].Seq == int64(n-1)
}
