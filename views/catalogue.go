package views

import "outcry/auction"

// CatalogueView is a sale's catalogue, or one page of it. The handler keeps
// Query.Limit at PageLots or less.
type CatalogueView struct {
	Page
	Sale       auction.Sale
	Counts     auction.Counts
	Soon       []CardView // closing soon, up to four, on the first page only
	Query      auction.Query
	Categories []Category // in order of name; a chooser appears for two or more
	Mine       int        // lots the viewer's paddle has bid on
	Lots       []CardView
	Found      int // lots that Query finds on all its pages
}

// PageLots is how many lots one page of a catalogue shows at most, so that no
// page is over 200 KB.
const PageLots = 120

// Category is a category of a sale, and how many lots are in it.
type Category struct {
	Name string
	Lots int
}

// CardView is a lot in a catalogue or a list.
type CardView struct {
	Entry    auction.Entry
	Currency auction.Currency
	Zone     string            // IANA name
	Standing *auction.Standing // the viewer's, nil = has not bid
}

// CardFrameView is the live part of a card, for everybody who watches it.
type CardFrameView struct {
	Lot      auction.Public
	Currency auction.Currency
	Zone     string // IANA name
}
