package views

import (
	"context"
	"net/url"
	"strings"

	"github.com/a-h/templ"

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
	ToPay    auction.Charge // for all that they won
	IfWon    auction.Charge // for all that they lead, at the prices as they stand

	Total MineTotal // of each list, where the lists are those of one page
	At    int       // the page, the first is 1
	Pages int
}

// MineTotal is how many lots each list of My lots has on all its pages.
type MineTotal struct{ Outbid, Leading, Watching, Won, Lost int }

// PageMine is how many lots one page of My lots shows at most, so that no page
// and no frame of it is over 200 KB.
const PageMine = 100

// Cut leaves the lots of one page, what needs the bidder most on the first. A
// page that is not there any more is the last.
func (v MineView) Cut(page int) MineView {
	v.Total = MineTotal{len(v.Outbid), len(v.Leading), len(v.Watching), len(v.Won), len(v.Lost)}
	all := v.Total.Outbid + v.Total.Leading + v.Total.Watching + v.Total.Won + v.Total.Lost
	v.Pages = max(1, (all+PageMine-1)/PageMine)
	v.At = min(max(page, 1), v.Pages)
	skip, room := (v.At-1)*PageMine, PageMine
	for _, list := range []*[]MineLot{&v.Outbid, &v.Leading, &v.Won, &v.Watching, &v.Lost} {
		from := min(skip, len(*list))
		to := min(from+room, len(*list))
		skip, room = skip-from, room-(to-from)
		*list = (*list)[from:to]
	}
	return v
}

// minePage is the address of a page of My lots.
func minePage(slug string) func(int) templ.SafeURL {
	return func(page int) templ.SafeURL {
		if page <= 1 {
			return mineURL(slug)
		}
		return mineURL(slug) + templ.SafeURL("?page="+itoa(page))
	}
}

// MineLot is a lot of theirs, with what it costs with premium and tax: a lot
// that was won, as it is; one that they lead, at its price; an open one else,
// at the next bid. Zero when it cannot be had any more.
type MineLot struct {
	CardView
	Cost auction.Charge
}

func (v MineView) none() bool {
	return v.Total == MineTotal{}
}

// outbid is how many lots need their bidder.
func (v MineView) outbid() string { return itoa(v.Total.Outbid) }

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

// againURL is the way back into a lot, with the next amount in its field.
func againURL(l MineLot) templ.SafeURL {
	return lotURL(l.Entry.ID) + templ.SafeURL("?amount="+url.QueryEscape(Plain(l.Entry.Ask, l.Currency)))
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
