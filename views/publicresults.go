package views

import (
	"context"

	"outcry/auction"
	"outcry/views/lang"
)

// PublicResultsView is what the lots of a sale that are over were sold for, or one
// page of it.
type PublicResultsView struct {
	Page
	Sale   auction.Sale
	Counts auction.Counts
	Query  auction.Query
	Lots   []auction.Entry // by number
	Found  int             // on all pages
}

// resultWords is what became of a lot.
func resultWords(ctx context.Context, e auction.Entry, c auction.Currency) string {
	switch {
	case e.After.Paddle != "":
		return lang.T(ctx, "%s after the sale", MoneyFull(ctx, e.After.Price, c))
	case e.State == auction.Sold:
		return MoneyFull(ctx, e.Hammer, c)
	case e.State == auction.Withdrawn:
		return lang.T(ctx, "Withdrawn")
	}
	return lang.T(ctx, "Not sold")
}

// hammerNote says what the prices of a list of results leave out.
func hammerNote(ctx context.Context, f auction.Fees) string {
	switch {
	case len(f.Premium) > 0 && f.TaxRate > 0:
		return lang.T(ctx, "Hammer prices, without premium and tax.")
	case len(f.Premium) > 0:
		return lang.T(ctx, "Hammer prices, without premium.")
	case f.TaxRate > 0:
		return lang.T(ctx, "Hammer prices, without tax.")
	}
	return lang.T(ctx, "Hammer prices.")
}
