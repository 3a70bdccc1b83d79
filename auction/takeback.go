package auction

import "time"

// MayTakeBack reports whether a paddle may take its last bid back now, by what
// everybody can see of the lot; TakeBack decides.
func MayTakeBack(p Public, log []Event, paddle Paddle, now time.Time) bool {
	if p.State != Open || p.Held || !p.PausedAt.IsZero() || !now.Before(p.ClosesAt) || p.Lead != paddle {
		return false
	}
	records := make([]Record, len(log))
	for i, e := range log {
		records[i].Event = e
	}
	last, own, before := lastBids(records, paddle)
	soft := SoftClose{Window: p.Window, Extension: p.Extension}
	return own != nil && own == last && now.Sub(own.At) <= takeBackWithin &&
		!soft.inWindow(before, own.At) && !soft.inWindow(p.ClosesAt, now)
}
