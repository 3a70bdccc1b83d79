package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"outcry/auction"
)

func TestAPrivateSaleIsSeenByItsBiddersOnly(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, func(sale *auction.Sale) { published(sale); sale.Private = true })
	guest, other, bidder := &person{site: s}, s.person("Otto", auction.RoleBidder), s.bidder("Ann", sale)
	lot := "/lots/" + strconv.FormatInt(lots[0], 10)
	for _, path := range []string{"/sales/spring", "/sales/spring/conditions", lot, lot + "/log", "/sales/spring/mine"} {
		if got := guest.do("GET", path, nil); got.status != http.StatusSeeOther || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
			t.Errorf("a guest at %s: %d to %q, want to sign in", path, got.status, got.header.Get("Location"))
		}
	}
	for _, path := range []string{"/sales/spring", lot} {
		if got := other.do("GET", path, nil); got.status != http.StatusSeeOther || got.header.Get("Location") != "/sales/spring/register" {
			t.Errorf("somebody without a paddle at %s: %d to %q, want to register", path, got.status, got.header.Get("Location"))
		}
		if got := other.do("GET", path, nil, "Accept", "application/json"); got.status != http.StatusForbidden || strings.Contains(got.text, "opening") {
			t.Errorf("a program without a paddle at %s: %d %s", path, got.status, got.text)
		}
		got := bidder.do("GET", path, nil)
		if got.status != http.StatusOK || !strings.Contains(got.text, `<meta name="robots" content="noindex"`) {
			t.Errorf("its bidder at %s: %d, or search engines are not asked to leave it out", path, got.status)
		}
	}
	if got := other.do("GET", lot+"/log", nil); got.status != http.StatusForbidden {
		t.Errorf("the log for somebody without a paddle: %d", got.status)
	}
	for _, live := range []string{"/live?sale=spring", "/live?lot=" + strconv.FormatInt(lots[0], 10)} {
		if got := other.do("GET", live, nil, "Origin", s.URL); got.status != http.StatusForbidden {
			t.Errorf("a socket at %s without a paddle: %d", live, got.status)
		}
	}
	for who, p := range map[string]*person{"a guest": guest, "somebody without a paddle": other} {
		if strings.Contains(p.do("GET", "/", nil).text, "/sales/spring") {
			t.Errorf("the front page lists the private sale for %s", who)
		}
	}
	if !strings.Contains(bidder.do("GET", "/", nil).text, "/sales/spring") {
		t.Error("the front page leaves the private sale out for its bidder")
	}
	if got := other.do("POST", "/sales/spring/register", url.Values{"name": {"Otto"}, "agree": {"1"}}); got.status != http.StatusSeeOther {
		t.Fatalf("registering for the private sale: %d", got.status)
	}
	if got := other.do("GET", lot, nil); got.status != http.StatusOK {
		t.Errorf("the lot with a paddle: %d", got.status)
	}
}

func TestPaddlesByInvitation(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, func(sale *auction.Sale) { published(sale); sale.Registration = auction.RegisterInvite })
	bidder, other := s.bidder("Ann", sale), s.person("Otto", auction.RoleBidder)
	form := url.Values{"name": {"Otto"}, "agree": {"1"}}
	if got := other.do("POST", "/sales/spring/register", form); got.status != http.StatusForbidden {
		t.Errorf("registering uninvited: %d, want 403", got.status)
	}
	if _, err := s.store.Holder(t.Context(), sale.ID, other.user.ID); err == nil {
		t.Error("who was not invited has a paddle")
	}
	if got := other.do("GET", "/sales/spring", nil); got.status != http.StatusOK {
		t.Errorf("the catalogue of a public sale: %d", got.status)
	}
	if got := bidder.do("GET", "/sales/spring/register", nil); got.status != http.StatusOK {
		t.Errorf("the invited bidder's paddle: %d", got.status)
	}
	sale.Private = true
	if err := s.store.SaveSale(t.Context(), sale); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/sales/spring", "/sales/spring/register", "/sales/spring/conditions"} {
		if got := other.do("GET", path, nil); got.status != http.StatusForbidden || strings.Contains(got.text, sale.Title) {
			t.Errorf("%s of a private sale by invitation: %d, or it tells the sale's title", path, got.status)
		}
	}
}

func TestFormOfWhatBuyersPay(t *testing.T) {
	s := newSite(t)
	s.sale(0, nil)
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	for name, value := range map[string]string{
		"premium": "500: 25\nabove: 12,5 %", "tax_rate": "20", "tax_on": "hammer", "goal": "£10,000", "private": "1",
		"registration": "approve", "payment": "Cash\r\nor card", "collection": "Sunday, 10 to 12", "email": "Ruth@Example.org ", "phone": "020 7946 0000",
	} {
		form.Set(name, value)
	}
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Fatalf("save: %d", got.status)
	}
	sale, err := s.store.Sale(t.Context(), "spring")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sale.Fees.On(100_000), (auction.Charge{Hammer: 100_000, Premium: 18_750, Tax: 23_750}); got != want {
		t.Errorf("£1,000 costs %+v, want %+v", got, want)
	}
	if !sale.Private || sale.Registration != auction.RegisterApprove || sale.Goal != 1_000_000 || sale.Payment != "Cash\nor card" ||
		sale.Collection != "Sunday, 10 to 12" || sale.Contact != (auction.Contact{Email: "ruth@example.org", Phone: "020 7946 0000"}) {
		t.Errorf("saved as %+v", sale)
	}
	again := s.owner.get("/desk/sales/spring/edit").text
	for _, want := range []string{"500.00: 25\nabove: 12.5", `value="20"`, `value="10000.00"`, `<option value="approve" selected`, `<option value="hammer" selected`} {
		if !strings.Contains(again, want) {
			t.Errorf("the form does not show %q", want)
		}
	}
	for name, value := range map[string]string{"premium": "500: 25", "tax_rate": "200", "goal": "lots", "registration": "x", "email": "ruth"} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(name, value)
		if got := s.owner.do("POST", "/desk/sales/spring/edit", bad); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text, `id="`+name+`-e"`) {
			t.Errorf("%s %q: %d, want 422 with the field marked", name, value, got.status)
		}
	}
}
