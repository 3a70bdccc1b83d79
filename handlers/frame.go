package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// saleCache spares the way of a bid a read of its sale, which hardly ever
// changes. What another process saved is seen after a second.
type saleCache struct {
	store saleStore

	mu   sync.Mutex // guards kept
	kept map[int64]keptSale
}

type keptSale struct {
	sale  auction.Sale
	until time.Time
}

func newSaleCache(s saleStore) *saleCache { return &saleCache{store: s, kept: map[int64]keptSale{}} }

func (c *saleCache) get(ctx context.Context, id int64) (auction.Sale, error) {
	c.mu.Lock()
	k, ok := c.kept[id]
	c.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.sale, nil
	}
	s, err := c.store.SaleByID(ctx, id)
	if err != nil {
		return s, err
	}
	c.mu.Lock()
	c.kept[id] = keptSale{s, time.Now().Add(time.Second)}
	c.mu.Unlock()
	return s, nil
}

// forget is called when a sale was saved here.
func (c *saleCache) forget(id int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, id)
}

// houseName is the name on the cover, read once and when it is set.
type houseName struct {
	store Store

	mu   sync.Mutex // guards name and read
	name string
	read bool
}

// settingHouse is the setting that holds the house's name.
const settingHouse = "house"

func (n *houseName) get(ctx context.Context) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.read {
		return n.name, nil
	}
	name, err := n.store.Setting(ctx, settingHouse)
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return "", err
	}
	n.name, n.read = name, true
	return name, nil
}

func (n *houseName) set(ctx context.Context, name string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.store.SetSetting(ctx, settingHouse, name); err != nil {
		return err
	}
	n.name, n.read = name, true
	return nil
}

