package auction

import (
	"errors"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawFees draws any fees that a sale can have.
func drawFees(t *rapid.T) Fees {
	rate := rapid.Int64Range(0, int64(MaxRate))
	f := Fees{TaxRate: Rate(rate.Draw(t, "tax")), TaxHammer: rapid.Bool().Draw(t, "tax on the hammer")}
	below := Money(0)
	for range rapid.IntRange(0, 4).Draw(t, "tiers") {
		below += Money(rapid.Int64Range(1, 1_000_000).Draw(t, "up to"))
		f.Premium = append(f.Premium, Tier{UpTo: below, Rate: Rate(rate.Draw(t, "premium"))})
	}
	if len(f.Premium) > 0 {
		f.Premium[len(f.Premium)-1].UpTo = 0
	}
	return f
}

func drawBooks(t *rapid.T) Books {
	paddle := rapid.SampledFrom([]Paddle{"101", "102", "103", "104"})
	amount := rapid.Int64Range(1, 100_000_000)
	undo := func() Undo {
		if rapid.IntRange(0, 4).Draw(t, "undone") == 0 {
			return Undo{At: noon}
		}
		return Undo{}
	}
	b := Books{SaleID: 7, Fees: drawFees(t)}
	for i := range rapid.IntRange(0, 12).Draw(t, "lots") {
		b.Bought = append(b.Bought, Bought{LotID: int64(i + 1), Paddle: paddle.Draw(t, "buyer"), Hammer: Money(amount.Draw(t, "hammer"))})
	}
	for range rapid.IntRange(0, 5).Draw(t, "donations") {
		b.Donations = append(b.Donations, Donation{Paddle: paddle.Draw(t, "giver"), Amount: Money(amount.Draw(t, "gift")), Undone: undo()})
	}
	for range rapid.IntRange(0, 8).Draw(t, "payments") {
		b.Payments = append(b.Payments, Payment{Paddle: paddle.Draw(t, "payer"), Amount: Money(amount.Draw(t, "paid")), Method: Cash, Undone: undo()})
	}
	return b
}

// halfUp is a rate's share by the book: in fractions, rounded at the end.
func halfUp(parts *big.Rat) Money {
	doubled := new(big.Rat).Add(new(big.Rat).Mul(parts, big.NewRat(2, 1)), big.NewRat(1, 1))
	floor := new(big.Int).Div(doubled.Num(), new(big.Int).Mul(doubled.Denom(), big.NewInt(2)))
	return Money(floor.Int64())
}

// byHand computes a line in fractions, tier by tier.
func byHand(f Fees, hammer Money) Charge {
	share := func(m Money, r Rate) *big.Rat { return big.NewRat(int64(m)*int64(r), 10_000) }
	sum, below := new(big.Rat), Money(0)
	for _, t := range f.Premium {
		part := hammer - below
		if t.UpTo != 0 {
			part = min(part, t.UpTo-below)
		}
		if part > 0 {
			sum.Add(sum, share(part, t.Rate))
		}
		below = t.UpTo
	}
	c := Charge{Hammer: hammer, Premium: halfUp(sum)}
	taxed := c.Premium
	if f.TaxHammer {
		taxed += hammer
	}
	c.Tax = halfUp(share(taxed, f.TaxRate))
	return c
}

// Whatever the fees, every line is right to the cent, every invoice is the sum
// of its lines, and all invoices together are the sale.
func TestInvoicesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBooks(t)
		var all Charge
		var given, paid, due, over Money
		lots := 0
		for p, i := range b.Invoices() {
			var sum Charge
			for _, l := range i.Lots {
				if want := byHand(b.Fees, l.Hammer); l.Charge != want {
					t.Fatalf("hammer %d under %+v: %+v, by hand %+v", l.Hammer, b.Fees, l.Charge, want)
				}
				sum = sum.Plus(l.Charge)
			}
			if sum != i.Sum || i.Total() != sum.Hammer+sum.Premium+sum.Tax+i.Given || i.Due() != i.Total()-i.Paid {
				t.Fatalf("invoice %s does not add up: lines %+v, invoice %+v", i.Number, sum, i)
			}
			if one := b.Invoice(p); one.Total() != i.Total() || one.Due() != i.Due() || one.Number != i.Number {
				t.Fatalf("paddle %s alone owes %d, among all %d", p, one.Due(), i.Due())
			}
			all, given, paid, lots = all.Plus(sum), given+i.Given, paid+i.Paid, lots+len(i.Lots)
			due, over = due+max(i.Due(), 0), over+max(-i.Due(), 0)
		}
		got := b.Takings()
		if got.Sum != all || got.Given != given || got.Paid != paid || got.Due != due || got.Over != over || lots != len(b.Bought) {
			t.Fatalf("takings %+v; the invoices are %+v, given %d, paid %d, due %d, over %d", got, all, given, paid, due, over)
		}
		if got.Total()+got.Over != got.Paid+got.Due || got.By[Cash] != got.Paid {
			t.Fatalf("takings %+v do not balance", got)
		}
		if b.Invoice("999").Total() != 0 {
			t.Fatal("somebody without a lot owes something")
		}
	})
}

