package views

import (
	"time"

	"outcry/auction"
)

// DeskView is the staff's list of sales.
type DeskView struct {
	Page
	Sales []SaleCard // newest first, unpublished ones among them
}

// ControlView is a sale as its organiser runs it.
type ControlView struct {
	Page
	Sale         auction.Sale
	Counts       auction.Counts
	Now          time.Time  // by the server's clock
	Public       string     // the catalogue's full address, to give away
	Waiting      int        // bidders to approve
	NoBids       []CardView // closing first, the first few
	UnderReserve []CardView // open, reserve not met
	Held         []CardView // waiting for the organiser after an outage
	Latest       []Latest   // newest first, the last few bids of the sale
}

// Latest is one bid in the sale's list of the newest.
type Latest struct {
	LotID  int64
	Number string
	Row    auction.Row
}

// DeskLotsView is the staff's list of a sale's lots.
type DeskLotsView struct {
	Page
	Sale   auction.Sale
	Counts auction.Counts
	Query  auction.Query // Words and Show
	Lots   []DeskLot
}

// DeskLot is a lot as staff see it.
type DeskLot struct {
	Entry   auction.Entry
	Reserve auction.Money // 0 = none, or not for the viewer's eyes
}

// ResultRow is a lot that is over.
type ResultRow struct {
	Entry  auction.Entry
	Buyer  string // name, when sold
	Email  string
	Reason string // why withdrawn
}

// ResultsView is what a sale came to.
type ResultsView struct {
	Page
	Sale      auction.Sale
	Counts    auction.Counts
	Sold      []ResultRow
	Passed    []ResultRow
	Withdrawn []ResultRow
	Buyers    []BuyerTotal // what each paddle owes
}

// BuyerTotal is what one paddle has bought.
type BuyerTotal struct {
	Paddle auction.Paddle
	Name   string
	Email  string
	Lots   int
	Total  auction.Money
}

// BiddersView is the list of a sale's paddles.
type BiddersView struct {
	Page
	Sale    auction.Sale
	Rows    []BidderRow
	Name    Field // the form that adds a bidder by hand
	Email   Field
	Paddle  Field
	Limit   Field
	Error   string
	LimitOf int64 // the Holder.ID whose limit was typed wrong, 0 = none
	Typed   Field // that limit
}

// BidderRow is one paddle.
type BidderRow struct {
	Holder    auction.Holder
	Link      string        // the paddle's own full /enter/ address; "" = not for the viewer's eyes
	Committed auction.Money // maxima where it leads plus what it won; -1 = not for the viewer's eyes
	Won       int
}
