package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
)

// TestUnderAPath: a house below another site's page, through a proxy that
// takes the path off and through one that does not. The window's own watch
// fails the test when a page asks for anything outside.
func TestUnderAPath(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot := e.lots[0].ID
	ben := e.Client(e.bidders[1])
	most := 10
	for _, strips := range []bool{true, false} {
		if err := e.Stop(); err != nil {
			t.Fatal(err)
		}
		proxy := under(t, e.URL(""), strips)
		e.Start("--base-url", proxy+"/auctions")
		name := fmt.Sprintf("paddle 101, path taken off %v", strips)
		ann := sit(t, proxy+"/auctions", name, phone)
		at := func(path string) {
			t.Helper()
			ann.wait(path, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, "/auctions"+path))
		}
		ann.open(e.bidders[0].Link)
		at("/sales/spring")
		ann.click("main .entry a", "")
		at(lotPath(lot))
		ann.wait("its socket", `document.documentElement.dataset.line === "on"`)
		most += 3
		e.bid(ben, lot, fmt.Sprint(most))
		ann.waitText(".slip", "Paddle 102 leads")
		ann.wait("fonts from our own folder", `[...document.fonts].some((f) => f.status === "loaded")`)
		most += 3
		ann.fill(sel("#amount-%d", lot), fmt.Sprint(most))
		ann.click(".max button", "")
		ann.waitText(sel("#answer-%d", lot), "Bid taken.")
		ann.open("/sales/spring/mine")
		ann.waitText("main", "You lead")
		ann.click("footer button", "Sign out Bidder 1")
		at("/")
		ann.waitText("main", "You are signed out.")
		ann.open("/desk")
		at("/sign-in")
		ann.fill("#email", staffEmail)
		ann.fill("#password", staffPassword)
		ann.click("main form button", "Sign in")
		at("/desk")
	}
}

// under is a proxy that has a house below a path, and something else above.
func under(t *testing.T, house string, strips bool) string {
	t.Helper()
	to, err := url.Parse(house)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		r.Out.Host = r.In.Host
		if strips {
			r.Out.URL.Path = strings.TrimPrefix(r.In.URL.Path, "/auctions")
		}
	}}
	mux := http.NewServeMux()
	mux.Handle("/auctions/", proxy)
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}
