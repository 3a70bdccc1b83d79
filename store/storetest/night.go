package storetest

import (
	"fmt"
	"time"

	"outcry/auction"
	"outcry/store"
)

var nightTests = []conformance{
	{"every field of an act comes back", func(h *house) {
		s := h.sale("spring")
		lot := h.lot(s.ID, "12A", "Vase")
		u, err := h.AddUser(h.ctx, auction.User{Name: "Ruth", Role: auction.RoleClerk})
		h.ok(err)
		var want auction.Act
		Fill(h.T, &want)
		want.SaleID, want.LotID, want.Number, want.UserID, want.Name = s.ID, lot, "12A", u.ID, "Ruth"
		h.ok(h.KeepAct(h.ctx, want))
		list, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID})
		h.ok(err)
		if len(list) != 1 {
			h.T.Fatalf("acts: %v", list)
		}
		want.ID = list[0].ID
		Same(h.T, "Acts", list[0], want)
		h.ok(h.RemoveLot(h.ctx, lot))
		list, err = h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID})
		h.ok(err)
		want.Number = ""
		Same(h.T, "an act on a lot that is gone", list, []auction.Act{want})
	}},
	{"acts are found by what is asked", testActs},
	{"absentee bids wait in the order they came", testAbsentee},
	{"a blocked paddle is known to the rules", func(h *house) {
		s := h.sale("spring")
		lot := h.lot(s.ID, "1", "Vase")
		p := h.paddle(s.ID, "ann")
		blocked := func() bool {
			h.Helper()
			var by auction.Bidder
			h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
				by, err = tx.Bidder(h.ctx, lot, p.Paddle)
				return err
			}))
			return by.Blocked
		}
		for _, since := range []time.Time{start, {}} {
			h.ok(h.Update(h.ctx, func(tx *store.Tx) error { return tx.Block(h.ctx, p.ID, since) }))
			got, err := h.HolderByID(h.ctx, p.ID)
			h.ok(err)
			Same(h.T, "blocked since", got.BlockedAt, since)
			Same(h.T, "blocked", blocked(), !since.IsZero())
		}
	}},
	{"an announcement counts its changes", func(h *house) {
		s := h.sale("spring")
		got, err := h.Announcement(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "before the first", got, auction.Announcement{SaleID: s.ID})
		var want auction.Announcement
		Fill(h.T, &want)
		want.SaleID = s.ID
		for n := range int64(3) {
			h.ok(h.Update(h.ctx, func(tx *store.Tx) error { return tx.KeepAnnouncement(h.ctx, want) }))
			want.Seq = n + 1
			got, err = h.Announcement(h.ctx, s.ID)
			h.ok(err)
			Same(h.T, "Announcement", got, want)
			want.Message = fmt.Sprint("message ", n)
		}
	}},
	{"the close before it was brought forward is remembered", func(h *house) {
		id := h.lot(h.sale("spring").ID, "1", "Vase")
		h.open(id)
		before := func() (at time.Time) {
			h.Helper()
			h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
				at, err = tx.CloseBefore(h.ctx, id)
				return err
			}))
			return at
		}
		move := func(to time.Duration) {
			h.Helper()
			h.change(id, func(l auction.Lot, _ auction.Terms) (auction.Lot, []auction.Event) {
				l, events, err := l.Reschedule(start.Add(time.Minute), start.Add(to), "test")
				h.ok(err)
				return l, events
			})
		}
		Same(h.T, "never moved", before(), time.Time{})
		move(2 * time.Hour)
		Same(h.T, "moved later", before(), time.Time{})
		move(10 * time.Minute)
		move(20 * time.Minute)
		Same(h.T, "brought forward", before(), start.Add(2*time.Hour))
		h.sound()
	}},
}