func TestWhatIsUndoneDoesNotCount(t *testing.T) {
	b := Books{SaleID: 7, Fees: Fees{Premium: Premium{{Rate: 1000}}, TaxRate: 2000},
		Bought:    []Bought{{LotID: 1, Paddle: "214", Hammer: 10_005}},
		Donations: []Donation{{Paddle: "214", Amount: 500}, {Paddle: "214", Amount: 900, Undone: Undo{At: noon}}},
		Payments:  []Payment{{Paddle: "214", Amount: 4000, Method: Card}, {Paddle: "214", Amount: 9000, Method: Cash, Undone: Undo{At: noon}}},
	}
	i := b.Invoice("214")
	// 10 % of 100.05 is 10.005, half up 10.01; 20 % of that is 2.002: 2.00.
	if i.Number != "7-0214" || i.Total() != 10_005+1001+200+500 || i.Due() != 11_706-4000 || len(i.Payments) != 2 || i.Settled() {
		t.Errorf("invoice %+v: total %d, due %d", i, i.Total(), i.Due())
	}
	if err := i.MayPay(7706, false); err != nil {
		t.Errorf("what is due: %v", err)
	}
	if err := i.MayPay(7707, false); !errors.Is(err, ErrOverpaid) {
		t.Errorf("a penny more than is due: %v", err)
	}
	if err := i.MayPay(7707, true); err != nil {
		t.Errorf("a penny more, said twice: %v", err)
	}
}

var (
	passed  = Lot{ID: 5, SaleID: 7, State: Passed, Lead: "112", Price: 9000}
	bidding = []Willing{{Paddle: "112", Highest: 9000, Seq: 4}, {Paddle: "113", Highest: 8500, Seq: 3}}
	ruth    = Clerk{ID: 1, Name: "Ruth"}
)

// after plays acts about a passed lot, each an hour after the one before.
type after struct {
	*testing.T
	log AfterLog
	now time.Time
}

func (a *after) does(what string, want error, act func(AfterLog, time.Time) (AfterAct, error)) {
	a.Helper()
	a.now = a.now.Add(time.Hour)
	got, err := act(a.log, a.now)
	if !errors.Is(err, want) {
		a.Errorf("%s: %v, want %v", what, err, want)
	}
	if err == nil {
		if got.N != len(a.log)+1 || got.LotID != passed.ID || !got.At.Equal(a.now) {
			a.Errorf("%s: act %+v is out of order", what, got)
		}
		a.log = append(a.log, got)
	}
}

func accept(l AfterLog, now time.Time) (AfterAct, error) { return l.Accept(passed, now, ruth, "") }
func relist(l AfterLog, now time.Time) (AfterAct, error) { return l.Relist(passed, 9, now, ruth, "") }
func offer(p Paddle, price Money) func(AfterLog, time.Time) (AfterAct, error) {
	return func(l AfterLog, now time.Time) (AfterAct, error) {
		return l.OfferTo(passed, bidding, p, price, now, ruth, "")
	}
}
func answer(n int, kind AfterKind) func(AfterLog, time.Time) (AfterAct, error) {
	return func(l AfterLog, now time.Time) (AfterAct, error) {
		return l.Answer(passed, n, kind, now, Clerk{}, "")
	}
}

