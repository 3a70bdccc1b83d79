package views

import (
	"context"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// LotFormView is the form of a new lot, or of one that exists.
type LotFormView struct {
	Page
	Sale         auction.Sale
	ID           int64         // 0 = a new lot
	State        auction.State // "" = a new lot
	Frozen       bool          // it has opened: words may change, terms may not
	Number       Field
	Swap         string // a number whose lot may change places with this one, form name "swap"; "" = none
	SwapWords    string
	Title        Field
	Subtitle     Field
	Description  Field
	Category     Field
	Consignor    Field
	EstimateLow  Field // form name "estimate_low"
	EstimateHigh Field // form name "estimate_high"
	FairValue    Field // form name "fair_value"
	Collection   Field
	Opening      Field
	Reserve      Field
	BuyNow       Field // form name "buy_now"
	Step         Field // one fixed step; "" = the sale's table
	Group        Field
	OpensAt      Field // as in SaleFormView; "" = the sale's
	ClosesAt     Field // "" = by the sale's time and stagger
	Categories   []string
	Photos       []auction.Photo
	PhotoError   string
	Control      *LotControl // nil for a new lot
	Error        string
}

// LotControl is what staff can do to a lot that stands in a published sale.
type LotControl struct {
	Lot     auction.Public
	History []auction.Row       // oldest first
	Hidden  []auction.HiddenBid // what was hidden behind the bids, once it is over and for organisers
	Reason  Field               // of what was tried and refused
	Close   Field               // the new close of a held lot, form name "closes_at"
}

func (v LotFormView) action() templ.SafeURL {
	if v.ID == 0 {
		return deskURL(v.Sale.Slug, "/lots/new")
	}
	return deskLotURL(v.ID, "")
}

// enctype is how the form is sent: a new lot brings its pictures along.
func (v LotFormView) enctype() string {
	if v.ID == 0 {
		return "multipart/form-data"
	}
	return "application/x-www-form-urlencoded"
}

// money is a control for an amount in the sale's currency.
func (v LotFormView) money(name string, label, hint lang.Key, off bool, f Field) control {
	return control{
		ID: name, Name: name, Label: label, Hint: hint, Mode: "decimal", Auto: "off", MaxLen: 20,
		Currency: prefix(v.Sale.Currency), Off: off, Field: f,
	}
}

// opening is the one amount that no lot does without.
func (v LotFormView) opening() control {
	c := v.money("opening", "Opening bid (required)", "", v.Frozen, v.Opening)
	c.Need = true
	return c
}

// controlWords is how a lot stands, for staff.
func controlWords(ctx context.Context, v LotFormView) string {
	l := v.Control.Lot
	text := lang.N(ctx, l.Bids, "%s bid", "%s bids")
	if l.Lead != "" && !l.State.Over() {
		text = lang.T(ctx, "Paddle %s leads", string(l.Lead)) + " · " + text
	}
	if l.State == auction.Sold {
		return lang.T(ctx, "Paddle %s", string(l.Lead)) + " · " + text
	}
	if l.State.Over() {
		return text
	}
	return text + " · " + lang.T(ctx, "closes %s", DateTime(ctx, l.ClosesAt, v.Sale.Zone))
}

// backwards yields the rows newest first.
func backwards(rows []auction.Row) []auction.Row {
	out := slices.Clone(rows)
	slices.Reverse(out)
	return out
}

func pathEscape(s string) string { return url.PathEscape(s) }

// bidKind says how a bid was meant.
func bidKind(ctx context.Context, b auction.HiddenBid) string {
	text := lang.Say(ctx, map[auction.Kind]lang.Key{auction.Maximum: "up to", auction.Exact: "just this", auction.BuyNow: "bought"}[b.Kind])
	if b.Voided {
		text += ", " + lang.T(ctx, "struck out")
	}
	return text
}
