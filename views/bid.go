package views

import (
	"time"

	"outcry/auction"
)

// Trouble is why a submission never came before the rules.
type Trouble string

const (
	NoTrouble          Trouble = ""
	TroubleSignIn      Trouble = "sign-in"     // 401
	TroubleRegister    Trouble = "register"    // 403: no paddle in this sale
	TroubleApproval    Trouble = "approval"    // 403: paddle not approved yet
	TroubleUnavailable Trouble = "unavailable" // 503: not accepted, nothing happened
	TroubleTooFast     Trouble = "too-fast"    // 429
	TroubleFar         Trouble = "far"         // 409: far above the ask, and to be said once more
	TroubleBroken      Trouble = "broken"      // the form was not one of ours
)

// BidAnswerView is the answer to a submitted bid, for its bidder alone. With
// Panel and Standing it also brings the page up to date.
type BidAnswerView struct {
	LotID    int64
	Number   string // lot number
	Sale     string // the sale's slug
	Currency auction.Currency
	Zone     string // IANA name
	Trouble  Trouble
	Answer   auction.Answer // when there is no Trouble
	Amount   string         // as typed, for Trouble
	Wait     time.Duration  // for TroubleTooFast and TroubleUnavailable, 0 = not said
	Kind     auction.Kind   // for TroubleFar: what is sent again
	Key      string         // the same: under the same key
	TakeBack bool           // the bid can still be taken back
	Panel    *LotFrameView  // the lot as it stands now, nil = not sent along
	Standing *StandingView  // the bidder's standing now, nil = not sent along
}
