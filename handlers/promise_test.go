package handlers_test

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"outcry/auction"
	"outcry/handlers"
	"outcry/store"
)

// notForClerks are acts that the house promises to keep from its clerks,
// spelled out: the table of who may do what is made from the site map, and
// follows it whatever it says.
var notForClerks = []string{
	"POST /desk/sales/new", "POST /desk/sales/{slug}/edit", "POST /desk/sales/{slug}/publish", "POST /desk/sales/{slug}/unpublish",
	"POST /desk/sales/{slug}/copy", "POST /desk/sales/{slug}/lots/new", "POST /desk/sales/{slug}/import", "POST /desk/sales/{slug}/photos",
	"POST /desk/lots/{id}", "POST /desk/lots/{id}/remove", "POST /desk/lots/{id}/withdraw", "POST /desk/lots/{id}/pause", "POST /desk/lots/{id}/resume",
	"POST /desk/sales/{slug}/pause", "POST /desk/sales/{slug}/resume", "POST /desk/sales/{slug}/extend", "POST /desk/sales/{slug}/close",
	"POST /desk/sales/{slug}/call-off", "POST /desk/sales/{slug}/message", "POST /desk/sales/{slug}/letters", "POST /desk/sales/{slug}/invitations",
	"POST /desk/sales/{slug}/bidders/import", "POST /desk/paddles/{id}/block", "GET /desk/sales/{slug}/audit", "GET /desk/sales/{slug}/audit.csv",
}

// notForOrganisers are the owner's alone.
var notForOrganisers = []string{
	"GET /desk/staff", "POST /desk/staff", "POST /desk/staff/{id}", "POST /account/house", "GET /desk/audit", "GET /desk/audit.csv",
}

func TestWhatAClerkMayDo(t *testing.T) {
	who := map[string]string{}
	for _, rt := range handlers.SiteMap() {
		who[rt.Pattern] = rt.Who
	}
	for _, pattern := range notForClerks {
		if !slices.Contains([]string{"maker", "organiser", "owner"}, who[pattern]) {
			t.Errorf("%s is for %q, want the organiser", pattern, who[pattern])
		}
	}
	for _, pattern := range notForOrganisers {
		if who[pattern] != "owner" {
			t.Errorf("%s is for %q, want the owner", pattern, who[pattern])
		}
	}
	s := newSite(t)
	sale, _ := s.sale(1, nil)
	clerk := s.person("Clerk", auction.RoleClerk)
	if got := clerk.do("POST", "/desk/sales/"+sale.Slug+"/publish", url.Values{}); got.status != http.StatusForbidden {
		t.Errorf("a clerk publishes: %d, want 403", got.status)
	}
}

// TestALinkIsOnePaddleOfOneSale: who came by the link of one paddle is not the
// other paddle of the same person in another sale.
func TestALinkIsOnePaddleOfOneSale(t *testing.T) {
	s := newSite(t)
	spring, lots := s.sale(1, published)
	autumn, others := s.sale(1, func(sale *auction.Sale) { published(sale); sale.Slug = "autumn" })
	ann := s.bidder("Ann", spring)
	if _, err := s.store.Register(t.Context(), autumn.ID, ann.user.ID, "Ann", true); err != nil {
		t.Fatal(err)
	}
	holder, err := s.store.Holder(t.Context(), spring.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	sheet := s.byLink(ann.user, holder)
	if got := sheet.do("POST", lotPath(others[0], "/bids"), bidForm("20"), "Accept", "application/json"); got.status < 400 {
		t.Errorf("a bid in another sale by the link of this one: %d %s", got.status, got.text)
	}
	if e := s.entry(others[0]); e.Bids != 0 {
		t.Errorf("the lot of the other sale has %d bids", e.Bids)
	}
	sheet.bid(lots[0], "20")
	if e := s.entry(lots[0]); e.Lead != holder.Paddle {
		t.Errorf("in its own sale the link bids as %q, want %q", e.Lead, holder.Paddle)
	}
	ann.bid(others[0], "20") // by the account it is hers
}

// TestNoSessionIsKeptInClear: whoever reads the files of the database finds no
// cookie in them.
func TestNoSessionIsKeptInClear(t *testing.T) {
	dir := t.TempDir()
	s := builtOn(t, store.Config{Dir: dir}, nil, func(*handlers.Config) {})
	s.withPassword(s.person("Ann", auction.RoleBidder))
	got := s.signIn("ann@example.org", password)
	cookie := got.cookieNamed(t, "outcry").Value
	if page := (&person{site: s, cookie: cookie}).do("GET", "/account", nil); page.status != http.StatusOK {
		t.Fatalf("the cookie opens the account with %d", page.status)
	}
	found := false
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		found = found || bytes.Contains(text, []byte("ann@example.org"))
		if bytes.Contains(text, []byte(cookie[:24])) {
			t.Errorf("%s holds a session's cookie", d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !found {
		t.Error("the address of who signed in was not found either: this looked in the wrong place")
	}
}
