package views

import (
	"context"

	"outcry/auction"
	"outcry/views/lang"
)

// InvoiceMail tells what a paddle owes, or that all is paid.
func InvoiceMail(ctx context.Context, frame MailView, s auction.Sale, i auction.Invoice) MailView {
	m := frame
	sum := func(x auction.Money) string { return MoneyFull(ctx, x, s.Currency) }
	m.Subject = lang.T(ctx, "Invoice %s: %s to pay", i.Number, sum(i.Due()))
	m.Head = lang.T(ctx, "Your invoice")
	if i.Due() <= 0 {
		m.Subject, m.Head = lang.T(ctx, "Receipt for invoice %s", i.Number), lang.T(ctx, "Paid, thank you")
	}
	m.Lines = []string{lang.T(ctx, "%s, paddle %s: %s.", s.Title, string(i.Paddle), accountFigures(ctx, i, s.Currency))}
	for _, l := range i.Lots {
		m.Facts = append(m.Facts, MailFact{lang.T(ctx, "Lot %s, %s", l.Number, l.Title), sum(l.Charge.Total())})
	}
	if len(i.Donations) > 0 {
		m.Facts = append(m.Facts, MailFact{lang.T(ctx, "Donations"), sum(i.Given)})
	}
	m.Facts = append(m.Facts, MailFact{lang.T(ctx, "Total"), sum(i.Total())}, MailFact{lang.T(ctx, "Paid"), sum(i.Paid)},
		MailFact{lang.Say(ctx, dueLabel(i)), sum(dueSum(i))})
	m.Act = MailAct{lang.T(ctx, "See the invoice"), frame.Home + string(invoiceURL(s.Slug))}
	if by := payBy(ctx, s, i); by != "" {
		m.Lines = append(m.Lines, by+".")
	}
	if i.Due() > 0 && s.Payment != "" {
		m.Fine = append(m.Fine, paragraphs(s.Payment)...)
		m.Fine = append(m.Fine, lang.T(ctx, "Reference: %s", i.Number))
	}
	if len(i.Lots) > 0 {
		m.Fine = append(m.Fine, paragraphs(s.Collection)...)
	}
	return m
}

// PaymentMail tells that a payment has come, and what is left to pay.
func PaymentMail(ctx context.Context, frame MailView, s auction.Sale, i auction.Invoice, p auction.Payment) MailView {
	m := InvoiceMail(ctx, frame, s, i)
	sum := MoneyFull(ctx, p.Amount, s.Currency)
	m.Subject = lang.T(ctx, "Payment received: %s", sum)
	m.Head = lang.T(ctx, "Thank you for your payment")
	m.Lines = append([]string{lang.T(ctx, "We have received %s, on %s.", sum, mailTime(ctx, p.At, s.Zone))}, m.Lines...)
	return m
}

// OfferMail offers a lot that passed to one of its bidders.
func OfferMail(ctx context.Context, v MailLotView, offer auction.AfterAct, link string) MailView {
	m := v.Frame
	m.Subject = lang.T(ctx, "Offered to you: lot %s, %s", v.Entry.Number, v.Entry.Title)
	m.Head = lang.T(ctx, "You can have this lot")
	m.Lines = []string{lang.T(ctx, "It was not sold in the sale. The organiser offers you lot %s, %s, as paddle %s.", v.Entry.Number, v.Entry.Title, string(offer.Paddle))}
	m.Facts = append(charged(ctx, v.Sale.Fees.On(offer.Price), v.Sale), MailFact{lang.T(ctx, "Answer before"), mailTime(ctx, offer.Until, v.Sale.Zone)})
	m.Act = MailAct{lang.T(ctx, "Take it or refuse it"), link}
	m.Fine = []string{lang.T(ctx, "Whoever has this link can answer for you. Opening it answers nothing.")}
	return m
}
