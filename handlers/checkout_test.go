package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"outcry/auction"
)

// bought is a sale with premium and tax of which Ann has bought the first lot,
// for 20.00 by its buy-now price: 20.00 and 5.00 and 1.00.
func (s *site) bought() (auction.Sale, []int64, *person) {
	s.t.Helper()
	sale, lots := s.sale(3, func(sale *auction.Sale) {
		sale.Fees = auction.Fees{Premium: auction.Premium{{Rate: 2500}}, TaxRate: 2000}
		sale.Payment = "Card at the desk."
	})
	for i, id := range lots {
		d, err := s.store.Draft(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		if d.BuyNow = 2000; i == 2 {
			d.BuyNow, d.Reserve = 0, 9000
		}
		if err := s.store.SaveDraft(s.t.Context(), id, d); err != nil {
			s.t.Fatal(err)
		}
	}
	s.publish(sale)
	ann := s.bidder("Ann", sale)
	ann.buy(lots[0])
	return sale, lots, ann
}

func (s *site) publish(sale auction.Sale) {
	s.t.Helper()
	if err := s.store.PublishSale(s.t.Context(), sale.ID); err != nil {
		s.t.Fatal(err)
	}
	s.room.Wake()
	s.room.Wake() // the first looks at the timetable, the lots open before the second
}

// buy takes a lot at its buy-now price of 20.00.
func (p *person) buy(lot int64) {
	p.t.Helper()
	f := bidForm("20.00")
	f.Set("kind", "buy")
	if got := p.do("POST", lotPath(lot, "/bids"), f); got.status != http.StatusSeeOther {
		p.t.Fatalf("buy lot %d: %d", lot, got.status)
	}
}

const annsAccount = "/desk/sales/spring/checkout/101"

// pay fills in the payment form of an account's page and sends it.
func (p *person) pay(account page, amount string, more ...string) page {
	p.t.Helper()
	f := formOf(p.t, account, annsAccount+"/payments")
	f.Set("method", "cash")
	if amount != "" {
		f.Set("amount", amount)
	}
	for i := 0; i+1 < len(more); i += 2 {
		f.Set(more[i], more[i+1])
	}
	return p.do("POST", annsAccount+"/payments", f)
}

// TestTheCheckoutFindsWhoOwes: by name, and by paddle at once.
func TestTheCheckoutFindsWhoOwes(t *testing.T) {
	s := newSite(t)
	_, _, ann := s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	cleo.get("/desk/sales/spring/checkout").says(t, "who owes", 200, "£26.00", "Ann", "1 paddle")
	cleo.get("/desk/sales/spring/checkout?q=an").says(t, "found by name", 200, "Ann", "£26.00")
	if got := cleo.do("GET", "/desk/sales/spring/checkout?q=101", nil); got.status != 303 || got.header.Get("Location") != annsAccount {
		t.Errorf("found by paddle: %d to %q", got.status, got.header.Get("Location"))
	}
	account := cleo.get(annsAccount)
	account.says(t, "the account", 200, "Hammer price £20.00 · premium £5.00 · tax £1.00", "£26.00", "0 of 1")
	if got := account.filled(t, "amount"); got != "26.00" {
		t.Errorf("the amount to pay is filled in as %q", got)
	}
	if got := cleo.do("GET", "/desk/sales/spring/checkout/999", nil); got.status != 404 {
		t.Errorf("nobody's account: %d", got.status)
	}
	if got := ann.do("GET", annsAccount, nil); got.status != 403 {
		t.Errorf("a bidder at the checkout: %d", got.status)
	}
}

// TestAPaymentInParts: more than is due is asked about, and a double click is
// one payment.
func TestAPaymentInParts(t *testing.T) {
	s := newSite(t)
	sale, _, _ := s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	account := cleo.get(annsAccount)
	if got := cleo.pay(account, "20"); got.status != 303 {
		t.Fatalf("a part: %d %s", got.status, got.text)
	}
	if got := cleo.pay(account, "20"); got.status != 303 {
		t.Fatalf("a part, sent twice: %d", got.status)
	}
	cleo.pay(account, "3").says(t, "another amount from the same form", 422, "was taken from this form already")
	account = cleo.get(annsAccount)
	account.says(t, "after a part", 200, "£6.00", "Part paid")
	asked := cleo.pay(account, "60")
	asked.says(t, "more than is due", 422, "more than is due", "They really paid this much")
	if got := asked.filled(t, "amount"); got != "60" {
		t.Errorf("what was typed is kept as %q", got)
	}
	if got := cleo.pay(account, "6", "note", "slip 12"); got.status != 303 {
		t.Fatalf("the rest: %d", got.status)
	}
	cleo.get(annsAccount).says(t, "paid", 200, "Paid", "£0.00", "Cash, slip 12", "Cleo")
	cleo.pay(cleo.get(annsAccount), "nothing").says(t, "words for an amount", 422, "nothing")
	cleo.pay(cleo.get(annsAccount), "0").says(t, "nothing paid", 422, "Give what was paid")
	cleo.pay(cleo.get(annsAccount), "1", "method", "shells").says(t, "no such way", 422, "Say how it was paid")

	books, err := s.store.Books(t.Context(), sale.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := books.Takings(); got.Paid != 2600 || got.Due != 0 || len(books.Payments) != 2 {
		t.Errorf("the books: %+v, %d payments", got, len(books.Payments))
	}
}

// TestAPaymentIsUndone: with a reason, and it stays to be seen.
func TestAPaymentIsUndone(t *testing.T) {
	s := newSite(t)
	s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	cleo.pay(cleo.get(annsAccount), "20")
	cleo.pay(cleo.get(annsAccount), "6")
	undo := "/desk/payments/2/undo"
	for _, text := range []string{": payment of £6.00 at ", ": payment of £20.00 at "} { // each button says which
		if n := strings.Count(cleo.get(annsAccount).text, text); n != 2 {
			t.Errorf("%q is said %d times on the account, want once beside each of two words", text, n)
		}
	}
	cleo.do("POST", undo, url.Values{"why": {" "}}).says(t, "without a reason", 422, "Say in a few words why")
	if got := cleo.do("POST", undo, url.Values{"why": {"wrong paddle"}}); got.status != 303 {
		t.Errorf("undone: %d", got.status)
	}
	cleo.get(annsAccount).says(t, "after it was undone", 200, "£6.00", "wrong paddle", "Undone")
}

// TestLotsAreHandedOver: those that are ticked, and of this paddle alone.
func TestLotsAreHandedOver(t *testing.T) {
	s := newSite(t)
	_, lots, _ := s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	handOver := formOf(t, cleo.get(annsAccount), annsAccount+"/lots")
	cleo.do("POST", annsAccount+"/lots", handOver).says(t, "nothing ticked", 422, "Tick the lots")
	handOver.Set("lot", lotID(lots[0]))
	if got := cleo.do("POST", annsAccount+"/lots", handOver); got.status != 303 {
		t.Errorf("handed over: %d", got.status)
	}
	cleo.get(annsAccount).says(t, "handed over", 200, "1 of 1", "Handed over at")
	cleo.do("POST", annsAccount+"/lots", url.Values{"lot": {lotID(lots[1])}}).says(t, "another's lot", 400)
	if got := cleo.do("POST", annsAccount+"/lots", url.Values{"back": {lotID(lots[0])}}); got.status != 303 {
		t.Errorf("taken back: %d", got.status)
	}
	cleo.get(annsAccount).says(t, "taken back", 200, "0 of 1")
}

// TestAnAccountGrows: while other lots run, and with what is given at the
// checkout, once.
func TestAnAccountGrows(t *testing.T) {
	s := newSite(t)
	_, lots, ann := s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	ann.buy(lots[1])
	cleo.get(annsAccount).says(t, "a second lot", 200, "£52.00")
	give := formOf(t, cleo.get(annsAccount), annsAccount+"/donations")
	give.Set("amount", "4.50")
	for range 2 {
		if got := cleo.do("POST", annsAccount+"/donations", give); got.status != 303 {
			t.Errorf("given: %d", got.status)
		}
	}
	cleo.get(annsAccount).says(t, "given", 200, "£56.50", "£4.50", "At checkout")
	if got := cleo.do("POST", "/desk/donations/1/undo", url.Values{"why": {"a slip"}}); got.status != 303 {
		t.Errorf("undone: %d", got.status)
	}
	cleo.get(annsAccount).says(t, "not given", 200, "£52.00", "a slip")
}

func TestTwoClicksAtOncePayOnce(t *testing.T) {
	s := newSite(t)
	sale, _, _ := s.bought()
	cleo := s.person("Cleo", auction.RoleClerk)
	f := formOf(t, cleo.get(annsAccount), annsAccount+"/payments")
	f.Set("method", "card")
	f.Set("amount", "13")
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if got := cleo.do("POST", annsAccount+"/payments", f); got.status != 303 {
				t.Errorf("one of the clicks: %d", got.status)
			}
		})
	}
	wg.Wait()
	books, err := s.store.Books(t.Context(), sale.ID)
	if err != nil || len(books.Payments) != 1 {
		t.Errorf("%d payments, %v", len(books.Payments), err)
	}
}

