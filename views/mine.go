package views

import (
	"context"
	"strings"

	"outcry/auction"
	"outcry/views/lang"
)

// MineView is what a paddle has bid on in a sale, and what its holder watches.
// Each card's Standing is set, except of what is only watched.
type MineView struct {
	Page
	Sale     auction.Sale
	Holder   auction.Holder // without a paddle: somebody who only watches so far
	Outbid   []MineLot      // open, another leads
	Leading  []MineLot      // open, this paddle leads
	Watching []MineLot      // on the watch list, without a bid of this paddle
	Won      []MineLot
	Lost     []MineLot      // over, not won
	ToPay    auction.Charge // for Won
	IfWon    auction.Charge // for Leading, at the prices as they stand
}

// MineLot is a lot of theirs, with what it costs with premium and tax: a lot
// that was won, as it is; one that they lead, at its price; an open one else,
// at the next bid. Zero when it cannot be had any more.
type MineLot struct {
	CardView
	Cost auction.Charge
}

func (v MineView) none() bool {
	return len(v.Outbid)+len(v.Leading)+len(v.Watching)+len(v.Won)+len(v.Lost) == 0
}

// outbid is how many lots need their bidder.
func (v MineView) outbid() string { return itoa(len(v.Outbid)) }

// costWords says what a lot would cost now, where that is not its price alone.
func costWords(ctx context.Context, l MineLot) string {
	if l.Cost.Premium+l.Cost.Tax == 0 {
		return ""
	}
	total := lang.Say(ctx, onTop(l.Cost), Money(ctx, l.Cost.Total(), l.Currency))
	switch {
	case l.Entry.State.Over():
		return total
	case l.Standing != nil && l.Standing.Leads:
		return lang.T(ctx, "%s if it ends now", total)
	}
	return lang.T(ctx, "%s at the next bid, %s", total, Money(ctx, l.Cost.Hammer, l.Currency))
}

// onTop names what is in a charge beside the hammer price.
func onTop(c auction.Charge) lang.Key {
	switch {
	case c.Premium == 0:
		return lang.Key("%s with tax")
	case c.Tax == 0:
		return lang.Key("%s with premium")
	}
	return lang.Key("%s with premium and tax")
}

// lastBid is the viewer's own highest amount on a lot.
func lastBid(ctx context.Context, c CardView) string {
	if c.Standing == nil {
		return ""
	}
	highest := Money(ctx, c.Standing.Max, c.Currency)
	switch {
	case c.Standing.Won && c.Entry.Hammer < c.Standing.Max:
		return lang.T(ctx, "Your maximum was %s", highest)
	case c.Standing.Won:
		return lang.T(ctx, "Your bid was %s", highest)
	case c.Standing.Leads && c.Entry.Price < c.Standing.Max:
		return lang.T(ctx, "Your maximum %s", highest)
	case c.Standing.Leads:
		return lang.T(ctx, "Your bid %s", highest)
	}
	return lang.T(ctx, "Your last bid %s", highest)
}

// chargeWords says what a total is made of.
func chargeWords(ctx context.Context, c auction.Charge, cur auction.Currency) string {
	parts := []string{lang.T(ctx, "hammer prices %s", Money(ctx, c.Hammer, cur))}
	if c.Premium > 0 {
		parts = append(parts, lang.T(ctx, "premium %s", Money(ctx, c.Premium, cur)))
	}
	if c.Tax > 0 {
		parts = append(parts, lang.T(ctx, "tax %s", Money(ctx, c.Tax, cur)))
	}
	return strings.Join(parts, ", ")
}
