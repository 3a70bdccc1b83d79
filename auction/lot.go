package auction

import (
	"fmt"
	"time"
)

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

	// LatestShift is how far pauses and outages have moved the lot's
	// schedule: its latest close is Terms.SoftClose.Latest plus this.
	LatestShift time.Duration
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

// FarAbove reports whether a bid is so far above the ask that whoever makes it
// is asked once more, for a digit too many: more than ten steps, and more than
// double.
func (p Public) FarAbove(bid Money) bool {
	return bid > 2*p.Ask && bid > p.Ask+10*(p.Next[0]-p.Ask)
}

// millis cuts a moment to whole milliseconds UTC, the grain of every event.
// The zero time stays zero.
func millis(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return time.UnixMilli(t.UnixMilli()).UTC()
}

// later is the later of two moments.
func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// moment is when something decided now happens to the lot: events of a lot
// never go back in time, whatever the clock does (rules §5).
func (l Lot) moment(now time.Time) time.Time { return later(millis(now), millis(l.At)) }

// stopped reports whether the lot's clock stands still.
func (l Lot) stopped() bool { return l.Held || !l.PausedAt.IsZero() }

// pastClose reports whether an open lot's time is over, so that it waits for
// nothing but its knock-down. at = close is late (rules §5).
func (l Lot) pastClose(at time.Time) bool {
	return l.State == Open && !l.stopped() && !at.Before(l.ClosesAt)
}

// log gives the lot's next event what every event has, the chained hash
// included, and moves the lot on to it.
func (l Lot) log(at time.Time, e Event) (Lot, Event) {
	e.Seq = l.Seq + 1
	e.At = at
	e.Price = l.Price
	e.Lead = l.Lead
	e.ClosesAt = millis(l.ClosesAt)
	e.Prev = l.Hash
	e.Hash = e.sum()
	l.Seq, l.At, l.Hash = e.Seq, e.At, e.Hash
	return l, e
}

// log1 is log for the many acts that make one event.
func (l Lot) log1(at time.Time, e Event) (Lot, []Event) {
	l, e = l.log(at, e)
	return l, []Event{e}
}

// Ask is the least that the next bid must reach, in minor units: the opening
// price while nobody leads, else price and step (rules §1).
func (l Lot) Ask(t Terms) Money {
	if l.Lead == "" {
		return t.first()
	}
	return l.Price + t.Steps.Step(l.Price)
}

// offersBuyNow reports whether the lot can be taken at its buy-now price: until
// the first bid or, where there is a reserve, until that is met (rules §6).
// A price that the bidding has come up to is not offered any more.
func (l Lot) offersBuyNow(t Terms) bool {
	if l.State.Over() || t.BuyNow == 0 || t.BuyNow < t.Reserve || t.BuyNow < l.Ask(t) {
		return false
	}
	return l.Lead == "" || l.Price < t.Reserve
}

// reserveMet is nil when there is no reserve.
func (l Lot) reserveMet(t Terms) *bool {
	if t.Reserve == 0 {
		return nil
	}
	met := l.sells(t)
	return &met
}

// sells reports whether the lot would be sold if it closed as it stands.
func (l Lot) sells(t Terms) bool { return l.Lead != "" && l.Price >= t.Reserve }

// first is the opening price. Terms that Check refuses open at one unit, so
// that whoever leads does so at a price.
func (t Terms) first() Money { return max(t.Opening, 1) }