func TestInvoiceForItsBidder(t *testing.T) {
	s := newSite(t)
	_, lots, ann := s.bought()
	ben := s.bidder("Ben", auction.Sale{ID: 1})
	for what, path := range map[string]string{"my lots": "/sales/spring/mine", "the lot": lotPath(lots[0], "")} {
		if !strings.Contains(ann.get(path).text, `href="/sales/spring/invoice"`) {
			t.Errorf("%s does not lead to the invoice", what)
		}
	}
	ann.get("/sales/spring/invoice").says(t, "the invoice", 200, "1-0101", "Ann", "Vase 1", "£20.00", "£5.00", "£1.00", "£26.00", "Not paid yet",
		"Buyer’s premium 25%", "Tax 20% on the premium", "Lots of this sale still run", "Card at the desk.", "Reference")
	ben.get("/sales/spring/invoice").says(t, "another's", 200, "1-0102", "Nothing to pay")
	cleo := s.person("Cleo", auction.RoleClerk)
	if got := cleo.pay(cleo.get(annsAccount), ""); got.status != 303 {
		t.Fatalf("paid: %d", got.status)
	}
	ann.get("/sales/spring/invoice").says(t, "paid", 200, "Paid", "Nothing left to pay", "−£26.00")
	cleo.get(annsAccount+"/invoice").says(t, "at the desk", 200, "1-0101", "Ann", "Back to the checkout")
	if got := s.person("Nobody", auction.RoleBidder).do("GET", "/sales/spring/invoice", nil); got.status != 303 {
		t.Errorf("somebody without a paddle: %d", got.status)
	}
}

