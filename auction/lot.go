package auction

import "time"

// Paddle is the number that somebody bids under in one sale, the public
// identity of a bid. "" is nobody.
type Paddle string

// State of a lot. It moves upcoming → open → sold | passed | withdrawn and
// never back.
type State string

const (
	Upcoming  State = "upcoming"
	Open      State = "open"
	Sold      State = "sold"
	Passed    State = "passed"
	Withdrawn State = "withdrawn"
)

// Over reports whether the lot has reached one of its three ends.
func (s State) Over() bool { return s == Sold || s == Passed || s == Withdrawn }

// SoftClose says how a late bid moves the close (rules §4). The zero value is
// a hard close.
type SoftClose struct {
	Window    time.Duration // a bid inside the last Window before the close moves it
	Extension time.Duration // to at least this long after the bid
	Latest    time.Time     // never past this instant; zero = no latest
}

// Terms are what a lot is offered under. They are frozen when it opens, and
// confidential as a whole because the reserve is among them.
type Terms struct {
	Opening   Money
	Reserve   Money // 0 = none
	BuyNow    Money // 0 = not offered
	Steps     Table
	SoftClose SoftClose
	Group     string // lots of a sale with the same group extend together; "" = none
}

// Lot is the whole state of a lot between two events, the leader's hidden
// maximum included: it never leaves the saleroom. What others may see is
// Public.
type Lot struct {
	ID       int64
	SaleID   int64
	State    State
	Seq      int64     // of its last event, 0 before the first
	At       time.Time // of its last event; events of a lot never go back in time
	Hash     Hash      // of its last event
	OpensAt  time.Time
	ClosesAt time.Time

	Price      Money  // what the leader would pay now; 0 while nobody leads
	Lead       Paddle // "" while nobody leads
	Max        Money  // the leader's maximum
	MaxAt      time.Time
	Bids       int       // standing bids, raises of one's own maximum not counted
	Extended   int       // how often the close was moved by a bid
	ExtendedAt time.Time // the bid that moved it last
	Hammer     Money     // once sold
	PausedAt   time.Time // zero while its clock runs
	Held       bool      // overdue by an outage: waits for the organiser (rules §8)
}

// Public is a lot as everybody may see it. It has no field for a maximum or a
// reserve, so that no page, frame, event or log line made from it can tell one.
type Public struct {
	ID         int64
	State      State
	Seq        int64
	Opening    Money
	Price      Money    // 0 while there is no bid
	Ask        Money    // the least that the next bid must reach
	Next       [2]Money // the two asks after Ask, for one-tap bids
	Bids       int
	Lead       Paddle
	ReserveMet *bool // nil when there is no reserve
	OpensAt    time.Time
	ClosesAt   time.Time
	Window     time.Duration // of the soft close
	Extension  time.Duration
	Extended   int
	ExtendedAt time.Time
	BuyNow     Money // 0 when not, or no longer, offered
	Hammer     Money // once sold
	PausedAt   time.Time
	Held       bool
	EndedAt    time.Time // of its last event, once it is over
}
