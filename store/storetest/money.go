package storetest

import (
	"fmt"
	"sync"
	"time"

	"outcry/auction"
	"outcry/store"
)

var moneyTests = []conformance{
	{"the mails of an act after the sale come with it", testMailOfAnAct},
	{"every field of a payment comes back, and it pays once", testPayment},
	{"two payments at once do not pay too much", testPaymentsAtOnce},
	{"every field of a donation comes back, and it gives once", testDonation},
	{"every field of an appeal comes back", testAppeal},
	{"the books of a sale hold what was bought, given and paid", testBooks},
	{"a lot that passed is sold once", testAfterSale},
	{"a lot is offered again in a sale of its kind", testRelist},
	{"acts after the sale come back with every field", testAfterFields},
	{"donors are listed by what their lots brought, histories in order of lots", testResults},
	{"fees stand once a lot has opened", testFees},
}

// clerk adds somebody who works at the desk.
func (h *house) clerk(name string) auction.Clerk {
	h.Helper()
	u, err := h.AddUser(h.ctx, auction.User{Name: name, Role: auction.RoleClerk})
	h.ok(err)
	return auction.Clerk{ID: u.ID, Name: name}
}

// ended makes a lot with a reserve on which paddles bid so much each, a second
// apart, and lets it end.
func (h *house) ended(saleID int64, number string, reserve auction.Money, bids map[auction.Paddle]auction.Money, order ...auction.Paddle) int64 {
	h.Helper()
	d := draft(number, "Lot "+number)
	d.Reserve = reserve
	id, err := h.AddLot(h.ctx, saleID, d)
	h.ok(err)
	h.open(id)
	for i, p := range order {
		h.bid(id, p, bids[p], i+1, key(i))
	}
	h.change(id, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.KnockDown(t, start.Add(2*time.Hour))
	})
	return id
}

func (h *house) pay(p auction.Payment) auction.Payment {
	h.Helper()
	got, err := h.Pay(h.ctx, p, false)
	h.ok(err)
	return got
}

func testPayment(h *house) {
	s := h.sale("spring")
	ann, cleo, dora := h.paddle(s.ID, "ann"), h.clerk("cleo"), h.clerk("dora")
	h.ended(s.ID, "1", 0, map[auction.Paddle]auction.Money{ann.Paddle: 5000}, ann.Paddle) // 1000
	var want auction.Payment
	Fill(h.T, &want)
	want.SaleID, want.Paddle, want.Amount, want.Method, want.By, want.Undone = s.ID, ann.Paddle, 600, auction.Card, cleo, auction.Undo{}
	got := h.pay(want)
	want.ID = got.ID
	Same(h.T, "Pay", got, want)
	Same(h.T, "Pay again", h.pay(want), want)
	other := want
	other.Amount = 400
	_, err := h.Pay(h.ctx, other, false)
	h.is("another amount with the key", err, auction.ErrKeyUsed)
	other.Key, other.Amount = "another", 401
	_, err = h.Pay(h.ctx, other, false)
	h.is("more than is due", err, auction.ErrOverpaid)
	_, err = h.Pay(h.ctx, other, true)
	h.ok(err)
	other.Key, other.Paddle = "third", "999"
	_, err = h.Pay(h.ctx, other, true)
	h.is("a payment of nobody", err, store.ErrNotFound)

	u := auction.Undo{At: start.Add(time.Hour), By: dora, Why: "wrong paddle"}
	h.ok(h.UndoPayment(h.ctx, want.ID, u))
	want.Undone = u
	got, err = h.Payment(h.ctx, want.ID)
	h.ok(err)
	Same(h.T, "Payment, undone", got, want)
	h.is("undone twice", h.UndoPayment(h.ctx, want.ID, u), auction.ErrUndone)
	h.is("nothing undone", h.UndoPayment(h.ctx, 99, u), store.ErrNotFound)
	Same(h.T, "the undone one, sent again", h.pay(want), want)
}

