package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"outcry/auction"
)

// TestErrorPagesLeadOn: whatever cannot be shown says what it is, keeps the
// house's policy and frame, and has a way on that is a page of ours.
func TestErrorPagesLeadOn(t *testing.T) {
	s := newSite(t)
	_, lots := s.sale(1, published)
	guest, ann := &person{site: s}, s.person("Ann", auction.RoleBidder)
	lot := lotPath(lots[0], "")
	from := []string{"Referer", s.URL + lot}
	for _, c := range []struct {
		status int
		got    page
		way    string // the first link
	}{
		{400, guest.do("POST", "/sign-in", url.Values{"email": {"\xff"}}, "Referer", s.URL+"/sign-in"), "/sign-in"},
		{403, ann.do("GET", "/desk", nil), "/sign-in?next=%2Fdesk"},
		{403, guest.do("POST", lot+"/bids", bidForm("5"), "Sec-Fetch-Site", "cross-site"), "/"},
		{404, guest.do("GET", "/nothing/here", nil), "/"},
		{404, guest.do("GET", "/lots/99999", nil, from...), lot},
		{405, guest.do("DELETE", lot, nil, from...), lot},
		{413, guest.do("POST", "/sign-in", url.Values{"email": {strings.Repeat("x", 300<<10)}}, "Referer", s.URL+"/sign-in"), "/sign-in"},
		{415, guest.do("POST", "/sign-in", url.Values{}, "Content-Type", "text/plain", "Referer", s.URL+"/sign-in"), "/sign-in"},
	} {
		what := strconv.Itoa(c.status) + " " + c.way
		c.got.says(t, what, c.status, strconv.Itoa(c.status), "<h1", "To the front page")
		if csp := c.got.header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
			t.Errorf("%s has the policy %q", what, csp)
		}
		_, link, _ := strings.Cut(c.got.text, `class="btn go" href="`)
		link, _, _ = strings.Cut(link, `"`)
		if link != c.way {
			t.Errorf("%s leads to %q", what, link)
		}
		if next := guest.do(http.MethodGet, link, nil); next.status != 200 {
			t.Errorf("%s leads to %s, which is %d", what, link, next.status)
		}
	}
}
