package views

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// FrameRows is how many rows of a lot's history are live. It is what keeps a
// frame, which goes to everybody who watches the lot, within 700 bytes.
const FrameRows = 4

// The ids of a lot's parts. Handlers and scripts find them by these names.
func slipID(lot int64) string     { return "slip-" + itoa64(lot) }
func standingID(lot int64) string { return "standing-" + itoa64(lot) }
func lotID(lot int64) string      { return "lot-" + itoa64(lot) }
func bidFormID(lot int64) string  { return "bid-" + itoa64(lot) }
func maxFormID(lot int64) string  { return "max-" + itoa64(lot) }
func buyFormID(lot int64) string  { return "buy-" + itoa64(lot) }
func answerID(lot int64) string   { return "answer-" + itoa64(lot) }
func historyID(lot int64) string  { return "history-" + itoa64(lot) }
func cardID(lot int64) string     { return "card-" + itoa64(lot) }
func mineID(lot int64) string     { return "mine-" + itoa64(lot) }
func flagID(lot int64) string     { return "flag-" + itoa64(lot) }

// special marks a lot whose state alone does not say how it stands.
func special(l auction.Public) templ.Attributes {
	switch {
	case l.State != auction.Open:
	case l.Held:
		return templ.Attributes{"data-s": "held"}
	case !l.PausedAt.IsZero():
		return templ.Attributes{"data-s": "paused"}
	case l.ReserveMet != nil && !*l.ReserveMet:
		return templ.Attributes{"data-s": "resv"}
	}
	return nil
}

// stopped marks a button that takes nothing now; it stays where it is, so
// that nothing jumps when bidding goes on.
func stopped(l auction.Public) templ.Attributes {
	if l.Held || !l.PausedAt.IsZero() {
		return templ.Attributes{"aria-disabled": "true"}
	}
	return nil
}

// publicBand is the news that a lot itself has; "" while it is simply open.
func publicBand(ctx context.Context, v LotPanelView) (head, text string) {
	l := v.Lot
	switch l.State {
	case auction.Upcoming:
		in, t := lang.Of(ctx), l.OpensAt.In(zone(v.Zone))
		return lang.T(ctx, "Opens %s", in.Time(t, "Monday, 15:04")), lang.T(ctx, "%s. You can bid from then on.", in.Time(t, "2 January 2006"))
	case auction.Sold:
		return lang.T(ctx, "Sold"), lang.T(ctx, "to paddle %s, for %s.", string(l.Lead), Money(ctx, l.Hammer, v.Currency))
	case auction.Passed:
		if l.Bids == 0 {
			return lang.T(ctx, "Passed"), lang.T(ctx, "Nobody bid. Not sold.")
		}
		return lang.T(ctx, "Passed"), lang.T(ctx, "Bidding ended under the reserve. Not sold.")
	case auction.Withdrawn:
		return lang.T(ctx, "Withdrawn"), lang.T(ctx, "This lot is no longer offered.") + " " + sentence(v.Why)
	}
	switch {
	case l.Held:
		return lang.T(ctx, "Waiting for the organiser"), lang.T(ctx, "Bidding was interrupted. A new closing time will be set. Bids taken so far stand.")
	case !l.PausedAt.IsZero():
		return lang.T(ctx, "Paused"), lang.T(ctx, "By the organiser at %s.", AtTime(l.PausedAt, v.Zone)) + " " + sentence(v.Why) + lang.T(ctx, "The clock stands still; a maximum is kept.")
	case l.Bids == 0:
		return lang.T(ctx, "No bids yet"), lang.T(ctx, "Be the first, at %s.", Money(ctx, l.Ask, v.Currency))
	}
	return "", ""
}

// sentence is what somebody wrote, ended like a sentence and with a space
// behind it; "" stays "".
func sentence(text string) string {
	if text == "" {
		return ""
	}
	if !strings.HasSuffix(text, ".") && !strings.HasSuffix(text, "!") && !strings.HasSuffix(text, "?") {
		text += "."
	}
	return text + " "
}

