package views

import "outcry/auction"

// HomeView is the front page: the house's sales, unpublished ones left out.
type HomeView struct {
	Page
	Current    []SaleCard // open lots now; the first has the cover
	Coming     []SaleCard // next first
	Past       []SaleCard // newest first
	Highlights []CardView // up to five lots of the sale on the cover
}

// SaleCard is one sale in a list.
type SaleCard struct {
	Sale   auction.Sale
	Counts auction.Counts
	Paddle auction.Paddle // the viewer's in this sale, "" = none
}
