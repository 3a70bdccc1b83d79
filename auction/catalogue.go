package auction

import "time"

// Draft is a lot as an organiser enters it, by form or by spreadsheet.
type Draft struct {
	Words
	Terms
	OpensAt  time.Time
	ClosesAt time.Time
}

// Show narrows a catalogue.
type Show string

const (
	ShowAll    Show = ""
	ShowOpen   Show = "open"
	ShowNoBids Show = "no-bids" // open or upcoming, without a bid
	ShowClosed Show = "closed"
	ShowMine   Show = "mine" // lots the paddle has bid on
)

// Order sorts a catalogue.
type Order string

const (
	ByNumber  Order = ""        // "2" before "12" before "12A"
	ByClosing Order = "closing" // open lots first, the next to close on top
	ByBids    Order = "bids"    // fewest first
	ByPrice   Order = "price"   // lowest first
)

// Query asks for a part of a sale's catalogue.
type Query struct {
	Words    string // every word must occur in number, title, subtitle, description, category or consignor
	Show     Show
	Category string
	Order    Order
	Paddle   Paddle // for ShowMine
	Limit    int    // 0 = all
	Offset   int
}

// Counts are the figures of a sale.
type Counts struct {
	Lots, Upcoming, Open, NoBids, Sold, Passed, Withdrawn int
	Bids                                                  int
	Bidding                                               int   // paddles with a bid
	Raised                                                Money // hammer prices so far
	Promised                                              Money // prices of open lots whose reserve is met
}
