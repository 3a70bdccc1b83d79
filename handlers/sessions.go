package handlers

import (
	"encoding/hex"
	"net/http"
	"strings"

	"outcry/auction"
	"outcry/views"
)

// sessions shows somebody where they are signed in.
func (h *Handlers) sessions(w http.ResponseWriter, r *request) error {
	page, err := h.frame(r, "Where you are signed in", views.HereNone, auction.Sale{})
	if err != nil {
		return err
	}
	list, err := h.cfg.Store.SessionsOf(r.Context(), r.viewer.user.ID)
	if err != nil {
		return err
	}
	v := views.SessionsView{Page: page}
	for _, s := range list {
		v.Rows = append(v.Rows, views.SessionRow{
			ID: sessionID(s.Token), Device: s.Device, Since: s.Created, Until: s.Until, ByLink: s.ByLink,
			Here: s.Token == r.viewer.session.Token,
		})
	}
	return h.page(w, r.Request, http.StatusOK, views.Sessions(v))
}

// postEndSession ends one of the viewer's own sessions, or all but this one.
func (h *Handlers) postEndSession(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	user, here := r.viewer.user.ID, r.viewer.session.Token
	if r.PostFormValue("others") == "1" {
		if err := h.endSessionsOf(r.Context(), user, here); err != nil {
			return err
		}
		return done(w, r, "/sessions", "ended")
	}
	list, err := h.cfg.Store.SessionsOf(r.Context(), user)
	if err != nil {
		return err
	}
	for _, s := range list {
		if sessionID(s.Token) != r.PostFormValue("session") {
			continue
		}
		if s.Token == here {
			return h.postSignOut(w, r)
		}
		if err := h.cfg.Store.EndSession(r.Context(), s.Token); err != nil {
			return err
		}
		h.hangUp(s.Token)
	}
	return done(w, r, "/sessions", "ended") // one that is gone already is ended too
}

// sessionID names a session to its owner: the beginning of its token's hash.
func sessionID(token auction.Hash) string { return hex.EncodeToString(token[:8]) }

// deviceOf says in words what browser a User-Agent tells of. Only words of our
// own are kept, so that nobody can write anything there.
func deviceOf(agent string) string {
	browser := firstOf(agent, "A browser", "Edg", "Edge", "OPR/", "Opera", "SamsungBrowser", "Samsung Internet",
		"Firefox/", "Firefox", "FxiOS/", "Firefox", "CriOS/", "Chrome", "Chrome/", "Chrome", "Safari/", "Safari")
	system := firstOf(agent, "", "iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows",
		"CrOS", "ChromeOS", "Macintosh", "Mac", "Linux", "Linux")
	if system == "" {
		return browser
	}
	return browser + " on " + system
}

// firstOf returns the word for the first sign that stands in a text; signs and
// words take turns.
func firstOf(text, otherwise string, signs ...string) string {
	for i := 0; i+1 < len(signs); i += 2 {
		if strings.Contains(text, signs[i]) {
			return signs[i+1]
		}
	}
	return otherwise
}
