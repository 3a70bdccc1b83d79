package views

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// DeskView is the staff's list of sales.
type DeskView struct {
	Page
	Sales  []SaleCard // newest first, unpublished ones among them
	First  *FirstSale // the way to a first sale, nil once a bid came
	NoMail bool       // the house sends no mails
}

// ControlView is a sale as its organiser runs it.
type ControlView struct {
	Page
	Sale         auction.Sale
	Counts       auction.Counts
	Now          time.Time  // by the server's clock
	Public       string     // the catalogue's full address, to give away
	Tried        Tried      // its rehearsal, or the sale that it is one of
	Waiting      int        // bidders to approve
	NoBids       []CardView // closing first, the first few
	UnderReserve []CardView // open, reserve not met, the first few of UnderAll
	UnderAll     int
	Held         []CardView // waiting for the organiser after an outage, the first of HeldAll
	HeldAll      int
	Latest       []auction.LotRow // newest first, the last few bids of the sale
	Pace         int              // bids taken in the last minute
}

// Tried is what the control page says of rehearsals.
type Tried struct {
	Slug string   // of the sale's rehearsal, "" = there is none
	Of   SaleLink // of a rehearsal: the sale that it is one of
	Bots int      // how many invented guests bid
}

// DeskLotsView is the staff's list of a sale's lots.
type DeskLotsView struct {
	Page
	Sale   auction.Sale
	Counts auction.Counts
	Query  auction.Query // Words and Show
	Lots   []DeskLot
	Found  int // lots that Query finds on all its pages
}

// part is a page of a list that has several: At of All, the same question.
type part struct {
	at, all int
	address func(page int) templ.SafeURL
}

// partOf divides what a query finds into pages of a list at an address.
func partOf(q auction.Query, found int, list templ.SafeURL) part {
	most := max(q.Limit, 1)
	return part{at: q.Offset/most + 1, all: (found + most - 1) / most, address: func(page int) templ.SafeURL {
		values := url.Values{"page": {itoa(page)}}
		if q.Words != "" {
			values.Set("q", q.Words)
		}
		return list + templ.SafeURL("?"+values.Encode())
	}}
}

// DeskLot is a lot as staff see it.
type DeskLot struct {
	Entry auction.Entry
}

// saleStage is where a sale stands, as state and word.
func saleStage(ctx context.Context, s auction.Sale, c auction.Counts) (state, word string) {
	switch {
	case !s.Published:
		return "", lang.T(ctx, "Not published")
	case over(c):
		return "sold", lang.T(ctx, "Over")
	case !s.PausedAt.IsZero():
		return "paused", lang.T(ctx, "Paused")
	case c.Open > 0:
		return "live", lang.T(ctx, "Running")
	}
	return "soon", lang.T(ctx, "Coming")
}

// promised is the line under what a sale has raised.
func promised(ctx context.Context, v ControlView) string {
	if over(v.Counts) {
		return lang.N(ctx, v.Counts.Sold, "%s lot sold", "%s lots sold")
	}
	return lang.T(ctx, "%s more bid on open lots", Money(ctx, v.Counts.Promised, v.Sale.Currency))
}

// paceOf is how many bids came in a minute; so many are not all counted.
func paceOf(n int) string {
	if n >= auction.MostPace {
		return itoa(auction.MostPace) + "+"
	}
	return itoa(n)
}

// deskWhen is when a lot closes, or when it ended.
func deskWhen(ctx context.Context, l auction.Public, zoneName string) string {
	if l.State.Over() {
		return lang.T(ctx, "ended %s", ShortDate(ctx, l.EndedAt, zoneName)+" "+AtTime(l.EndedAt, zoneName))
	}
	return ShortDate(ctx, l.ClosesAt, zoneName) + " " + AtTime(l.ClosesAt, zoneName)
}

// deskTag is a lot's state for staff, who see the plain ones too.
func deskTag(ctx context.Context, l auction.Public) (state, word string) {
	if state, word = cardTag(ctx, l); word == "" && l.State == auction.Open {
		return "met", lang.T(ctx, "Open")
	}
	return state, word
}
