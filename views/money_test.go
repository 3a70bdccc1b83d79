package views

import (
	"strings"
	"testing"

	"outcry/auction"
)

// moneySale is a sale that adds to hammer prices.
func moneySale() auction.Sale {
	s := winter
	s.Fees = auction.Fees{Premium: auction.Premium{{UpTo: 50000, Rate: 2500}, {Rate: 2000}}, TaxRate: 2000}
	s.Payment, s.Collection = "By transfer to "+hostile, "At the hall until Friday."
	s.Contact = auction.Contact{Email: "ruth@example.org", Phone: hostile}
	return s
}

func moneyBooks() auction.Books {
	ruth := auction.Clerk{ID: 1, Name: hostile}
	return auction.Books{SaleID: 1, Fees: moneySale().Fees,
		Bought: []auction.Bought{
			{LotID: 1, Number: "96", Title: "Box of twelve local histories", Paddle: "214", Hammer: 6500, At: closes},
			{LotID: 2, Number: "118", Title: hostile, Paddle: "214", Hammer: 24000, At: closes, Handed: closes},
			{LotID: 3, Number: "120", Title: "Vase", Paddle: "214", Hammer: 123456000, At: closes, After: true},
		},
		Donations: []auction.Donation{{ID: 1, Paddle: "214", Amount: 5000, From: auction.ToAppeal, At: closes, By: ruth},
			{ID: 2, Paddle: "214", Amount: 900, From: auction.AtCheckout, At: closes, By: ruth, Undone: auction.Undo{At: closes, By: ruth, Why: hostile}}},
		Payments: []auction.Payment{{ID: 1, Paddle: "214", Amount: 10000, Method: auction.Card, Note: hostile, At: closes, By: ruth},
			{ID: 2, Paddle: "214", Amount: 700, Method: auction.Cash, At: closes, By: ruth, Undone: auction.Undo{At: closes, By: ruth, Why: hostile}}},
	}
}

