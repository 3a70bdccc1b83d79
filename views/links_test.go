package views

import (
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	nethtml "golang.org/x/net/html"

	"outcry/static"
)

// places are the addresses of the site map, as its source has them: views may
// not import handlers.
var places = sync.OnceValue(func() *regexp.Regexp {
	source, err := os.ReadFile("../handlers/routes.go")
	if err != nil {
		panic(err)
	}
	var all []string
	for _, m := range regexp.MustCompile(`"(?:GET|POST) (/[^"]*)"`).FindAllSubmatch(source, -1) {
		place := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(string(m[1])), `[^/]+`)
		all = append(all, strings.TrimSuffix(place, `\{\$\}`))
	}
	return regexp.MustCompile(`^(` + strings.Join(all, "|") + `)$`)
})

// Every address on a page is one that exists.
func TestLinks(t *testing.T) {
	for _, p := range allPages() {
		ids := takeInventory(t, html(t, p.c)).ids
		walk(t, html(t, p.c), func(n *nethtml.Node, at map[string]string) {
			for _, name := range []string{"href", "src", "action", "hx-post", "hx-get", "hx-ws:connect"} {
				address, ok := at[name]
				if !ok || address == "about:invalid#TemplFailedSanitizationURL" {
					continue
				}
				if fragment, local := strings.CutPrefix(address, "#"); local {
					if ids[fragment] == 0 {
						t.Errorf("%s: %s=%q leads nowhere on the page", p.name, name, address)
					}
					continue
				}
				u, err := url.Parse(address)
				if err != nil || u.Host != "" {
					t.Errorf("%s: %s=%q leaves the house (%v)", p.name, name, address, err)
					continue
				}
				checkPlace(t, p.name, u.EscapedPath())
			}
		})
	}
}

func checkPlace(t *testing.T, page, path string) {
	if !strings.HasPrefix(path, "/static/") {
		if !places().MatchString(path) {
			t.Errorf("%s: %q is no address of ours", page, path)
		}
		return
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 200 {
		t.Errorf("%s: asset %s: %d", page, path, w.Code)
	}
}
