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