// Check says what is wrong with terms before a lot is offered under them, nil
// when nothing is.
func (t Terms) Check() error {
	s := t.SoftClose
	switch {
	case t.Opening < 1 || t.Opening > MaxMoney:
		return fmt.Errorf("terms: the opening price must be between 1 and %d minor units, not %d", MaxMoney, t.Opening)
	case t.Reserve < 0 || t.Reserve > MaxMoney:
		return fmt.Errorf("terms: the reserve must be between 0 and %d minor units, not %d", MaxMoney, t.Reserve)
	case t.BuyNow < 0 || t.BuyNow > MaxMoney:
		return fmt.Errorf("terms: the buy-now price must be between 0 and %d minor units, not %d", MaxMoney, t.BuyNow)
	case t.BuyNow != 0 && t.BuyNow < max(t.Opening, t.Reserve):
		return fmt.Errorf("terms: the buy-now price %d must not be below the opening price or the reserve", t.BuyNow)
	case s.Window < 0 || s.Extension < 0:
		return fmt.Errorf("terms: the soft close has a negative window (%s) or extension (%s)", s.Window, s.Extension)
	case s.Window > 0 && s.Extension == 0:
		return fmt.Errorf("terms: the soft close has a window of %s and no extension", s.Window)
	}
	return t.Steps.Check()
}

// Public is the lot as everybody may see it.
func (l Lot) Public(t Terms) Public {
	p := Public{
		ID: l.ID, State: l.State, Seq: l.Seq,
		Opening: t.Opening, Price: l.Price, Ask: l.Ask(t), Bids: l.Bids, Lead: l.Lead,
		ReserveMet: l.reserveMet(t),
		OpensAt:    l.OpensAt, ClosesAt: l.ClosesAt,
		Window: t.SoftClose.Window, Extension: t.SoftClose.Extension,
		Extended: l.Extended, ExtendedAt: l.ExtendedAt,
		Hammer: l.Hammer, PausedAt: l.PausedAt, Held: l.Held,
	}
	p.Next[0] = p.Ask + t.Steps.Step(p.Ask)
	p.Next[1] = p.Next[0] + t.Steps.Step(p.Next[0])
	if l.offersBuyNow(t) {
		p.BuyNow = t.BuyNow
	}
	if l.State.Over() {
		p.EndedAt = l.At
	}
	return p
}

// DueAt is when the clock must act on the lot next: open it, or knock it
// down. It is zero when there is nothing to wait for: the lot is over, paused
// or held.
func (l Lot) DueAt() time.Time {
	switch {
	case l.State == Upcoming:
		return l.OpensAt
	case l.State == Open && !l.stopped():
		return l.ClosesAt
	}
	return time.Time{}
}

// Open opens an upcoming lot and freezes its terms behind a seal that nonce
// salts. On any other lot it does nothing.
func (l Lot) Open(t Terms, now time.Time, nonce [16]byte) (Lot, []Event) {
	if l.State != Upcoming {
		return l, nil
	}
	at := l.moment(now)
	l.State = Open
	l.ClosesAt = millis(l.ClosesAt)
	return l.log1(at, Event{Kind: LotOpened, Seal: t.Seal(nonce)})
}

// KnockDown ends an open lot whose close has come: sold when somebody leads
// and the price has reached the reserve, else passed (rules §3). A lot that is
// not due, or whose clock stands, stays as it is.
func (l Lot) KnockDown(t Terms, now time.Time) (Lot, []Event) {
	at := l.moment(now)
	if !l.pastClose(at) {
		return l, nil
	}
	if l.sells(t) {
		return l.sell(at)
	}
	l.State = Passed
	return l.log1(at, Event{Kind: LotPassed})
}

// sell lets the hammer fall at the price, for the leader.
func (l Lot) sell(at time.Time) (Lot, []Event) {
	l.State = Sold
	l.Hammer = l.Price
	return l.log1(at, Event{Kind: LotSold, Paddle: l.Lead})
}

// Withdraw takes a lot out of the sale, before or while it is open. For one
// that is over it returns a *StateError; so it does for one whose close has
// come, which belongs to whoever leads it.
func (l Lot) Withdraw(now time.Time, reason string) (Lot, []Event, error) {
	at := l.moment(now)
	if l.State.Over() {
		return l, nil, &StateError{Act: "withdraw the lot", State: l.State}
	}
	if l.pastClose(at) {
		return l, nil, &StateError{Act: "withdraw the lot", State: l.State, Close: l.ClosesAt}
	}
	l.State = Withdrawn
	next, events := l.running().log1(at, Event{Kind: LotWithdrawn, Reason: clean(reason)})
	return next, events, nil
}
