package handlers

import (
	"cmp"
	"context"
	"slices"

	"outcry/auction"
)

// byPaddle are the invoices of a sale in the order of paddles.
func (l *ledger) byPaddle() []auction.Invoice {
	all := l.books.Invoices()
	var list []auction.Invoice
	for _, holder := range l.order {
		if i, ok := all[holder.Paddle]; ok {
			list = append(list, i)
		}
	}
	return list
}

func (l *ledger) totals(ctx context.Context, out *sheetWriter) error {
	counts, err := l.h.cfg.Store.SaleCounts(ctx, l.sale.ID)
	if err != nil {
		return err
	}
	t := l.books.Takings()
	out.row("What", "Amount", "Currency")
	for _, line := range []struct {
		what string
		sum  auction.Money
	}{
		{"Hammer prices", t.Sum.Hammer}, {"Buyer's premium", t.Sum.Premium}, {"Tax", t.Sum.Tax}, {"Donations", t.Given},
		{"To pay in all", t.Total()}, {"Paid", t.Paid}, {"Still due", t.Due}, {"Paid too much", t.Over},
	} {
		out.row(line.what, line.sum, l.sale.Currency.Code)
	}
	for _, m := range auction.Methods() {
		out.row("Paid by "+string(m), t.By[m], l.sale.Currency.Code)
	}
	out.row("Lots", counts.Lots, "")
	out.row("Lots sold", len(l.books.Bought), "")
	out.row("Lots passed", counts.Passed, "")
	out.row("Lots passed and sold after the sale", counts.After, "")
	out.row("Lots withdrawn", counts.Withdrawn, "")
	out.row("Lots not over yet", counts.Open+counts.Upcoming, "")
	return nil
}

func (l *ledger) lots(ctx context.Context, out *sheetWriter) error {
	entries, _, err := l.h.cfg.Store.Entries(ctx, l.sale.ID, auction.Query{})
	if err != nil {
		return err
	}
	bought := map[int64]auction.Bought{}
	for _, b := range l.books.Bought {
		bought[b.LotID] = b
	}
	out.row("Lot", "Title", "Category", "Donor", "State", "Opening price", "Bids", "Highest bid", "Hammer price", "Currency",
		"Paddle", "Buyer", "Email", "Sold after the sale", "Ended", "Handed over")
	for _, e := range entries {
		b, sold := bought[e.ID]
		var hammer any = ""
		if sold {
			hammer = b.Hammer
		}
		holder := l.holders[b.Paddle]
		out.row(e.Number, e.Title, e.Category, e.Consignor, string(e.State), e.Opening, e.Bids, e.Price, hammer, l.sale.Currency.Code,
			b.Paddle, holder.Name, holder.Email, b.After, e.EndedAt, b.Handed)
	}
	return nil
}

func (l *ledger) invoices(_ context.Context, out *sheetWriter) error {
	out.row("Invoice", "Paddle", "Name", "Email", "Lots", "Hammer prices", "Premium", "Tax", "Donations", "Total", "Paid", "Due", "Currency")
	for _, i := range l.byPaddle() {
		holder := l.holders[i.Paddle]
		out.row(i.Number, i.Paddle, holder.Name, holder.Email, len(i.Lots), i.Sum.Hammer, i.Sum.Premium, i.Sum.Tax, i.Given,
			i.Total(), i.Paid, i.Due(), l.sale.Currency.Code)
	}
	return nil
}

func (l *ledger) lines(_ context.Context, out *sheetWriter) error {
	out.row("Invoice", "Paddle", "Lot", "Title", "Hammer price", "Premium", "Tax", "Price", "Currency", "Sold after the sale", "Sold", "Handed over")
	for _, i := range l.byPaddle() {
		for _, line := range i.Lots {
			out.row(i.Number, i.Paddle, line.Number, line.Title, line.Hammer, line.Charge.Premium, line.Charge.Tax, line.Charge.Total(),
				l.sale.Currency.Code, line.After, line.At, line.Handed)
		}
	}
	return nil
}

