// Package static holds the stylesheets, scripts, fonts and pictures, embedded
// in the program and served under names that carry a hash of their content,
// so that a browser may keep them for ever and never shows an old one.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/js"
)

//go:embed css js vendor fonts img demo worker
var files embed.FS

// bundle is app.js, in the order that counts: ours listens before htmx
// starts, and in one file, because three tags sometimes opened no socket.
// Ours share one function, so that nothing of them is global.
var bundle = []string{
	"js/clock.js", "js/line.js", "js/press.js", "js/hear.js", "js/aloud.js", "js/focus.js", "js/swap.js", "js/bid.js", "js/mirror.js", "js/form.js", "js/news.js", "js/reel.js", "js/share.js", "js/start.js",
	"vendor/htmx.min.js", "vendor/hx-ws.min.js",
}

// apart are scripts that few pages need, each a file of its own.
var apart = []string{"push.js", "desk.js"}

// asset is one file as it is served.
type asset struct {
	path string // "/static/app.1a2b3c4d5e6f.css"
	mime string
	body []byte
	gzip []byte // nil where it would not be smaller
	// brotli is nil where it would not be smaller than gzip, and until it is
	// made, which takes longer than a start may.
	brotli atomic.Pointer[[]byte]
	etag   string
}

// shelf is every asset, by name and by the path it is served under.
type shelf struct {
	byName map[string]*asset
	byPath map[string]*asset
}

// assets is built once, when the first is asked for, and never changes.
var assets = sync.OnceValue(func() shelf {
	s, err := build(files)
	if err != nil {
		panic("static: " + err.Error()) // what is embedded is wrong: no program to run
	}
	return s
})

// squeezed has the brotli forms made, once somebody came who can read them. It
// does not wait: they are for the next.
var squeezed = sync.OnceFunc(func() { go assets().squeeze() }) // ends by itself, within a second

// Path returns the address of an asset by its file's name, such as "app.css";
// a folder before it is left out of account. A name that does not exist panics, for it can only be a
// slip in a template, which the first test that renders it finds.
func Path(name string) string {
	a, ok := assets().byName[path.Base(name)]
	if !ok {
		panic("static: no asset named " + name)
	}
	return a.path
}

// Demo holds the drawings of a practice sale's lots, lot-*.svg.
func Demo() fs.FS {
	sub, err := fs.Sub(files, "demo")
	if err != nil {
		panic("static: " + err.Error())
	}
	return sub
}

// shell is what the page for no connection is made of.
var shell = []string{"app.css", "app.js", "baskervville-core.woff2", "icon.svg"}

// Worker is the service worker's script. It keeps the page at the address
// offline, as seen from the house's front page, and what it is made of. When
// any of it changes the script does, and browsers fetch all of it anew.
func Worker(offline string, page []byte) ([]byte, error) {
	body, err := files.ReadFile("worker/sw.js")
	if err != nil {
		return nil, err
	}
	kept := []string{offline}
	for _, name := range shell {
		kept = append(kept, strings.TrimPrefix(Path(name), "/"))
	}
	list, err := json.Marshal(kept)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(slices.Concat(page, list, body))
	if body, err = lean("js", body); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "const VERSION = %q, SHELL = %s, ICON = %q;\n%s", hex.EncodeToString(sum[:6]), list, strings.TrimPrefix(Path("icon-192.png"), "/"), body), nil
}

// Handler serves every asset under its hashed address, to be mounted at
// /static/. Anything else is 404.
func Handler() http.Handler {
	byPath := assets().byPath
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byPath[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		a.serve(w, r)
	})
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", a.etag)
	body := a.body
	if a.gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		accept := r.Header.Get("Accept-Encoding")
		if accepts(accept, "br") {
			squeezed()
		}
		if br := a.brotli.Load(); br != nil && accepts(accept, "br") {
			h.Set("Content-Encoding", "br")
			body = *br
		} else if accepts(accept, "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
	}
	if r.Header.Get("If-None-Match") == a.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body) // a browser that has left is nobody's error
	}
}

// accepts reports whether the header names a coding without refusing it.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(params, " ", "")
			return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
		}
	}
	return false
}