func testPaymentsAtOnce(h *house) {
	s := h.sale("spring")
	for n := range 12 { // eight at once are now and then one after the other
		p := h.paddle(s.ID, fmt.Sprint("buyer ", n)).Paddle
		h.ended(s.ID, fmt.Sprint(n+1), 0, map[auction.Paddle]auction.Money{p: 5000}, p) // 1000
		var wg sync.WaitGroup
		now := make(chan struct{})
		for i := range 8 {
			wg.Go(func() {
				<-now
				_, _ = h.Pay(h.ctx, auction.Payment{SaleID: s.ID, Paddle: p, Amount: 400, Method: auction.Cash, Key: fmt.Sprint("key ", n, i), At: start}, false)
			})
		}
		close(now)
		wg.Wait()
		b, err := h.BooksOf(h.ctx, s.ID, p)
		h.ok(err)
		if i := b.Invoice(p); i.Paid != 800 || len(i.Payments) != 2 {
			h.Errorf("of eight payments of 400 for 1000: paid %d by %d", i.Paid, len(i.Payments))
			return
		}
	}
}

func testDonation(h *house) {
	s := h.sale("spring")
	ann, cleo := h.paddle(s.ID, "ann"), h.clerk("cleo")
	var want auction.Donation
	Fill(h.T, &want)
	want.SaleID, want.Paddle, want.From, want.By, want.Undone = s.ID, ann.Paddle, auction.ToAppeal, auction.Clerk{}, auction.Undo{}
	_, err := h.Give(h.ctx, want)
	h.is("to no appeal", err, auction.ErrAppealClosed)
	h.ok(h.SaveAppeal(h.ctx, auction.Appeal{SaleID: s.ID}))
	_, err = h.Give(h.ctx, want)
	h.is("to an appeal that is not open", err, auction.ErrAppealClosed)
	h.ok(h.SaveAppeal(h.ctx, auction.Appeal{SaleID: s.ID, Open: true}))
	got, err := h.Give(h.ctx, want)
	h.ok(err)
	want.ID = got.ID
	Same(h.T, "Give", got, want)
	got, err = h.Give(h.ctx, want)
	h.ok(err)
	Same(h.T, "Give again", got, want)
	other := want
	other.Amount++
	_, err = h.Give(h.ctx, other)
	h.is("another amount with the key", err, auction.ErrKeyUsed)
	other.Key, other.From, other.By, other.Amount = "another", auction.AtCheckout, cleo, 70
	_, err = h.Give(h.ctx, other)
	h.ok(err)
	second := want
	second.Key, second.At = "the second", start.Add(time.Second)
	second, err = h.Give(h.ctx, second)
	h.ok(err)
	h.is("the second was a slip", h.UndoDonation(h.ctx, second.ID, auction.Undo{At: start, By: cleo, Why: "a slip"}), nil)
	for n, want := range map[int][]int64{1: {second.ID}, 9: {second.ID, want.ID}} {
		list, err := h.LatestGifts(h.ctx, s.ID, n)
		h.ok(err)
		var ids []int64
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		Same(h.T, "LatestGifts", ids, want)
	}
	given, err := h.Given(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "Given", given, auction.Given{Appeal: want.Amount, Total: want.Amount + 70, Gifts: 1, Seq: 4})
	u := auction.Undo{At: start, By: cleo, Why: "a slip"}
	h.ok(h.UndoDonation(h.ctx, want.ID, u))
	want.Undone = u
	got, err = h.Donation(h.ctx, want.ID)
	h.ok(err)
	Same(h.T, "Donation, undone", got, want)
	h.is("undone twice", h.UndoDonation(h.ctx, want.ID, u), auction.ErrUndone)
	given, err = h.Given(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "Given, one undone", given, auction.Given{Total: 70, Seq: 5})
}

func testAppeal(h *house) {
	s := h.sale("spring")
	_, err := h.Appeal(h.ctx, s.ID)
	h.is("no appeal", err, store.ErrNotFound)
	for range 2 {
		var want auction.Appeal
		Fill(h.T, &want)
		want.SaleID = s.ID
		h.ok(h.SaveAppeal(h.ctx, want))
		got, err := h.Appeal(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "Appeal", got, want)
		h.ok(h.SaveAppeal(h.ctx, auction.Appeal{SaleID: s.ID}))
	}
	h.is("an appeal of no sale", h.SaveAppeal(h.ctx, auction.Appeal{SaleID: 99}), store.ErrNotFound)
}

