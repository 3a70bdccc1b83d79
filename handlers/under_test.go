package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"outcry/auction"
	"outcry/handlers"
)

// addresses finds every attribute that begins with a slash. A hidden field may
// hold one, which comes back to the house.
var addresses = regexp.MustCompile(`([\w:-]+)=["'](/[^"']*)["']`)

// TestUnderAPathNothingLeadsOutside: a house below another site's page names
// no address of that site, on any page, to anybody.
func TestUnderAPathNothingLeadsOutside(t *testing.T) {
	s := based(t, "http://127.0.0.1/auctions")
	c := newCrowd(t, s, 3)
	bidder := c.as("a bidder")
	if got := bidder.do("POST", "/auctions"+lotPath(c.lots[0], "/bids"), bidForm("20")); got.status != 303 || got.header.Get("Location") != fmt.Sprintf("/auctions/lots/%d", c.lots[0]) {
		t.Fatalf("a bid leads to %d %q", got.status, got.header.Get("Location"))
	}
	seen := 0
	for _, v := range []visitor{c.as("nobody"), bidder, c.as("the owner")} {
		for _, rt := range routesOf(http.MethodGet) {
			method, path := c.place(rt.Pattern)
			got := v.do(method, "/auctions"+path, nil)
			if bare := v.do(method, path, nil); bare.status != got.status {
				t.Errorf("%s: %d, but %d where the proxy has taken the path off", path, got.status, bare.status)
			}
			if to := got.header.Get("Location"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "/auctions/") {
				t.Errorf("%s leads %s to %s", path, v.name, to)
			}
			if !strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				continue
			}
			for _, m := range addresses.FindAllStringSubmatch(got.text, -1) {
				if seen++; m[1] != "value" && !strings.HasPrefix(m[2], "/auctions/") {
					t.Errorf("%s, to %s: %s", path, v.name, m[0])
				}
			}
		}
	}
	if seen < 500 {
		t.Errorf("only %d addresses were looked at", seen)
	}
	c.as("the owner").get("/auctions/desk/sales/spring/bidders").says(t, "the links", 200, "http://127.0.0.1/auctions/enter/")
	c.as("nobody").get("/auctions/sales/spring/closings.ics").says(t, "the calendar", 200, "http://127.0.0.1/auctions/lots/")
	if got := s.raw("GET", "127.0.0.1", "/auctions", ""); got.header.Get("Location") != "/auctions/" {
		t.Errorf("/auctions: %d %q, want the front page", got.status, got.header.Get("Location"))
	}
	for _, path := range []string{"/auctionsx", "/auctions/auctions/", "/auctions//evil.example"} {
		if got := s.raw("GET", "127.0.0.1", path, ""); got.status == 200 || strings.HasPrefix(got.header.Get("Location"), "//") {
			t.Errorf("%s: %d %q", path, got.status, got.header.Get("Location"))
		}
	}
}

// TestCookiesUnderAPath: other programs of the host are not sent them.
func TestCookiesUnderAPath(t *testing.T) {
	s := based(t, "https://example.org/auctions")
	s.withPassword(s.person("Ann", auction.RoleBidder))
	got := s.posted("example.org", "/auctions/sign-in?next=%2Flots%2F7", url.Values{"email": {"ann@example.org"}, "password": {password}})
	if to := got.header.Get("Location"); to != "/auctions/lots/7" {
		t.Errorf("signing in leads to %q, want /auctions/lots/7", to)
	}
	for _, name := range []string{"__Secure-outcry", "__Secure-outcry-known"} {
		if c := got.cookieNamed(t, name); c.Path != "/auctions" || !c.Secure || !c.HttpOnly {
			t.Errorf("%+v", c)
		}
	}
	got = s.posted("example.org", "/auctions/sign-out", url.Values{}, "Origin", "https://example.org")
	if got.status != 303 || got.header.Get("Location") != "/auctions/?done=signed-out" {
		t.Errorf("signing out from our own page: %d %q", got.status, got.header.Get("Location"))
	}
}

// posted sends a form to a site by a name.
func (s *site) posted(host, path string, fields url.Values, header ...string) page {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+path, strings.NewReader(fields.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Host = host
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	return (&person{site: s}).send(req)
}

// TestBasePathsThatAreOurs: a proxy that takes the path off would make them
// mean something else.
func TestBasePathsThatAreOurs(t *testing.T) {
	for path, may := range map[string]bool{"": true, "/auctions": true, "/a/lots": true, "/lots": false, "/sales/x": false, "/static": false, "/desk": false} {
		if err := handlers.CheckBase(&url.URL{Scheme: "https", Host: "example.org", Path: path}); (err == nil) != may {
			t.Errorf("%s: %v", path, err)
		}
	}
}