// build reads everything, pictures and fonts first, because stylesheets name
// them by their hashed addresses.
func build(from fs.FS) (shelf, error) {
	s := shelf{byName: map[string]*asset{}, byPath: map[string]*asset{}}
	for _, dir := range []string{"fonts", "img", "demo", "css"} {
		entries, err := fs.ReadDir(from, dir)
		if err != nil {
			return s, err
		}
		for _, e := range entries {
			body, err := fs.ReadFile(from, dir+"/"+e.Name())
			if err != nil {
				return s, err
			}
			if dir == "css" {
				if body, err = lean("css", body); err == nil {
					body, err = s.linked(body)
				}
				if err != nil {
					return s, fmt.Errorf("%s: %w", e.Name(), err)
				}
			}
			if err := s.add(e.Name(), body); err != nil {
				return s, err
			}
		}
	}
	js, err := script(from)
	if err != nil {
		return s, err
	}
	for _, name := range apart {
		body, err := fs.ReadFile(from, "js/"+name)
		if err == nil {
			body, err = lean("js", body)
		}
		if err == nil {
			err = s.add(name, body)
		}
		if err != nil {
			return s, err
		}
	}
	return s, s.add("app.js", js)
}

// add puts one file on the shelf.
func (s shelf) add(name string, body []byte) error {
	if _, twice := s.byName[name]; twice {
		return fmt.Errorf("two assets named %s", name)
	}
	ext := path.Ext(name)
	mime, ok := mimes[ext]
	if !ok {
		return fmt.Errorf("no content type for %s", name)
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	a := &asset{
		path: "/static/" + strings.TrimSuffix(name, ext) + "." + hash + ext,
		mime: mime, body: body, etag: `"` + hash + `"`,
	}
	if ext != ".woff2" {
		packed, err := zipped(body)
		if err != nil {
			return err
		}
		if len(packed) < len(body) {
			a.gzip = packed
		}
	}
	s.byName[name], s.byPath[a.path] = a, a
	return nil
}

// mimes are the kinds that we have. The system's own table is not asked,
// because it differs between machines.
var mimes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

var cssURL = regexp.MustCompile(`url\(([^)]+)\)`)

// linked replaces every url() of a stylesheet by the asset's name as it is
// served: both are in one folder, wherever the house is.
func (s shelf) linked(css []byte) ([]byte, error) {
	var missing error
	out := cssURL.ReplaceAllFunc(css, func(m []byte) []byte {
		name := path.Base(strings.Trim(string(cssURL.FindSubmatch(m)[1]), `"'`))
		a, ok := s.byName[name]
		if !ok {
			missing = fmt.Errorf("url(%s): no such asset", name)
			return m
		}
		return []byte("url(" + path.Base(a.path) + ")")
	})
	return out, missing
}

// lean leaves out of a stylesheet or a script of ours what only its readers
// need: comments, spaces, long names. kind is "css" or "js".
func lean(kind string, source []byte) ([]byte, error) {
	m := minify.New()
	m.AddFunc("css", css.Minify)
	m.AddFunc("js", js.Minify)
	return m.Bytes(kind, source)
}

// script joins the bundle.
func script(from fs.FS) ([]byte, error) {
	var ours, theirs bytes.Buffer
	ours.WriteString("(() => {\n\"use strict\";\n")
	for _, name := range bundle {
		to := &ours
		if strings.HasPrefix(name, "vendor/") {
			to = &theirs
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, err
		}
		to.WriteString("\n;\n")
		to.Write(sourceMap.ReplaceAll(body, nil))
	}
	ours.WriteString("\n})();\n")
	all, err := lean("js", ours.Bytes())
	return append(all, theirs.Bytes()...), err
}

// sourceMap finds the pointers to maps that are not shipped: each would be a
// 404 in the console of whoever looks.
var sourceMap = regexp.MustCompile(`(?m)^//# sourceMappingURL=.*$`)

// squeeze makes the brotli form of what is worth it, for browsers on https, the
// only ones that ask for it.
func (s shelf) squeeze() {
	for _, a := range s.byName {
		if a.gzip == nil || len(a.body) < 2000 {
			continue
		}
		var b bytes.Buffer
		// The best it can: 7 MB of memory for the script, once, and two in a hundred less than the step below.
		w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: 11, LGWin: 17})
		_, err := w.Write(a.body)
		if err == nil {
			err = w.Close()
		}
		if body := b.Bytes(); err == nil && len(body) < len(a.gzip) {
			a.brotli.Store(&body)
		}
	}
}

func zipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
