package views

import (
	"context"

	"outcry/auction"
)

// InvoiceMail tells what a paddle owes, or that all is paid.
func InvoiceMail(frame MailView, s auction.Sale, i auction.Invoice) MailView {
	m := frame
	sum := func(x auction.Money) string { return AmountFull(x, s.Currency) }
	m.Subject = "Invoice " + i.Number + ": " + sum(i.Due()) + " to pay"
	m.Head = "Your invoice"
	if i.Due() <= 0 {
		m.Subject, m.Head = "Receipt for invoice "+i.Number, "Paid, thank you"
	}
	m.Lines = []string{s.Title + ", paddle " + string(i.Paddle) + ": " + accountFigures(context.Background(), i, s.Currency) + "."}
	for _, l := range i.Lots {
		m.Facts = append(m.Facts, MailFact{"Lot " + l.Number + ", " + l.Title, sum(l.Charge.Total())})
	}
	for range i.Donations[:min(1, len(i.Donations))] {
		m.Facts = append(m.Facts, MailFact{"Donations", sum(i.Given)})
	}
	m.Facts = append(m.Facts, MailFact{"Total", sum(i.Total())}, MailFact{"Paid", sum(i.Paid)}, MailFact{string(dueLabel(i)), sum(dueSum(i))})
	m.Act = MailAct{"See the invoice", frame.Home + string(invoiceURL(s.Slug))}
	if by := payBy(context.Background(), s, i); by != "" {
		m.Lines = append(m.Lines, by+".")
	}
	if i.Due() > 0 && s.Payment != "" {
		m.Fine = append(m.Fine, paragraphs(s.Payment)...)
		m.Fine = append(m.Fine, "Reference: "+i.Number)
	}
	if len(i.Lots) > 0 {
		m.Fine = append(m.Fine, paragraphs(s.Collection)...)
	}
	return m
}

// PaymentMail tells that a payment has come, and what is left to pay.
func PaymentMail(frame MailView, s auction.Sale, i auction.Invoice, p auction.Payment) MailView {
	m := InvoiceMail(frame, s, i)
	m.Subject = "Payment received: " + AmountFull(p.Amount, s.Currency)
	m.Head = "Thank you for your payment"
	m.Lines = append([]string{"We have received " + AmountFull(p.Amount, s.Currency) + ", on " + DayTime(p.At, s.Zone) + "."}, m.Lines...)
	return m
}

// OfferMail offers a lot that passed to one of its bidders.
func OfferMail(v MailLotView, offer auction.AfterAct, link string) MailView {
	m := v.Frame
	m.Subject = "Offered to you: " + v.lot()
	m.Head = "You can have this lot"
	m.Lines = []string{"It was not sold in the sale. The organiser offers you " + v.lot() + ", as paddle " + string(offer.Paddle) + "."}
	m.Facts = append(charged(v.Sale.Fees.On(offer.Price), v.Sale), MailFact{"Answer before", DayTime(offer.Until, v.Sale.Zone) + ", " + ZoneName(v.Sale.Zone)})
	m.Act = MailAct{"Take it or refuse it", link}
	m.Fine = []string{"Whoever has this link can answer for you. Opening it answers nothing."}
	return m
}