func testActs(h *house) {
	s := h.sale("spring")
	lot := h.lot(s.ID, "7", "Vase")
	for i, a := range []auction.Act{
		{SaleID: s.ID, Kind: auction.ActEntered, LotID: lot, Paddle: "101"},
		{SaleID: s.ID, Kind: auction.ActVoided, LotID: lot, UserID: 5},
		{SaleID: s.ID, Kind: auction.ActMessage},
		{Kind: auction.ActRole},
	} {
		a.What = fmt.Sprint(i)
		h.ok(h.KeepAct(h.ctx, a))
	}
	for want, q := range map[string]auction.ActQuery{
		"2 1 0 ": {SaleID: s.ID},
		"3 ":     {},
		"1 0 ":   {SaleID: s.ID, Kind: "bid"},
		"0 ":     {SaleID: s.ID, Kind: string(auction.ActEntered), Lot: "7"},
		"1 ":     {SaleID: s.ID, UserID: 5},
		"2 ":     {SaleID: s.ID, Limit: 1},
		"":       {SaleID: s.ID, Kind: "%"},
	} {
		list, err := h.Acts(h.ctx, q)
		h.ok(err)
		got := ""
		for _, a := range list {
			got += a.What + " "
			if time.Since(a.At) > time.Minute {
				h.Errorf("an act of %v", a.At)
			}
		}
		Same(h.T, fmt.Sprintf("%+v", q), got, want)
	}
	newest, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID, Limit: 1})
	h.ok(err)
	older, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID, Before: newest[0].ID, Paddle: "101"})
	h.ok(err)
	if len(older) != 1 || older[0].Paddle != "101" {
		h.Errorf("older acts on paddle 101: %+v", older)
	}
}

func testAbsentee(h *house) {
	s := h.sale("spring")
	lot, other := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
	leave := func(lot int64, p auction.Paddle, amount auction.Money, key string) (id int64, fresh bool, err error) {
		err = h.Update(h.ctx, func(tx *store.Tx) (err error) {
			id, fresh, err = tx.LeaveBid(h.ctx, lot, auction.Bid{By: auction.Bidder{Paddle: p}, Amount: amount, Key: key})
			return err
		})
		return id, fresh, err
	}
	first, fresh, err := leave(lot, "102", 5000, key(1))
	h.ok(err)
	Same(h.T, "a new one", fresh, true)
	again, fresh, err := leave(lot, "102", 5000, key(1))
	h.ok(err)
	Same(h.T, "the same again", fmt.Sprint(again, fresh), fmt.Sprint(first, false))
	_, _, err = leave(lot, "102", 5100, key(1))
	h.is("another amount under the same key", err, store.ErrConflict)
	second, _, err := leave(lot, "101", 4000, key(2))
	h.ok(err)
	_, _, err = leave(other, "101", 900, key(3))
	h.ok(err)
	list := func() (bids []auction.Bid) {
		h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
			bids, err = tx.LeftBids(h.ctx, lot)
			return err
		}))
		return bids
	}
	want := []auction.Bid{
		{By: auction.Bidder{Paddle: "102"}, Amount: 5000, Kind: auction.Maximum, Key: key(1)},
		{By: auction.Bidder{Paddle: "101"}, Amount: 4000, Kind: auction.Maximum, Key: key(2)},
	}
	Same(h.T, "LeftBids", list(), want)
	drop := func(lot, id int64) (p auction.Paddle, err error) {
		err = h.Update(h.ctx, func(tx *store.Tx) (err error) {
			p, err = tx.DropLeftBid(h.ctx, lot, id)
			return err
		})
		return p, err
	}
	_, err = drop(other, second)
	h.is("another lot's", err, store.ErrNotFound)
	p, err := drop(lot, first)
	h.ok(err)
	Same(h.T, "whose it was", p, auction.Paddle("102"))
	_, err = drop(lot, first)
	h.is("twice", err, store.ErrNotFound)
	Same(h.T, "what is left", list(), want[1:])
	h.ok(h.RemoveLot(h.ctx, lot))
}