func TestAppeal(t *testing.T) {
	s := newSite(t)
	sale, _, ann := s.bought()
	const desk = "/desk/sales/spring/appeal"
	if got := ann.do("GET", "/sales/spring/appeal", nil); got.status != 404 {
		t.Errorf("an appeal that is not there: %d", got.status)
	}
	f := formOf(t, s.owner.get(desk), desk)
	s.owner.do("POST", desk, f).says(t, "without a title", 422, "Say in a line what the money is for")
	f.Set("title", "A minibus for the choir")
	f.Set("goal", "1000")
	f.Set("levels", "50 500, 100")
	s.owner.do("POST", desk, f).says(t, "levels", 422, "Write amounts with a blank between")
	f.Set("levels", "50 500 100 50")
	if got := s.owner.do("POST", desk, f); got.status != 303 {
		t.Fatalf("saved: %d", got.status)
	}
	ann.get("/sales/spring").says(t, "the catalogue", 200, "A minibus for the choir", "£0 given")
	guest := s.person("Guest", auction.RoleBidder)
	guest.get("/sales/spring/appeal").says(t, "the appeal", 200, "0% of £1,000", "£500", "£100", "£50")
	guest.get("/sales/spring/appeal?amount=50").says(t, "without a paddle", 200, "get a paddle")

	page := ann.get("/sales/spring/appeal?amount=50")
	page.says(t, "asked once more", 200, "You give £50.00 as paddle 101")
	give := formOf(t, page, "/sales/spring/appeal")
	for range 2 {
		if got := ann.do("POST", "/sales/spring/appeal", give); got.status != 303 {
			t.Fatalf("given: %d", got.status)
		}
	}
	ann.get("/sales/spring/appeal?done=gave").says(t, "given", 200, "Thank you.", "You have given £50.00", "5% of £1,000", "1 gift")
	ann.get("/sales/spring/appeal?amount=x").says(t, "words for an amount", 200, "amount")
	ann.get("/sales/spring/invoice").says(t, "on the invoice", 200, "Donation", "£50.00", "£76.00")
	if got := guest.do("POST", "/sales/spring/appeal", give); !strings.Contains(got.header.Get("Location"), "/register?next=") {
		t.Errorf("without a paddle: %d to %q", got.status, got.header.Get("Location"))
	}

	s.bidder("Ben", sale)
	pledge := formOf(t, s.owner.get(desk), desk+"/donations")
	pledge.Set("level", "100")
	pledge.Set("paddles", "101 102 999")
	s.owner.do("POST", desk+"/donations", pledge).says(t, "a paddle that is not there", 422, "Nobody has 999", "Nothing was entered")
	pledge.Set("paddles", "101, 102 101")
	for range 2 {
		if got := s.owner.do("POST", desk+"/donations", pledge); got.status != 303 {
			t.Fatalf("pledged: %d", got.status)
		}
	}
	if given, err := s.store.Given(t.Context(), sale.ID); err != nil || given.Appeal != 25_000 || given.Gifts != 3 {
		t.Errorf("given: %+v, %v", given, err)
	}
	f.Del("open")
	s.owner.do("POST", desk, f)
	give.Set("key", "a-key-of-another-form")
	ann.do("POST", "/sales/spring/appeal", give).says(t, "closed", 422, "takes no donations at the moment")
}
