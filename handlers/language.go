package handlers

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"outcry/handlers/hub"
	"outcry/views/lang"
)

// langCookie holds the language that a reader has chosen, and nothing about who
// they are.
func (h *Handlers) langCookie() string { return h.cookieName() + "-lang" }

// chosenLang is the language of the browser's cookie, "" when it has none.
func (h *Handlers) chosenLang(r *http.Request) string {
	if c, err := r.Cookie(h.langCookie()); err == nil && lang.Known(c.Value) {
		return c.Value
	}
	return ""
}

// reading returns the request in its reader's language: the one that they chose
// here, else the account's, else what the browser asks for.
func (h *Handlers) reading(r *http.Request, account string) *http.Request {
	chosen := h.chosenLang(r)
	if chosen == "" {
		chosen = account
	}
	l := lang.Choose(chosen, r.Header.Get("Accept-Language"))
	if l == lang.Of(r.Context()) {
		return r
	}
	return r.WithContext(lang.With(r.Context(), l))
}

// postLanguage is the switch at the foot of every page. It comes back to the
// page that it was on.
func (h *Handlers) postLanguage(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	tag := r.PostFormValue("lang")
	if !lang.Known(tag) {
		return &problem{status: http.StatusUnprocessableEntity, reason: "language", text: "There are no texts in this language."}
	}
	if r.viewer.signedIn() && r.viewer.user.Lang != tag {
		if err := h.cfg.Store.SetLang(r.Context(), r.viewer.user.ID, tag); err != nil {
			return err
		}
	}
	http.SetCookie(w, &http.Cookie{
		Name: h.langCookie(), Value: tag, Path: "/", MaxAge: themeLasts,
		HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r.Request, h.backOf(r.Request), http.StatusSeeOther)
	return nil
}

// tongues are the languages that somebody has watched anything in. A frame is
// made once for each that its topic is watched in: as long as everybody reads
// the same, that is once.
type tongues struct {
	mu   sync.Mutex // guards writing
	list atomic.Pointer[[]*lang.Lang]
}

func newTongues() *tongues {
	t := &tongues{}
	t.list.Store(&[]*lang.Lang{lang.English()})
	return t
}

func (t *tongues) add(l *lang.Lang) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if list := *t.list.Load(); !slices.Contains(list, l) {
		list = append(slices.Clip(list), l)
		t.list.Store(&list)
	}
}

// tongueOf is the language of a page that opens a socket. The page names it,
// because not every browser says on a socket what it says on a page; a program
// that names none reads English.
func tongueOf(r *http.Request) *lang.Lang { return lang.Named(r.URL.Query().Get("in")) }

// speak puts all that a socket watches into its page's language.
func (h *Handlers) speak(o *hub.Watch, l *lang.Lang) {
	h.tongues.add(l)
	for i := range o.Topics {
		o.Topics[i] += l.Suffix()
	}
	if snapshot := o.Snapshot; snapshot != nil {
		o.Snapshot = func(ctx context.Context) ([]byte, error) { return snapshot(lang.With(ctx, l)) }
	}
}

// watchedIn are the languages that a topic is watched in.
func (h *Handlers) watchedIn(topic string) iter.Seq[*lang.Lang] {
	return func(yield func(*lang.Lang) bool) {
		for _, l := range *h.tongues.list.Load() {
			if h.cfg.Hub.Watched(topic+l.Suffix()) && !yield(l) {
				return
			}
		}
	}
}

// isWatched reports whether a topic is watched in any language.
func (h *Handlers) isWatched(topic string) bool {
	for range h.watchedIn(topic) {
		return true
	}
	return false
}
