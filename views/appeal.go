package views

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// AppealView is a sale's fund-a-need, as everybody sees it.
type AppealView struct {
	Page
	Sale   auction.Sale
	Appeal auction.Appeal
	Given  auction.Given
	Access Access
	Mine   auction.Money // what the viewer's paddle has given to it
	Ask    auction.Money // asked about before it is given, 0 = nothing chosen yet
	Gift   Field         // form name "amount"
	Key    string        // form name "key"
}

// ThermometerView is how far an appeal has come.
type ThermometerView struct {
	Appeal   auction.Appeal
	Given    auction.Given
	Currency auction.Currency
}

// DeskAppealView is the appeal as the desk runs it.
type DeskAppealView struct {
	Page
	Sale   auction.Sale
	Appeal auction.Appeal
	New    bool // the sale has none yet
	Given  auction.Given
	Latest []auction.Donation // newest first

	Level   Field // the amount that is called, form name "level"
	Paddles Field // form name "paddles"
	Key     string
	Form    *AppealForm
}

// AppealForm is what the appeal says and asks for.
type AppealForm struct {
	Title  Field
	Words  Field
	Goal   Field
	Levels Field // amounts with a blank between
	Open   bool
}

func (v AppealView) thermometer() ThermometerView {
	return ThermometerView{Appeal: v.Appeal, Given: v.Given, Currency: v.Sale.Currency}
}

func appealID(sale int64) string { return "appeal-" + itoa64(sale) }

func appealURL(slug string) templ.SafeURL { return path("/sales/", slug, "/appeal") }

// levelURL chooses a level; the page then asks once more.
func levelURL(v AppealView, m auction.Money) templ.SafeURL {
	return templ.SafeURL(string(appealURL(v.Sale.Slug)) + "?amount=" + url.QueryEscape(Plain(m, v.Sale.Currency)) + "#give")
}

// back is the way back with the amount that was chosen.
func (v AppealView) back() string {
	return string(appealURL(v.Sale.Slug)) + "?amount=" + url.QueryEscape(v.Gift.Value)
}

// The thermometer's tube is 400 high, the column in it 392 at most.
const column = 392

// fillHeight and fillTop are where the column stands.
func fillHeight(v ThermometerView) string {
	return itoa(column * v.Appeal.Percent(v.Given.Appeal) / 100)
}
func fillTop(v ThermometerView) string {
	return itoa(4 + column - column*v.Appeal.Percent(v.Given.Appeal)/100)
}

// goalWords say how far an appeal has come.
func goalWords(ctx context.Context, v ThermometerView) string {
	text := lang.N(ctx, v.Given.Gifts, "%s gift", "%s gifts")
	if v.Appeal.Goal > 0 {
		text = lang.T(ctx, "%s%% of %s", itoa(v.Appeal.Percent(v.Given.Appeal)), Money(ctx, v.Appeal.Goal, v.Currency)) + " · " + text
	}
	return text
}

// givenID is where the catalogue says what a sale's appeal has come to.
func givenID(sale int64) string { return "given-" + itoa64(sale) }

// givenWords is how far an appeal has come, in the catalogue.
func givenWords(ctx context.Context, v ThermometerView) string {
	return lang.T(ctx, "%s given", Money(ctx, v.Given.Appeal, v.Currency)) + " · " + goalWords(ctx, v)
}
