package views

import (
	"strings"
	"testing"

	"outcry/auction"
)

// TestAnInvoiceSaysNoSumTwice: a line of sums is there where it differs from the
// next.
func TestAnInvoiceSaysNoSumTwice(t *testing.T) {
	lots := []auction.Bought{{LotID: 1, Number: "1", Title: "Vase", Paddle: "214", Hammer: 30500, At: closes}}
	given := []auction.Donation{{ID: 1, Paddle: "214", Amount: 500, From: auction.ToAppeal, At: closes}}
	paid := []auction.Payment{{ID: 1, Paddle: "214", Amount: 100, Method: auction.Cash, At: closes}}
	undone := []auction.Payment{{ID: 1, Paddle: "214", Amount: 100, Method: auction.Cash, At: closes, Undone: auction.Undo{At: closes}}}
	taxed := auction.Fees{Premium: auction.Premium{{Rate: 1000}}}
	for what, c := range map[string]struct {
		books         auction.Books
		hammer, total bool
	}{
		"lots alone":               {auction.Books{Bought: lots}, false, false},
		"a premium":                {auction.Books{Bought: lots, Fees: taxed}, true, false},
		"a donation":               {auction.Books{Bought: lots, Donations: given}, true, false},
		"a donation alone":         {auction.Books{Donations: given}, false, false},
		"a payment":                {auction.Books{Bought: lots, Payments: paid}, false, true},
		"a payment that is undone": {auction.Books{Bought: lots, Payments: undone}, false, false},
		"all of it":                {auction.Books{Bought: lots, Fees: taxed, Donations: given, Payments: paid}, true, true},
	} {
		sale := winter
		sale.Fees = c.books.Fees
		page, err := Render(t.Context(), Invoice(InvoiceView{Page: pageFor(HereMine, true, false), Sale: sale, Holder: auction.Holder{Paddle: "214"}, Invoice: c.books.Invoice("214")}))
		if err != nil {
			t.Fatal(err)
		}
		for label, want := range map[string]bool{">Hammer total<": c.hammer, ">Total<": c.total, "<b>To pay<": true} {
			if got := strings.Contains(string(page), label); got != want {
				t.Errorf("%s: %s is there: %v", what, label, got)
			}
		}
	}
}
