package views

import (
	"strings"

	"outcry/auction"
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

func (v MailLotView) lot() string {
	return "lot " + v.Entry.Number + ", " + v.Entry.Title
}

func (v MailLotView) see(text string) MailAct {
	return MailAct{text, v.Frame.Home + string(lotURL(v.Entry.ID))}
}

func (v MailLotView) amount(m auction.Money) string { return AmountFull(m, v.Sale.Currency) }

// OutbidMail tells somebody who lost the lead.
func OutbidMail(v MailLotView) MailView {
	m := v.Frame
	m.Subject = "Outbid on " + v.lot()
	m.Head = "You are outbid"
	m.Lines = []string{"Somebody has bid more for " + v.lot() + "."}
	m.Facts = []MailFact{
		{"Current bid", v.amount(v.Entry.Price)},
		{"Next bid", v.amount(v.Entry.Ask)},
		{"Closes", DayTime(v.Entry.ClosesAt, v.Sale.Zone) + ", " + ZoneName(v.Sale.Zone)},
	}
	if !v.Entry.PausedAt.IsZero() || v.Entry.Held {
		m.Facts[2].Value = "The clock stands still at the moment"
	}
	m.Act = v.see("See the lot and bid again")
	return m
}

// WonMail tells the buyer.
func WonMail(v MailLotView) MailView {
	m := v.Frame
	m.Subject = "Sold to you: " + v.lot()
	m.Head = "Sold to you"
	m.Lines = []string{"You bought " + v.lot() + ", as paddle " + string(v.Paddle) + "."}
	m.Facts = charged(v.Charge, v.Sale)
	m.Lines = append(m.Lines, paragraphs(v.Sale.Payment)...)
	m.Lines = append(m.Lines, paragraphs(v.Sale.Collection)...)
	m.Act = MailAct{"See all you have won", v.Frame.Home + string(mineURL(v.Sale.Slug))}
	return m
}

// WonLot is one of several lots that somebody won.
type WonLot struct {
	Entry  auction.Entry
	Charge auction.Charge
}

// WonManyMail tells the buyer of several lots.
func WonManyMail(v MailLotView, lots []WonLot) MailView {
	m := WonMail(v)
	m.Subject = "Sold to you: " + itoa(len(lots)) + " lots of " + v.Sale.Title
	m.Lines[0] = "You bought " + itoa(len(lots)) + " lots, as paddle " + string(v.Paddle) + "."
	m.Facts = nil
	var sum auction.Charge
	for _, l := range lots {
		sum = sum.Plus(l.Charge)
		m.Facts = append(m.Facts, MailFact{"Lot " + l.Entry.Number + ", " + l.Entry.Title, v.amount(l.Charge.Total())})
	}
	m.Facts = append(m.Facts, MailFact{"To pay for these", v.amount(sum.Total())})
	return m
}

// ReadyMail tells somebody that their paddle may bid.
func ReadyMail(frame MailView, s auction.Sale, holder auction.Holder) MailView {
	m := frame
	m.Subject = "Your paddle is approved: " + s.Title
	m.Head = "You can bid now"
	m.Lines = []string{"The organiser has approved your paddle for " + s.Title + "."}
	m.Facts = []MailFact{{"Your paddle", string(holder.Paddle)}}
	if holder.Limit > 0 {
		m.Facts = append(m.Facts, MailFact{"Spending limit", AmountFull(holder.Limit, s.Currency)})
	}
	m.Act = MailAct{"See the catalogue", m.Home + string(saleURL(s.Slug))}
	return m
}

// charged are the lines of what a lot costs; one line where nothing is added.
func charged(c auction.Charge, s auction.Sale) []MailFact {
	facts := []MailFact{{"Hammer price", AmountFull(c.Hammer, s.Currency)}}
	if c.Premium > 0 {
		facts = append(facts, MailFact{"Buyer’s premium", AmountFull(c.Premium, s.Currency)})
	}
	if c.Tax > 0 {
		facts = append(facts, MailFact{"Tax", AmountFull(c.Tax, s.Currency)})
	}
	if len(facts) > 1 {
		facts = append(facts, MailFact{"To pay", AmountFull(c.Total(), s.Currency)})
	}
	return facts
}

// PassedMail tells the highest bidder of a lot that was not sold.
func PassedMail(v MailLotView) MailView {
	m := v.Frame
	m.Subject = "Not sold: " + v.lot()
	m.Head = "Your bid was the highest, and under the reserve"
	m.Lines = []string{
		"Bidding for " + v.lot() + " ended under the reserve, so it is not sold. You owe nothing for it.",
		"The organiser may still offer it to you. You hear of it if so.",
	}
	m.Facts = []MailFact{{"Highest bid", v.amount(v.Entry.Price)}}
	m.Act = v.see("See the lot")
	return m
}

// OutageMail tells those who bid on a lot that its close was moved.
func OutageMail(v MailLotView) MailView {
	m := v.Frame
	m.Subject = "New closing time: " + v.lot()
	m.Head = "The close has moved"
	m.Lines = []string{"For a while no bids could be taken, so " + v.lot() + " stays open longer. Bids taken before stand."}
	m.Facts = []MailFact{{"Closes now", DayTime(v.Entry.ClosesAt, v.Sale.Zone) + ", " + ZoneName(v.Sale.Zone)}}
	if v.Entry.Held {
		m.Subject = "On hold: " + v.lot()
		m.Head = "The lot waits for the organiser"
		m.Lines = []string{"For a long while no bids could be taken. The organiser sets a new closing time for " + v.lot() + ". Bids taken before stand."}
		m.Facts = nil
	}
	m.Act = v.see("See the lot")
	return m
}

// VoidedMail tells somebody whose bid the desk struck out.
func VoidedMail(v MailLotView) MailView {
	m := v.Frame
	m.Subject = "Your bid was struck out: " + v.lot()
	m.Head = "A bid of yours was struck out"
	m.Lines = []string{"The desk has struck out a bid of paddle " + string(v.Paddle) + " on " + v.lot() + ". It does not count any more; you owe nothing for it."}
	if v.Reason != "" {
		m.Facts = []MailFact{{"Reason", v.Reason}}
	}
	m.Act = v.see("See the lot")
	return m
}

// ConsignMail tells the consignor what became of their lot.
func ConsignMail(v MailLotView) MailView {
	m := v.Frame
	m.Act = v.see("See the lot")
	if v.Entry.State == auction.Sold {
		m.Subject = "Sold: " + v.lot()
		m.Head = "Your lot is sold"
		m.Lines = []string{"Thank you for " + v.lot() + "."}
		m.Facts = []MailFact{{"Hammer price", v.amount(v.Entry.Hammer)}}
		return m
	}
	m.Subject = "Not sold: " + v.lot()
	m.Head = "Your lot is not sold"
	m.Lines = []string{"Bidding for " + v.lot() + " ended without a sale. The organiser tells you what happens next."}
	if v.Entry.Bids == 0 {
		m.Lines[0] = "Nobody bid for " + v.lot() + ". The organiser tells you what happens next."
	}
	return m
}

// MailText is a mail as plain text.
func MailText(m MailView) string {
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
		say("No more mails like this: " + m.Stop)
	}
	return b.String()
}