func (l *ledger) payments(_ context.Context, out *sheetWriter) error {
	out.row("At", "Invoice", "Paddle", "Name", "Amount", "Currency", "By", "Note", "Taken by", "Undone", "Undone by", "Why")
	for _, p := range l.books.Payments {
		out.row(p.At, auction.InvoiceNumber(p.SaleID, p.Paddle), p.Paddle, l.holders[p.Paddle].Name, p.Amount, l.sale.Currency.Code,
			string(p.Method), p.Note, p.By.Name, p.Undone.At, p.Undone.By.Name, p.Undone.Why)
	}
	return nil
}

func (l *ledger) donations(_ context.Context, out *sheetWriter) error {
	out.row("At", "Invoice", "Paddle", "Name", "Amount", "Currency", "To", "Entered by", "Undone", "Undone by", "Why")
	for _, d := range l.books.Donations {
		out.row(d.At, auction.InvoiceNumber(d.SaleID, d.Paddle), d.Paddle, l.holders[d.Paddle].Name, d.Amount, l.sale.Currency.Code,
			string(d.From), d.By.Name, d.Undone.At, d.Undone.By.Name, d.Undone.Why)
	}
	return nil
}

func (l *ledger) bidders(_ context.Context, out *sheetWriter) error {
	out.row("Paddle", "Name", "Email", "Approved", "Spending limit", "Currency", "Registered")
	for _, holder := range l.order {
		var limit any = ""
		if holder.Limit > 0 {
			limit = holder.Limit
		}
		out.row(holder.Paddle, holder.Name, holder.Email, holder.Approved, limit, l.sale.Currency.Code, holder.At)
	}
	return nil
}

// bids are the public histories: no maximum is in them.
func (l *ledger) bids(ctx context.Context, out *sheetWriter) error {
	out.row("Lot", "At", "Paddle", "Amount", "Currency", "Automatic", "Struck out", "Why")
	return l.h.cfg.Store.EachHistory(ctx, l.sale.ID, func(lot auction.LotRef, events []auction.Event) error {
		for _, b := range auction.History(events) {
			out.row(lot.Number, b.At, b.Paddle, b.Amount, l.sale.Currency.Code, b.Automatic, b.Voided, b.Reason)
		}
		return out.table.out.Error()
	})
}

func (l *ledger) donors(ctx context.Context, out *sheetWriter) error {
	list, err := l.h.cfg.Store.Donors(ctx, l.sale.ID)
	out.row("Donor", "Lots", "Lots sold", "Hammer prices", "Currency")
	for _, d := range list {
		out.row(d.Donor, d.Lots, d.Sold, d.Hammer, l.sale.Currency.Code)
	}
	return err
}

func (l *ledger) after(ctx context.Context, out *sheetWriter) error {
	logs, err := l.h.cfg.Store.AfterLogs(ctx, l.sale.ID)
	if err != nil {
		return err
	}
	var all auction.AfterLog
	for _, log := range logs {
		all = append(all, log...)
	}
	slices.SortFunc(all, func(a, b auction.AfterAct) int { return cmp.Or(cmp.Compare(a.LotID, b.LotID), a.N-b.N) })
	out.row("Lot", "Title", "At", "What", "Paddle", "Price", "Currency", "Until", "By", "Why")
	for _, a := range all {
		e, err := l.h.cfg.Store.Entry(ctx, a.LotID)
		if err != nil {
			return err
		}
		out.row(e.Number, e.Title, a.At, string(a.Kind), a.Paddle, a.Price, l.sale.Currency.Code, a.Until, a.By.Name, a.Reason)
	}
	return nil
}

// results is the short list of what was sold and what was not.
func (l *ledger) results(ctx context.Context, out *sheetWriter) error {
	entries, _, err := l.h.cfg.Store.Entries(ctx, l.sale.ID, auction.Query{Show: auction.ShowClosed})
	out.row("Lot", "Title", "Donor", "State", "Hammer price", "Currency", "Paddle", "Buyer", "Email", "Bids", "Ended (UTC)", "Sold after the sale")
	for _, e := range entries {
		var hammer any = ""
		var buyer auction.Paddle
		switch {
		case e.State == auction.Sold:
			hammer, buyer = e.Hammer, e.Lead
		case e.After.Paddle != "":
			hammer, buyer = e.After.Price, e.After.Paddle
		}
		holder := l.holders[buyer]
		out.row(e.Number, e.Title, e.Consignor, string(e.State), hammer, l.sale.Currency.Code, buyer, holder.Name, holder.Email,
			e.Bids, e.EndedAt, e.After.Paddle != "")
	}
	return err
}
