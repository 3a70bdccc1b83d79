package views

import (
	"context"

	"outcry/auction"
	"outcry/views/lang"
)

// HomeView is the front page: the house's sales, unpublished ones left out.
type HomeView struct {
	Page
	Current    []SaleCard // open lots now; the first has the cover
	Coming     []SaleCard // next first
	Past       []SaleCard // newest first
	Highlights []CardView // up to five lots of the sale on the cover
}

// SaleCard is one sale in a list.
type SaleCard struct {
	Sale   auction.Sale
	Counts auction.Counts
	Paddle auction.Paddle // the viewer's in this sale, "" = none
}

// cover is the sale on the front page's cover: the current one, else the next,
// else the last.
func (v HomeView) cover() (SaleCard, bool) {
	for _, list := range [][]SaleCard{v.Current, v.Coming, v.Past} {
		if len(list) > 0 {
			return list[0], true
		}
	}
	return SaleCard{}, false
}

// closesText says when a sale's lots close.
func closesText(ctx context.Context, s auction.Sale) string {
	sameDay := Day(s.OpensAt, s.Zone) == Day(s.ClosesAt, s.Zone)
	at, on := Hour(s.ClosesAt, s.Zone), Date(ctx, s.ClosesAt, s.Zone)
	switch {
	case s.ClosesAt.IsZero():
		return ""
	case s.Stagger > 0 && sameDay:
		return lang.T(ctx, "Lots close one by one from %s", at)
	case s.Stagger > 0:
		return lang.T(ctx, "Lots close one by one from %s on %s", at, on)
	case sameDay:
		return lang.T(ctx, "Lots close at %s", at)
	}
	return lang.T(ctx, "Lots close at %s on %s", at, on)
}

// over says that every lot of a sale is.
func over(c auction.Counts) bool { return c.Lots > 0 && c.Open+c.Upcoming == 0 }

// coverFigures is a sale in one line.
func coverFigures(ctx context.Context, c SaleCard) string {
	text := lang.N(ctx, c.Counts.Lots, "%s lot", "%s lots")
	if c.Counts.Bidding > 0 {
		text += " · " + lang.N(ctx, c.Counts.Bidding, "%s paddle bidding", "%s paddles bidding")
	}
	if sum := c.Counts.Raised + c.Counts.AfterRaised + c.Counts.Promised; sum > 0 {
		money := Money(ctx, sum, c.Sale.Currency)
		if over(c.Counts) {
			return text + " · " + lang.T(ctx, "%s raised", money)
		}
		return text + " · " + lang.T(ctx, "%s raised so far", money)
	}
	return text
}

// saleFigures is a sale in a list.
func saleFigures(ctx context.Context, c SaleCard) string {
	n, text := c.Counts, lang.N(ctx, c.Counts.Lots, "%s lot", "%s lots")
	switch {
	case n.Open > 0:
		return text + " · " + lang.N(ctx, n.Open, "%s open", "%s open")
	case n.Upcoming > 0 || n.Lots == 0:
		return text + " · " + lang.T(ctx, "opens %s", DateTime(ctx, c.Sale.OpensAt, c.Sale.Zone))
	}
	return text + " · " + lang.N(ctx, n.Sold, "%s sold", "%s sold") + ", " + Money(ctx, n.Raised, c.Sale.Currency)
}
