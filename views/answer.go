package views

import (
	"net/url"
	"time"

	"outcry/auction"
)

// What an answer says stays true when the next bid comes: it tells what was,
// at its moment. What cannot, the new ask and the way back, is marked "again"
// and taken away by script once the lot has moved on.

// answerState is the answer's colour and mark.
func answerState(v BidAnswerView) string {
	switch {
	case v.Trouble == TroubleFar:
		return "info"
	case v.Trouble != NoTrouble:
		return "refused"
	case v.Answer.Outcome == auction.Leading, v.Answer.Outcome == auction.Raised:
		return "lead"
	case v.Answer.Outcome == auction.Outbid:
		return "out"
	}
	return "refused"
}

// answerOutcome is the outcome for scripts: the rules' own word, or the trouble.
func answerOutcome(v BidAnswerView) string {
	if v.Trouble != NoTrouble {
		return string(v.Trouble)
	}
	return string(v.Answer.Outcome)
}

// typed is the bid's amount as its bidder wrote it, or as it was read.
func (v BidAnswerView) typed() string {
	if v.Trouble != NoTrouble || v.Answer.Amount <= 0 {
		if v.Amount == "" {
			return "The bid was"
		}
		return prefix(v.Currency) + v.Amount
	}
	return Amount(v.Answer.Amount, v.Currency)
}

func answerHead(v BidAnswerView) string {
	switch v.Trouble {
	case TroubleSignIn:
		return "Sign in to bid."
	case TroubleRegister:
		return "You need a paddle for this sale."
	case TroubleApproval:
		return "Your paddle is not approved yet."
	case TroubleFar:
		return "Bid " + Amount(v.Answer.Amount, v.Currency) + "?"
	}
	switch {
	case v.Trouble != NoTrouble || v.Answer.Outcome == auction.Refused:
		return v.typed() + " not accepted."
	case v.Answer.Outcome == auction.Raised:
		return "Maximum raised."
	case v.Answer.Outcome == auction.Outbid:
		return "Outbid at once."
	}
	return "Bid taken."
}

func answerText(v BidAnswerView) string {
	switch v.Trouble {
	case TroubleSignIn:
		return "Nothing was bid. Sign in, and you come back to this lot."
	case TroubleRegister:
		return "Nothing was bid. Getting one takes a moment, and you come back to this lot."
	case TroubleApproval:
		return "Nothing was bid. The organiser has to approve it first; ask at the desk if it takes long."
	case TroubleFar:
		return "That is far above the next bid, " + Amount(v.Answer.Ask, v.Currency) + ". Nothing is bid yet."
	case TroubleUnavailable:
		return "Nothing happened: the house could not write it down. " + tryAgain(v.Wait)
	case TroubleTooFast:
		return "Too many bids in a short time. " + tryAgain(v.Wait)
	case TroubleBroken:
		return "The form did not arrive whole. Reload the page and try again."
	}
	c := v.Currency
	switch v.Answer.Outcome {
	case auction.Leading:
		if v.Answer.Price < v.Answer.Amount { // a maximum, with room above the price
			return "We bid for you up to " + Amount(v.Answer.Amount, c) + ". It led at " + AtTime(v.Answer.At, v.Zone) + ", at " + Amount(v.Answer.Price, c) + "."
		}
		return Amount(v.Answer.Amount, c) + " at " + AtTime(v.Answer.At, v.Zone) + ", and it led then."
	case auction.Raised:
		return "We bid for you up to " + Amount(v.Answer.Amount, c) + "."
	case auction.Outbid:
		return "Your " + Amount(v.Answer.Amount, c) + " was taken, but an earlier maximum stood at or above it."
	}
	return refusal(v)
}

// refusal is why, and what would be taken.
func refusal(v BidAnswerView) string {
	a, c := v.Answer, v.Currency
	switch a.Reason {
	case auction.BelowAsk:
		return "The next bid is " + Amount(a.Ask, c) + "."
	case auction.BelowOwnMax:
		return "Your own maximum stands at " + Amount(a.OwnMax, c) + ". It can be raised, never lowered."
	case auction.NotOpen:
		return "The lot opens on " + DayTime(a.Missed, v.Zone) + "."
	case auction.Closed:
		return "It came at " + exact(a.At, v.Zone) + "; the lot had closed at " + exact(a.Missed, v.Zone) + "."
	case auction.Paused:
		return "The sale is paused. Bid again when it goes on."
	case auction.OwnLot:
		return "You may not bid on this lot: it is yours, or you can see its reserve."
	case auction.Blocked:
		return "The organiser does not take bids from your paddle at the moment. Speak to the desk."
	case auction.OverLimit:
		return "It would take you over your limit of " + Amount(a.Limit, c) + " in this sale. The desk can raise it."
	case auction.BuyNowInstead:
		return "For " + Amount(a.BuyNow, c) + " you can buy it now, and pay no more."
	case auction.BadAmount:
		return "Write an amount in figures, such as " + Plain(max(a.Ask, 100), c) + "."
	case auction.KeyReused:
		return "This form has sent another bid before. Reload the page and bid again."
	}
	return "Reload the page to see how the lot stands."
}

// answerAgain is the amount to offer on a button: the new ask after a bid
// below it, or after being outbid at once; 0 = none.
func answerAgain(v BidAnswerView) auction.Money {
	if v.Trouble != NoTrouble {
		return 0
	}
	if v.Answer.Outcome == auction.Outbid || v.Answer.Reason == auction.BelowAsk {
		return v.Answer.Ask
	}
	return 0
}

// formID is the form of the page that a bid came from.
func (v BidAnswerView) formID() string {
	if v.Kind == auction.Maximum {
		return maxFormID(v.LotID)
	}
	return bidFormID(v.LotID)
}

// exact writes a moment to the millisecond, for those who were late.
func exact(t time.Time, zoneName string) string {
	return t.In(zone(zoneName)).Format("15:04:05.000")
}

func tryAgain(wait time.Duration) string {
	if wait <= 0 {
		return "Try again: the same bid is never taken twice."
	}
	return "Try again in " + Span(wait.Round(time.Second)) + ": the same bid is never taken twice."
}

// backTo is the lot's page with the amount kept, to come back to.
func backTo(v BidAnswerView) string {
	back := "/lots/" + itoa64(v.LotID)
	if v.Amount != "" {
		back += "?amount=" + url.QueryEscape(v.Amount)
	}
	return back
}