func testBooks(h *house) {
	s := h.sale("spring")
	s.Fees = auction.Fees{Premium: auction.Premium{{Rate: 1000}}, TaxRate: 2000}
	h.ok(h.SaveSale(h.ctx, s))
	ann, bob, cleo := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob"), h.clerk("cleo")
	amounts := map[auction.Paddle]auction.Money{ann.Paddle: 3000, bob.Paddle: 2000}
	h.ended(s.ID, "10", 0, amounts, bob.Paddle, ann.Paddle)                  // ann, 2100
	two := h.ended(s.ID, "2", 0, amounts, bob.Paddle)                        // bob, 1000
	three := h.ended(s.ID, "3", 9000, amounts, ann.Paddle)                   // passed at 3000
	h.ended(s.ID, "4", 9000, amounts, bob.Paddle)                            // passed
	h.ended(h.sale("autumn").ID, "1", 0, map[auction.Paddle]auction.Money{}) // another sale
	_, err := h.ActAfter(h.ctx, three, func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, _ time.Time) (auction.AfterAct, error) {
		return log.Accept(l, start.Add(3*time.Hour), cleo, "")
	}, nil)
	h.ok(err)
	h.ok(h.HandOver(h.ctx, []int64{two, three}, cleo, start))
	h.ok(h.HandOver(h.ctx, []int64{two}, cleo, start.Add(time.Hour)))
	h.ok(h.TakeBackLot(h.ctx, three, cleo, start))
	h.ok(h.TakeBackLot(h.ctx, three, cleo, start))
	text := ""
	acts, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID, Kind: "lot"})
	h.ok(err)
	for _, a := range acts {
		text += fmt.Sprintf("%s %s to %s by %s, ", a.Kind, a.Number, a.Paddle, a.Name)
	}
	Same(h.T, "what the audit list says, once each", text, "lot.not-handed 3 to 101 by cleo, lot.handed 3 to 101 by cleo, lot.handed 2 to 102 by cleo, ")
	_, err = h.Give(h.ctx, auction.Donation{SaleID: s.ID, Paddle: bob.Paddle, Amount: 500, From: auction.AtCheckout, Key: "k", At: start})
	h.ok(err)
	h.pay(auction.Payment{SaleID: s.ID, Paddle: bob.Paddle, Amount: 100, Method: auction.Cash, Key: "k", At: start})

	b, err := h.Books(h.ctx, s.ID)
	h.ok(err)
	text = ""
	for _, l := range b.Bought {
		text += fmt.Sprintf("%s %s %d %v %v, ", l.Number, l.Paddle, l.Hammer, l.After, l.Handed.Equal(start))
	}
	Same(h.T, "Bought", text, "2 102 1000 false true, 3 101 3000 true false, 10 101 2100 false false, ")
	// ann: 5100 and 510 and 102; bob: 1000 and 100 and 20 and the 500 given
	if t := b.Takings(); t.Total() != 5712+1620 || t.Paid != 100 || t.Due != 5712+1520 || t.Owing != 2 {
		h.Errorf("takings %+v, total %d", t, t.Total())
	}
	h.open(h.lot(s.ID, "5", "Still open"))
	five, err := h.LotByNumber(h.ctx, s.ID, "5")
	h.ok(err)
	h.bid(five, ann.Paddle, 5000, 1, key(9))
	for p, want := range map[auction.Paddle]int{ann.Paddle: 1, bob.Paddle: 0} {
		if n, err := h.Leads(h.ctx, s.ID, p); err != nil || n != want {
			h.Errorf("paddle %s leads %d open lots, %v; want %d", p, n, err, want)
		}
	}
	one, err := h.BooksOf(h.ctx, s.ID, bob.Paddle)
	h.ok(err)
	Same(h.T, "BooksOf", one.Invoice(bob.Paddle), b.Invoice(bob.Paddle))
	if len(one.Bought)+len(one.Donations)+len(one.Payments) != 3 {
		h.Errorf("the books of one paddle hold more than its own: %+v", one)
	}
	_, err = h.Books(h.ctx, 99)
	h.is("the books of no sale", err, store.ErrNotFound)

	c, err := h.SaleCounts(h.ctx, s.ID)
	h.ok(err)
	if c.Sold != 2 || c.Passed != 2 || c.After != 1 || c.AfterRaised != 3000 || c.Raised != 3100 || c.Given != 500 || c.Total() != 6600 {
		h.Errorf("counts %+v", c)
	}
	e, err := h.Entry(h.ctx, three)
	h.ok(err)
	Same(h.T, "Entry.After", e.After, auction.SoldAfter{Paddle: ann.Paddle, Price: 3000, At: start.Add(3 * time.Hour)})
	if e.State != auction.Passed {
		h.Errorf("a lot sold after the sale is %s: closed stays closed", e.State)
	}
	h.sound()
}

