package views

import (
	"context"
	"errors"
	"net/url"
	"time"

	"outcry/auction"
	"outcry/views/lang"
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

// typed is the bid's amount as its bidder wrote it, or as it was read; "" when
// nothing was written.
func (v BidAnswerView) typed(ctx context.Context) string {
	if v.Trouble == NoTrouble && v.Answer.Amount > 0 {
		return Money(ctx, v.Answer.Amount, v.Currency)
	}
	if v.Amount == "" {
		return ""
	}
	before, after := lang.Of(ctx).Sign(sign(v.Currency))
	return before + v.Amount + after
}

func answerHead(ctx context.Context, v BidAnswerView) string {
	switch v.Trouble {
	case TroubleSignIn:
		return lang.T(ctx, "Sign in to bid.")
	case TroubleRegister:
		return lang.T(ctx, "You need a paddle for this sale.")
	case TroubleApproval:
		return lang.T(ctx, "Your paddle is not approved yet.")
	case TroubleFar:
		return lang.T(ctx, "Bid %s?", Money(ctx, v.Answer.Amount, v.Currency))
	}
	switch {
	case v.Trouble != NoTrouble || v.Answer.Outcome == auction.Refused:
		if typed := v.typed(ctx); typed != "" {
			return lang.T(ctx, "%s not accepted.", typed)
		}
		return lang.T(ctx, "The bid was not accepted.")
	case v.Answer.Outcome == auction.Raised:
		return lang.T(ctx, "Maximum raised.")
	case v.Answer.Outcome == auction.Outbid:
		return lang.T(ctx, "Outbid at once.")
	}
	return lang.T(ctx, "Bid taken.")
}

func answerText(ctx context.Context, v BidAnswerView) string {
	switch v.Trouble {
	case TroubleSignIn:
		return lang.T(ctx, "Nothing was bid. Sign in, and you come back to this lot.")
	case TroubleRegister:
		return lang.T(ctx, "Nothing was bid. Getting one takes a moment, and you come back to this lot.")
	case TroubleApproval:
		return lang.T(ctx, "Nothing was bid. The organiser has to approve it first; ask at the desk if it takes long.")
	case TroubleFar:
		return lang.T(ctx, "That is far above the next bid, %s. Nothing is bid yet.", Money(ctx, v.Answer.Ask, v.Currency))
	case TroubleUnavailable:
		return lang.T(ctx, "Nothing happened: the house could not write it down.") + " " + tryAgain(ctx, v.Wait)
	case TroubleTooFast:
		return lang.T(ctx, "Too many bids in a short time.") + " " + tryAgain(ctx, v.Wait)
	case TroubleBroken:
		return lang.T(ctx, "The form did not arrive whole. Reload the page and try again.")
	}
	amount := Money(ctx, v.Answer.Amount, v.Currency)
	switch v.Answer.Outcome {
	case auction.Leading:
		at := AtTime(v.Answer.At, v.Zone)
		if v.Answer.Price < v.Answer.Amount { // a maximum, with room above the price
			return lang.T(ctx, "We bid for you up to %s. It led at %s, at %s.", amount, at, Money(ctx, v.Answer.Price, v.Currency))
		}
		return lang.T(ctx, "%s at %s, and it led then.", amount, at)
	case auction.Raised:
		return lang.T(ctx, "We bid for you up to %s.", amount)
	case auction.Outbid:
		return lang.T(ctx, "Your %s was taken, but an earlier maximum stood at or above it.", amount)
	}
	return refusal(ctx, v)
}

// refusal is why, and what would be taken.
func refusal(ctx context.Context, v BidAnswerView) string {
	a, c := v.Answer, v.Currency
	switch a.Reason {
	case auction.BelowAsk:
		return lang.T(ctx, "The next bid is %s.", Money(ctx, a.Ask, c))
	case auction.BelowOwnMax:
		return lang.T(ctx, "Your own maximum stands at %s. It can be raised, never lowered.", Money(ctx, a.OwnMax, c))
	case auction.NotOpen:
		return lang.T(ctx, "The lot opens on %s.", DateTime(ctx, a.Missed, v.Zone))
	case auction.Closed:
		return lang.T(ctx, "It came at %s; the lot had closed at %s.", exact(a.At, v.Zone), exact(a.Missed, v.Zone))
	case auction.Paused:
		return lang.T(ctx, "The sale is paused. Bid again when it goes on.")
	case auction.OwnLot:
		return lang.T(ctx, "You may not bid on this lot: it is yours, or you can see its reserve.")
	case auction.Blocked:
		return lang.T(ctx, "The organiser does not take bids from your paddle at the moment. Speak to the desk.")
	case auction.OverLimit:
		return lang.T(ctx, "It would take you over your limit of %s in this sale. The desk can raise it.", Money(ctx, a.Limit, c))
	case auction.BuyNowInstead:
		return lang.T(ctx, "For %s you can buy it now, and pay no more.", Money(ctx, a.BuyNow, c))
	case auction.BadAmount:
		if _, err := auction.ParseMoney(v.Amount, c); v.Amount != "" {
			if two, ok := errors.AsType[*auction.MoneyError](err); ok && two.Two[0] != "" {
				return lang.T(ctx, "It can be read in two ways. Write %s or %s, whichever you mean.", two.Two[0], two.Two[1])
			}
		}
		return lang.T(ctx, "Write an amount in figures, such as %s.", Plain(max(a.Ask, 100), c))
	case auction.KeyReused:
		return lang.T(ctx, "This form has sent another bid before. Reload the page and bid again.")
	}
	return lang.T(ctx, "Reload the page to see how the lot stands.")
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

func tryAgain(ctx context.Context, wait time.Duration) string {
	if wait <= 0 {
		return lang.T(ctx, "Try again: the same bid is never taken twice.")
	}
	return lang.T(ctx, "Try again in %s: the same bid is never taken twice.", Lasting(ctx, wait.Round(time.Second)))
}

// backTo is the lot's page with the amount kept, to come back to.
func backTo(v BidAnswerView) string {
	back := "/lots/" + itoa64(v.LotID)
	if v.Amount != "" {
		back += "?amount=" + url.QueryEscape(v.Amount)
	}
	return back
}