func TestAnOfferRefusedThenTheBestBidAccepted(t *testing.T) {
	a := &after{T: t, now: noon}
	a.does("an offer to somebody who never bid", ErrNotABidder, offer("999", 8000))
	a.does("an offer for nothing", ErrNoPrice, offer("113", 0))
	a.does("an offer", nil, offer("113", 8000))
	a.does("the best bid while an offer stands", ErrOfferStands, accept)
	a.does("a second offer", ErrOfferStands, offer("112", 8000))
	a.does("a relisting while an offer stands", ErrOfferStands, relist)
	a.does("an answer to another offer", ErrOfferOver, answer(2, OfferTaken))
	a.does("an answer that is none", ErrOfferOver, answer(1, LotRelisted))
	a.does("refused", nil, answer(1, OfferRefused))
	a.does("taken after all", ErrOfferOver, answer(1, OfferTaken))
	a.does("the best bid", nil, accept)
	if sold, ok := a.log.Sold(); !ok || sold.Paddle != "112" || sold.Price != 9000 {
		t.Errorf("sold %+v, %v", sold, ok)
	}
	a.does("the best bid again", ErrSoldAfter, accept)
	a.does("relisted when sold", ErrSoldAfter, relist)
}

func TestAnOfferEndsByItself(t *testing.T) {
	a := &after{T: t, now: noon}
	a.does("an offer", nil, offer("113", 8000))
	a.now = a.log[0].Until.Add(-time.Hour) // an hour later is the very end
	a.does("taken at the very end", ErrOfferOver, answer(1, OfferTaken))
	a.does("offered again", nil, offer("113", 7000))
	a.does("taken", nil, answer(2, OfferTaken))
	if sold, ok := a.log.Sold(); !ok || sold.Paddle != "113" || sold.Price != 7000 {
		t.Errorf("sold %+v, %v", sold, ok)
	}
}

func TestALotIsRelistedOnce(t *testing.T) {
	a := &after{T: t, now: noon}
	a.does("relisted", nil, relist)
	a.does("again", ErrRelistedAfter, relist)
	a.does("accepted", ErrRelistedAfter, accept)
	sold := passed
	sold.State = Sold
	if _, err := (AfterLog{}).Accept(sold, noon, ruth, ""); !errors.Is(err, ErrNotPassed) {
		t.Errorf("a sold lot: %v", err)
	}
	nobody := passed
	nobody.Lead, nobody.Price = "", 0
	if _, err := (AfterLog{}).Accept(nobody, noon, ruth, ""); !errors.Is(err, ErrNoBids) {
		t.Errorf("a lot without a bid: %v", err)
	}
}

// An invoice is to be paid by the end of a day of the sale's zone, whatever
// clocks are changed meanwhile; each thing that comes onto it moves that day.
func TestWhenAnInvoiceIsToBePaid(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		t.Helper()
		got, err := time.ParseInLocation("2006-01-02 15:04", text, london)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	b := Books{SaleID: 1, Bought: []Bought{{LotID: 1, Paddle: "7", Hammer: 1000, At: at("2026-10-20 23:30").UTC()}}}
	i := b.Invoice("7")
	if got := i.PayBy(7, london); !got.Equal(at("2026-10-27 00:00")) { // the clocks go back on the 25th
		t.Errorf("to be paid by %v", got)
	}
	for now, want := range map[string]int{"2026-10-21 00:00": 0, "2026-10-27 23:59": 0, "2026-10-28 00:00": 1, "2026-11-03 12:00": 7} {
		if got := i.Overdue(7, london, at(now)); got != want {
			t.Errorf("overdue on %s: %d days, want %d", now, got, want)
		}
	}
	if got := i.Overdue(0, london, at("2027-01-01 00:00")); got != 0 || !i.PayBy(0, london).IsZero() {
		t.Errorf("overdue without a date: %d days", got)
	}
	b.Payments = []Payment{{Paddle: "7", Amount: 1000}}
	if got := b.Invoice("7").Overdue(7, london, at("2027-01-01 00:00")); got != 0 {
		t.Errorf("overdue though it is paid: %d days", got)
	}
	b.Donations = []Donation{{Paddle: "7", Amount: 500, At: at("2026-11-20 12:00")}}
	if got := b.Invoice("7").PayBy(7, london); !got.Equal(at("2026-11-27 00:00")) {
		t.Errorf("with a gift of November it is to be paid by %v", got)
	}
}
