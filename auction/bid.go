package auction

import "time"

// Kind says how the amount of a bid is meant.
type Kind string

const (
	Maximum Kind = "max"   // bid for me up to the amount
	Exact   Kind = "exact" // bid just this (rules §2.7)
	BuyNow  Kind = "buy"   // take the lot at its buy-now price (rules §6)
)

// Bidder is what the rules need to know of whoever bids (rules §10).
type Bidder struct {
	Paddle    Paddle
	Own       bool  // the lot's consignor, or staff that may see its reserve
	Blocked   bool  // the organiser has shut them out of the bidding
	Limit     Money // spending limit in this sale, 0 = none
	Committed Money // maxima where they lead plus what they won, this lot left out
}

// Bid is one submission.
type Bid struct {
	By     Bidder
	Amount Money // 0 or less is refused as BadAmount
	Kind   Kind
	Key    string   // made by the client, one for each submission (rules §9)
	Nonce  [16]byte // random, secret until the lot is over: salts the seal

	// Without is why the desk takes the bid this once without the rule, in
	// words; "" = by all the rules. It lets in a bid below the ask that is
	// above the price, and one over the bidder's limit, and nothing else.
	Without string
}

// Outcome of a bid.
type Outcome string

const (
	Leading Outcome = "leading"
	Outbid  Outcome = "outbid"  // taken, but another maximum stands above
	Raised  Outcome = "raised"  // own maximum raised
	Refused Outcome = "refused" // not taken, for a Reason
)

// Reason for a refusal.
type Reason string

const (
	BelowAsk      Reason = "below_ask"
	BelowOwnMax   Reason = "below_own_max"
	NotOpen       Reason = "not_open"
	Closed        Reason = "closed"
	Paused        Reason = "paused"
	OwnLot        Reason = "own_lot"
	Blocked       Reason = "blocked"
	OverLimit     Reason = "over_limit"
	BuyNowInstead Reason = "buy_now_instead"
	BadAmount     Reason = "bad_amount"
	KeyReused     Reason = "key_reused"
)

// Waivable reports whether the desk may take a bid that was refused for a
// reason all the same, this once: what protects the house or its order may
// give way, never the clock, the lot's owner, or an amount that makes no sense.
func (r Reason) Waivable() bool { return r == BelowAsk || r == OverLimit }

// Refusal is the error of a bid that the rules do not take.
type Refusal struct {
	Reason Reason
	Ask    Money     // for BelowAsk: what would be taken
	OwnMax Money     // for BelowOwnMax: the bidder's own standing maximum
	BuyNow Money     // for BuyNowInstead
	Limit  Money     // for OverLimit
	Close  time.Time // for Closed and NotOpen: the instant that was missed, or is to come
	At     time.Time // the moment the bid was judged at
}

func (r *Refusal) Error() string { return "bid refused: " + string(r.Reason) }

// Submission tells one bid from all others.
type Submission struct {
	Lot    int64
	Paddle Paddle
	Key    string
}

// Answer is what a bidder is told, the state by which the bid was judged
// included. It is kept with the bid's key, so that the same submission hears
// the same answer again. It tells nothing that its bidder may not know.
type Answer struct {
	Outcome    Outcome
	Reason     Reason `json:",omitempty"` // when refused
	Lot        int64
	Key        string
	Amount     Money // as submitted
	Seq        int64
	At         time.Time
	Price      Money
	Ask        Money
	Lead       Paddle
	ClosesAt   time.Time
	ReserveMet *bool
	OwnMax     Money     // for BelowOwnMax
	BuyNow     Money     // for BuyNowInstead
	Limit      Money     // for OverLimit
	Missed     time.Time // for Closed and NotOpen: the close, or the opening to come
}

// Standing is where one paddle stands on one lot, for that paddle alone.
type Standing struct {
	Paddle Paddle
	Lot    int64
	Seq    int64 // of the lot, when it stood so
	Leads  bool
	Max    Money // the paddle's highest maximum on the lot
	Won    bool
	Over   bool // the lot is over
}

// kind reads a bid that says nothing as a maximum, the usual way to bid.
func (b Bid) kind() Kind {
	if b.Kind == "" {
		return Maximum
	}
	return b.Kind
}

func (k Kind) known() bool { return k == Maximum || k == Exact || k == BuyNow }
