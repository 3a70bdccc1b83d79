package handlers_test

import (
	"strings"
	"testing"

	"outcry/auction"
)

func TestTheBoardIsForEverybody(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(7, func(sale *auction.Sale) {
		published(sale)
		sale.Goal = 100_000
	})
	ann := s.bidder("Ann", sale)
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("777.50"))
	got := (&person{site: s}).get("/sales/spring/board")
	got.says(t, "the board", 200, "Vase 1", "Paddle 101 leads", "Bid so far£10", "£1,000, our goal", `<svg class="qr"`, "/live?board=spring")
	if n := strings.Count(got.text, "Vase "); n != 5 {
		t.Errorf("the board shows %d lots, want the next five to close", n)
	}
	if strings.Contains(got.text, "777") || strings.Contains(got.text, "Ann") {
		t.Error("the board shows a maximum or a name")
	}
	if !strings.Contains(got.text, `data-theme="dark"`) {
		t.Error("the board is not dark")
	}
}
