package views

import "outcry/auction"

// MineView is what a paddle has bid on in a sale. Each card's Standing is set.
type MineView struct {
	Page
	Sale    auction.Sale
	Holder  auction.Holder
	Outbid  []CardView // open, another leads
	Leading []CardView // open, this paddle leads
	Won     []CardView
	Lost    []CardView    // over, not won
	ToPay   auction.Money // hammer prices of Won
	IfWon   auction.Money // prices of Leading, as they stand
}

func (v MineView) none() bool {
	return len(v.Outbid)+len(v.Leading)+len(v.Won)+len(v.Lost) == 0
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