func endedLabel(ctx context.Context, l auction.Public) string {
	if l.State == auction.Withdrawn {
		return lang.T(ctx, "Withdrawn at")
	}
	return lang.T(ctx, "Closed at")
}

// lotMoment is when a lot opens, closes or has ended, whichever its page shows.
func lotMoment(l auction.Public) time.Time {
	switch {
	case l.State == auction.Upcoming:
		return l.OpensAt
	case l.State.Over():
		return l.EndedAt
	}
	return l.ClosesAt
}

// shownPrice is the large figure: what the leader would pay, the hammer price,
// or where bidding starts.
func shownPrice(l auction.Public) auction.Money {
	switch {
	case l.State == auction.Sold:
		return l.Hammer
	case l.Bids == 0:
		return l.Opening
	}
	return l.Price
}

func priceLabel(ctx context.Context, l auction.Public) string {
	switch {
	case l.State == auction.Sold:
		return lang.T(ctx, "Hammer price")
	case l.Bids == 0 && l.State.Over():
		return lang.T(ctx, "Started at")
	case l.Bids == 0:
		return lang.T(ctx, "Starts at")
	case l.State.Over():
		return lang.T(ctx, "Highest bid")
	}
	return lang.T(ctx, "Current bid")
}

// underPrice is the line under the figure where nobody leads, or it is over.
func underPrice(ctx context.Context, v LotPanelView) string {
	if v.Lot.Bids == 0 {
		return lang.T(ctx, "no bids")
	}
	return lang.N(ctx, v.Lot.Bids, "%s bid", "%s bids")
}

// words and tag are the card's of a lot that was sold after the sale, too.
func (v CardFrameView) words(ctx context.Context) string {
	if v.After.Paddle != "" {
		return lang.T(ctx, "after the sale")
	}
	return cardWords(ctx, v.Lot)
}

func (v CardFrameView) tag(ctx context.Context) (state, word string) {
	if v.After.Paddle != "" {
		return "sold", lang.T(ctx, "Sold")
	}
	return cardTag(ctx, v.Lot)
}

func cardWords(ctx context.Context, l auction.Public) string {
	switch {
	case l.State == auction.Sold:
		return lang.T(ctx, "hammer price")
	case l.State == auction.Passed:
		return lang.T(ctx, "Not sold")
	case l.State == auction.Withdrawn:
		return lang.T(ctx, "No longer offered")
	case l.Bids == 0:
		return lang.T(ctx, "to start, no bids yet")
	}
	return lang.N(ctx, l.Bids, "%s bid", "%s bids")
}

// cardClock is the moment a card counts down to, in milliseconds UTC; "" where
// nothing is counted.
func cardClock(l auction.Public) string {
	switch {
	case l.State != auction.Open || l.Held || !l.PausedAt.IsZero():
		return ""
	}
	return millis(l.ClosesAt)
}

// stoppedClock is what a clock says that stands still.
func stoppedClock(l auction.Public) string {
	if l.PausedAt.IsZero() {
		return "—:—"
	}
	return Clock(l.ClosesAt.Sub(l.PausedAt))
}

func cardTag(ctx context.Context, l auction.Public) (state, word string) {
	switch {
	case l.State == auction.Sold:
		return "sold", lang.T(ctx, "Sold")
	case l.State == auction.Passed:
		return "passed", lang.T(ctx, "Passed")
	case l.State == auction.Withdrawn:
		return "passed", lang.T(ctx, "Withdrawn")
	case l.State == auction.Upcoming:
		return "soon", lang.T(ctx, "Not open yet")
	case l.Held:
		return "held", lang.T(ctx, "Waiting for the organiser")
	case !l.PausedAt.IsZero():
		return "paused", lang.T(ctx, "Paused")
	case l.ReserveMet != nil && !*l.ReserveMet && l.Bids > 0:
		return "resv", lang.T(ctx, "Reserve not met")
	}
	return "", ""
}

// newest returns the last n rows.
func newest(rows []auction.Row, n int) []auction.Row {
	return rows[max(0, len(rows)-n):]
}
