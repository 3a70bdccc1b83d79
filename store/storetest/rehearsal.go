package storetest

import (
	"time"

	"outcry/auction"
	"outcry/store"
)

var rehearsalTests = []conformance{
	{"one process at a time runs the bots of a rehearsal", func(h *house) {
		try := h.rehearsal(h.sale("spring"))
		lead := func(saleID int64, who string, after time.Duration) bool {
			h.Helper()
			now := start.Add(after)
			ok, err := h.LeadBots(h.ctx, saleID, who, now, now.Add(10*time.Second))
			h.ok(err)
			return ok
		}
		for _, c := range []struct {
			who   string
			after time.Duration
			want  bool
		}{
			{"one", 0, true}, {"two", 9 * time.Second, false}, {"one", 9 * time.Second, true}, // it asks again in time
			{"two", 18 * time.Second, false}, {"two", 19 * time.Second, true}, {"one", 20 * time.Second, false},
		} {
			if got := lead(try.ID, c.who, c.after); got != c.want {
				h.Errorf("LeadBots of %s after %s: %v, want %v", c.who, c.after, got, c.want)
			}
		}
		if lead(try.Rehearses, "one", 0) {
			h.Error("LeadBots: bots in a sale that counts")
		}
	}},
	{"rehearsals run until their last lot is over, and are wiped a day later", func(h *house) {
		sale := h.sale("spring")
		h.lot(sale.ID, "1", "Vase")
		try := h.rehearsal(sale)
		lot := h.lot(try.ID, "1", "Vase") // closes after an hour
		listed := func(list []auction.Sale, err error) int {
			h.Helper()
			h.ok(err)
			for _, s := range list {
				if s.ID != try.ID {
					h.Errorf("%q is listed as a rehearsal", s.Slug)
				}
			}
			return len(list)
		}
		old := func(after time.Duration) int { return listed(h.RehearsalsBefore(h.ctx, start.Add(after))) }
		if n := listed(h.RunningRehearsals(h.ctx)); n != 1 {
			h.Errorf("%d rehearsals run, want 1", n)
		}
		h.open(lot)
		if n := old(time.Hour); n != 0 {
			h.Error("a rehearsal that ends now is over already")
		}
		if n := old(time.Hour + time.Second); n != 1 {
			h.Error("a rehearsal whose clock stands is never wiped")
		}
		h.change(lot, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
			return l.KnockDown(t, start.Add(2*time.Hour))
		})
		if n := listed(h.RunningRehearsals(h.ctx)); n != 0 {
			h.Errorf("%d rehearsals run after the last lot, want none", n)
		}
		if n := old(2 * time.Hour); n != 0 {
			h.Error("a rehearsal is over before its last lot")
		}
		if n := old(2*time.Hour + time.Second); n != 1 {
			h.Error("a rehearsal is not over after its last lot")
		}
		got, err := h.RehearsalOf(h.ctx, sale.ID)
		h.ok(err)
		Same(h.T, "RehearsalOf", got, try)
		_, err = h.RehearsalOf(h.ctx, try.ID)
		h.is("the rehearsal of a rehearsal", err, store.ErrNotFound)
	}},
}

// rehearsal makes one of a sale.
func (h *house) rehearsal(s auction.Sale) auction.Sale {
	h.Helper()
	of := s.ID
	s.ID, s.Slug, s.Rehearses, s.Private = 0, s.Slug+"-rehearsal", of, true
	s, err := h.CreateSale(h.ctx, s)
	h.ok(err)
	return s
}
