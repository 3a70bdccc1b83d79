package auction

import (
	"fmt"
	"testing"
	"time"
)

// TestARehearsalIsOverInTime: however many lots, each closes after the one
// before it, and the last, extended as far as it can be, when the length is up.
func TestARehearsalIsOverInTime(t *testing.T) {
	now := time.UnixMilli(1_790_000_000_000)
	sale := Sale{ID: 7, Slug: "spring", Title: "Spring", Published: true, Currency: usd, ClosesAt: now.Add(time.Hour), Stagger: time.Hour,
		SoftClose: SoftClose{Window: 2 * time.Minute, Extension: 2 * time.Minute}, Steps: Table{{Step: 100}}}
	for _, length := range []time.Duration{5 * time.Minute, 15 * time.Minute} {
		for _, lots := range []int{1, 2, 3, 24, 500} {
			r := sale.Rehearse(now, length, lots)
			if !r.Rehearsal() || r.Rehearses != 7 || !r.Unlisted() || r.Published || r.Registration != RegisterInvite {
				t.Fatalf("Rehearse: %+v", r)
			}
			was := now
			for n := range lots {
				d := r.RehearseLot(sale, Draft{Words: Words{Number: fmt.Sprint(n)}, Terms: Terms{Opening: 1000, Reserve: 123_456, Steps: sale.Steps, Group: "a"}}, n)
				if !d.ClosesAt.After(was) || !d.OpensAt.Equal(now) || d.SoftClose.Latest.After(now.Add(length)) || d.SoftClose.Window > length/20 {
					t.Errorf("%d lots in %s: lot %d closes %s, at the latest %s", lots, length, n, d.ClosesAt.Sub(now), d.SoftClose.Latest.Sub(now))
				}
				if d.Reserve == 123_456 || d.Group != "" {
					t.Errorf("lot %d has the reserve or the group of the sale: %+v", n, d.Terms)
				}
				was = d.ClosesAt
			}
		}
	}
}

// TestWhatIsRehearsedTellsNoReserve: the invented reserves are the same whatever
// the reserves of the sale are.
func TestWhatIsRehearsedTellsNoReserve(t *testing.T) {
	sale := Sale{ID: 7, Currency: usd, Steps: Table{{Step: 100}}}
	r := sale.Rehearse(time.UnixMilli(1_790_000_000_000), 5*time.Minute, 12)
	met, high := 0, 0
	for n := range 12 {
		d := Draft{Words: Words{EstimateLow: 4000, EstimateHigh: 6000}, Terms: Terms{Opening: 1000}}
		without := r.RehearseLot(sale, d, n)
		d.Reserve = 5500
		with := r.RehearseLot(sale, d, n)
		if with.Reserve != without.Reserve {
			t.Errorf("lot %d: reserve %d made from one of 5500, %d from none", n, with.Reserve, without.Reserve)
		}
		switch {
		case with.Reserve > 18*5000/10: // more than a bot ever bids
			high++
		case with.Reserve > 0:
			met++
		}
	}
	if met != 4 || high != 2 {
		t.Errorf("of 12 lots %d have a reserve that is met, %d one that is not, want 4 and 2", met, high)
	}
}
