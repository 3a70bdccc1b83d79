package handlers_test

import (
	"strings"
	"testing"

	"outcry/auction"
)

// A maximum is seen by organisers once its lot is over, by clerks never, and by
// nobody before (rules §2.8).
func TestMaximaAreSeenWhenTheLotIsOver(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	clerk := s.person("Clem", auction.RoleClerk)
	ann := s.bidder("Ann", sale)
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("777.50"))
	path := "/desk/lots/" + num(lots[0])
	if text := s.owner.get(path).text; strings.Contains(text, "777.50") {
		t.Error("the owner sees a maximum on an open lot")
	}
	if err := s.room.Withdraw(t.Context(), s.owner.user.ID, lots[0], "broken"); err != nil {
		t.Fatal(err)
	}
	s.owner.get(path).says(t, "once it is over", 200, "What was hidden", "£777.50")
	if text := clerk.get(path).text; strings.Contains(text, "777.50") {
		t.Error("a clerk sees a maximum")
	}
	if text := ann.get(lotPath(lots[0], "/log")).text; strings.Contains(text, "77750") {
		t.Error("the public log shows a maximum")
	}
}
