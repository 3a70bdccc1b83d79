package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"outcry/auction"
)

func TestAGuestIsAddedAtTheDoor(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	clerk := s.person("Clem", auction.RoleClerk)
	s.bidder("Ann", sale)
	clerk.get("/desk/sales/spring/check-in?q=ann").says(t, "by name", 200, "101", "Ann")
	clerk.get("/desk/sales/spring/check-in?q=101").says(t, "by paddle", 200, "Ann")
	clerk.get("/desk/sales/spring/check-in?q=zoe").says(t, "nobody", 200, "Nobody found")
	clerk.do("POST", "/desk/sales/spring/check-in", url.Values{"name": {""}}).says(t, "without a name", 422)
	clerk.do("POST", "/desk/sales/spring/check-in", url.Values{"name": {"Bob"}, "paddle": {"101"}}).says(t, "a paddle that is taken", 422, "Somebody else has this paddle")
	got := clerk.do("POST", "/desk/sales/spring/check-in", url.Values{"name": {"Bob"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("a guest: %d %s", got.status, got.text)
	}
	page := clerk.get(got.header.Get("Location"))
	page.says(t, "the paddle", 200, "Bob", "102", `<svg class="qr"`)
	link := regexp.MustCompile(`/enter/[A-Za-z0-9_-]+`).FindString(page.text)
	if link == "" {
		t.Fatal("the paddle's page has no link")
	}
	phone := &person{site: s}
	in := phone.do("GET", link, nil)
	if in.status != http.StatusSeeOther {
		t.Fatalf("the phone at the link: %d", in.status)
	}
	phone.cookie = regexp.MustCompile(`outcry=([^;]+)`).FindStringSubmatch(strings.Join(in.header.Values("Set-Cookie"), "\n"))[1]
	if bid := phone.do("POST", lotPath(lots[0], "/bids"), bidForm("50")); bid.status != http.StatusSeeOther {
		t.Errorf("the guest's bid: %d", bid.status)
	}
	if e := s.entry(lots[0]); e.Lead != "102" {
		t.Errorf("the lot is led by %q, want the guest", e.Lead)
	}
	s.owner.get("/desk/sales/spring/audit?kind=paddle").says(t, "the audit list", 200, "Clem", "gave a paddle", "102")
}

func TestABlockedPaddleHearsWhy(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	holder, err := s.store.Holder(t.Context(), sale.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/paddles/" + num(holder.ID)
	s.owner.do("POST", path+"/block", url.Values{"block": {"1"}}).says(t, "without a reason", 422, "Say why")
	got := s.owner.do("POST", path+"/block", url.Values{"block": {"1"}, "reason": {"=HYPERLINK(1)"}})
	s.owner.get(got.header.Get("Location")).says(t, "blocked", 200, "Blocked", "Let it bid again")
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("50")).says(t, "her bid", 422, "Speak to the desk")
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("50"), "Accept", "application/json").says(t, "to a program", 422, `"reason":"blocked"`)
	sheet := s.owner.get("/desk/sales/spring/audit.csv").text
	if !strings.Contains(sheet, "Ruth,blocked a paddle,paddle.blocked,,,101,,'=HYPERLINK(1)") {
		t.Errorf("the audit list as a file: %s", sheet)
	}
	s.owner.do("POST", path+"/block", url.Values{"block": {"0"}})
	if bid := ann.do("POST", lotPath(lots[0], "/bids"), bidForm("50")); bid.status != http.StatusSeeOther {
		t.Errorf("her bid after that: %d", bid.status)
	}
}

func TestChangesOfTheCatalogueAreNoted(t *testing.T) {
	s := newSite(t)
	s.sale(1, nil)
	got := s.owner.do("POST", "/desk/sales/spring/lots/new", url.Values{"title": {"Jug"}, "opening": {"10"}, "number": {"77"}})
	lot := got.header.Get("Location")
	if got.status != http.StatusSeeOther {
		t.Fatalf("a new lot: %d %s", got.status, tags.ReplaceAllString(got.text, ""))
	}
	lot, _, _ = strings.Cut(lot, "?")
	s.owner.do("POST", lot, url.Values{"title": {"Big jug"}, "opening": {"10"}, "number": {"77"}})
	s.owner.get("/desk/sales/spring/audit?lot=77").says(t, "the audit list", 200, "added a lot", "changed the lot")
	s.owner.do("POST", lot+"/remove", url.Values{})
	s.owner.get("/desk/sales/spring/audit").says(t, "the audit list", 200, "removed a lot", "77, Big jug")
}

func TestTheAuditListIsPaged(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, published)
	for range 101 {
		if err := s.store.KeepAct(t.Context(), auction.Act{SaleID: sale.ID, UserID: s.owner.user.ID, Kind: auction.ActMessage, What: "Supper"}); err != nil {
			t.Fatal(err)
		}
	}
	first := s.owner.get("/desk/sales/spring/audit?kind=sale")
	older := regexp.MustCompile(`before=\d+`).FindString(first.text)
	if n := strings.Count(first.text, "Supper"); n != 100 || older == "" {
		t.Errorf("the first page has %d acts and leads on to %q", n, older)
	}
	if n := strings.Count(s.owner.get("/desk/sales/spring/audit?kind=sale&"+older).text, "Supper"); n != 1 {
		t.Errorf("the second page has %d acts, want 1", n)
	}
}
