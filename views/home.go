package views

import (
	"time"

	"outcry/auction"
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
func closesText(s auction.Sale) string {
	switch {
	case s.ClosesAt.IsZero():
		return ""
	case s.Stagger > 0:
		return "Lots close one by one from " + laterThan(s.OpensAt, s.ClosesAt, s.Zone)
	}
	return "Lots close at " + laterThan(s.OpensAt, s.ClosesAt, s.Zone)
}

// laterThan writes a moment beside another: the date only when it is another day.
func laterThan(first, then time.Time, zoneName string) string {
	if Day(first, zoneName) == Day(then, zoneName) {
		return then.In(zone(zoneName)).Format("15:04")
	}
	return then.In(zone(zoneName)).Format("15:04") + " on " + Day(then, zoneName)
}

// over says that every lot of a sale is.
func over(c auction.Counts) bool { return c.Lots > 0 && c.Open+c.Upcoming == 0 }

// coverFigures is a sale in one line.
func coverFigures(c SaleCard) string {
	text := Count(c.Counts.Lots, "lot", "lots")
	if c.Counts.Bidding > 0 {
		text += " · " + Count(c.Counts.Bidding, "paddle bidding", "paddles bidding")
	}
	if sum := c.Counts.Raised + c.Counts.Promised; sum > 0 {
		text += " · " + Amount(sum, c.Sale.Currency) + " raised"
		if !over(c.Counts) {
			text += " so far"
		}
	}
	return text
}

// saleFigures is a sale in a list.
func saleFigures(c SaleCard) string {
	n, text := c.Counts, Count(c.Counts.Lots, "lot", "lots")
	switch {
	case n.Open > 0:
		return text + " · " + Count(n.Open, "open", "open")
	case n.Upcoming > 0 || n.Lots == 0:
		return text + " · opens " + DayTime(c.Sale.OpensAt, c.Sale.Zone)
	}
	return text + " · " + Count(n.Sold, "sold", "sold") + ", " + Amount(n.Raised, c.Sale.Currency)
}
