package auction

import (
	"fmt"
	"strings"
	"time"
)

// Bought is a lot that somebody has to pay.
type Bought struct {
	LotID  int64
	Number string
	Title  string
	Paddle Paddle // whose it is
	Hammer Money
	At     time.Time // of the fall of the hammer, or of the act that sold it afterwards
	After  bool      // it had passed, and was sold after the sale
	Handed time.Time // given to its buyer; zero = not yet
}

// Line is one lot on an invoice.
type Line struct {
	Bought
	Charge Charge
}

// Invoice is what a paddle owes in a sale. It is not kept but made, always
// alike, from what is: the lots that the paddle bought, which never change, the
// sale's fees, which never change once a lot has opened, its donations and its
// payments. While lots still run it grows.
//
// Premium and tax are rounded lot by lot (see Fees.On; HMRC, VAT Notice 700,
// paragraph 17.5, allows the nearest penny for each line), so that a line says
// the same however many follow it, and every sum is the sum of what stands
// above it. A donation is no supply and bears neither premium nor tax.
type Invoice struct {
	Number    string
	SaleID    int64
	Paddle    Paddle
	Lots      []Line
	Donations []Donation // that stand
	Payments  []Payment  // undone ones too, marked
	Sum       Charge     // of the lots
	Given     Money      // by the donations
	Paid      Money      // by the payments that stand
}

// InvoiceNumber numbers the invoices of a house: a series for each sale, in it
// the paddle, so that a desk, a bank's statement and a bidder find each other.
func InvoiceNumber(saleID int64, p Paddle) string {
	return fmt.Sprintf("%d-%s%s", saleID, strings.Repeat("0", max(0, 4-len(p))), p)
}

// Total is what the invoice comes to.
func (i Invoice) Total() Money { return i.Sum.Total() + i.Given }

// Due is what is still to be paid; below zero where too much was.
func (i Invoice) Due() Money { return i.Total() - i.Paid }

// Settled reports whether there is something to pay and all of it is paid.
func (i Invoice) Settled() bool { return i.Total() > 0 && i.Due() <= 0 }

// Empty reports whether there is nothing on the invoice, paid or unpaid.
func (i Invoice) Empty() bool { return i.Total() == 0 && i.Paid == 0 }

// Since is when the last thing came onto the invoice; zero when nothing did.
func (i Invoice) Since() time.Time {
	var at time.Time
	for _, l := range i.Lots {
		at = later(at, l.At)
	}
	for _, d := range i.Donations {
		at = later(at, d.At)
	}
	return at
}

// PayBy is the beginning of the last day on which the invoice is to be paid,
// by a sale's number of days, in its zone; zero when no date is given or
// nothing is on the invoice. What comes onto an invoice moves its date.
func (i Invoice) PayBy(days int, zone *time.Location) time.Time {
	since := i.Since()
	if days <= 0 || since.IsZero() {
		return time.Time{}
	}
	y, m, d := since.In(zone).Date()
	return time.Date(y, m, d+days, 0, 0, 0, 0, zone)
}

// Overdue is for how many days an invoice should have been paid: 1 on the day
// after the last one, 0 while there is time, where nothing is due, or where no
// date is given.
func (i Invoice) Overdue(days int, zone *time.Location, now time.Time) int {
	last := i.PayBy(days, zone)
	if last.IsZero() || i.Due() <= 0 {
		return 0
	}
	y, m, d := now.In(zone).Date()
	today := time.Date(y, m, d, 12, 0, 0, 0, time.UTC) // so that no day has 23 hours
	y, m, d = last.Date()
	return max(0, int(today.Sub(time.Date(y, m, d, 12, 0, 0, 0, time.UTC))/(24*time.Hour)))
}

// Books are all that is owed and paid in a sale, as it is at one moment.
type Books struct {
	SaleID    int64
	Fees      Fees
	Bought    []Bought   // in order of lot numbers
	Donations []Donation // in the order they came, undone ones too
	Payments  []Payment  // the same
}

// Invoice makes the invoice of one paddle.
func (b Books) Invoice(p Paddle) Invoice {
	one := Books{SaleID: b.SaleID, Fees: b.Fees}
	for _, l := range b.Bought {
		if l.Paddle == p {
			one.Bought = append(one.Bought, l)
		}
	}
	for _, d := range b.Donations {
		if d.Paddle == p {
			one.Donations = append(one.Donations, d)
		}
	}
	for _, y := range b.Payments {
		if y.Paddle == p {
			one.Payments = append(one.Payments, y)
		}
	}
	if i, ok := one.Invoices()[p]; ok {
		return i
	}
	return Invoice{Number: InvoiceNumber(b.SaleID, p), SaleID: b.SaleID, Paddle: p}
}

// Invoices makes every invoice of the sale that has something on it or behind
// it, by paddle.
func (b Books) Invoices() map[Paddle]Invoice {
	all := map[Paddle]*Invoice{}
	of := func(p Paddle) *Invoice {
		i := all[p]
		if i == nil {
			i = &Invoice{Number: InvoiceNumber(b.SaleID, p), SaleID: b.SaleID, Paddle: p}
			all[p] = i
		}
		return i
	}
	for _, l := range b.Bought {
		i := of(l.Paddle)
		line := Line{l, b.Fees.On(l.Hammer)}
		i.Lots, i.Sum = append(i.Lots, line), i.Sum.Plus(line.Charge)
	}
	for _, d := range b.Donations {
		if d.Stands() {
			i := of(d.Paddle)
			i.Donations, i.Given = append(i.Donations, d), i.Given+d.Amount
		}
	}
	for _, p := range b.Payments {
		i := of(p.Paddle)
		i.Payments = append(i.Payments, p)
		if p.Stands() {
			i.Paid += p.Amount
		}
	}
	made := make(map[Paddle]Invoice, len(all))
	for p, i := range all {
		made[p] = *i
	}
	return made
}

// Takings are the sums of a sale's books.
type Takings struct {
	Sum    Charge // of all lots
	Given  Money
	Paid   Money
	By     map[Method]Money // Paid, by how it was
	Due    Money            // still to come, from those who owe
	Over   Money            // to go back, to those who paid too much
	Owing  int              // paddles that owe
	Buyers int              // paddles with something to pay
}

// Total is what everybody has to pay together.
func (t Takings) Total() Money { return t.Sum.Total() + t.Given }

// Takings adds the books up. Total + Over = Paid + Due.
func (b Books) Takings() Takings {
	t := Takings{By: map[Method]Money{}}
	for _, i := range b.Invoices() {
		t.Sum, t.Given, t.Paid = t.Sum.Plus(i.Sum), t.Given+i.Given, t.Paid+i.Paid
		if i.Total() > 0 {
			t.Buyers++
		}
		switch due := i.Due(); {
		case due > 0:
			t.Due, t.Owing = t.Due+due, t.Owing+1
		case due < 0:
			t.Over -= due
		}
	}
	for _, p := range b.Payments {
		if p.Stands() {
			t.By[p.Method] += p.Amount
		}
	}
	return t
}

// MayPay says why a payment cannot be written down for an invoice: ErrOverpaid
// when it is more than is due and the desk has not said that it was really
// paid.
func (i Invoice) MayPay(m Money, over bool) error {
	if m > max(i.Due(), 0) && !over {
		return ErrOverpaid
	}
	return nil
}

// DonorTotal is what a donor's lots brought.
type DonorTotal struct {
	Donor  string
	Lots   int
	Sold   int
	Hammer Money
}
