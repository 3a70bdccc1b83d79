package views

import (
	"strings"

	"outcry/auction"
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
func costWords(l MineLot) string {
	if l.Cost.Premium+l.Cost.Tax == 0 {
		return ""
	}
	total := Amount(l.Cost.Total(), l.Currency) + " " + onTop(l.Cost)
	switch {
	case l.Entry.State.Over():
		return total
	case l.Standing != nil && l.Standing.Leads:
		return total + " if it ends now"
	}
	return total + " at the next bid, " + Amount(l.Cost.Hammer, l.Currency)
}

// onTop names what is in a charge beside the hammer price.
func onTop(c auction.Charge) string {
	switch {
	case c.Premium == 0:
		return "with tax"
	case c.Tax == 0:
		return "with premium"
	}
	return "with premium and tax"
}

// lastBid is the viewer's own highest amount on a lot.
func lastBid(c CardView) string {
	switch {
	case c.Standing == nil:
		return ""
	case c.Standing.Won && c.Entry.Hammer < c.Standing.Max:
		return "Your maximum was " + Amount(c.Standing.Max, c.Currency)
	case c.Standing.Won:
		return "Your bid was " + Amount(c.Standing.Max, c.Currency)
	case c.Standing.Leads && c.Entry.Price < c.Standing.Max:
		return "Your maximum " + Amount(c.Standing.Max, c.Currency)
	case c.Standing.Leads:
		return "Your bid " + Amount(c.Standing.Max, c.Currency)
	}
	return "Your last bid " + Amount(c.Standing.Max, c.Currency)
}

// chargeWords says what a total is made of.
func chargeWords(c auction.Charge, cur auction.Currency) string {
	parts := []string{"hammer prices " + Amount(c.Hammer, cur)}
	if c.Premium > 0 {
		parts = append(parts, "premium "+Amount(c.Premium, cur))
	}
	if c.Tax > 0 {
		parts = append(parts, "tax "+Amount(c.Tax, cur))
	}
	return strings.Join(parts, ", ")
}
