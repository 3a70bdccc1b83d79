package views

import (
	"context"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// MailView is one mail: a head, a few sentences, one thing to do. Text and HTML
// are made from the same.
type MailView struct {
	House   string // the house's name
	Home    string // full address of the house
	Subject string
	Head    string
	Lines   []string
	Facts   []MailFact
	Act     MailAct // zero = none
	Fine    []string
	Why     string // why they are written to, "" = they asked
	Stop    string // full address that ends mails of this kind; "" = cannot be ended
}

// MailFact is a name and a value.
type MailFact struct {
	Name, Value string
}

// MailAct is the one link of a mail, whole, as it has to work without the page.
type MailAct struct {
	Text, Address string
}

// MailLotView is what the mails about a lot are made of. It has no field for
// what its reader may not know, and none for a maximum: a mail passes through
// many hands.
type MailLotView struct {
	Frame  MailView // House, Home, Why and Stop
	Sale   auction.Sale
	Entry  auction.Entry
	Paddle auction.Paddle
	Charge auction.Charge // what a won lot costs
	Reason string         // why a bid was struck out, "" = not said
}

func (v MailLotView) see(text string) MailAct {
	return MailAct{text, v.Frame.Home + string(lotURL(v.Entry.ID))}
}

func (v MailLotView) amount(ctx context.Context, m auction.Money) string {
	return MoneyFull(ctx, m, v.Sale.Currency)
}

// mailTime is a moment as mails name it: with its day, and the zone it is in.
func mailTime(ctx context.Context, t time.Time, zoneName string) string {
	return DateTime(ctx, t, zoneName) + ", " + ZoneWords(ctx, zoneName)
}

// OutbidMail tells somebody who lost the lead.
func OutbidMail(ctx context.Context, v MailLotView) MailView {
	m, e := v.Frame, v.Entry
	m.Subject = lang.T(ctx, "Outbid on lot %s, %s", e.Number, e.Title)
	m.Head = lang.T(ctx, "You are outbid")
	m.Lines = []string{lang.T(ctx, "Somebody has bid more for lot %s, %s.", e.Number, e.Title)}
	m.Facts = []MailFact{
		{lang.T(ctx, "Current bid"), v.amount(ctx, e.Price)},
		{lang.T(ctx, "Next bid"), v.amount(ctx, e.Ask)},
		{lang.T(ctx, "Closes"), mailTime(ctx, e.ClosesAt, v.Sale.Zone)},
	}
	if !e.PausedAt.IsZero() || e.Held {
		m.Facts[2].Value = lang.T(ctx, "The clock stands still at the moment")
	}
	m.Act = v.see(lang.T(ctx, "See the lot and bid again"))
	return m
}

// WonMail tells the buyer.
func WonMail(ctx context.Context, v MailLotView) MailView {
	m := v.Frame
	m.Subject = lang.T(ctx, "Sold to you: lot %s, %s", v.Entry.Number, v.Entry.Title)
	m.Head = lang.T(ctx, "Sold to you")
	m.Lines = []string{lang.T(ctx, "You bought lot %s, %s, as paddle %s.", v.Entry.Number, v.Entry.Title, string(v.Paddle))}
	m.Facts = charged(ctx, v.Charge, v.Sale)
	m.Lines = append(m.Lines, paragraphs(v.Sale.Payment)...)
	m.Lines = append(m.Lines, paragraphs(v.Sale.Collection)...)
	m.Act = MailAct{lang.T(ctx, "See all you have won"), v.Frame.Home + string(mineURL(v.Sale.Slug))}
	return m
}

// WonLot is one of several lots that somebody won.
type WonLot struct {
	Entry  auction.Entry
	Charge auction.Charge
}

// WonManyMail tells the buyer of several lots.
func WonManyMail(ctx context.Context, v MailLotView, lots []WonLot) MailView {
	m := WonMail(ctx, v)
	m.Subject = lang.N(ctx, len(lots), "Sold to you: %s lot of %s", "Sold to you: %s lots of %s", v.Sale.Title)
	m.Lines[0] = lang.N(ctx, len(lots), "You bought %s lot, as paddle %s.", "You bought %s lots, as paddle %s.", string(v.Paddle))
	m.Facts = nil
	var sum auction.Charge
	for _, l := range lots {
		sum = sum.Plus(l.Charge)
		m.Facts = append(m.Facts, MailFact{lang.T(ctx, "Lot %s, %s", l.Entry.Number, l.Entry.Title), v.amount(ctx, l.Charge.Total())})
	}
	m.Facts = append(m.Facts, MailFact{lang.T(ctx, "To pay for these"), v.amount(ctx, sum.Total())})
	return m
}

// ReadyMail tells somebody that their paddle may bid.
func ReadyMail(ctx context.Context, frame MailView, s auction.Sale, holder auction.Holder) MailView {
	m := frame
	m.Subject = lang.T(ctx, "Your paddle is approved: %s", s.Title)
	m.Head = lang.T(ctx, "You can bid now")
	m.Lines = []string{lang.T(ctx, "The organiser has approved your paddle for %s.", s.Title)}
	m.Facts = []MailFact{{lang.T(ctx, "Your paddle"), string(holder.Paddle)}}
	if holder.Limit > 0 {
		m.Facts = append(m.Facts, MailFact{lang.T(ctx, "Spending limit"), MoneyFull(ctx, holder.Limit, s.Currency)})
	}
	m.Act = MailAct{lang.T(ctx, "See the catalogue"), m.Home + string(saleURL(s.Slug))}
	return m
}

// charged are the lines of what a lot costs; one line where nothing is added.
func charged(ctx context.Context, c auction.Charge, s auction.Sale) []MailFact {
	facts := []MailFact{{lang.T(ctx, "Hammer price"), MoneyFull(ctx, c.Hammer, s.Currency)}}
	if c.Premium > 0 {
		facts = append(facts, MailFact{lang.T(ctx, "Buyer’s premium"), MoneyFull(ctx, c.Premium, s.Currency)})
	}
	if c.Tax > 0 {
		facts = append(facts, MailFact{lang.T(ctx, "Tax"), MoneyFull(ctx, c.Tax, s.Currency)})
	}
	if len(facts) > 1 {
		facts = append(facts, MailFact{lang.T(ctx, "To pay"), MoneyFull(ctx, c.Total(), s.Currency)})
	}
	return facts
}

// PassedMail tells the highest bidder of a lot that was not sold.
func PassedMail(ctx context.Context, v MailLotView) MailView {
	m := v.Frame
	m.Subject = lang.T(ctx, "Not sold: lot %s, %s", v.Entry.Number, v.Entry.Title)
	m.Head = lang.T(ctx, "Your bid was the highest, and under the reserve")
	m.Lines = []string{
		lang.T(ctx, "Bidding for lot %s, %s ended under the reserve, so it is not sold. You owe nothing for it.", v.Entry.Number, v.Entry.Title),
		lang.T(ctx, "The organiser may still offer it to you. You hear of it if so."),
	}
	m.Facts = []MailFact{{lang.T(ctx, "Highest bid"), v.amount(ctx, v.Entry.Price)}}
	m.Act = v.see(lang.T(ctx, "See the lot"))
	return m
}

// OutageMail tells those who bid on a lot that its close was moved.
func OutageMail(ctx context.Context, v MailLotView) MailView {
	m, e := v.Frame, v.Entry
	m.Act = v.see(lang.T(ctx, "See the lot"))
	if e.Held {
		m.Subject = lang.T(ctx, "On hold: lot %s, %s", e.Number, e.Title)
		m.Head = lang.T(ctx, "The lot waits for the organiser")
		m.Lines = []string{lang.T(ctx, "For a long while no bids could be taken. The organiser sets a new closing time for lot %s, %s. Bids taken before stand.", e.Number, e.Title)}
		return m
	}
	m.Subject = lang.T(ctx, "New closing time: lot %s, %s", e.Number, e.Title)
	m.Head = lang.T(ctx, "The close has moved")
	m.Lines = []string{lang.T(ctx, "For a while no bids could be taken, so lot %s, %s stays open longer. Bids taken before stand.", e.Number, e.Title)}
	m.Facts = []MailFact{{lang.T(ctx, "Closes now"), mailTime(ctx, e.ClosesAt, v.Sale.Zone)}}
	return m
}

// VoidedMail tells somebody whose bid the desk struck out.
func VoidedMail(ctx context.Context, v MailLotView) MailView {
	m, e := v.Frame, v.Entry
	m.Subject = lang.T(ctx, "Your bid was struck out: lot %s, %s", e.Number, e.Title)
	m.Head = lang.T(ctx, "A bid of yours was struck out")
	m.Lines = []string{lang.T(ctx, "The desk has struck out a bid of paddle %s on lot %s, %s. It does not count any more; you owe nothing for it.", string(v.Paddle), e.Number, e.Title)}
	if v.Reason != "" {
		m.Facts = []MailFact{{lang.T(ctx, "Reason"), reasonWords(ctx, v.Reason)}}
	}
	m.Act = v.see(lang.T(ctx, "See the lot"))
	return m
}

// ConsignMail tells the consignor what became of their lot.
func ConsignMail(ctx context.Context, v MailLotView) MailView {
	m, e := v.Frame, v.Entry
	m.Act = v.see(lang.T(ctx, "See the lot"))
	if e.State == auction.Sold {
		m.Subject = lang.T(ctx, "Sold: lot %s, %s", e.Number, e.Title)
		m.Head = lang.T(ctx, "Your lot is sold")
		m.Lines = []string{lang.T(ctx, "Thank you for lot %s, %s.", e.Number, e.Title)}
		m.Facts = []MailFact{{lang.T(ctx, "Hammer price"), v.amount(ctx, e.Hammer)}}
		return m
	}
	m.Subject = lang.T(ctx, "Not sold: lot %s, %s", e.Number, e.Title)
	m.Head = lang.T(ctx, "Your lot is not sold")
	m.Lines = []string{lang.T(ctx, "Bidding for lot %s, %s ended without a sale. The organiser tells you what happens next.", e.Number, e.Title)}
	if e.Bids == 0 {
		m.Lines[0] = lang.T(ctx, "Nobody bid for lot %s, %s. The organiser tells you what happens next.", e.Number, e.Title)
	}
	return m
}

// MailText is a mail as plain text.
func MailText(ctx context.Context, m MailView) string {
	var b strings.Builder
	say := func(s string) { b.WriteString(s + "\r\n") }
	say(m.Head)
	say("")
	for _, l := range m.Lines {
		say(l)
		say("")
	}
	for _, f := range m.Facts {
		say(f.Name + ": " + f.Value)
	}
	if len(m.Facts) > 0 {
		say("")
	}
	if m.Act.Address != "" {
		say(m.Act.Text + ":")
		say(m.Act.Address)
		say("")
	}
	for _, l := range m.Fine {
		say(l)
		say("")
	}
	say("-- ")
	say(m.House + ", " + m.Home)
	if m.Why != "" {
		say(m.Why)
	}
	if m.Stop != "" {
		say(lang.T(ctx, "No more mails like this: %s", m.Stop))
	}
	return b.String()
}
