package views

import (
	"context"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// AfterView is where an organiser decides about a lot that passed.
type AfterView struct {
	Page
	Sale      auction.Sale
	Entry     auction.Entry
	Log       auction.AfterLog
	Bidders   []auction.Willing // best first
	Offer     *auction.AfterAct // that waits for its answer, nil = none
	OfferLink string            // full address, for the bidder
	Into      []auction.Sale    // that the lot can be offered in again
	Now       time.Time

	To    auction.Paddle // form name "paddle"
	Price Field          // form name "price"
	Why   string
	Error string
}

// OfferView is an offer as its bidder sees it.
type OfferView struct {
	Page
	Sale   auction.Sale
	Entry  auction.Entry
	Offer  auction.AfterAct
	Charge auction.Charge    // what it would cost
	Answer auction.AfterKind // "" = not answered
	Over   bool              // its time has run out
	Token  string
}

// free reports whether something can still be decided about the lot.
func (v AfterView) free() bool {
	_, sold := v.Log.Sold()
	for _, a := range v.Log {
		if a.Kind == auction.LotRelisted {
			return false
		}
	}
	return !sold && v.Offer == nil && v.Entry.State == auction.Passed
}

// afterLine is one act in words.
func afterLine(ctx context.Context, a auction.AfterAct, c auction.Currency) string {
	who, price := string(a.Paddle), Money(ctx, a.Price, c)
	switch a.Kind {
	case auction.BestAccepted:
		return lang.T(ctx, "The best bid was accepted: sold to paddle %s for %s.", who, price)
	case auction.LotOffered:
		return lang.T(ctx, "Offered to paddle %s for %s.", who, price)
	case auction.OfferTaken:
		return lang.T(ctx, "Sold to paddle %s, who took the offer, for %s.", who, price)
	case auction.OfferRefused:
		return lang.T(ctx, "Refused by paddle %s.", who)
	case auction.OfferDropped:
		return lang.T(ctx, "The offer to paddle %s was taken back.", who)
	case auction.LotRelisted:
		return lang.T(ctx, "Put into another sale.")
	}
	return string(a.Kind)
}

// afterBy is when and by whom an act was done, and why.
func afterBy(ctx context.Context, a auction.AfterAct, zoneName string) string {
	text := Date(ctx, a.At, zoneName) + ", " + AtTime(a.At, zoneName) + ", " + by(ctx, a.By)
	if a.Reason != "" {
		text += ": " + a.Reason
	}
	return text
}

// bidderOptions are those who bid, with the most each bid.
func bidderOptions(ctx context.Context, v AfterView) []option {
	var list []option
	for _, w := range v.Bidders {
		list = append(list, option{string(w.Paddle), lang.Key(lang.T(ctx, "Paddle %s, %s: bid up to %s", string(w.Paddle), w.Name, Money(ctx, w.Highest, v.Sale.Currency)))})
	}
	return list
}

func saleOptions(ctx context.Context, sales []auction.Sale) []option {
	var list []option
	for _, s := range sales {
		list = append(list, option{s.Slug, lang.Key(lang.T(ctx, "%s, closes %s", s.Title, DateTime(ctx, s.ClosesAt, s.Zone)))})
	}
	return list
}

// afterWords is what everybody may know of a lot that was sold after it had
// passed; "" when it was not.
func afterWords(ctx context.Context, e auction.Entry, c auction.Currency) string {
	if e.After.Paddle == "" {
		return ""
	}
	return lang.T(ctx, "Sold after the sale to paddle %s, for %s.", string(e.After.Paddle), Money(ctx, e.After.Price, c))
}

func offerURL(token string) templ.SafeURL { return path("/offers/", token, "") }

// AfterFrameView is how a lot that passed stands after the sale.
type AfterFrameView struct {
	Sale    auction.Sale
	Entry   auction.Entry
	Own     auction.Paddle // the viewer's; "" = none, or for all
	Offered string         // where the viewer answers an offer of the lot; "" = none
}

func (v LotView) after() AfterFrameView {
	return AfterFrameView{Sale: v.Sale, Entry: v.Entry, Own: v.Viewer.Paddle, Offered: v.Offered}
}

func afterID(lot int64) string   { return "after-" + itoa64(lot) }
func offeredID(lot int64) string { return "offered-" + itoa64(lot) }