func testAfterSale(h *house) {
	s := h.sale("spring")
	ann, bob, cid := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob"), h.paddle(s.ID, "cid")
	amounts := map[auction.Paddle]auction.Money{ann.Paddle: 3000, bob.Paddle: 2000, cid.Paddle: 4000}
	lot := h.ended(s.ID, "1", 9000, amounts, bob.Paddle, ann.Paddle, cid.Paddle)
	h.change(h.lot(s.ID, "2", "Jug"), func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.Open(t, start, [16]byte{15: 1})
	})
	list, err := h.Willing(h.ctx, lot)
	h.ok(err)
	Same(h.T, "Willing", list, []auction.Willing{{Paddle: cid.Paddle, Name: "cid", Highest: 4000, Seq: 4},
		{Paddle: ann.Paddle, Name: "ann", Highest: 3000, Seq: 3}, {Paddle: bob.Paddle, Name: "bob", Highest: 2000, Seq: 2}})
	open := h.lot(s.ID, "3", "Bowl")
	h.open(open)
	h.bid(open, ann.Paddle, 5000, 1, key(1))
	if list, err = h.Willing(h.ctx, open); err != nil || len(list) != 0 {
		h.Errorf("maxima of a lot that runs: %v, %v", list, err)
	}
	var wg sync.WaitGroup
	sold := make(chan error, 8)
	for range 8 {
		wg.Go(func() {
			_, err := h.ActAfter(h.ctx, lot, func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, now time.Time) (auction.AfterAct, error) {
				return log.Accept(l, now, auction.Clerk{}, "")
			}, nil)
			sold <- err
		})
	}
	wg.Wait()
	close(sold)
	n := 0
	for err := range sold {
		if err == nil {
			n++
			continue
		}
		h.is("the lot sold again", err, auction.ErrSoldAfter)
	}
	if n != 1 {
		h.Errorf("the lot was sold %d times", n)
	}
	_, err = h.ActAfter(h.ctx, 99, func(auction.Lot, auction.AfterLog, []auction.Willing, time.Time) (auction.AfterAct, error) {
		return auction.AfterAct{}, nil
	}, nil)
	h.is("an act about no lot", err, store.ErrNotFound)
}

