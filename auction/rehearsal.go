package auction

import "time"

// A rehearsal has the catalogue of its sale and a clock of its own: lots open at
// once, and close one after the other within minutes, in the order of their
// numbers. Its reserves are invented. Whoever watches a lot's price pass its
// reserve knows the reserve, and a rehearsal is watched a week before the sale.

// Rehearse returns a sale's rehearsal, which begins now and is over when length
// has passed: the last lot closes before, and late bids move a close by what is
// left at most. lots is how many the sale has.
func (s Sale) Rehearse(now time.Time, length time.Duration, lots int) Sale {
	r := s
	r.ID, r.Rehearses, r.Slug = 0, s.ID, ""
	r.Private, r.Registration, r.Published, r.PausedAt = true, RegisterInvite, false, time.Time{}
	tenth := (length / 10).Truncate(time.Millisecond)
	r.OpensAt, r.ClosesAt, r.ByNumber = now, now.Add(3*tenth), true
	r.Stagger = 0
	if lots > 1 {
		r.Stagger = (6 * tenth / time.Duration(lots-1)).Truncate(time.Millisecond)
	}
	r.Cap = tenth
	r.SoftClose = SoftClose{Window: min(s.SoftClose.Window, tenth/2), Extension: min(s.SoftClose.Extension, tenth/2)}
	return r
}

// RehearseLot is the nth lot of a rehearsal, counted from 0, made from a lot of
// the sale that it rehearses.
func (s Sale) RehearseLot(of Sale, d Draft, n int) Draft {
	d.Group = "" // its lots would hold each other open
	d.Reserve = 0
	if d.BuyNow == 0 {
		worth := s.Worth(d.Words, d.Opening, 0)
		switch n % 6 {
		case 1, 3:
			d.Reserve = max(d.Opening, worth*6/10) // is met
		case 4:
			d.Reserve = 4 * worth // is not: the lot passes
		}
	}
	return s.Take(of, d, n)
}

// Worth is what a lot may bring, by what everybody can read of it: the middle of
// its estimate, else what it costs in a shop or at once, else some times where
// the bidding begins. It is never asked what the reserve is.
func (s Sale) Worth(w Words, opening, buyNow Money) Money {
	unit := Money(1)
	for range s.Currency.Digits {
		unit *= 10
	}
	worth := (w.EstimateLow + w.EstimateHigh) / 2
	switch {
	case worth > 0:
	case w.EstimateLow+w.FairValue > 0:
		worth = max(w.EstimateLow, w.FairValue)
	case buyNow > 0:
		worth = buyNow * 3 / 4
	case opening > 0:
		worth = 3 * opening
	default:
		worth = 50 * unit
	}
	return max(worth, opening*3/2)
}
