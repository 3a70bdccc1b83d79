package auction

import (
	"slices"
	"time"
)

// Draft is a lot as an organiser enters it, by form or by spreadsheet.
type Draft struct {
	Words
	Terms
	OpensAt  time.Time
	ClosesAt time.Time
}

// CloseOf is when the nth lot of a sale closes, counted from 0, unless the lot
// has a time of its own.
func (s Sale) CloseOf(n int) time.Time { return s.ClosesAt.Add(time.Duration(n) * s.Stagger) }

// Complete gives the nth lot of a sale, counted from 0, the sale's own times,
// steps and soft close where the draft says nothing.
func (s Sale) Complete(d Draft, n int) Draft {
	if d.OpensAt.IsZero() {
		d.OpensAt = s.OpensAt
	}
	if d.ClosesAt.IsZero() {
		d.ClosesAt = s.CloseOf(n)
	}
	if len(d.Steps) == 0 {
		d.Steps = s.Steps
	}
	if d.SoftClose == (SoftClose{}) {
		d.SoftClose = s.SoftClose
	}
	return d
}

// Follow moves what a draft has of its sale, as the sale was, to the sale as
// it is; what the lot has of its own stays.
func (s Sale) Follow(was Sale, d Draft, n int) Draft {
	if d.OpensAt.Equal(was.OpensAt) {
		d.OpensAt = s.OpensAt
	}
	if d.ClosesAt.Equal(was.CloseOf(n)) {
		d.ClosesAt = s.CloseOf(n)
	}
	if slices.Equal(d.Steps, was.Steps) {
		d.Steps = s.Steps
	}
	if d.SoftClose == was.SoftClose {
		d.SoftClose = s.SoftClose
	}
	return d
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

	After       int   // lots sold after they had passed; they count as passed, too
	AfterRaised Money // what they brought
	Given       Money // donations
}

// Total is all that a sale has raised: under the hammer, after the sale, and
// given.
func (c Counts) Total() Money { return c.Raised + c.AfterRaised + c.Given }
