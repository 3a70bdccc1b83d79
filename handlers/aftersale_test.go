package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/auction"
)

// underReserve is a sale whose lots have reserves of 90.00 that Ann, at 30.00,
// and Ben, at 25.00, did not reach: all have passed.
func (s *site) underReserve(lots int) (auction.Sale, []int64, *person, *person) {
	s.t.Helper()
	sale, ids := s.sale(lots, func(sale *auction.Sale) {
		sale.Fees = auction.Fees{Premium: auction.Premium{{Rate: 1000}}}
	})
	ann, ben := s.bidder("Ann", sale), s.bidder("Ben", sale) // passwords take their time; a close does not wait for them
	for _, id := range ids {
		d, err := s.store.Draft(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		d.Reserve = 9000
		d.ClosesAt = time.Now().Add(2500 * time.Millisecond)
		if err := s.store.SaveDraft(s.t.Context(), id, d); err != nil {
			s.t.Fatal(err)
		}
	}
	s.publish(sale)
	for _, id := range ids {
		for _, b := range []struct {
			who    *person
			amount string
		}{{ben, "25"}, {ann, "30"}} {
			if got := b.who.do("POST", lotPath(id, "/bids"), bidForm(b.amount)); got.status != http.StatusSeeOther {
				s.t.Fatalf("a bid of %s: %d", b.amount, got.status)
			}
		}
	}
	for _, id := range ids {
		for s.entry(id).State != auction.Passed {
			if s.t.Context().Err() != nil {
				s.t.Fatal("the lot does not end")
			}
			time.Sleep(20 * time.Millisecond) // until it does, as late as it may be
		}
	}
	return sale, ids, ann, ben
}

func TestTheBestBidIsAccepted(t *testing.T) {
	s := newSite(t)
	_, lots, ann, ben := s.underReserve(1)
	after := "/desk/lots/" + lotID(lots[0]) + "/after"
	cleo := s.person("Cleo", auction.RoleClerk)
	if got := cleo.do("GET", after, nil); got.status != 403 {
		t.Errorf("a clerk decides after the sale: %d", got.status)
	}
	s.owner.get(after).says(t, "what can be done", 200, "The best bid is £30, by paddle 101", "bid up to £30", "bid up to £25")
	if got := s.owner.do("POST", after, url.Values{"act": {"accept"}, "why": {"the donor agrees"}}); got.status != 303 {
		t.Fatalf("accepted: %d", got.status)
	}
	s.owner.do("POST", after, url.Values{"act": {"accept"}}).says(t, "accepted twice", 422, "sold already")
	s.owner.get(after).says(t, "afterwards", 200, "sold to paddle 101 for £30", "Ruth", "the donor agrees")

	ben.get(lotPath(lots[0], "")).says(t, "the lot", 200, "Passed", "Sold after the sale to paddle 101, for £30.")
	ann.get(lotPath(lots[0], "")).says(t, "its buyer's", 200, "Sold to you after the sale")
	ann.get("/sales/spring/mine").says(t, "my lots", 200, "To pay", "£30")
	ann.get("/sales/spring/invoice").says(t, "the invoice", 200, "£30.00", "£3.00", "£33.00")
	got := ben.do("GET", lotPath(lots[0], ""), nil, "Accept", "application/json")
	if !strings.Contains(got.text, `"state":"passed"`) || !strings.Contains(got.text, `"after":{"paddle":"101","price":3000,`) {
		t.Errorf("JSON: %s", got.text)
	}
	if acts, err := s.store.Acts(t.Context(), auction.ActQuery{SaleID: 1, Kind: "after"}); err != nil || len(acts) != 1 || acts[0].What != "30.00 GBP" || acts[0].Why != "the donor agrees" {
		t.Errorf("the audit list: %+v, %v", acts, err)
	}
	log := ben.get(lotPath(lots[0], "/log")).text
	if lines := strings.Split(strings.TrimSpace(log), "\n"); !strings.Contains(lines[len(lines)-1], `"event":"lot.passed"`) {
		t.Errorf("the log goes on after the end: %s", lines[len(lines)-1])
	}
}

var offerLink = regexp.MustCompile(`/offers/[A-Za-z0-9_-]+`)

func TestALotIsOfferedToTheUnderbidder(t *testing.T) {
	s := newSite(t)
	_, lots, ann, ben := s.underReserve(2)
	after := "/desk/lots/" + lotID(lots[0]) + "/after"
	anns, bens, bensLots := ann.socket("lot="+lotID(lots[0])), ben.socket("lot="+lotID(lots[0])), ben.socket("mine=spring")
	offer := url.Values{"act": {"offer"}, "paddle": {"102"}, "price": {"27.50"}}
	s.owner.do("POST", after, url.Values{"act": {"offer"}, "paddle": {"999"}, "price": {"20"}}).says(t, "to nobody", 422, "That paddle has no bid")
	s.owner.do("POST", after, url.Values{"act": {"offer"}, "paddle": {"102"}, "price": {"x"}}).says(t, "for no price", 422, "amount")
	if got := s.owner.do("POST", after, offer); got.status != 303 {
		t.Fatalf("offered: %d", got.status)
	}
	s.owner.do("POST", after, offer).says(t, "offered twice", 422, "has not answered yet")
	heard := func(what string, conn *websocket.Conn, want string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		for {
			_, message, err := conn.Read(ctx)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if conn == anns && strings.Contains(string(message), "/offers/") {
				t.Fatalf("%s: somebody else is sent the offer: %s", what, message)
			}
			if strings.Contains(string(message), want) {
				return
			}
		}
	}
	link := offerLink.FindString(s.owner.get(after).text)
	heard("the offer, on the lot's page", bens, `<hx-partial hx-target="#offered-`+lotID(lots[0])+`"`)
	ben.get(lotPath(lots[0], "")).says(t, "the lot of whom it is offered to", 200, "This lot is offered to you", link)
	if strings.Contains(ann.get(lotPath(lots[0], "")).text, "/offers/") {
		t.Error("somebody else is shown the offer")
	}

	nobody := &person{site: s}
	nobody.get(link).says(t, "the offer, by its link alone", 200, "Paddle 102 can have it at £27.50", "Buy it for £30.25")
	nobody.get(link).says(t, "opened again", 200, "Paddle 102 can have it")
	nobody.do("POST", link, url.Values{"answer": {"dropped"}}).says(t, "an answer that is not the bidder's", 400)
	forged := link[:len(link)-1] + map[bool]string{true: "B", false: "A"}[strings.HasSuffix(link, "A")]
	for _, bad := range []string{forged, "/offers/x", "/offers/" + strings.Repeat("A", 38)} {
		if got := nobody.do("POST", bad, url.Values{"answer": {"taken"}}); got.status != 404 {
			t.Errorf("a forged link %s: %d", bad, got.status)
		}
	}
	for range 2 {
		if got := nobody.do("POST", link, url.Values{"answer": {"taken"}}); got.status != 303 {
			t.Errorf("taken: %d", got.status)
		}
	}
	heard("sold, on another's page", anns, "Sold after the sale to paddle 102, for £27.50.")
	heard("sold, on the buyer's page", bens, "Sold to you after the sale")
	heard("sold, on My lots", bensLots, `id="my-list-won"`)
	nobody.do("POST", link, url.Values{"answer": {"refused"}})
	nobody.get(link).says(t, "taken", 200, "The lot is yours")
	ben.get("/sales/spring/invoice").says(t, "the invoice", 200, "£27.50", "£2.75", "£30.25")

	// the other lot: taken back, then relisted with its words and pictures
	after = "/desk/lots/" + lotID(lots[1]) + "/after"
	if got := s.owner.do("POST", after, offer); got.status != 303 {
		t.Fatalf("offered: %d", got.status)
	}
	link = offerLink.FindString(s.owner.get(after).text)
	if got := s.owner.do("POST", after, url.Values{"act": {"drop"}, "offer": {"1"}}); got.status != 303 {
		t.Errorf("taken back: %d", got.status)
	}
	nobody.do("POST", link, url.Values{"answer": {"taken"}})
	nobody.get(link).says(t, "taken back", 200, "The organiser took this offer back")
	next, _ := s.sale(1, func(sale *auction.Sale) {
		sale.Slug, sale.Title = "autumn", "Autumn Sale"
		sale.OpensAt, sale.ClosesAt = sale.ClosesAt, sale.ClosesAt.Add(time.Hour)
	})
	s.owner.get(after).says(t, "where to relist", 200, "Autumn Sale, closes")
	if got := s.owner.do("POST", after, url.Values{"act": {"relist"}, "sale": {"autumn"}}); got.status != 303 {
		t.Fatalf("relisted: %d %s", got.status, got.text)
	}
	s.owner.do("POST", after, url.Values{"act": {"relist"}, "sale": {"autumn"}}).says(t, "relisted twice", 422, "another sale already")
	entries, _, err := s.store.Entries(t.Context(), next.ID, auction.Query{})
	if err != nil || len(entries) != 2 || entries[1].Title != "Vase 2" || entries[1].State != auction.Upcoming || entries[1].Number != "2" {
		t.Errorf("the other sale has %+v, %v", entries, err)
	}
}

// TestTheCatalogueShowsResults: after the sale the catalogue says what was sold,
// after the sale too, finds it, and leads to the list of results; cards follow on
// pages that are open, at whichever process they are.
func TestTheCatalogueShowsResults(t *testing.T) {
	s := newSite(t)
	_, lots, _, ben := s.underReserve(2)
	there := s.process(t)
	other := &person{site: there.site, user: ben.user, cookie: ben.cookie}
	ben.get("/sales/spring").says(t, "before", 200, "Not sold", "0 lots sold")
	conns := map[string]*websocket.Conn{
		"a card": ben.socket("sale=spring"), "one card": ben.socket("card=" + lotID(lots[0]) + "&sale=spring"),
		"a card at another process": other.socket("sale=spring"), "My lots at another process": other.socket("mine=spring"),
		"the lot at another process": other.socket("lot=" + lotID(lots[0])),
	}
	after := "/desk/lots/" + lotID(lots[0]) + "/after"
	if got := s.owner.do("POST", after, url.Values{"act": {"accept"}}); got.status != 303 {
		t.Fatalf("accepted: %d", got.status)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for what, conn := range conns {
		for heard := false; !heard; {
			_, message, err := conn.Read(ctx)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			heard = strings.Contains(string(message), "fter the sale")
		}
	}
	page := ben.get("/sales/spring")
	page.says(t, "the catalogue", 200, "after the sale", "1 lot sold, £30", "/sales/spring/results")
	for show, want := range map[string][]int64{"bought": {lots[0]}, "unsold": {lots[1]}} {
		got := ben.get("/sales/spring?show=" + show)
		for _, id := range lots {
			if has := strings.Contains(got.text, `id="card-`+lotID(id)+`"`); has != (id == want[0]) {
				t.Errorf("lots that are %s: lot %d is there: %v", show, id, has)
			}
		}
	}
	list := ben.get("/sales/spring/results")
	list.says(t, "the results", 200, "1 of 2 lots sold", "£30.00 after the sale", "Not sold", "Hammer prices, without premium.")
	if strings.Contains(list.text, "90.00") {
		t.Error("the results tell a reserve")
	}
}
