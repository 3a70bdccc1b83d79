package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"outcry/views"
)

// A house may live below another site's front page: https://host/auctions. Only
// the border knows: a request loses the path as it comes in, and what leaves
// gets it: addresses in HTML, redirects, the path of cookies. In between, every
// address is as if the house had its host to itself.

// under is that path, "/auctions"; "" when the host is the house's own.
type under string

func underOf(base *url.URL) under {
	if base == nil {
		return ""
	}
	return under(strings.TrimRight(base.Path, "/"))
}

// CheckBase refuses a base URL whose path could be taken for an address of the
// house itself, where a proxy takes the path off.
func CheckBase(base *url.URL) error {
	first, _, _ := strings.Cut(strings.TrimPrefix(base.Path, "/"), "/")
	for _, rt := range new(Handlers).routes() {
		_, path, _ := strings.Cut(rt.pattern, " ")
		if own, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); first != "" && first == own {
			return fmt.Errorf("the base URL %s lies under /%s, which is an address of the house itself; choose another, such as /auctions", base, first)
		}
	}
	return nil
}

// in is the request without the path, whether its proxy took it off or not.
// Monitors and balancers that come by the machine's own address leave it out.
func (u under) in(r *http.Request) *http.Request {
	rest, found := strings.CutPrefix(r.URL.Path, string(u))
	if u == "" || !found || rest != "" && rest[0] != '/' {
		return r
	}
	in := new(http.Request)
	*in = *r
	in.URL = new(url.URL)
	*in.URL = *r.URL
	in.URL.Path = rest
	in.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, string(u))
	return in
}

// out is a path of ours as others write it.
func (u under) out(path string) string {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
		return string(u) + path
	}
	return path
}

// answer wraps what an answer is written to.
func (u under) answer(w http.ResponseWriter) http.ResponseWriter {
	if u == "" {
		return w
	}
	return &movedWriter{ResponseWriter: w, under: u}
}

// movedWriter puts the path into an answer's headers as they leave.
type movedWriter struct {
	http.ResponseWriter
	under under
	begun bool
	leads bool // a redirect, which the standard library says in HTML, too
}

// Unwrap lets http.ResponseController and sockets reach the connection.
func (w *movedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *movedWriter) WriteHeader(status int) {
	w.begin()
	w.leads = status >= 300 && status < 400
	w.ResponseWriter.WriteHeader(status)
}

func (w *movedWriter) Write(b []byte) (int, error) {
	w.begin()
	if !w.leads {
		return w.ResponseWriter.Write(b)
	}
	_, err := w.ResponseWriter.Write(views.Under(string(w.under), b))
	return len(b), err
}

func (w *movedWriter) begin() {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	for _, name := range []string{"Location", "Hx-Redirect"} {
		if to := h.Get(name); to != "" {
			h.Set(name, w.under.out(to))
		}
	}
	for i, c := range h["Set-Cookie"] {
		h["Set-Cookie"][i] = strings.Replace(c, "; Path=/;", "; Path="+string(w.under)+";", 1)
	}
}

// render is a page or a part of one, as it leaves.
func (h *Handlers) render(ctx context.Context, c templ.Component) ([]byte, error) {
	html, err := views.Render(ctx, c)
	return views.Under(string(h.under), html), err
}
