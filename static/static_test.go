package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func get(t *testing.T, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w
}

func TestServes(t *testing.T) {
	for name := range assets().byName {
		w := get(t, Path(name))
		if w.Code != http.StatusOK || w.Body.Len() == 0 {
			t.Errorf("%s: %d, %d bytes", name, w.Code, w.Body.Len())
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", name, got)
		}
		if got := w.Header().Get("Content-Type"); got == "" || strings.HasPrefix(got, "application/octet-stream") {
			t.Errorf("%s: Content-Type %q", name, got)
		}
	}
	for _, path := range []string{"/static/app.css", "/static/", "/static/js/line.js", "/static/app.000000000000.css", "/static/../static.go"} {
		if w := get(t, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, w.Code)
		}
	}
}

func TestGzip(t *testing.T) {
	for _, name := range []string{"app.css", "app.js", "marks.svg"} {
		plain, packed := get(t, Path(name)), get(t, Path(name), "Accept-Encoding", "br, gzip;q=0.8")
		if got := packed.Header().Get("Content-Encoding"); got != "gzip" {
			t.Errorf("%s: Content-Encoding %q", name, got)
			continue
		}
		r, err := gzip.NewReader(packed.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%s: packed and plain differ (%v)", name, err)
		}
	}
	for header, want := range map[string]bool{"": false, "gzip": true, "GZIP": true, "gzip;q=0": false, "gzip; q=0.000": false, "deflate": false, "deflate, gzip": true, "x-gzip": false} {
		if got := accepts(header, "gzip"); got != want {
			t.Errorf("accepts(%q, gzip) = %v, want %v", header, got, want)
		}
	}
}

func TestBrotli(t *testing.T) {
	assets().squeeze() // here at once; in the program beside the first requests
	for _, name := range []string{"app.css", "app.js"} {
		plain, packed := get(t, Path(name)), get(t, Path(name), "Accept-Encoding", "gzip, br")
		body, err := io.ReadAll(brotli.NewReader(packed.Body))
		if packed.Header().Get("Content-Encoding") != "br" || err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("%s: %q, packed and plain differ (%v)", name, packed.Header().Get("Content-Encoding"), err)
		}
		if got := get(t, Path(name), "Accept-Encoding", "gzip, br;q=0").Header().Get("Content-Encoding"); got != "gzip" {
			t.Errorf("%s to a browser that refuses br: %q", name, got)
		}
	}
}

// What a page's scripts and styles say stays the same in fewer bytes; what is
// wrong in them ends the start, not the evening.
func TestLean(t *testing.T) {
	for _, c := range []struct{ kind, source, want string }{
		{"css", "a { color: red; }\n", "a{color:red}"},
		{"css", ".x { & :hover { margin: 0 auto; } }", ".x{& :hover{margin:0 auto}}"},
		{"css", "@media (min-width: 40em) { a:hover, b { top: 0; } } /*x*/", "@media(min-width:40em){a:hover,b{top:0}}"},
		{"js", "(() => {\n// why\nconst longer = \"// no comment\"; // because\nreturn longer;\n})();\n", `(()=>{const e="// no comment";return e})()`},
	} {
		got, err := lean(c.kind, []byte(c.source))
		if err != nil || string(got) != c.want {
			t.Errorf("lean(%q) = %q, %v, want %q", c.source, got, err, c.want)
		}
	}
	if got, err := lean("js", []byte("(() => { const = 1 })()")); err == nil {
		t.Errorf("a slip in a script became %q", got)
	}
}

func TestNotModified(t *testing.T) {
	etag := get(t, Path("app.css")).Header().Get("ETag")
	if w := get(t, Path("app.css"), "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("the same again: %d with %d bytes, want 304 with none", w.Code, w.Body.Len())
	}
}

// The page relies on how these very versions behave.
func TestVendored(t *testing.T) {
	for name, want := range map[string]string{
		"vendor/htmx.min.js":  "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
		"vendor/hx-ws.min.js": "a7c11e4eca05417d6299bb40aaacca01572e44605389fc4d5ef12be408a4d03b",
	} {
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(body)
		if got := hex.EncodeToString(sum[:]); got != want {
			t.Errorf("%s has checksum %s, want %s", name, got, want)
		}
	}
}

// Ours first, then htmx, then its sockets, all in one file; no script of ours
// is forgotten.
func TestBundle(t *testing.T) {
	js := get(t, Path("app.js")).Body.String()
	last := -1
	for _, part := range []string{`"—:—"`, "htmx:before:swap", "var htmx=", "ws:before:connection"} {
		at := strings.Index(js, part)
		if at <= last {
			t.Errorf("%q is at %d, after a part at %d", part, at, last)
		}
		last = at
	}
	if strings.Contains(js, "sourceMappingURL") {
		t.Error("points to a source map that is not shipped")
	}
	entries, err := fs.ReadDir(files, "js")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.Contains(strings.Join(bundle, " "), "js/"+e.Name()) && !slices.Contains(apart, e.Name()) {
			t.Errorf("js/%s is not in the bundle", e.Name())
		}
	}
}

func TestBudgets(t *testing.T) {
	for name, most := range map[string]int{"app.css": 30_000, "staff.css": 6_000, "app.js": 64_000} {
		if n := get(t, Path(name)).Body.Len(); n > most {
			t.Errorf("%s is %d bytes, want %d at most", name, n, most)
		}
	}
	packed := 0
	for _, name := range []string{"app.css", "app.js", "marks.svg"} {
		packed += get(t, Path(name), "Accept-Encoding", "gzip").Body.Len()
	}
	if packed > 34_000 {
		t.Errorf("style, script and marks are %d bytes packed, want 34,000 at most", packed)
	}
}

// Drawings are images of ours: well-formed, and without script or other hosts.
func TestDrawings(t *testing.T) {
	names, err := fs.Glob(Demo(), "lot-*.svg")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 24 {
		t.Errorf("%d drawings, want one for each of 24 lots", len(names))
	}
	for _, name := range names {
		body, err := fs.ReadFile(Demo(), name)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(body))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "image" || e.Name.Local == "foreignObject") {
				t.Errorf("%s has a <%s>", name, e.Name.Local)
			}
		}
	}
}

func TestUnknownNamePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Path of an unknown name returned")
		}
	}()
	Path("no-such.css")
}
