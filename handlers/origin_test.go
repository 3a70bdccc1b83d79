package handlers_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"outcry/auction"
	"outcry/handlers"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// based is a site behind a base URL.
func based(t *testing.T, base string) *site {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	return configured(t, func(c *handlers.Config) { c.BaseURL = u })
}

// raw sends a request to a site under a name, with just these headers.
func (s *site) raw(method, host, path, cookie string, header ...string) page {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Host = host
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	return (&person{site: s}).send(req)
}

// TestHostileOrigins is the table of where a request may say that it comes
// from, by method and by what the base URL is.
func TestHostileOrigins(t *testing.T) {
	const refused = http.StatusForbidden
	houses := map[string]*site{
		"https://sale.example.org": based(t, "https://sale.example.org"),
		"http://sale.example.org":  based(t, "http://sale.example.org"),
		"":                         newSite(t), // no base URL: plain http by whatever name
	}
	for base, s := range houses {
		own := base
		if own == "" {
			own = "http://sale.example.org"
		}
		other := map[string]string{"https": "http", "http": "https"}[own[:strings.Index(own, ":")]]
		for origin, may := range map[string]bool{
			own:                             true,
			other + "://sale.example.org":   false,
			"null":                          false,
			"":                              false, // told, and empty
			own + ".evil.example":           false,
			own + ":8443":                   false,
			"https://evil.example":          false,
			"https://sale.example.org@evil": false,
			"https://www.sale.example.org":  false,
			"https://example.org":           false,
			own + "/":                       false,
			"file://":                       false,
			"chrome-extension://abcdefghij": false,
		} {
			for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
				got := s.raw(method, "sale.example.org", "/sign-out", "", "Origin", origin)
				if was := got.status == refused; was == may {
					t.Errorf("base %q: %s with Origin %q: %d", base, method, origin, got.status)
				}
			}
			for _, method := range []string{"GET", "HEAD"} { // reads nothing that is anybody's
				if got := s.raw(method, "sale.example.org", "/sign-in", "", "Origin", origin); got.status != 200 {
					t.Errorf("base %q: %s with Origin %q: %d", base, method, origin, got.status)
				}
			}
			got := s.raw("GET", "sale.example.org", "/live", "", "Origin", origin)
			if was := got.status == refused; was == may {
				t.Errorf("base %q: a socket with Origin %q: %d", base, origin, got.status)
			}
		}
		for site, may := range map[string]bool{"cross-site": false, "same-site": false, "same-origin": true, "none": true} {
			got := s.raw("POST", "sale.example.org", "/sign-out", "", "Sec-Fetch-Site", site)
			if was := got.status == refused; was == may {
				t.Errorf("base %q: POST with Sec-Fetch-Site %s: %d", base, site, got.status)
			}
		}
		if got := s.raw("GET", "sale.example.org", "/live", ""); got.status != refused {
			t.Errorf("base %q: a socket that tells no Origin: %d", base, got.status)
		}
		if got := s.raw("GET", "sale.example.org", "/live", "", "Origin", own, "Origin", own); got.status != refused {
			t.Errorf("base %q: a socket that tells two Origins: %d", base, got.status)
		}
		if got := s.raw("POST", "sale.example.org", "/sign-out", "", "Origin", own, "Sec-Fetch-Site", "cross-site"); got.status != refused {
			t.Errorf("base %q: POST across sites that tells our Origin: %d", base, got.status)
		}
	}
}

func TestOnlyTheHousesNameIsAnswered(t *testing.T) {
	s := based(t, "https://sale.example.org")
	for host, want := range map[string]int{
		"sale.example.org": 200, "sale.example.org:443": 200, "SALE.example.org.": 200, "sale.example.org:8443": 200,
		"evil.example": 421, "sale.example.org.evil.example": 421, "127.0.0.1": 421, "localhost:8080": 421, "[::1]": 421,
	} {
		got := s.raw("GET", host, "/sign-in", "")
		if got.status != want {
			t.Errorf("Host %s: %d, want %d", host, got.status, want)
		}
		if want == 421 && (strings.Contains(got.text, host) || !strings.Contains(got.text, "https://sale.example.org")) {
			t.Errorf("Host %s: the page does not say where the house is, or repeats the name: %s", host, got.text)
		}
		if got := s.raw("GET", host, "/readyz", ""); got.status != 200 {
			t.Errorf("Host %s: /readyz is %d; monitors come by any name", host, got.status)
		}
	}
}

// TestLinksComeOfTheBaseURL: no name that a request comes by gets into a page.
func TestLinksComeOfTheBaseURL(t *testing.T) {
	s := based(t, "https://sale.example.org")
	sale, _ := s.sale(1, published)
	s.bidder("Ann", sale)
	got := s.raw("GET", "sale.example.org:6666", "/desk/sales/spring/bidders", "__Host-outcry="+s.owner.cookie,
		"X-Forwarded-Host", "evil.example", "X-Forwarded-Proto", "gopher", "Forwarded", "host=evil.example")
	got.says(t, "the links", 200, "https://sale.example.org/enter/")
	if strings.Contains(got.text, "evil") || strings.Contains(got.text, "6666") {
		t.Error("a name that the request came by stands in the page")
	}
}

// TestCookiesFollowTheScheme: where browsers come by https their cookies are
// for https alone, for this very host, and out of reach of scripts.
func TestCookiesFollowTheScheme(t *testing.T) {
	sites := map[string]*site{
		"https base":   based(t, "https://sale.example.org"),
		"http base":    based(t, "http://sale.example.org"),
		"plain":        newSite(t),
		"https itself": configured(t, func(c *handlers.Config) { c.TLS = true }),
	}
	for name, s := range sites {
		s.withPassword(s.person("Ann", auction.RoleBidder))
		prefix, secure := "", strings.HasPrefix(name, "https")
		if secure {
			prefix = "__Host-"
		}
		req, err := http.NewRequest("POST", s.URL+"/sign-in", strings.NewReader(url.Values{"email": {"ann@example.org"}, "password": {password}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Host = "sale.example.org"
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		got := (&person{site: s}).send(req)
		for _, cookie := range []string{"outcry", "outcry-known"} {
			c := got.cookieNamed(t, prefix+cookie)
			if c.Secure != secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("%s: %+v", name, c)
			}
		}
		if hsts := got.header.Get("Strict-Transport-Security") != ""; hsts != secure {
			t.Errorf("%s: Strict-Transport-Security is sent: %v", name, hsts)
		}
	}
}

// TestWhoLooksAheadDoesNotEnter: a paddle's link signs in whoever opens it,
// and nobody else.
func TestWhoLooksAheadDoesNotEnter(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	holder, err := s.store.Holder(t.Context(), sale.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	link := "/enter/" + handlers.EnterToken([]byte("a secret of the test"), holder)
	for what, got := range map[string]page{
		"HEAD":            s.raw("HEAD", "house", link, ""),
		"Sec-Purpose":     s.raw("GET", "house", link, "", "Sec-Purpose", "prefetch;prerender"),
		"Purpose":         s.raw("GET", "house", link, "", "Purpose", "prefetch"),
		"X-Moz":           s.raw("GET", "house", link, "", "X-moz", "prefetch"),
		"HEAD of nothing": s.raw("HEAD", "house", "/enter/none", ""),
	} {
		if got.status != 403 || got.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, cookie %q", what, got.status, got.header.Get("Set-Cookie"))
		}
	}
	if got := s.raw("GET", "house", link, ""); got.status != 303 || got.header.Get("Set-Cookie") == "" {
		t.Errorf("opened: %d, want 303 with a session", got.status)
	}
}
