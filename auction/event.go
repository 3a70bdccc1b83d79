package auction

import (
	"encoding/hex"
	"fmt"
	"time"
)

// Hash is a SHA-256 sum. In JSON and in files it is written in hex.
type Hash [32]byte

// EventKind says what happened, in the past tense.
type EventKind string

const (
	LotOpened   EventKind = "lot.opened"
	BidTaken    EventKind = "bid.taken"
	BidVoided   EventKind = "bid.voided"
	LotExtended EventKind = "lot.extended"
	// LotRescheduled says that the organiser moved the close, later or earlier.
	LotRescheduled EventKind = "lot.rescheduled"
	LotSold        EventKind = "lot.sold"
	LotPassed      EventKind = "lot.passed"
	LotWithdrawn   EventKind = "lot.withdrawn"
	SalePaused     EventKind = "sale.paused"
	SaleResumed    EventKind = "sale.resumed"
	SaleOutage     EventKind = "sale.outage"
)

// Event is one line of a lot's public log. It has no field for a maximum or a
// reserve. One submission that makes an automatic counter-bid is one event:
// Amount is the newcomer's, Price and Lead the answer's.
//
// A bidder who raises their own maximum makes a BidTaken whose Amount and
// Price are the unmoved price; the history leaves it out.
type Event struct {
	Seq       int64
	At        time.Time
	Kind      EventKind
	Paddle    Paddle // who bid; the buyer of a sold lot
	Amount    Money  // what the public history shows, never a maximum that still stands
	Automatic bool   // an automatic bid of the leader answered
	Price     Money
	Lead      Paddle
	ClosesAt  time.Time
	Ref       int64     // BidVoided: the seq that was struck out; LotExtended: the bid's seq in this lot, 0 for a bid in its group
	Reason    string    // BidVoided, LotWithdrawn, LotRescheduled …: in words; BidTaken: why it was taken below the ask
	From      time.Time // SaleOutage: the outage began
	Held      bool      // SaleOutage: the lot waits for the organiser
	Seal      Hash      // BidTaken: covers the bid's hidden part; LotOpened: the terms. Salted, so that it cannot be guessed from
	Hash      Hash
	Prev      Hash
}

// Record is one event as the house keeps it: with what is hidden behind its
// seal. Records stay in the house.
type Record struct {
	Event
	Bid   *Bid     // BidTaken only
	Terms *Terms   // LotOpened only
	Nonce [16]byte // LotOpened only: salts the seal of the terms
}

// String is the hash in hex, as sha256sum prints it.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hash in hex.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != 2*len(h) {
		return fmt.Errorf("hash: want %d hex digits, got %d bytes", 2*len(h), len(text))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash: %w", err)
	}
	return nil
}
