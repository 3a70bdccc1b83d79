package views

import (
	"strings"
	"time"

	"outcry/auction"
)

// stepSentence says what a step of a lot's story did, and why.
func stepSentence(s auction.Step, c auction.Currency, zoneName string) string {
	switch s.Kind {
	case auction.LotOpened:
		return "Bidding opens."
	case auction.BidTaken:
		return bidSentence(s, c)
	case auction.BidVoided:
		return voidSentence(s, c)
	case auction.LotSold:
		return "Sold to " + string(s.Lead) + " for " + Amount(s.Price, c) + "."
	case auction.LotPassed:
		if s.Lead == "" {
			return "Passed: there were no bids."
		}
		return "Passed: the best bid, " + Amount(s.Price, c) + " by " + string(s.Lead) + ", is below the reserve."
	case auction.LotWithdrawn:
		return because("Withdrawn by the organiser", s.Reason)
	}
	return clockSentence(s, zoneName)
}

func bidSentence(s auction.Step, c auction.Currency) string {
	who, lead, at := string(s.Paddle), string(s.Lead), Amount(s.Price, c)
	var said string
	switch {
	case s.Tie:
		said = who + " bids " + Amount(s.Amount, c) + ". " + lead + "’s automatic bid met it; the earlier maximum leads."
	case s.Automatic:
		said = who + " bids " + Amount(s.Amount, c) + " and is outbid at once: " + lead + "’s automatic bid answers with " + at + "."
	case s.LedBefore == "":
		said = who + " bids first and leads at " + at + "."
	case s.LedBefore == s.Lead:
		said = who + " raises their own maximum; as the reserve is not met, the price follows to " + at + "."
	default:
		said = who + " bids more than " + string(s.LedBefore) + " had authorised, and leads at " + at + "."
	}
	if s.Reason != "" {
		said += " " + because("The desk took it below the ask", s.Reason)
	}
	if s.Struck != "" {
		said += " Struck out since."
	}
	return said
}

func voidSentence(s auction.Step, c auction.Currency) string {
	said := because(string(s.Paddle)+"’s bid is struck out", s.Reason)
	if s.Lead == "" {
		return said + " No bid stands."
	}
	return said + " By the bids that stand, " + string(s.Lead) + " leads at " + Amount(s.Price, c) + "."
}

// clockSentence is for what moves or stops the clock.
func clockSentence(s auction.Step, zoneName string) string {
	to := closeTime(s.ClosesAt, s.At, zoneName)
	moves := "the close moves from " + closeTime(s.CloseBefore, s.At, zoneName) + " to " + to
	switch s.Kind {
	case auction.LotExtended:
		if s.Ref == 0 {
			return "A late bid on a lot of the same group: " + moves + "."
		}
		return "That bid came late: " + moves + "."
	case auction.LotRescheduled:
		return because("By the organiser, "+moves, s.Reason)
	case auction.SalePaused:
		return because("The clock stops", s.Reason)
	case auction.SaleResumed:
		return "The clock runs again; the lot closes at " + to + "."
	case auction.SaleOutage:
		since := "No bid could be taken from " + AtTime(s.From, zoneName) + " on"
		if s.Held {
			return since + ", past the close: the lot waits for the organiser."
		}
		return since + ": " + moves + "."
	}
	return string(s.Kind)
}

// because adds a reason that somebody typed.
func because(said, reason string) string {
	if reason == "" {
		return said + "."
	}
	return said + ": " + strings.TrimRight(reason, ". ") + "."
}

// closeTime is a close to the second, with its day when that is another than
// the day of the step.
func closeTime(t, step time.Time, zoneName string) string {
	if Day(t, zoneName) == Day(step, zoneName) {
		return AtTime(t, zoneName)
	}
	return AtTime(t, zoneName) + " on " + Day(t, zoneName)
}
