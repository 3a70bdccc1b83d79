package auction

import (
	"cmp"
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

// Entered is a lot as an organiser entered it, with how far it has come.
type Entered struct {
	ID    int64
	State State
	Draft
}

// Place is where a lot stands in the house.
type Place struct {
	Lot    int64
	SaleID int64
	Number string
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
		d.SoftClose = s.softClose(d.ClosesAt)
	}
	return d
}

// Take is a lot of another sale as the nth lot of this one: steps of its own
// stay its own, its times are this sale's.
func (s Sale) Take(from Sale, d Draft, n int) Draft {
	if slices.Equal(d.Steps, from.Steps) {
		d.Steps = nil
	}
	d.OpensAt, d.ClosesAt, d.SoftClose = time.Time{}, time.Time{}, SoftClose{}
	return s.Complete(d, n)
}

// softClose is the soft close of a lot of the sale that closes at a time.
func (s Sale) softClose(closes time.Time) SoftClose {
	soft := s.SoftClose
	soft.Latest = time.Time{}
	if s.Cap > 0 && soft.Window > 0 {
		soft.Latest = closes.Add(s.Cap)
	}
	return soft
}

// Follow moves what a draft has of its sale, as the sale was, to the sale as
// it is; what the lot has of its own stays. It was the nth lot to close and is
// to be the mth.
func (s Sale) Follow(was Sale, d Draft, n, m int) Draft {
	soft := d.SoftClose == was.softClose(d.ClosesAt)
	if d.OpensAt.Equal(was.OpensAt) {
		d.OpensAt = s.OpensAt
	}
	if d.ClosesAt.Equal(was.CloseOf(n)) {
		d.ClosesAt = s.CloseOf(m)
	}
	if slices.Equal(d.Steps, was.Steps) {
		d.Steps = s.Steps
	}
	if soft {
		d.SoftClose = s.softClose(d.ClosesAt)
	}
	return d
}

// Followers are the lots that have not opened and that follow their sale from
// how it was to how it is, as they will be. lots are all of the sale's, in the
// order of their numbers.
func (s Sale) Followers(was Sale, lots []Entered) []Draft {
	entered := slices.Clone(lots)
	slices.SortFunc(entered, func(a, b Entered) int { return cmp.Compare(a.ID, b.ID) })
	place := make(map[int64]int, len(lots))
	for i, l := range entered {
		place[l.ID] = i
	}
	var out []Draft
	for i, l := range lots {
		if l.State != Upcoming {
			continue
		}
		had := was.turnOf(l.Draft, place[l.ID], len(lots))
		turn := had
		switch {
		case s.ByNumber:
			turn = i
		case was.ByNumber:
			turn = place[l.ID]
		}
		if next := s.Follow(was, l.Draft, had, turn); !next.sameTimes(l.Draft) {
			out = append(out, next)
		}
	}
	return out
}

// Turns are the lots that have not opened and whose turn to close has come to
// be another, in a sale that closes by number: a lot was added before them, or
// has another number.
func (s Sale) Turns(lots []Entered) []Draft {
	if !s.ByNumber || s.Stagger <= 0 {
		return nil
	}
	return s.Followers(s, lots)
}

// turnOf is a lot's turn to close, counted from 0, by the close it has: lots
// before it may have been removed, or added later under a lower number. Where
// all close together it is the place that it was entered in. A close that no
// lot's turn comes to is the lot's own.
func (s Sale) turnOf(d Draft, place, lots int) int {
	if s.Stagger <= 0 {
		return place
	}
	turn := int(d.ClosesAt.Sub(s.ClosesAt) / s.Stagger)
	if s.ByNumber && turn > lots {
		return place
	}
	return max(0, turn)
}

// sameTimes reports whether two drafts have the same times and steps.
func (d Draft) sameTimes(e Draft) bool {
	return d.OpensAt.Equal(e.OpensAt) && d.ClosesAt.Equal(e.ClosesAt) && d.SoftClose == e.SoftClose && slices.Equal(d.Steps, e.Steps)
}

// Show narrows a catalogue.
type Show string

const (
	ShowAll    Show = ""
	ShowOpen   Show = "open"
	ShowNoBids Show = "no-bids" // open or upcoming, without a bid
	ShowClosed Show = "closed"
	ShowSold   Show = "sold"
	ShowPassed Show = "passed"
	ShowOut    Show = "withdrawn"
	ShowBought Show = "bought" // sold, after the sale too
	ShowUnsold Show = "unsold" // passed, and not sold after the sale either
	ShowMine   Show = "mine"   // lots the paddle has bid on
	// ShowWatched is what a person keeps an eye on.
	ShowWatched Show = "watched"

	// What the control page lists, of open lots alone.
	ShowUnbid Show = "unbid" // no bid yet
	ShowUnder Show = "under" // bid on, and under the reserve; for staff
	ShowHeld  Show = "held"  // waiting for the organiser after an outage
)

// Order sorts a catalogue.
type Order string

const (
	ByNumber  Order = ""        // "2" before "12" before "12A"
	ByClosing Order = "closing" // open lots first, the next to close on top
	ByBids    Order = "bids"    // fewest first
	ByPrice   Order = "price"   // lowest first
	ByHighest Order = "highest" // dearest first; of lots that are over, what they were sold for
)

// Query asks for a part of a sale's catalogue.
type Query struct {
	Words    string // every word must occur in number, title, subtitle, description, category or consignor
	Show     Show
	Category string
	Order    Order
	Paddle   Paddle  // for ShowMine
	User     int64   // for ShowWatched
	Lots     []int64 // only these, by id; nil = whichever
	Limit    int     // 0 = all
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

// MostPace is how many of the newest bids are looked at to tell how fast they
// come: each of them is read, once a second.
const MostPace = 4_000

// Total is all that a sale has raised: under the hammer, after the sale, and
// given.
func (c Counts) Total() Money { return c.Raised + c.AfterRaised + c.Given }
