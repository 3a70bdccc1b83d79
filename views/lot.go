package views

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// LotView is a lot's page.
type LotView struct {
	Page
	Sale       auction.Sale
	Entry      auction.Entry
	History    []auction.Row  // oldest first, as auction.History gives it
	Story      []auction.Step // how the price came about; shown with AllHistory
	AllHistory bool           // show every row, not live (/lots/{id}?history=all)
	Prev, Next *Neighbour     // nil at the ends of the catalogue
	Access     Access
	Standing   *auction.Standing // the viewer's, nil = has not bid
	Watched    bool              // on the viewer's watch list
	TakeBack   bool              // the viewer may take their last bid back
	Keys       BidKeys
	Offered    string         // where the viewer answers the offer of a lot that passed; "" = none
	Answer     *BidAnswerView // after a bid that came without htmx, nil = none
	Typed      string         // a maximum typed before, kept in its field
	Why        string         // see LotPanelView
}

// BidKeys are fresh idempotency keys for the page's forms, 16 to 64 of
// A-Za-z0-9_-. Without JavaScript each is sent as it is; with it, every new
// submission gets a key of its own.
type BidKeys struct {
	Exact, Max, Buy string
}

// Neighbour is the lot before or after.
type Neighbour struct {
	ID     int64
	Number string
}

// Access says whether the viewer may bid on a lot, and if not, what is missing.
type Access string

const (
	AccessGuest        Access = "guest"        // not signed in
	AccessUnregistered Access = "unregistered" // no paddle in the sale
	AccessWaiting      Access = "waiting"      // paddle not approved yet
	AccessBidder       Access = "bidder"       // may bid
	AccessOwn          Access = "own"          // consignor, or staff: may never
)

// LotPanelView is the public part of a lot's slip.
type LotPanelView struct {
	Lot      auction.Public
	Number   string // lot number
	Currency auction.Currency
	Zone     string // IANA name
	Why      string // why the lot is paused or withdrawn, as the organiser wrote it; "" when nothing was written
}

// LotFrameView is what everybody who watches a lot is sent after a change.
type LotFrameView struct {
	LotPanelView
	History []auction.Row // oldest first; the newest FrameRows are shown
}

// StandingView is where the viewer stands on a lot, for them alone.
type StandingView struct {
	Standing auction.Standing
	Sale     string // its slug
	Number   string // lot number
	Currency auction.Currency
	Lost     bool          // another has just taken the lead from them
	Ask      auction.Money // least the next bid must reach, on a lot's page; 0 where the page fills it in
}

// panel returns the part of the page that is pushed.
func (v LotView) panel() LotPanelView {
	return LotPanelView{Lot: v.Entry.Public, Number: v.Entry.Number, Currency: v.Sale.Currency, Zone: v.Sale.Zone, Why: v.Why}
}

func bidsPath(lot int64) string { return "/lots/" + itoa64(lot) + "/bids" }

// photoHref is a picture's address for a link.
func photoHref(p auction.Photo, size string) templ.SafeURL {
	return templ.SafeURL(PhotoURL(p, size))
}

// categoryURL is the catalogue, narrowed to one category.
func categoryURL(slug, category string) templ.SafeURL {
	return templ.SafeURL(string(saleURL(slug)) + "?category=" + url.QueryEscape(category))
}

// typed gives the field of a maximum its value after an answer that came
// without script. Otherwise it has none, because a push would write it over
// what is being typed.
func typed(text string) templ.Attributes {
	if text == "" {
		return nil
	}
	return templ.Attributes{"value": text}
}

// back is the way back to the lot for somebody who cannot bid yet, with the
// amount that they came with.
func (v LotView) back() string {
	if v.Typed == "" {
		return string(lotURL(v.Entry.ID))
	}
	return string(lotURL(v.Entry.ID)) + "?amount=" + url.QueryEscape(v.Typed)
}

// softCloseText is the rule that a late bid moves the close by.
func softCloseText(ctx context.Context, l auction.Public) string {
	if l.Window <= 0 || l.Extension <= 0 || l.State.Over() {
		return ""
	}
	return lang.T(ctx, "A bid in the last %s moves the close to %s after it, for everybody.", Lasting(ctx, l.Window), Lasting(ctx, l.Extension))
}

func dockState(v LotView) string {
	switch {
	case !v.Entry.PausedAt.IsZero():
		return "paused"
	case v.Entry.Held:
		return "held"
	}
	if s := standingState(v.standing().Standing); s == "lead" || s == "out" {
		return s
	}
	return ""
}

func dockWord(ctx context.Context, v LotView) string {
	switch dockState(v) {
	case "lead":
		return lang.T(ctx, "You lead")
	case "out":
		return lang.T(ctx, "Outbid")
	case "paused":
		return lang.T(ctx, "Paused")
	case "held":
		return lang.T(ctx, "Waiting")
	}
	return lang.T(ctx, "Open")
}

// hasFacts reports whether there is more to say of the lot than its words.
func (v LotView) hasFacts() bool {
	e := v.Entry
	return e.Consignor != "" || e.Category != "" || e.FairValue > 0 || e.Collection != ""
}
