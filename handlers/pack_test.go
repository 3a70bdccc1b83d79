package handlers_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A guest's page is compressed where the browser takes it; nothing is that is
// sent to somebody who shows a cookie, or that a secret link leads to.
func TestOnlyWhatHasNoSecretIsCompressed(t *testing.T) {
	s := newSite(t)
	for _, c := range []struct {
		what, method, path string
		header             http.Header
		want               bool
	}{
		{"a guest's page", "GET", "/", http.Header{"Accept-Encoding": {"gzip, deflate, br"}}, true},
		{"a page that is not found", "GET", "/nothing", http.Header{"Accept-Encoding": {"gzip"}}, true},
		{"a browser that does not take it", "GET", "/", http.Header{"Accept-Encoding": {"identity"}}, false},
		{"any cookie at all", "GET", "/", http.Header{"Accept-Encoding": {"gzip"}, "Cookie": {"x=y"}}, false},
		{"a secret link", "GET", "/setup/some-token", http.Header{"Accept-Encoding": {"gzip"}}, false},
		{"a paddle's link", "GET", "/enter/some-token", http.Header{"Accept-Encoding": {"gzip"}}, false},
		{"a form", "POST", "/sign-in", http.Header{"Accept-Encoding": {"gzip"}}, false},
		{"what fits into a packet", "GET", "/healthz", http.Header{"Accept-Encoding": {"gzip"}}, false},
	} {
		req := httptest.NewRequest(c.method, c.path, nil)
		for name, v := range c.header {
			req.Header[name] = v
		}
		w := httptest.NewRecorder()
		s.house.ServeHTTP(w, req)
		if got := w.Header().Get("Content-Encoding") == "gzip"; got != c.want {
			t.Errorf("%s: compressed %v, want %v (%d, %d bytes)", c.what, got, c.want, w.Code, w.Body.Len())
		}
		if c.want && !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: Vary is %q", c.what, w.Header().Get("Vary"))
		}
	}
}
