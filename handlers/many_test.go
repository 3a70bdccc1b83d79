package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// many is a sale that is over: so many lots, each with so many bids by as many
// of the bidders, each of whom owes something.
func many(t testing.TB, s *site, lots, bidders, bids int) auction.Sale {
	t.Helper()
	ctx := context.Background()
	sale, ids := s.sale(lots, func(sale *auction.Sale) {
		sale.Fees = auction.Fees{Premium: auction.Premium{{Rate: 2000}}, TaxRate: 2000}
	})
	rows := make([]auction.HolderRow, bidders)
	for i := range rows {
		rows[i] = auction.HolderRow{Name: fmt.Sprintf("Bidder number %d", i), Email: fmt.Sprintf("b%d@example.org", i)}
	}
	if _, err := s.store.ImportHolders(ctx, sale.ID, rows, false); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	for i, id := range ids {
		err := s.store.Update(ctx, func(tx *store.Tx) error {
			l, terms, err := tx.Lot(ctx, id)
			if err != nil {
				return err
			}
			next, events := l.Open(terms, start, [16]byte{15: 1})
			if err := tx.KeepLot(ctx, next, l.Seq, [16]byte{15: 1}, events); err != nil {
				return err
			}
			for n := range bids {
				p := auction.Paddle(fmt.Sprint(101 + (i*7+n*31)%bidders))
				if _, err := storetest.PlaceBid(ctx, tx, id, p, auction.Money(1000+n*3000), start, fmt.Sprintf("key-%012d", n)); err != nil {
					return err
				}
			}
			if l, terms, err = tx.Lot(ctx, id); err != nil {
				return err
			}
			next, events = l.KnockDown(terms, l.ClosesAt)
			return tx.KeepLot(ctx, next, l.Seq, [16]byte{}, events)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range min(bidders, 500) {
		p := auction.Paddle(fmt.Sprint(101 + i))
		_, err := s.store.Give(ctx, auction.Donation{SaleID: sale.ID, Paddle: p, Amount: 5000, From: auction.AtCheckout, Key: fmt.Sprint("key", i), At: start})
		if err == nil {
			_, err = s.store.Pay(ctx, auction.Payment{SaleID: sale.ID, Paddle: p, Amount: 100, Method: auction.Cash, Key: fmt.Sprint("key", i), At: start}, true)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return sale
}

// moneyPaths are the pages about money of a sale.
var moneyPaths = []string{
	"/desk/sales/spring/checkout", "/desk/sales/spring/checkout?q=number", "/desk/sales/spring/checkout/101", "/desk/sales/spring/checkout/101/invoice",
	"/desk/sales/spring/results", "/desk/sales/spring/results?list=buyers", "/desk/sales/spring/results?list=passed", "/desk/sales/spring/results?list=donors",
	"/desk/sales/spring/overdue", "/desk/sales/spring/files", "/desk/sales/spring/appeal",
}

// However large the sale, no page is over 200 KB, or asks the database for
// each that owes.
func TestPagesAboutMoneyStaySmall(t *testing.T) {
	s := newSite(t)
	many(t, s, 400, 600, 3)
	for _, path := range moneyPaths {
		before := s.store.Asked()
		got := s.owner.get(path)
		if asked := s.store.Asked() - before; got.status != http.StatusOK || len(got.text) > mostPage || asked > mostAsked {
			t.Errorf("%s: status %d, %d bytes, %d statements", path, got.status, len(got.text), asked)
		}
	}
}

// BenchmarkMoneyPages tells what the pages about money cost in a house of
// 2,000 lots, 5,000 bidders and 200,000 bids, and its results pack:
//
//	go test ./handlers -run '^$' -bench MoneyPages -benchtime 20x
func BenchmarkMoneyPages(b *testing.B) {
	s := newSite(b)
	many(b, s, 2000, 5000, 100)
	for _, path := range append(moneyPaths, "/desk/sales/spring/results.zip") {
		b.Run(path, func(b *testing.B) {
			bytes := 0
			for range b.N {
				bytes = len(s.owner.get(path).text)
			}
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}
