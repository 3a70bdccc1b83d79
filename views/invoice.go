package views

import (
	"context"
	"slices"

	"outcry/auction"
	"outcry/views/lang"
)

// InvoiceView is what a paddle owes, for its bidder or to be printed at the
// desk.
type InvoiceView struct {
	Page
	Sale    auction.Sale
	Holder  auction.Holder
	Invoice auction.Invoice
	Growing bool // lots of the sale still run
	AtDesk  bool // printed by staff: leads back to the checkout
}

// cells is how many columns stand before the last one of an invoice's table.
func (v InvoiceView) cells() string {
	n := 2
	if fees(v.Sale) {
		n++ // the hammer price has a column of its own
		if len(v.Sale.Fees.Premium) > 0 {
			n++
		}
		if v.Sale.Fees.TaxRate > 0 {
			n++
		}
	}
	return itoa(n)
}

// hammerSaysMore reports whether something is added to the hammer prices, so
// that their sum is another than the last.
func (v InvoiceView) hammerSaysMore() bool {
	return fees(v.Sale) || len(v.Invoice.Donations) > 0
}

// totalSaysMore reports whether something is taken off the total.
func (v InvoiceView) totalSaysMore() bool {
	return slices.ContainsFunc(v.Invoice.Payments, auction.Payment.Stands)
}

// dueLabel is what the last sum of an invoice is called.
func dueLabel(i auction.Invoice) lang.Key {
	if i.Due() < 0 {
		return lang.Key("Paid too much, to go back to you")
	}
	if i.Settled() {
		return lang.Key("Nothing left to pay")
	}
	return lang.Key("To pay")
}

// dueSum is the last sum of an invoice.
func dueSum(i auction.Invoice) auction.Money {
	if i.Due() < 0 {
		return -i.Due()
	}
	return i.Due()
}

// payBy says until when an invoice is to be paid; "" where nothing is due or
// the sale gives no date.
func payBy(ctx context.Context, s auction.Sale, i auction.Invoice) string {
	last := i.PayBy(s.DueDays, zone(s.Zone))
	if last.IsZero() || i.Due() <= 0 {
		return ""
	}
	return lang.T(ctx, "To be paid by %s", Date(ctx, last, s.Zone))
}
