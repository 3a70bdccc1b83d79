package handlers

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"outcry/views"
)

// themeLasts is how long a browser keeps what it was told, in seconds.
const themeLasts = 365 * 24 * 60 * 60

// themeCookie holds the theme somebody chose, and nothing about who they are.
func (h *Handlers) themeCookie() string { return h.cookieName() + "-theme" }

// themeOf is the theme that a browser was told to keep; without one the
// system's own setting decides.
func (h *Handlers) themeOf(r *http.Request) views.Theme {
	if c, err := r.Cookie(h.themeCookie()); err == nil {
		return knownTheme(c.Value)
	}
	return views.ThemeSystem
}

// knownTheme is the theme of a name, the system's for any other word.
func knownTheme(name string) views.Theme {
	switch t := views.Theme(name); t {
	case views.ThemeLight, views.ThemeDark:
		return t
	}
	return views.ThemeSystem
}

// postTheme keeps the choice of a theme in the browser, and comes back to the
// page that it was made on.
func (h *Handlers) postTheme(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	c := &http.Cookie{
		Name: h.themeCookie(), Value: string(knownTheme(r.PostFormValue("theme"))), Path: "/", MaxAge: themeLasts,
		HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	}
	if c.Value == "" {
		c.MaxAge = -1 // the system decides: there is nothing to keep
	}
	http.SetCookie(w, c)
	http.Redirect(w, r.Request, h.backOf(r.Request), http.StatusSeeOther)
	return nil
}

// backOf is the page of ours that a form came from. One that is only the answer
// to a form has no page of its own: the nearest above it is taken, and the front
// page at last.
func (h *Handlers) backOf(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return "/"
	}
	if u = h.under.in(&http.Request{URL: u}).URL; ownPath(u.RequestURI(), "") == "" {
		return "/"
	}
	if h.isPage(u.Path) {
		q := u.Query()
		q.Del("done") // was said already
		u.RawQuery = q.Encode()
		return u.RequestURI()
	}
	for at := path.Dir(u.Path); at != "/"; at = path.Dir(at) {
		if h.isPage(at) {
			return (&url.URL{Path: at}).EscapedPath()
		}
	}
	return "/"
}

// isPage says whether a path can be looked at.
func (h *Handlers) isPage(at string) bool {
	_, pattern := h.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: at}})
	return strings.HasPrefix(pattern, http.MethodGet+" ")
}
