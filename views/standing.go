package views

import (
	"context"

	"outcry/auction"
	"outcry/views/lang"
)

// standingState is a standing as the stylesheet knows it; "" when the paddle
// has no bid on the lot.
func standingState(s auction.Standing) string {
	switch {
	case s.Won:
		return "won"
	case s.Max == 0:
		return ""
	case s.Over:
		return "lost"
	case s.Leads:
		return "lead"
	}
	return "out"
}

func standingWord(ctx context.Context, state string) string {
	switch state {
	case "won":
		return lang.T(ctx, "Sold to you")
	case "lead":
		return lang.T(ctx, "You lead")
	case "lost":
		return lang.T(ctx, "Not yours")
	}
	return lang.T(ctx, "Outbid")
}

// standing is the card's StandingView; the zero one when the viewer has none.
func (v CardView) standing() StandingView {
	s := StandingView{Sale: v.Entry.Sale, Number: v.Entry.Number, Currency: v.Currency}
	if v.Standing != nil {
		s.Standing = *v.Standing
	}
	return s
}

func (v CardView) frame() CardFrameView {
	return CardFrameView{Lot: v.Entry.Public, Currency: v.Currency, Zone: v.Zone, After: v.Entry.After}
}

func (v LotView) standing() StandingView {
	s := StandingView{Sale: v.Sale.Slug, Number: v.Entry.Number, Currency: v.Sale.Currency, Ask: v.Entry.Ask}
	if v.Standing != nil {
		s.Standing = *v.Standing
	}
	return s
}