// moneyPages are the pages about what is owed, given and paid.
func moneyPages() []pageOf {
	p := func(here Here) Page { return pageFor(here, true, true) }
	s, books, bad := moneySale(), moneyBooks(), Field{Value: hostile, Error: "That cannot be right."}
	holder := auction.Holder{ID: 4, SaleID: 1, Paddle: "214", Name: "Maria Okonjo " + hostile, Email: "maria@example.org", Approved: true}
	invoice := books.Invoice("214")
	rows := []AccountRow{{Holder: holder, Invoice: invoice}}
	dated, jobs := s, hostileJobs()
	dated.DueDays = 14
	appeal := auction.Appeal{SaleID: 1, Title: "A minibus for the choir", Words: hostile, Goal: 6000000, Levels: []auction.Money{100000, 50000, 5000}, Open: true}
	given := auction.Given{Appeal: 1250000, Total: 1300000, Gifts: 31, Seq: 33}
	plain := winter
	ask := func(name string, a Access, change func(*AppealView)) pageOf {
		v := AppealView{Page: pageFor(HereAppeal, a != AccessGuest, false), Sale: winter, Appeal: appeal, Given: given, Access: a, Key: "keykeykeykeykeykey"}
		change(&v)
		return pageOf{name: "appeal-" + name, c: Appeal(v)}
	}
	soldAfter := entries()[5]
	soldAfter.After = auction.SoldAfter{Paddle: "87", Price: 20000, At: closes}
	results := func(name string, list ResultList, change func(*ResultsView)) pageOf {
		v := ResultsView{Page: p(HereResults), Sale: s, Counts: counts, Takings: books.Takings(), List: list, At: 1}
		v.Counts.After, v.Counts.AfterRaised, v.Counts.Given = 1, 20000, 5000
		change(&v)
		return pageOf{name: "results-" + name, c: Results(v)}
	}
	offer := func(name string, a auction.AfterKind, over bool) pageOf {
		return pageOf{name: "offer-" + name, c: Offer(OfferView{Page: pageFor(HereNone, false, false), Sale: s, Entry: entries()[5], Offer: auction.AfterAct{N: 1, Price: 34000, Paddle: "214", Until: closes},
			Charge: s.Fees.On(34000), Answer: a, Over: over, Token: "tok/en"})}
	}
	asked := func(v *AppealView) { v.Ask, v.Gift.Value, v.Mine = 5000, hostile, 2500 }
	return []pageOf{
		{name: "checkout", c: Checkout(CheckoutView{Page: p(HereCheckout), Sale: s, Owing: rows, More: 3, Takings: books.Takings()})},
		{name: "checkout-found", c: Checkout(CheckoutView{Page: p(HereCheckout), Sale: s, Query: hostile, Found: rows})},
		{name: "checkout-none", c: Checkout(CheckoutView{Page: p(HereCheckout), Sale: s, Query: "999"})},
		{name: "account", c: Account(AccountView{Page: p(HereCheckout), Sale: s, Holder: holder, Invoice: invoice, Undone: books.Donations[1:], Leads: 2, Levels: appeal.Levels, Amount: bad, AskOver: true, Gift: bad, PayKey: "k", GiveKey: "k", Mails: true})},
		{name: "account-empty", c: Account(AccountView{Page: p(HereCheckout), Sale: s, Holder: holder})},
		{name: "invoice", c: Invoice(InvoiceView{Page: pageFor(HereMine, true, false), Sale: s, Holder: holder, Invoice: invoice, Growing: true})},
		{name: "invoice-plain", c: Invoice(InvoiceView{Page: pageFor(HereMine, true, false), Sale: plain, Holder: holder, Invoice: auction.Books{SaleID: 1, Bought: books.Bought}.Invoice("214")})},
		{name: "invoice-desk", c: Invoice(InvoiceView{Page: p(HereCheckout), Sale: s, Holder: holder, Invoice: auction.Invoice{Number: "1-0214"}, AtDesk: true})},
		ask("guest", AccessGuest, asked), ask("unregistered", AccessUnregistered, asked), ask("waiting", AccessWaiting, asked), ask("asked", AccessBidder, asked),
		ask("choose", AccessBidder, func(v *AppealView) { v.Gift = bad }),
		ask("closed", AccessBidder, func(v *AppealView) { v.Appeal.Open, v.Appeal.Goal = false, 0 }),
		{name: "after", c: After(AfterView{Page: p(HereResults), Sale: s, Entry: entries()[5], Bidders: []auction.Willing{{Paddle: "87", Name: hostile, Highest: 36000}, {Paddle: "214", Name: "Maria", Highest: 34000}}, Into: []auction.Sale{winter}, Price: bad, To: "214", Why: hostile, Error: hostile,
			Log: auction.AfterLog{{N: 1, At: closes, Kind: auction.LotOffered, Paddle: "214", Price: 34000, By: auction.Clerk{ID: 1, Name: hostile}, Reason: hostile}, {N: 2, At: closes, Kind: auction.OfferRefused, Paddle: "214", Ref: 1}}})},
		{name: "after-offered", c: After(AfterView{Page: p(HereResults), Sale: s, Entry: entries()[5], Offer: &auction.AfterAct{N: 1, Until: closes, Paddle: "214"}, OfferLink: hostile})},
		{name: "after-relisted", c: After(AfterView{Page: p(HereResults), Sale: s, Entry: entries()[4], Log: auction.AfterLog{{N: 1, At: closes, Kind: auction.LotRelisted, Ref: 7}}})},
		results("sold", ResultSold, func(v *ResultsView) {
			v.Found, v.At, v.Sold = 900, 2, []SoldRow{{Bought: books.Bought[1], Charge: s.Fees.On(24000), Buyer: holder}, {Bought: books.Bought[2], Buyer: holder}}
		}),
		results("buyers", ResultBuyers, func(v *ResultsView) { v.Found, v.Buyers = 1, rows }),
		results("passed", ResultPassed, func(v *ResultsView) { v.Found, v.Unsold = 2, []UnsoldRow{{Entry: entries()[5]}, {Entry: soldAfter}} }),
		results("withdrawn", ResultOut, func(v *ResultsView) { v.Found, v.Unsold = 1, []UnsoldRow{{Entry: entries()[3], Reason: hostile}} }),
		results("donors", ResultDonors, func(v *ResultsView) {
			v.Found, v.Donors = 1, []auction.DonorTotal{{Donor: hostile, Lots: 3, Sold: 2, Hammer: 5100}}
		}),
		results("none", ResultSold, func(*ResultsView) {}),
		{name: "files", c: Files(FilesView{Page: p(HereResults), Sale: s, Files: []FileLink{{Name: "bids", About: "Every lot’s public history"}}, Jobs: jobs[:1], Now: closes})},
		{name: "overdue", c: Overdue(OverdueView{Page: p(HereCheckout), Sale: s, Takings: books.Takings(), Rows: []OverdueRow{{AccountRow: rows[0], Days: 12}}, More: 2, Mails: true, Jobs: jobs, Now: closes})},
		{name: "overdue-dates", c: Overdue(OverdueView{Page: p(HereCheckout), Sale: dated, Rows: []OverdueRow{{AccountRow: rows[0], Days: 12, PayBy: closes, Late: 3}}, More: 2})},
		{name: "invoice-dated", c: Invoice(InvoiceView{Page: p(HereCheckout), Sale: dated, Holder: holder, Invoice: invoice})},
		{name: "overdue-none", c: Overdue(OverdueView{Page: p(HereCheckout), Sale: s})},
		offer("open", "", false), offer("taken", auction.OfferTaken, false), offer("refused", auction.OfferRefused, false), offer("dropped", auction.OfferDropped, false), offer("over", "", true),
		{name: "desk-appeal", c: DeskAppeal(DeskAppealView{Page: p(HereDeskAppeal), Sale: winter, Appeal: appeal, Given: given, Latest: books.Donations, Level: bad, Paddles: bad, Key: "k", Form: &AppealForm{Title: bad, Words: bad, Goal: bad, Levels: bad}})},
		{name: "desk-appeal-new", c: DeskAppeal(DeskAppealView{Page: p(HereDeskAppeal), Sale: winter, New: true, Form: &AppealForm{Open: true}})},
	}
}