// frame is what every page is set in. s is the page's sale, or zero.
func (h *Handlers) frame(r *request, title lang.Key, here views.Here, s auction.Sale) (views.Page, error) {
	house, err := h.house.get(r.Context())
	if err != nil {
		return views.Page{}, err
	}
	p := views.Page{House: house, Title: lang.Say(r.Context(), title), Here: here, Theme: h.themeOf(r.Request), Notice: noticeOf(r.Request)}
	if s.ID != 0 {
		p.Sale = views.SaleLink{Slug: s.Slug, Title: s.Title, Rehearsal: s.Rehearsal()}
		p.Letter = s.Letter()
		said, err := h.news.get(r.Context(), s.ID)
		if err != nil {
			return p, err
		}
		p.News = newsView(said, s)
		p.Private = s.Unlisted() || !s.Published
	}
	if !r.viewer.signedIn() {
		if s.ID != 0 && r.Method == http.MethodGet {
			p.Back = r.URL.RequestURI()
		}
		return p, nil
	}
	p.Viewer = views.Viewer{
		SignedIn: true, Name: r.viewer.user.Name, Staff: r.viewer.staff(),
		Manager: h.manages(r, s), Account: account.admit(r.viewer) == nil, Owner: owner.admit(r.viewer) == nil,
	}
	p.Phones = h.cfg.PushKey != ""
	if s.ID == 0 {
		return p, nil
	}
	watched, err := h.watched(r, s.ID)
	if err != nil {
		return p, err
	}
	p.Viewer.Watching = len(watched)
	holder, err := h.holder(r, s.ID)
	if errors.Is(err, auction.ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Viewer.Paddle = holder.Paddle
	standings, err := h.standings(r, s.ID, holder.Paddle)
	for _, st := range standings {
		if !st.Leads && !st.Over {
			p.Viewer.Outbid++
		}
	}
	return p, err
}

// manages reports whether the viewer sees what changes a sale; of pages without
// one, whether they see what makes one.
func (h *Handlers) manages(r *request, s auction.Sale) bool {
	if s.ID == 0 {
		return maker.allows(r.viewer) == nil
	}
	return r.viewer.sale == s.ID && r.viewer.runs
}

// errorView fills the page that says what went wrong. It needs no store: that
// may be what went wrong.
func (h *Handlers) errorView(r *http.Request, p *problem) views.ErrorView {
	h.house.mu.Lock()
	name := h.house.name
	h.house.mu.Unlock()
	v := views.ErrorView{Page: views.Page{House: name, Theme: h.themeOf(r), Unread: true}, Status: p.status, Text: p.say(r.Context())}
	back := h.backOf(r)
	switch {
	case r.Method != http.MethodGet: // a form is sent again from its page, never from here
		v.Next = views.Link{Href: back, Text: lang.T(r.Context(), "Back to the page")}
	case p.status >= 500 || p.status == http.StatusTooManyRequests:
		v.Next = views.Link{Href: r.URL.RequestURI(), Text: lang.T(r.Context(), "Try again")}
	case p.status == http.StatusForbidden && errors.Is(p, errNotForYou):
		v.Next = views.Link{Href: "/sign-in?next=" + nextFor(r), Text: lang.T(r.Context(), "Sign in as somebody else")}
	case back != "/" && back != r.URL.RequestURI():
		v.Next = views.Link{Href: back, Text: lang.T(r.Context(), "Back to where you were")}
	}
	return v
}

// Notices are said on the next page after something was done. They travel as a
// word in the address, so that no page keeps a state for them.
var notices = map[string]lang.Key{
	"saved":       "Saved.",
	"copied":      "This is the copy. Change what is different.",
	"hidden":      "The sale is taken back: only staff see it.",
	"published":   "The sale is published: everybody can see it.",
	"paused":      "The sale is paused: clocks stand, no bids are taken.",
	"resumed":     "The sale goes on: every close has moved by the length of the pause.",
	"at-door":     "The paddle is given. Show its code, or print it.",
	"blocked":     "The paddle is blocked: its bids are refused from now on. Bids that it has placed stand.",
	"unblocked":   "The paddle may bid again.",
	"undone":      "The last entry is undone: it is struck out, and the others replayed without it.",
	"withdrawn":   "The lot is withdrawn.",
	"released":    "The lot goes on with its new close.",
	"voided":      "The bid is struck out, and the others replayed without it.",
	"removed":     "Removed.",
	"taken":       "Your bid is taken back.",
	"doubt":       "The connection broke, and we could not tell whether your bid was taken. If it was, it stands in the history below, or as your maximum.",
	"paddle":      "You have a paddle. You can bid now.",
	"waiting":     "Thank you. The organiser approves bidders for this sale; you can bid as soon as they have.",
	"paid":        "The payment is written down.",
	"given":       "The donation is on the invoice.",
	"gave":        "Thank you. Your gift is on your invoice.",
	"struck":      "It is undone. It stays in the list, struck out.",
	"handed":      "The ticked lots are handed over.",
	"not-handed":  "The lot counts as not handed over.",
	"sold-after":  "The lot is sold. It is on the buyer’s invoice.",
	"offered":     "The lot is offered. Give the bidder the link below.",
	"dropped":     "The offer is taken back.",
	"relisted":    "The lot is in the other sale.",
	"mailed":      "The invoice is on its way by mail.",
	"ended":       "Signed out there.",
	"removed-you": "Your name and address are removed.",
	"invited":     "They are invited.",
	"letter":      "The letter is on its way. It goes on by itself; reload this page to see how far it is.",
	"signed-out":  "You are signed out.",
	"open":        "The house is open. Make your first sale.",
	"extended":    "All open lots close later.",
	"closing":     "The close is announced on every page.",
	"called-off":  "The announced close is called off.",
	"said":        "Every page of the sale says so now.",
	"unsaid":      "The message is taken away.",
	"lot-paused":  "The lot is paused: its clock stands, no bids are taken.",
	"trying":      "The rehearsal runs: bots bid from now on. Try the desk, the line, the big screen, a pause, a void, the checkout.",
	"try-there":   "This is the rehearsal that runs already.",
	"wiped":       "The rehearsal is wiped: nothing of it is left but a line in the audit list.",
	"lot-resumed": "The lot goes on: its close has moved by the length of the pause.",
}

func noticeOf(r *http.Request) views.Notice {
	return views.Notice{Text: lang.Say(r.Context(), notices[r.URL.Query().Get("done")])}
}

// done leads to a page that says what was done.
func done(w http.ResponseWriter, r *request, path, what string) error {
	http.Redirect(w, r.Request, donePath(path, what), http.StatusSeeOther)
	return nil
}

func donePath(path, what string) string {
	if strings.Contains(path, "?") {
		return path + "&done=" + what
	}
	return path + "?done=" + what
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// nextFor is the page to come back to after signing in, escaped for a query.
func nextFor(r *http.Request) string { return queryEscape(r.URL.RequestURI()) }

// ownPath returns where to go next when it is a path of ours, else fallback: a
// link must not lead to another site after signing in.
func ownPath(next, fallback string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n") {
		return fallback
	}
	return next
}
