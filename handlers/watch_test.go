package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"outcry/auction"
)

// TestTheWatchList: a star is put on and taken off without script, a guest is
// led to sign in and back, and nobody reaches a lot of another sale by it.
func TestTheWatchList(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(3, func(sale *auction.Sale) {
		published(sale)
		sale.Fees = auction.Fees{Premium: auction.Premium{{Rate: 2000}}, TaxRate: 2000}
	})
	far, farLots := s.sale(1, func(sale *auction.Sale) { published(sale); sale.Slug = "autumn" })
	ann, ben := s.bidder("Ann", sale), s.bidder("Ben", sale)
	guest := &person{site: s}
	star := func(who *person, field string, lot int64) page {
		t.Helper()
		return who.do("POST", "/sales/spring/watch", url.Values{field: {lotID(lot)}, "back": {"/sales/spring?show=open"}})
	}
	for range 2 {
		got := star(ann, "on", lots[0])
		if got.status != http.StatusSeeOther || got.header.Get("Location") != "/sales/spring?show=open" {
			t.Fatalf("a star without script: %d to %q", got.status, got.header.Get("Location"))
		}
	}
	ann.get("/sales/spring?show=watched").says(t, "the filter", 200, lotPath(lots[0], ""))
	if text := ann.get("/sales/spring?show=watched").text; strings.Contains(text, `href="`+lotPath(lots[1], "")+`"`) {
		t.Error("the watch list shows a lot that is not on it")
	}
	ann.get(lotPath(lots[0], "")).says(t, "the lot", 200, `name="off"`, "Watching")
	ann.get("/sales/spring/mine").says(t, "my lots", 200, "Watching", "£12.40 with premium and tax at the next bid, £10")
	for _, path := range []string{lotPath(lots[0], ""), "/sales/spring?show=watched", "/sales/spring/mine"} {
		if text := ben.get(path).text; strings.Contains(text, `name="off"`) {
			t.Errorf("%s shows Ben a star of Ann's", path)
		}
	}
	if got := star(ann, "on", farLots[0]); got.status != http.StatusNotFound {
		t.Errorf("a lot of sale %s on the list of another: %d", far.Slug, got.status)
	}
	got := star(guest, "on", lots[0])
	if to := got.header.Get("Location"); got.status != http.StatusSeeOther || to != "/sign-in?next=%2Fsales%2Fspring%3Fshow%3Dopen" {
		t.Errorf("a guest's star: %d to %q", got.status, to)
	}
	star(ann, "off", lots[0])
	if text := ann.get("/sales/spring/mine").text; strings.Contains(text, "Watching") {
		t.Error("a star that was taken off is still in My lots")
	}
}

// TestMyLotsSaysWhatItCosts: what is led at its price, what is not at the next
// bid, with premium and tax; the sum is of what is led.
func TestMyLotsSaysWhatItCosts(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, func(sale *auction.Sale) {
		published(sale)
		sale.Fees = auction.Fees{Premium: auction.Premium{{Rate: 2000}}, TaxRate: 2000}
	})
	ann, ben := s.bidder("Ann", sale), s.bidder("Ben", sale)
	for _, b := range []struct {
		who    *person
		lot    int
		amount string
	}{{ann, 0, "12"}, {ann, 1, "12"}, {ben, 1, "13"}} {
		if got := b.who.do("POST", lotPath(lots[b.lot], "/bids"), bidForm(b.amount)); got.status != http.StatusSeeOther {
			t.Fatalf("a bid of %s: %d", b.amount, got.status)
		}
	}
	text := tags.ReplaceAllString(ann.get("/sales/spring/mine").text, " ")
	for _, want := range []string{"£12.40 with premium and tax if it ends now", "hammer prices £10, premium £2, tax £0.40"} {
		if !strings.Contains(text, want) {
			t.Errorf("My lots does not say %q", want)
		}
	}
	ask := s.entry(lots[1]).Ask
	want := sale.Fees.On(ask).Total()
	if say := "£" + want.Decimal(sale.Currency) + " with premium and tax at the next bid"; !strings.Contains(text, say) {
		t.Errorf("My lots does not say %q", say)
	}
}