// hostileJobs are jobs of all kinds, at work, done, done with problems and
// broken off.
func hostileJobs() (jobs []auction.Job) {
	for i, kind := range []auction.JobKind{auction.JobPack, auction.JobReminders, auction.JobPhotos} {
		for _, j := range []auction.Job{{SeenAt: closes}, {SeenAt: closes, EndedAt: closes}, {SeenAt: closes, EndedAt: closes, Problems: hostile + "\n" + hostile}, {}} {
			j.ID, j.Kind, j.What, j.Total, j.Done = int64(i+1), kind, hostile, 1234, 56
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// workPages are jobs, and prints.
func workPages() (pages []pageOf) {
	for i, j := range hostileJobs() {
		v := JobView{Page: pageFor(HereResults, true, true), Sale: moneySale(), Job: j, Now: closes}
		pages = append(pages, pageOf{name: "job-" + itoa(i), c: Job(v)})
		v.File, v.Until = hostile, closes
		pages = append(pages, pageOf{name: "job-file-" + itoa(i), c: Job(v)})
	}
	for _, what := range []Print{PrintCatalogue, PrintSheets, PrintCards, PrintLots, PrintPaddles} {
		v := PrintView{Page: pageFor(HereLots, true, true), Sale: moneySale(), What: what, Lots: entries(), Public: "https://sale.example.org/sales/winter", Part: 2, Parts: 3}
		for _, e := range entries() {
			v.Labels = append(v.Labels, PaddleLabel{Holder: auction.Holder{Paddle: "214", Name: hostile}, Entry: e})
		}
		pages = append(pages, pageOf{name: "print-" + string(what), c: PrintOut(v)})
	}
	return pages
}

// What stands on the paper is what the rules say, to the cent.
func TestInvoiceSaysTheSums(t *testing.T) {
	text := html(t, Invoice(InvoiceView{Page: pageFor(HereMine, true, false), Sale: moneySale(), Holder: auction.Holder{Paddle: "214"}, Invoice: moneyBooks().Invoice("214")}))
	// 65.00: 16.25 and 3.25; 240.00: 60.00 and 12.00; 1,234,560.00: 246,937.00 and 49,387.40
	for _, want := range []string{"1-0214", "£16.25", "£3.25", "£84.50", "£312.00", "£246,937.00", "£49,387.40", "£1,530,884.40",
		"£1,531,330.90", "−£100.00", "£1,531,230.90", "5 December 2026", "Part paid", "Donation"} {
		if !strings.Contains(text, want) {
			t.Errorf("the invoice does not say %s", want)
		}
	}
	if strings.Contains(text, "£7.00") || strings.Contains(text, "£9.00") {
		t.Error("what was undone stands on the invoice")
	}
}
