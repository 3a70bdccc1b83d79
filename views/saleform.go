package views

import (
	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// SaleFormView is the form of a new sale, or of one that exists.
type SaleFormView struct {
	Page
	Slug       string // of the sale that exists; "" = a new one
	Rehearsal  bool   // nothing of the sale counts
	From       string // slug of the sale that this new one is copied from, "" = none
	FromLots   int    // so many lots that has
	WithLots   bool   // they are copied too; form name "lots", "1" when ticked
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
	Cap        Field // minutes; 0 = without end
	ByNumber   bool  // form name "close_order", "number" or "entered"
	StepsName  Field // a preset's name, or "own"; form name "steps_name"
	Steps      Field // own table, one "up to: step" a line, major units

	Registration Field // an auction.Registration
	Private      bool  // form name "private", "1" when ticked
	Email        Field
	Phone        Field
	Premium      Field // one rate, or one "up to: rate" a line, major units and percent
	TaxRate      Field // percent; form name "tax_rate"
	TaxHammer    bool  // form name "tax_on", "hammer" or "premium"
	Goal         Field
	Payment      Field
	Collection   Field
	Paper        Field // form name "paper": an auction.Paper
	DueDays      Field // form name "due_days"; "" = no date
	Receipts     bool  // form name "receipts", "1" when ticked

	Presets    []string
	Currencies []auction.Currency
	Zones      []string // offered as completions
	Error      string
}

// Fields are the fields that can be wrong.
func (v SaleFormView) Fields() []Field {
	return []Field{
		v.Title, v.Address, v.Intro, v.Conditions, v.Currency, v.Zone, v.OpensAt, v.ClosesAt, v.Stagger, v.Window, v.Extension, v.Cap,
		v.StepsName, v.Steps, v.Registration, v.Email, v.Phone, v.Premium, v.TaxRate, v.Goal, v.Payment, v.Collection, v.DueDays, v.Paper,
	}
}

func (v SaleFormView) action() templ.SafeURL {
	if v.From != "" {
		return deskURL(v.From, "/copy")
	}
	if v.Slug == "" {
		return "/desk/sales/new"
	}
	return deskURL(v.Slug, "/edit")
}

func currencyOptions(all []auction.Currency) []option {
	options := make([]option, 0, len(all))
	for _, c := range all {
		options = append(options, option{Value: c.Code, Text: lang.Key(c.Code + " " + c.Symbol)})
	}
	return options
}

// presetWords are the presets' names for people.
var presetWords = map[string]lang.Key{
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
			text = lang.Key(name)
		}
		options = append(options, option{Value: name, Text: text})
	}
	return append(options, option{Value: "own", Text: "Our own table"})
}

// registrationOptions are the ways to a paddle.
func registrationOptions() []option {
	return []option{
		{string(auction.RegisterOpen), "Open: at once, by name and e-mail"},
		{string(auction.RegisterApprove), "Approve first: I approve each before they may bid"},
		{string(auction.RegisterInvite), "By invitation: only from me"},
	}
}

func taxOptions() []option {
	return []option{{"premium", "the premium only"}, {"hammer", "hammer price and premium"}}
}

func closeOrders() []option {
	return []option{{"entered", "as they were entered"}, {"number", "by lot number"}}
}

func (v SaleFormView) closeOrder() string {
	if v.ByNumber {
		return "number"
	}
	return "entered"
}

func (v SaleFormView) taxOn() string {
	if v.TaxHammer {
		return "hammer"
	}
	return "premium"
}

var paperOptions = []option{
	{string(auction.PaperUsual), lang.Key("As is usual where the currency is spent")}, {string(auction.PaperA4), lang.Key("A4")}, {string(auction.PaperLetter), lang.Key("US Letter")},
}
