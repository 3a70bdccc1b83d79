package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"outcry/auction"
)

// TestASaleHasItsOrganisers: who makes a sale runs it, adds others and takes
// them off; whoever else has the role works at its desk as a clerk.
func TestASaleHasItsOrganisers(t *testing.T) {
	s := newSite(t)
	olga, otto := s.person("Olga", auction.RoleOrganiser), s.person("Otto", auction.RoleOrganiser)
	clem := s.person("Clem", auction.RoleClerk)
	form := url.Values{"title": {"Autumn Sale"}, "slug": {"autumn"}, "currency": {"GBP"}, "zone": {"Europe/London"}, "opens_at": {"2031-05-01T10:00"},
		"closes_at": {"2031-05-02T10:00"}, "stagger": {"0"}, "window": {"2"}, "extension": {"2"}, "steps_name": {"charity"}, "registration": {""}}
	const page = "/desk/sales/autumn/organisers"
	if got := olga.do("POST", "/desk/sales/new", form); got.status != http.StatusSeeOther {
		t.Fatalf("making a sale: %d %s", got.status, got.text)
	}
	list := olga.get(page)
	list.says(t, "the organisers", 200, "Ruth", "Owner: runs every sale", "Olga", "You")
	for _, act := range []struct {
		who  *person
		name string
	}{{otto, "Otto"}, {clem, "Clem"}} {
		desk := act.who.get("/desk/sales/autumn")
		if strings.Contains(desk.text, "/desk/sales/autumn/edit") || strings.Contains(desk.text, "/desk/sales/autumn/audit") {
			t.Errorf("%s is offered what only the sale's organisers may do", act.name)
		}
		desk.says(t, act.name+" at the sale", 200, "Who runs this sale")
		if got := act.who.get(page); strings.Contains(got.text, "<select") || !strings.Contains(got.text, "Olga") {
			t.Errorf("%s sees a form, or does not see whom to ask", act.name)
		}
	}
	otto.do("GET", "/desk/sales/autumn/edit", nil).says(t, "another sale's form", 403, "Other organisers run this sale")
	otto.do("POST", page, url.Values{"add": {num(otto.user.ID)}}).says(t, "adding oneself", 403)
	otto.do("GET", "/desk/sales/no-such-sale/edit", nil).says(t, "no sale", 404)

	if got := olga.do("POST", page, url.Values{"add": {num(otto.user.ID)}}); got.status != http.StatusSeeOther {
		t.Errorf("adding Otto: %d", got.status)
	}
	otto.get("/desk/sales/autumn/edit")
	otto.get("/desk/sales/autumn").says(t, "Otto's control page", 200, "/desk/sales/autumn/audit")
	olga.do("POST", page, url.Values{"add": {num(clem.user.ID)}}).says(t, "adding a clerk", 404)
	olga.do("POST", page, url.Values{"add": {"x"}}).says(t, "adding nobody", 400)
	olga.do("POST", page, url.Values{"remove": {num(olga.user.ID)}}).says(t, "oneself off", 422, "You cannot take yourself off")
	if got := otto.do("POST", page, url.Values{"remove": {num(olga.user.ID)}}); got.status != http.StatusSeeOther {
		t.Errorf("taking Olga off: %d", got.status)
	}
	olga.do("GET", "/desk/sales/autumn/edit", nil).says(t, "who was taken off", 403)
	s.owner.do("POST", page, url.Values{"add": {num(olga.user.ID)}})
	olga.get("/desk/sales/autumn/audit").says(t, "the audit list", 200, "made somebody an organiser of the sale", "took an organiser off the sale", "Otto")

	var data struct {
		OrganiserOf []string `json:"organiser_of"`
	}
	if err := json.Unmarshal([]byte(otto.get("/account/data.json").text), &data); err != nil || !slices.Equal(data.OrganiserOf, []string{"autumn"}) {
		t.Errorf("Otto's data says %v, %v; want autumn", data.OrganiserOf, err)
	}
}

// TestALotGoesOnlyIntoASaleOfOnesOwn: a lot that is offered again takes its
// reserve along, so it stays with those who may see it.
func TestALotGoesOnlyIntoASaleOfOnesOwn(t *testing.T) {
	s := newSite(t)
	spring, lots, _, _ := s.underReserve(1)
	s.sale(0, func(sale *auction.Sale) { sale.Slug, sale.Title = "autumn", "Autumn Sale" })
	olga := s.person("Olga", auction.RoleOrganiser)
	s.runs(olga, spring)
	for name, what := range map[string]struct {
		who   *person
		there bool
	}{"an organiser of one sale": {olga, false}, "the owner": {s.owner, true}} {
		if got := what.who.get("/desk/lots/" + num(lots[0]) + "/after"); strings.Contains(got.text, `value="autumn"`) != what.there {
			t.Errorf("%s: the other sale is offered: %v, want %v", name, !what.there, what.there)
		}
	}
	olga.do("POST", "/desk/lots/"+num(lots[0])+"/after", url.Values{"act": {"relist"}, "sale": {"autumn"}}).says(t, "into another's sale", 403)
}

// TestALotGoesOnlyIntoASaleOfItsKind: what a page does not offer is refused
// where a form asks for it all the same.
func TestALotGoesOnlyIntoASaleOfItsKind(t *testing.T) {
	s := newSite(t)
	spring, lots, _, _ := s.underReserve(1)
	after := "/desk/lots/" + num(lots[0]) + "/after"
	for slug, change := range map[string]func(*auction.Sale){
		"euros":     func(sale *auction.Sale) { sale.Currency = auction.Currency{Code: "EUR", Symbol: "€", Digits: 2} },
		"rehearsal": func(sale *auction.Sale) { sale.Rehearses = spring.ID },
		"over":      func(sale *auction.Sale) { sale.ClosesAt = sale.OpensAt },
	} {
		s.sale(0, func(sale *auction.Sale) {
			sale.Slug, sale.Title = slug, slug
			change(sale)
		})
		s.owner.do("POST", after, url.Values{"act": {"relist"}, "sale": {slug}}).says(t, "into "+slug, 422, "The lot cannot go into that sale. Choose one of the list")
	}
	if log, err := s.store.AfterLog(t.Context(), lots[0]); err != nil || len(log) != 0 {
		t.Errorf("relisted all the same: %+v, %v", log, err)
	}
}