var deskTests = []conformance{
	{"what the desk entered shows no maximum", func(h *house) {
		s := h.sale("spring")
		lot, later := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
		ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
		h.open(lot)
		a := h.bid(lot, ann.Paddle, 9000, 1, key(1))
		h.ok(h.KeepAct(h.ctx, auction.Act{SaleID: s.ID, LotID: lot, Seq: a.Seq, Kind: auction.ActEntered, Paddle: ann.Paddle}))
		a = h.bid(lot, bob.Paddle, 2000, 2, key(2))
		h.ok(h.KeepAct(h.ctx, auction.Act{SaleID: s.ID, LotID: lot, Seq: a.Seq, Kind: auction.ActEntered, Paddle: bob.Paddle}))
		var id int64
		h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
			id, _, err = tx.LeaveBid(h.ctx, later, auction.Bid{By: auction.Bidder{Paddle: bob.Paddle}, Amount: 7000, Key: key(3)})
			return err
		}))
		h.ok(h.KeepAct(h.ctx, auction.Act{SaleID: s.ID, LotID: later, Ref: id, Kind: auction.ActLeft, Paddle: bob.Paddle}))
		h.ok(h.KeepAct(h.ctx, auction.Act{SaleID: s.ID, LotID: lot, Kind: auction.ActVoided}))
		list := func() (text string) {
			h.Helper()
			entered, err := h.Entered(h.ctx, s.ID, 5)
			h.ok(err)
			for _, d := range entered {
				text += fmt.Sprintf("%s %s %s %d %s %s %t, ", d.Kind, d.Number, d.Paddle, d.Amount, d.Lead, d.State, d.Undone)
			}
			return text
		}
		Same(h.T, "Entered", list(), "bid.left 2 102 0  upcoming false, bid.entered 1 102 2000 101 open false, bid.entered 1 101 1000 101 open false, ")
		records := h.log(lot)
		h.change(lot, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
			l, events, err := l.Void(t, records, a.Seq, start.Add(time.Minute), "a slip")
			h.ok(err)
			return l, events
		})
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			_, err := tx.DropLeftBid(h.ctx, later, id)
			return err
		}))
		Same(h.T, "undone", list(), "bid.left 2 102 0  upcoming true, bid.entered 1 102 2000 101 open true, bid.entered 1 101 1000 101 open false, ")
		hidden, err := h.HiddenBids(h.ctx, lot)
		h.ok(err)
		Same(h.T, "hidden while open", len(hidden), 0)
		h.change(lot, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
			return l.KnockDown(t, start.Add(2*time.Hour))
		})
		hidden, err = h.HiddenBids(h.ctx, lot)
		h.ok(err)
		Same(h.T, "once it is over", hidden, []auction.HiddenBid{{Seq: 2, Paddle: "101", Amount: 9000, Kind: auction.Maximum}, {Seq: 3, Paddle: "102", Amount: 2000, Kind: auction.Maximum, Voided: true}})
	}},
	{"the latest bids are those that the histories show", testLatestShown},
	{"people are found at the door", func(h *house) {
		s := h.sale("spring")
		for _, name := range []string{"Ann Éclair", "Bob 1012", "Cid"} {
			h.paddle(s.ID, name)
		}
		u, err := h.AddUser(h.ctx, auction.User{Name: "Vip", Role: auction.RoleBidder})
		h.ok(err)
		_, err = h.RegisterAs(h.ctx, s.ID, u.ID, "1012", "Vip", true)
		h.ok(err)
		for q, want := range map[string]string{
			"":         "1012 103 102 101 ",
			"eclair a": "101 ",
			"1012":     "1012 102 ",
			"103":      "103 ",
			"10":       "101 102 103 1012 ",
			"%":        "",
			"nobody":   "",
		} {
			list, err := h.FindHolders(h.ctx, s.ID, q, 9)
			h.ok(err)
			Same(h.T, fmt.Sprintf("FindHolders %q", q), paddlesOf(list), want)
		}
		lot := h.lot(s.ID, "12A", "Vase")
		got, err := h.LotByNumber(h.ctx, s.ID, "12A")
		h.ok(err)
		Same(h.T, "LotByNumber", got, lot)
		_, err = h.LotByNumber(h.ctx, s.ID+1, "12A")
		h.is("in another sale", err, store.ErrNotFound)
	}},
}

func (h *house) log(lot int64) (records []auction.Record) {
	h.Helper()
	h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
		records, err = tx.Log(h.ctx, lot)
		return err
	}))
	return records
}

func testLatestShown(h *house) {
	s, other := h.sale("spring"), h.sale("autumn")
	lot := h.lot(s.ID, "12A", "Vase")
	ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	h.open(lot)
	h.bid(lot, ann.Paddle, 5000, 1, key(1))
	h.bid(lot, ann.Paddle, 9000, 2, key(2)) // a raise: nobody sees it
	b := h.bid(lot, bob.Paddle, 2000, 3, key(3))
	h.bid(lot, bob.Paddle, 100, 4, key(4)) // refused
	records := h.log(lot)
	h.change(lot, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		l, events, err := l.Void(t, records, b.Seq, start.Add(time.Minute), "a slip")
		h.ok(err)
		return l, events
	})
	list, err := h.LatestShown(h.ctx, s.ID, 9)
	h.ok(err)
	text := ""
	for _, r := range list {
		text += fmt.Sprintf("%s %s %d %t, ", r.Number, r.Paddle, r.Amount, r.Voided)
	}
	Same(h.T, "LatestShown", text, "12A 102 2000 true, 12A 101 1000 false, ")
	for id, want := range map[int64]int{s.ID: 2, other.ID: 0} {
		n, err := h.BidsSince(h.ctx, id, start.Add(2*time.Second))
		h.ok(err)
		Same(h.T, "BidsSince", n, want)
	}
}
