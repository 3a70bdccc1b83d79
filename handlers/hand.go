package handlers

import (
	"encoding/json"
	"net/http"
	"strings"

	"outcry/auction"
	"outcry/static"
	"outcry/views"
	"outcry/views/lang"
)

// What makes the house an app in the hand, and what others are told of it.

// manifest lets a phone put the house on its first screen. Its addresses are
// as seen from its own, so that they are right wherever the house lies.
func (h *Handlers) manifest(w http.ResponseWriter, r *request) error {
	name, err := h.houseOr(r, "outcry")
	if err != nil {
		return err
	}
	icon := func(file, sizes, purpose string) map[string]string {
		return map[string]string{"src": strings.TrimPrefix(static.Path(file), "/"), "sizes": sizes, "type": "image/png", "purpose": purpose}
	}
	w.Header().Set("Content-Type", "application/manifest+json")
	return json.NewEncoder(w).Encode(map[string]any{
		"id": "./", "start_url": "./", "scope": "./", "name": name, "short_name": name, "lang": lang.Of(r.Context()).Tag,
		"display": "standalone", "background_color": "#fafcfa", "theme_color": "#fafcfa",
		"icons": []map[string]string{
			icon("icon-192.png", "192x192", "any"), icon("icon-512.png", "512x512", "any"),
			icon("icon-192.png", "192x192", "maskable"), icon("icon-512.png", "512x512", "maskable"), // the drawing keeps to the middle
		},
	})
}

// houseOr is the house's name, or another while it has none.
func (h *Handlers) houseOr(r *request, other string) (string, error) {
	name, err := h.house.get(r.Context())
	if err == nil && name == "" {
		name = other
	}
	return name, err
}

// offline is the page that the service worker keeps. It is nobody's in
// particular.
func (h *Handlers) offline(w http.ResponseWriter, r *request) error {
	page, err := h.offlinePage(r)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, err = w.Write(page)
	return ignoreGone(err)
}

func (h *Handlers) offlinePage(r *request) ([]byte, error) {
	name, err := h.house.get(r.Context())
	if err != nil {
		return nil, err
	}
	return h.render(r.Context(), views.Offline(views.Page{House: name, Title: lang.T(r.Context(), "No connection"), Private: true}))
}

// worker is the service worker. Browsers ask for it anew with each visit, and
// take it when a byte of it has changed.
func (h *Handlers) worker(w http.ResponseWriter, r *request) error {
	page, err := h.offlinePage(r)
	if err != nil {
		return err
	}
	script, err := static.Worker("offline", page)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, err = w.Write(script)
	return ignoreGone(err)
}

// robots tells search engines what not to ask for at all. What they may ask
// for and not show has a header that says so.
func (h *Handlers) robots(w http.ResponseWriter, _ *request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	text := "User-agent: *\n"
	for _, path := range []string{"/account", "/desk", "/enter/", "/link/", "/live", "/mail/", "/offers/", "/setup/", "/sign-"} {
		text += "Disallow: " + h.under.out(path) + "\n"
	}
	_, err := w.Write([]byte(text))
	return ignoreGone(err)
}

// robotsHeader asks search engines to leave an answer out. Every answer has it
// but those that take it off again, so that none is shown by mistake.
const robotsHeader = "X-Robots-Tag"

// findable lets search engines show an answer, and a sale's page only when
// everybody may see the sale.
func findable(w http.ResponseWriter, s auction.Sale) bool {
	if s.Unlisted() || s.ID != 0 && !s.Published {
		return false
	}
	w.Header().Del(robotsHeader)
	return true
}
