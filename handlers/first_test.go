package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"outcry/auction"
)

// TestTheFirstSaleTicksItself: a new house's desk leads from an empty house to
// the first bid, each step ticked by what the house shows, and is then gone.
func TestTheFirstSaleTicksItself(t *testing.T) {
	s := newSite(t)
	ruth, clerk := s.person("Olga", auction.RoleOwner), s.person("Cleo", auction.RoleClerk)
	const head = "Your first sale in five minutes"
	step := func(done int, next string) {
		t.Helper()
		got := ruth.get("/desk")
		if n := strings.Count(got.text, ">Done</span>"); !strings.Contains(got.text, head) || n != done {
			t.Errorf("with %q to do the list is there: %v, with %d steps done, want %d", next, strings.Contains(got.text, head), n, done)
		}
		_, link, _ := strings.Cut(got.text, `class="btn go" href="`)
		if link, _, _ = strings.Cut(link, `"`); link != next {
			t.Errorf("with %d steps done the next is %q, want %q", done, link, next)
		}
		if next != "" {
			ruth.get(link)
		}
		if strings.Contains(clerk.get("/desk").text, head) {
			t.Error("a clerk is told to make a sale, which they may not")
		}
	}
	step(1, "/desk/sales/new")
	sale, _ := s.sale(0, nil)
	step(2, "/desk/sales/"+sale.Slug+"/import")
	lot, err := s.store.AddLot(t.Context(), sale.ID, sale.Complete(auction.Draft{Words: auction.Words{Title: "Vase"}, Terms: auction.Terms{Opening: 1000}}, 0))
	if err != nil {
		t.Fatal(err)
	}
	step(3, "/desk/sales/spring")
	ruth.do("POST", "/desk/sales/spring/publish", url.Values{})
	s.room.Wake()
	s.room.Wake() // the first looks at the timetable, the lots open before the second
	step(4, "/desk/sales/spring#try")
	ruth.do("POST", "/desk/sales/spring/try", url.Values{"minutes": {"5"}})
	step(5, "/desk/sales/spring/prints")
	ruth.do("POST", "/desk/sales/spring-rehearsal/wipe", url.Values{"sure": {"1"}}) // it was held all the same
	step(5, "/desk/sales/spring/prints")
	ann := s.bidder("Ann", sale)
	step(6, "")
	ann.do("POST", lotPath(lot, "/bids"), bidForm("20"))
	if strings.Contains(ruth.get("/desk").text, head) {
		t.Error("after the first bid the list is still there")
	}
}
