// Package demo is the sale that `outcry demo` shows: its lots, and the people
// who bid on them. It holds content and decisions only; whoever runs the demo
// enters the lots, sends the bids and copies the pictures.
package demo

import (
	"slices"
	"strconv"
	"time"

	"outcry/auction"
)

const (
	// ByDefault is how long the sale lasts unless somebody says otherwise. The
	// lots' times are written for it, and scaled for any other length.
	ByDefault = 20 * time.Minute

	// Prelude is for how long after the start the lot that is to be sold and
	// the one that is to pass stay open. Every lot's Moves must be sent within
	// it.
	Prelude = 5 * time.Second

	// Least is how many people Moves speak of: this many must have a paddle,
	// however few bots there are.
	Least = 6

	// Visitor is a paddle that no bot has, for the person who looks around.
	Visitor auction.Paddle = "214"
)

// Lot is one lot of the demo.
type Lot struct {
	auction.Draft // with its times; steps, and most soft closes, are the sale's

	// Becomes is the state that the lot is in once the prelude is over.
	// Upcoming and open lots get there by their times, and so do the sold and
	// the passed one with their Moves; the withdrawn one must be withdrawn.
	Becomes auction.State

	// Moves are the bids to send at the start, in this order.
	Moves []Move

	// Why the withdrawn lot is withdrawn, in words.
	Why string
}

// Picture is the name of the lot's drawing among the program's static files.
// In the sale it is called as its Photo says.
func (l Lot) Picture() string { return "lot-" + l.Photos[0].Name + "." + l.Photos[0].Ext }

// Move is a bid that is settled beforehand.
type Move struct {
	By     int // index in People
	Amount auction.Money
	Kind   auction.Kind
}

// item is a lot as it is written down here: money in major units, times in
// minutes from the start of a sale of the default length.
type item struct {
	picture, alt          string
	title, by             string
	category, donor       string
	low, high             int64
	opening, reserve, buy int64
	text                  string
	opens, closes         float64
	becomes               auction.State // "" = open
	moves                 []bid
	why                   string
}

type bid struct {
	by  int
	max int64
}

// Sale is the demo's sale, which begins at start and lasts about length. It
// fails for a currency that the charity steps cannot be expressed in.
func Sale(start time.Time, length time.Duration, c auction.Currency) (auction.Sale, error) {
	steps, err := auction.Preset("charity", c)
	if err != nil {
		return auction.Sale{}, err
	}
	window := max(10*time.Second, scaled(0.75, length))
	return auction.Sale{
		Slug:       "winter-sale",
		Title:      "The Winter Sale",
		Intro:      "Twenty-four lots for St Alder’s Hospice, given by its friends and neighbours.",
		Conditions: conditions,
		Currency:   c,
		Zone:       "Europe/London",
		Published:  true,
		OpensAt:    start,
		ClosesAt:   start.Add(scaled(firstClose, length)),
		Stagger:    max(time.Second, scaled(1, length)), // for the words on the cover: each lot has its own close
		SoftClose:  auction.SoftClose{Window: window, Extension: window},
		Steps:      steps,
		StepsName:  "charity",
	}, nil
}

const conditions = `This is a demonstration. The hospice, the donors and the bidders are made up, most bids come from a program, and nobody owes anybody anything.

Were it real: a bid is binding. The highest bidder at the fall of the hammer buys the lot, where there is a reserve only once it is met. A bid in the last moments moves the close, so that everybody has time to answer. There is no buyer’s premium. Lots are collected from the hospice’s front desk on weekdays between nine and five, and kept for a fortnight.`

// Lots are the lots of the demo in catalogue order, numbered from 1.
func Lots(start time.Time, length time.Duration, c auction.Currency) []Lot {
	unit := auction.Money(1)
	for range c.Digits {
		unit *= 10
	}
	var lots []Lot
	for i, it := range items() {
		lots = append(lots, it.lot(i+1, start, length, unit))
	}
	return lots
}

func (it item) lot(number int, start time.Time, length time.Duration, unit auction.Money) Lot {
	l := Lot{Becomes: it.becomes, Why: it.why}
	l.Words = auction.Words{
		Number: strconv.Itoa(number), Title: it.title, Subtitle: it.by, Description: it.text,
		Category: it.category, Consignor: it.donor,
		EstimateLow: auction.Money(it.low) * unit, EstimateHigh: auction.Money(it.high) * unit,
		Photos: []auction.Photo{{Name: it.picture, Ext: "svg", Width: 1000, Height: 1000, Alt: it.alt}},
	}
	l.Opening, l.Reserve, l.BuyNow = auction.Money(it.opening)*unit, auction.Money(it.reserve)*unit, auction.Money(it.buy)*unit
	l.OpensAt = start.Add(scaled(it.opens, length))
	l.ClosesAt = start.Add(scaled(it.closes, length))
	switch it.becomes {
	case "":
		l.Becomes = auction.Open
	case auction.Sold, auction.Passed:
		l.ClosesAt = start.Add(Prelude)
		// All its bids come in the first moments. With the sale's window they
		// would move the close, and with none the lot would have the sale's.
		l.SoftClose = auction.SoftClose{Window: time.Millisecond, Extension: time.Millisecond}
	}
	for _, m := range it.moves {
		l.Moves = append(l.Moves, Move{By: m.by, Amount: auction.Money(m.max) * unit, Kind: auction.Maximum})
	}
	return l
}

// scaled is a time in minutes of a sale of the default length, in a sale of
// another, in whole milliseconds.
func scaled(minutes float64, length time.Duration) time.Duration {
	return time.Duration(minutes * float64(length) / ByDefault.Minutes()).Truncate(time.Millisecond)
}

// firstClose is when the first lot closes, in minutes.
const firstClose = 1.5

func items() []item {
	return slices.Concat(lots1to6(), lots7to12(), lots13to18(), lots19to24())
}
