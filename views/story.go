package views

import (
	"context"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// stepSentence says what a step of a lot's story did, and why.
func stepSentence(ctx context.Context, s auction.Step, c auction.Currency, zoneName string) string {
	switch s.Kind {
	case auction.LotOpened:
		return lang.T(ctx, "Bidding opens.")
	case auction.BidTaken:
		return bidSentence(ctx, s, c)
	case auction.BidVoided:
		return voidSentence(ctx, s, c)
	case auction.LotSold:
		return lang.T(ctx, "Sold to %s for %s.", string(s.Lead), Money(ctx, s.Price, c))
	case auction.LotPassed:
		if s.Lead == "" {
			return lang.T(ctx, "Passed: there were no bids.")
		}
		return lang.T(ctx, "Passed: the best bid, %s by %s, is below the reserve.", Money(ctx, s.Price, c), string(s.Lead))
	case auction.LotWithdrawn:
		return because(lang.T(ctx, "Withdrawn by the organiser"), s.Reason)
	}
	return clockSentence(ctx, s, zoneName)
}

func bidSentence(ctx context.Context, s auction.Step, c auction.Currency) string {
	who, lead, at := string(s.Paddle), string(s.Lead), Money(ctx, s.Price, c)
	var said string
	switch {
	case s.Tie:
		said = lang.T(ctx, "%[1]s bids %[2]s. %[3]s’s automatic bid met it; the earlier maximum leads.", who, Money(ctx, s.Amount, c), lead)
	case s.Automatic:
		said = lang.T(ctx, "%[1]s bids %[2]s and is outbid at once: %[3]s’s automatic bid answers with %[4]s.", who, Money(ctx, s.Amount, c), lead, at)
	case s.LedBefore == "":
		said = lang.T(ctx, "%s bids first and leads at %s.", who, at)
	case s.LedBefore == s.Lead:
		said = lang.T(ctx, "%s raises their own maximum; as the reserve is not met, the price follows to %s.", who, at)
	default:
		said = lang.T(ctx, "%[1]s bids more than %[2]s had authorised, and leads at %[3]s.", who, string(s.LedBefore), at)
	}
	if s.Reason != "" {
		said += " " + because(lang.T(ctx, "The desk took it below the ask"), s.Reason)
	}
	if s.Struck != "" {
		said += " " + lang.T(ctx, "Struck out since.")
	}
	return said
}

func voidSentence(ctx context.Context, s auction.Step, c auction.Currency) string {
	said := because(lang.T(ctx, "%s’s bid is struck out", string(s.Paddle)), reasonWords(ctx, s.Reason))
	if s.Lead == "" {
		return said + " " + lang.T(ctx, "No bid stands.")
	}
	return said + " " + lang.T(ctx, "By the bids that stand, %s leads at %s.", string(s.Lead), Money(ctx, s.Price, c))
}

// clockSentence is for what moves or stops the clock.
func clockSentence(ctx context.Context, s auction.Step, zoneName string) string {
	from, to := closeTime(ctx, s.CloseBefore, s.At, zoneName), closeTime(ctx, s.ClosesAt, s.At, zoneName)
	switch s.Kind {
	case auction.LotExtended:
		if s.Ref == 0 {
			return lang.T(ctx, "A late bid on a lot of the same group: the close moves from %s to %s.", from, to)
		}
		return lang.T(ctx, "That bid came late: the close moves from %s to %s.", from, to)
	case auction.LotRescheduled:
		return because(lang.T(ctx, "By the organiser, the close moves from %s to %s", from, to), s.Reason)
	case auction.SalePaused:
		return because(lang.T(ctx, "The clock stops"), s.Reason)
	case auction.SaleResumed:
		return lang.T(ctx, "The clock runs again; the lot closes at %s.", to)
	case auction.SaleOutage:
		if s.Held {
			return lang.T(ctx, "No bid could be taken from %s on, past the close: the lot waits for the organiser.", AtTime(s.From, zoneName))
		}
		return lang.T(ctx, "No bid could be taken from %s on: the close moves from %s to %s.", AtTime(s.From, zoneName), from, to)
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
func closeTime(ctx context.Context, t, step time.Time, zoneName string) string {
	if Day(t, zoneName) == Day(step, zoneName) {
		return AtTime(t, zoneName)
	}
	return lang.T(ctx, "%s on %s", AtTime(t, zoneName), Date(ctx, t, zoneName))
}
