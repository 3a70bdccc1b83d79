package views

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"outcry/auction"
)

// SaleFormView is the form of a new sale, or of one that exists.
type SaleFormView struct {
	Page
	Slug       string // of the sale that exists; "" = a new one
	Frozen     bool   // lots have opened: currency, zone and address stand
	Title      Field
	Address    Field // the slug as typed, form name "slug"
	Intro      Field
	Conditions Field
	Currency   Field // ISO 4217
	Zone       Field // IANA name
	OpensAt    Field // 2026-12-05T19:00, in Zone; form name "opens_at"
	ClosesAt   Field // form name "closes_at"
	Stagger    Field // seconds between lots; 0 = all together
	Window     Field // minutes; 0 = hard close
	Extension  Field // minutes
	StepsName  Field // a preset's name, or "own"; form name "steps_name"
	Steps      Field // own table, one "up to: step" a line, major units
	Approval   bool  // form name "approval", "1" when ticked
	Presets    []string
	Currencies []auction.Currency
	Zones      []string // offered as completions
	Error      string
}

// LotFormView is the form of a new lot, or of one that exists.
type LotFormView struct {
	Page
	Sale         auction.Sale
	ID           int64         // 0 = a new lot
	State        auction.State // "" = a new lot
	Frozen       bool          // it has opened: words may change, terms may not
	Number       Field
	Title        Field
	Subtitle     Field
	Description  Field
	Category     Field
	Consignor    Field
	EstimateLow  Field // form name "estimate_low"
	EstimateHigh Field // form name "estimate_high"
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
	History []auction.Row // oldest first
	Reason  Field         // of what was tried and refused
	Close   Field         // the new close of a held lot, form name "closes_at"
}

func (v SaleFormView) action() templ.SafeURL {
	if v.Slug == "" {
		return "/desk/sales/new"
	}
	return deskURL(v.Slug, "/edit")
}

func (v LotFormView) action() templ.SafeURL {
	if v.ID == 0 {
		return deskURL(v.Sale.Slug, "/lots/new")
	}
	return deskLotURL(v.ID, "")
}

// money is a control for an amount in the sale's currency.
func (v LotFormView) money(name, label, hint string, off bool, f Field) control {
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

func currencyOptions(all []auction.Currency) []option {
	options := make([]option, 0, len(all))
	for _, c := range all {
		options = append(options, option{Value: c.Code, Text: c.Code + " " + c.Symbol})
	}
	return options
}

// presetWords are the presets' names for people.
var presetWords = map[string]string{
	"ebay-us": "Fine steps, as on eBay in the US",
	"ebay-uk": "Fine steps, as on eBay in the UK",
	"house":   "Auction house",
	"charity": "Charity: 1, 5, 10, 25",
}

func presetOptions(names []string) []option {
	options := make([]option, 0, len(names)+1)
	for _, name := range names {
		text := presetWords[name]
		if text == "" {
			text = name
		}
		options = append(options, option{Value: name, Text: text})
	}
	return append(options, option{Value: "own", Text: "Our own table"})
}

// controlWords is how a lot stands, for staff.
func controlWords(v LotFormView) string {
	l := v.Control.Lot
	text := Count(l.Bids, "bid", "bids")
	if l.Lead != "" && !l.State.Over() {
		text = "Paddle " + string(l.Lead) + " leads · " + text
	}
	if l.State == auction.Sold {
		return "Paddle " + string(l.Lead) + " · " + text
	}
	if l.State.Over() {
		return text
	}
	return text + " · closes " + DayTime(l.ClosesAt, v.Sale.Zone)
}

// backwards yields the rows newest first.
func backwards(rows []auction.Row) []auction.Row {
	out := slices.Clone(rows)
	slices.Reverse(out)
	return out
}

func pathEscape(s string) string { return url.PathEscape(s) }