// testRelist: the record of it cannot be taken back, so what a sale does not take
// is refused with the lot's own sale looked at, both ways.
func testRelist(h *house) {
	spring, autumn := h.sale("spring"), h.sale("autumn")
	try := h.rehearsal(spring)
	euros := autumn
	euros.ID, euros.Slug, euros.Currency = 0, "euros", auction.Currency{Code: "EUR", Symbol: "€", Digits: 2}
	euros, err := h.CreateSale(h.ctx, euros)
	h.ok(err)
	real, tried := h.ended(spring.ID, "1", 0, nil), h.ended(try.ID, "1", 0, nil)
	for what, c := range map[string]struct{ lot, into int64 }{
		"a lot that counts into a rehearsal": {real, try.ID}, "a lot of a rehearsal into a sale": {tried, autumn.ID},
		"a lot into a sale of another currency": {real, euros.ID},
	} {
		_, err := h.Relist(h.ctx, c.lot, c.into, draft("", "Again"), auction.Clerk{}, "")
		h.is(what, err, auction.ErrRelistInto)
		log, err := h.AfterLog(h.ctx, c.lot)
		h.ok(err)
		lots, _, err := h.Entries(h.ctx, c.into, auction.Query{Words: "Again"})
		h.ok(err)
		if len(log)+len(lots) != 0 {
			h.Errorf("%s: acts %v, lots %v, want none", what, log, lots)
		}
	}
	id, err := h.Relist(h.ctx, real, autumn.ID, draft("", "Again"), auction.Clerk{}, "")
	h.ok(err)
	if log, err := h.AfterLog(h.ctx, real); err != nil || len(log) != 1 || log[0].Ref != id {
		h.Errorf("relisted as lot %d: %+v, %v", id, log, err)
	}
	_, err = h.Relist(h.ctx, tried, 99, draft("", "Again"), auction.Clerk{}, "")
	h.is("into no sale", err, store.ErrNotFound)
}

// testMailOfAnAct: the mails of an act are there when the act is, and only then.
func testMailOfAnAct(h *house) {
	s := h.sale("spring")
	ann := h.paddle(s.ID, "ann")
	lot := h.ended(s.ID, "1", 9000, map[auction.Paddle]auction.Money{ann.Paddle: 3000}, ann.Paddle)
	accept := func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, now time.Time) (auction.AfterAct, error) {
		return log.Accept(l, now, auction.Clerk{}, "")
	}
	mail := func(once string) func(auction.AfterAct) []auction.Mail {
		return func(a auction.AfterAct) []auction.Mail {
			return []auction.Mail{{Kind: auction.MailOffer, Once: once, SaleID: s.ID, LotID: a.LotID, Paddle: a.Paddle, Ref: int64(a.N), Due: start, Until: start.Add(time.Hour), At: start}}
		}
	}
	_, err := h.ActAfter(h.ctx, lot, accept, mail("one"))
	h.ok(err)
	_, err = h.ActAfter(h.ctx, lot, accept, mail("two"))
	h.is("sold twice", err, auction.ErrSoldAfter)
	list, err := h.MailsOfPaddle(h.ctx, auction.MailOffer, s.ID, ann.Paddle)
	h.ok(err)
	if len(list) != 1 || list[0].Once != "one" || list[0].Ref != 1 || list[0].LotID != lot {
		h.Errorf("mails: %+v", list)
	}
}

func testAfterFields(h *house) {
	s := h.sale("spring")
	cleo := h.clerk("cleo")
	lot := h.ended(s.ID, "1", 0, map[auction.Paddle]auction.Money{})
	var want auction.AfterLog
	for i, by := range []auction.Clerk{cleo, {}} {
		var a auction.AfterAct
		Fill(h.T, &a)
		a.LotID, a.N, a.Kind, a.By = lot, i+1, auction.LotOffered, by
		got, err := h.ActAfter(h.ctx, lot, func(auction.Lot, auction.AfterLog, []auction.Willing, time.Time) (auction.AfterAct, error) {
			return a, nil
		}, nil)
		h.ok(err)
		Same(h.T, "ActAfter", got, a)
		want = append(want, a)
	}
	got, err := h.AfterLog(h.ctx, lot)
	h.ok(err)
	Same(h.T, "AfterLog", got, want)
	logs, err := h.AfterLogs(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "AfterLogs", logs, map[int64]auction.AfterLog{lot: want})
}

