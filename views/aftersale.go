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
func afterLine(a auction.AfterAct, c auction.Currency) string {
	who := "paddle " + string(a.Paddle)
	switch a.Kind {
	case auction.BestAccepted:
		return "The best bid was accepted: sold to " + who + " for " + Amount(a.Price, c) + "."
	case auction.LotOffered:
		return "Offered to " + who + " for " + Amount(a.Price, c) + "."
	case auction.OfferTaken:
		return "Sold to " + who + ", who took the offer, for " + Amount(a.Price, c) + "."
	case auction.OfferRefused:
		return "Refused by " + who + "."
	case auction.OfferDropped:
		return "The offer to " + who + " was taken back."
	case auction.LotRelisted:
		return "Put into another sale."
	}
	return string(a.Kind)
}

// afterBy is when and by whom an act was done, and why.
func afterBy(a auction.AfterAct, zoneName string) string {
	text := Day(a.At, zoneName) + ", " + AtTime(a.At, zoneName) + ", " + by(a.By)
	if a.Reason != "" {
		text += ": " + a.Reason
	}
	return text
}

// bidderOptions are those who bid, with the most each bid.
func bidderOptions(v AfterView) []option {
	var list []option
	for _, w := range v.Bidders {
		list = append(list, option{string(w.Paddle), lang.Key("Paddle " + string(w.Paddle) + ", " + w.Name + ": bid up to " + Amount(w.Highest, v.Sale.Currency))})
	}
	return list
}

func saleOptions(sales []auction.Sale) []option {
	var list []option
	for _, s := range sales {
		list = append(list, option{s.Slug, lang.Key(s.Title + ", closes " + DayTime(s.ClosesAt, s.Zone))})
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
