package views

import (
	"context"

	"outcry/auction"
	"outcry/views/lang"
)

// PushWords is what a phone shows while no page is open. They are read on
// locked screens, so they say no more than the lot's public page and whose the
// lead is.
type PushWords struct {
	Title, Body string
	All         bool // about all that somebody has won, rather than one lot
}

// pushTitle is as much of a lot's title as a phone shows.
func pushTitle(e auction.Entry) string {
	title := []rune(e.Title)
	if len(title) > 100 {
		title = append(title[:99], '…')
	}
	return string(title)
}

// OutbidPush tells somebody who lost the lead.
func OutbidPush(ctx context.Context, e auction.Entry, s auction.Sale) PushWords {
	return PushWords{
		Title: lang.T(ctx, "Outbid on lot %s, %s", e.Number, pushTitle(e)),
		Body:  lang.T(ctx, "The bid is now %s. The next one is %s.", Money(ctx, e.Price, s.Currency), Money(ctx, e.Ask, s.Currency)),
	}
}

// ClosingView is what the message is made of that a lot closes soon.
type ClosingView struct {
	Entry auction.Entry
	Sale  auction.Sale
	Bid   bool // its reader has bid
	Leads bool // and leads
}

// ClosingPush tells somebody that a lot closes soon, and where they stand.
func ClosingPush(ctx context.Context, v ClosingView) PushWords {
	e, s := v.Entry, v.Sale
	w := PushWords{
		Title: lang.T(ctx, "Closes soon: lot %s, %s", e.Number, pushTitle(e)),
		Body:  lang.T(ctx, "It closes at %s (%s).", Hour(e.ClosesAt, s.Zone), ZoneWords(ctx, s.Zone)) + " ",
	}
	switch price := Money(ctx, e.Price, s.Currency); {
	case e.Bids == 0:
		w.Body += lang.T(ctx, "There is no bid yet. The first one is %s.", Money(ctx, e.Ask, s.Currency))
	case v.Leads:
		w.Body += lang.T(ctx, "You lead at %s.", price)
	case v.Bid:
		w.Body += lang.T(ctx, "You are outbid at %s.", price)
	default:
		w.Body += lang.T(ctx, "The bid is %s.", price)
	}
	return w
}

// WonPush tells the buyer of one lot.
func WonPush(ctx context.Context, e auction.Entry, s auction.Sale) PushWords {
	return PushWords{
		Title: lang.T(ctx, "Sold to you: lot %s, %s", e.Number, pushTitle(e)),
		Body:  lang.T(ctx, "The hammer price is %s.", Money(ctx, e.Hammer, s.Currency)),
	}
}

// WonManyPush tells the buyer of several lots.
func WonManyPush(ctx context.Context, s auction.Sale, lots int, sum auction.Charge) PushWords {
	return PushWords{
		Title: lang.N(ctx, lots, "Sold to you: %s lot", "Sold to you: %s lots"),
		Body:  lang.T(ctx, "To pay for these: %s.", MoneyFull(ctx, sum.Total(), s.Currency)),
		All:   true,
	}
}

// PhonesView is where somebody is told, and of what.
type PhonesView struct {
	On     bool // the house tells phones
	Rows   []PhoneRow
	Topics []MailTopic
}

// PhoneRow is one browser that is told.
type PhoneRow struct {
	ID     int64
	Device string
	Since  string
}
