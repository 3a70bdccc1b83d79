package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestAThemeIsKeptByTheBrowser: a form without script sets a cookie, comes back
// to the page it was sent from, and every page wears the theme.
func TestAThemeIsKeptByTheBrowser(t *testing.T) {
	s := newSite(t)
	_, lots := s.sale(2, published)
	guest := &person{site: s}
	lot := lotPath(lots[0], "")
	for from, want := range map[string]string{
		s.URL + "/sales/spring?q=vase&show=open": "/sales/spring?q=vase&show=open",
		s.URL + "/sales/spring?done=paddle":      "/sales/spring",
		s.URL + lot + "/bids":                    lot, // the answer to a form has no page of its own
		s.URL + "/sign-out":                      "/",
		s.URL + "//evil.example":                 "/",
		"https://evil.example/sales/spring":      "/",
		"":                                       "/",
	} {
		got := guest.do("POST", "/theme", url.Values{"theme": {"dark"}}, "Referer", from)
		if at := got.header.Get("Location"); got.status != http.StatusSeeOther || at != want {
			t.Errorf("theme chosen on %q: %d to %q, want %q", from, got.status, at, want)
		}
	}
	cookie := func(theme string) string {
		got := guest.do("POST", "/theme", url.Values{"theme": {theme}})
		return got.header.Get("Set-Cookie")
	}
	if c := cookie("light"); !strings.HasPrefix(c, "outcry-theme=light;") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Errorf("the cookie is %q", c)
	}
	for _, theme := range []string{"", "system", `"><script>`} {
		if c := cookie(theme); !strings.HasPrefix(c, "outcry-theme=;") || !strings.Contains(c, "Max-Age=0") {
			t.Errorf("theme %q leaves the cookie %q, want none", theme, c)
		}
	}
	for path, status := range map[string]int{"/": 200, "/sales/spring": 200, lot: 200, "/sign-in": 200, "/nothing": 404, "/sales/spring/board": 200} {
		for _, theme := range []string{"light", "dark"} {
			got := s.raw("GET", strings.TrimPrefix(s.URL, "http://"), path, "outcry-theme="+theme)
			got.says(t, path+" in "+theme, status)
			if !strings.Contains(got.text, `data-theme="`+theme+`"`) {
				t.Errorf("%s is not %s", path, theme)
			}
		}
		got := s.raw("GET", strings.TrimPrefix(s.URL, "http://"), path, "outcry-theme=%22%3E")
		if themed := strings.Contains(got.text, "data-theme="); themed != strings.HasSuffix(path, "/board") {
			t.Errorf("%s without a theme has one: %v", path, themed)
		}
	}
}