func testFees(h *house) {
	s := h.sale("spring")
	lot := h.lot(s.ID, "1", "Vase")
	s.Fees.TaxRate = 2000
	h.ok(h.SaveSale(h.ctx, s))
	h.open(lot)
	s.Title = "Another title"
	h.ok(h.SaveSale(h.ctx, s))
	for what, f := range map[string]auction.Fees{"premium": {Premium: auction.Premium{{Rate: 1}}, TaxRate: 2000}, "tax": {TaxRate: 2001}, "what is taxed": {TaxRate: 2000, TaxHammer: true}} {
		changed := s
		changed.Fees = f
		h.is("another "+what+" under an open lot", h.SaveSale(h.ctx, changed), auction.ErrFeesStand)
	}
}

func testResults(h *house) {
	s := h.sale("spring")
	ann, bob, cleo := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob"), h.clerk("cleo")
	amounts := map[auction.Paddle]auction.Money{ann.Paddle: 3000, bob.Paddle: 2000}
	for _, l := range []struct {
		number, donor string
		reserve       auction.Money
	}{{"10", "Zoe", 0}, {"2", "Amy", 0}, {"3", " amy ", 9000}, {"4", "Amy", 9000}, {"5", "", 0}} {
		lot := h.ended(s.ID, l.number, l.reserve, amounts, bob.Paddle, ann.Paddle) // 2100, or passed at 3000
		e, err := h.Entry(h.ctx, lot)
		h.ok(err)
		d, err := h.Draft(h.ctx, lot)
		h.ok(err)
		d.Consignor = l.donor
		h.ok(h.SaveDraft(h.ctx, lot, d))
		if e.Number == "3" {
			_, err := h.ActAfter(h.ctx, lot, func(l auction.Lot, log auction.AfterLog, _ []auction.Willing, now time.Time) (auction.AfterAct, error) {
				return log.Accept(l, now, cleo, "")
			}, nil)
			h.ok(err)
		}
	}
	h.lot(s.ID, "6", "Not open yet")
	decided, err := h.Decisions(h.ctx, []int64{s.ID, s.ID + 1})
	h.ok(err)
	if len(decided) != 1 || decided[0].SaleID != s.ID || decided[0].Seq != 1 {
		h.Errorf("Decisions: %+v, want one of one lot", decided)
	}
	dearest, _, err := h.Entries(h.ctx, s.ID, auction.Query{Order: auction.ByHighest, Limit: 2})
	h.ok(err)
	if len(dearest) != 2 || dearest[0].Number != "3" || dearest[1].Number != "2" { // 3000 after the sale, 2100
		h.Errorf("the dearest lots: %s, %s", dearest[0].Number, dearest[1].Number)
	}
	list, err := h.Donors(h.ctx, s.ID)
	h.ok(err)
	if len(list) == 2 {
		list[0].Donor = "Amy" // of several ways to write it, any
	}
	Same(h.T, "Donors", list, []auction.DonorTotal{{Donor: "Amy", Lots: 3, Sold: 2, Hammer: 5100}, {Donor: "Zoe", Lots: 1, Sold: 1, Hammer: 2100}})
	text := ""
	h.ok(h.EachHistory(h.ctx, s.ID, func(lot auction.LotRef, log []auction.Event) error {
		text += lot.Number + " "
		for i, e := range log {
			if e.Seq != int64(i+1) {
				h.Errorf("lot %s: event %d is seq %d", lot.Number, i, e.Seq)
			}
		}
		if len(log) != 4 {
			h.Errorf("lot %s has %d events, want 4", lot.Number, len(log))
		}
		return nil
	}))
	Same(h.T, "EachHistory", text, "2 3 4 5 10 ")
	for show, want := range map[auction.Show]int{auction.ShowSold: 3, auction.ShowPassed: 2, auction.ShowOut: 0, auction.ShowBought: 4, auction.ShowUnsold: 1} {
		found, n, err := h.Entries(h.ctx, s.ID, auction.Query{Show: show})
		h.ok(err)
		if n != want || len(found) != want {
			h.Errorf("Entries that are %s: %d, want %d", show, n, want)
		}
	}
	acts, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID})
	h.ok(err)
	if len(acts) != 1 || acts[0].Kind != auction.ActAfterBest || acts[0].What != "30.00 GBP" || acts[0].Name != "cleo" {
		h.Errorf("the audit list: %+v", acts)
	}
}
