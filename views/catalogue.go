package views

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// CatalogueView is a sale's catalogue, or one page of it. The handler keeps
// Query.Limit at PageLots or less.
type CatalogueView struct {
	Page
	Sale       auction.Sale
	Counts     auction.Counts
	Soon       []CardView // closing soon, up to four, on the first page only
	Query      auction.Query
	Categories []Category       // in order of name; a chooser appears for two or more
	Appeal     *ThermometerView // the sale's fund-a-need; nil = none
	Mine       int              // lots the viewer's paddle has bid on
	Watching   int              // lots on the viewer's watch list
	Lots       []CardView
	Found      int // lots that Query finds on all its pages
}

// PageLots is how many lots one page of a catalogue shows at most, so that no
// page is over 200 KB.
const PageLots = 120

// Category is a category of a sale, and how many lots are in it.
type Category struct {
	Name string
	Lots int
}

// CardView is a lot in a catalogue or a list.
type CardView struct {
	Entry    auction.Entry
	Currency auction.Currency
	Zone     string            // IANA name
	Standing *auction.Standing // the viewer's, nil = has not bid
	Watched  bool              // on the viewer's watch list
}

// CardFrameView is the live part of a card, for everybody who watches it.
type CardFrameView struct {
	Lot      auction.Public
	Currency auction.Currency
	Zone     string            // IANA name
	After    auction.SoldAfter // a lot that passed, and was sold after the sale
}

// ordering is one choice of the catalogue's order.
type ordering struct {
	Order auction.Order
	Text  lang.Key
}

var orders = []ordering{
	{auction.ByNumber, lang.Key("By lot number")},
	{auction.ByClosing, lang.Key("Closing first")},
	{auction.ByBids, lang.Key("Fewest bids")},
	{auction.ByPrice, lang.Key("Lowest price")},
	{auction.ByHighest, lang.Key("Highest price")},
}

// bought is how many lots were sold, after the sale too.
func bought(c auction.Counts) int { return c.Sold + c.After }

func closed(c auction.Counts) int { return c.Sold + c.Passed + c.Withdrawn }

// perPage is how many lots the page shows at most.
func (v CatalogueView) perPage() int {
	if v.Query.Limit <= 0 {
		return PageLots
	}
	return v.Query.Limit
}

// page is the page shown, the first is 1.
func (v CatalogueView) page() int { return v.Query.Offset/v.perPage() + 1 }

// pages is how many pages the query has.
func (v CatalogueView) pages() int { return (v.Found + v.perPage() - 1) / v.perPage() }

// live is where the page hears of its lots: of all, or of those it shows.
func (v CatalogueView) live() string {
	if len(v.Lots) == v.Counts.Lots {
		return "/live?sale=" + queryEscape(v.Sale.Slug)
	}
	return liveCards(v.Sale.Slug, v.Lots, v.Soon)
}

// liveCards is where a page hears of these lots of a sale, and of no others.
func liveCards(slug string, lists ...[]CardView) string {
	address := "/live?card=0&sale=" + queryEscape(slug) // 0 is no lot: the page may show none
	for _, list := range lists {
		for _, c := range list {
			address += "&card=" + itoa64(c.Entry.ID)
		}
	}
	return address
}

// address is the catalogue with the same question, another part of it. Its
// parameters are q, show, category, order and page.
func (v CatalogueView) address(show auction.Show, page int) templ.SafeURL {
	q := url.Values{}
	put := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	put("q", v.Query.Words)
	put("show", string(show))
	put("category", v.Query.Category)
	put("order", string(v.Query.Order))
	if page > 1 {
		put("page", itoa(page))
	}
	if len(q) == 0 {
		return saleURL(v.Sale.Slug)
	}
	return templ.SafeURL(string(saleURL(v.Sale.Slug)) + "?" + q.Encode())
}

// saleWhen says where a sale stands that has nothing closing soon.
func saleWhen(ctx context.Context, v CatalogueView) string {
	opens := DateTime(ctx, v.Sale.OpensAt, v.Sale.Zone)
	switch {
	case v.Counts.Upcoming > 0 && v.Counts.Open == 0:
		return lang.T(ctx, "Opens %s.", opens) + " " + sentence(closesText(ctx, v.Sale))
	case v.Counts.Open > 0:
		return sentence(closesText(ctx, v.Sale))
	case v.Counts.Lots > 0:
		return lang.N(ctx, bought(v.Counts), "This sale is over: %s lot sold, %s.", "This sale is over: %s lots sold, %s.", Money(ctx, v.Counts.Raised+v.Counts.AfterRaised, v.Sale.Currency))
	}
	return lang.T(ctx, "Opens %s.", opens)
}

// saleMoment is the moment that saleWhen names.
func saleMoment(v CatalogueView) time.Time {
	if v.Counts.Open > 0 {
		return v.Sale.ClosesAt
	}
	return v.Sale.OpensAt
}

func queryEscape(s string) string { return url.QueryEscape(s) }

func currentShow(yes bool) templ.Attributes {
	if yes {
		return templ.Attributes{"aria-current": "true"}
	}
	return nil
}
