package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"outcry/test/house"
)

// noPages are addresses of the site map that nobody looks at: files, machines'
// addresses, parts of pages, and ways that lead on. A new address is walked
// past in TestEveryPage, or has its place here.
var noPages = []string{
	"/static/", "/favicon.ico", "/robots.txt", "/manifest.webmanifest", "/sw.js", "/photos/{name}", "/healthz", "/readyz", "/metrics", "/live", "/push", "/enter/{token}",
	"/account/data.json", "/sales/{slug}/closings.ics", "/lots/{id}/qr.svg", "/lots/{id}/log",
	"/desk/sales/{slug}/line/lot", "/desk/jobs/{id}/file", "/desk/sales/{slug}/audit.csv", "/desk/audit.csv",
	"/desk/sales/{slug}/results.csv", "/desk/sales/{slug}/results.zip", "/desk/sales/{slug}/files/{name}",
}

// walked is what the tests have looked at.
type walked struct {
	once  sync.Once
	mux   *http.ServeMux  // the site map's addresses that answer GET; set by once
	mu    sync.Mutex      // guards pages
	pages map[string]bool // their patterns
}

var seen = walked{pages: map[string]bool{}}

// getRoute finds the site map's lines that can be opened.
var getRoute = regexp.MustCompile(`\{"GET (/[^"]*)", (\w+),`)

// sitemap reads the addresses where the program has them, in handlers/routes.go.
func (w *walked) sitemap(t *testing.T) []string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "handlers", "routes.go"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range getRoute.FindAllSubmatch(text, -1) {
		all = append(all, string(m[1]))
	}
	if len(all) < 60 {
		t.Fatalf("the site map has %d addresses to open, which cannot be all", len(all))
	}
	return all
}

// add notes the page that is open.
func (w *walked) add(p *person, name string) {
	p.t.Helper()
	w.once.Do(func() {
		w.mux = http.NewServeMux()
		for _, pattern := range w.sitemap(p.t) {
			w.mux.HandleFunc(pattern, http.NotFound)
		}
	})
	req, err := http.NewRequest(http.MethodGet, eval[string](p, `location.pathname`), nil)
	if err != nil {
		p.t.Fatalf("%s: %v", name, err)
	}
	_, pattern := w.mux.Handler(req)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[pattern] = true
}

// complete fails the test when a page of the site map was not looked at.
func (w *walked) complete(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	looked := map[string]bool{}
	for _, pattern := range noPages {
		looked[pattern] = true
	}
	known := map[string]bool{}
	for _, pattern := range w.sitemap(t) {
		known[pattern] = true
		if !looked[pattern] && !w.pages[pattern] {
			t.Errorf("nobody looked at %s: walk past it in TestEveryPage (pages_test.go)", pattern)
		}
	}
	for _, pattern := range noPages {
		if !known[pattern] {
			t.Errorf("noPages has %s, which the site map has not", pattern)
		}
	}
}
