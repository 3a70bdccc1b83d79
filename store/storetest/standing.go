package storetest

import (
	"time"

	"outcry/auction"
	"outcry/store"
)

func testBidder(h *house) {
	s := h.sale("spring")
	ann := h.paddle(s.ID, "ann")
	one, two, three := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug"), h.lot(s.ID, "3", "Bowl")
	reserved := draft("4", "Urn")
	reserved.Reserve, reserved.Consignor = 5000, " ANN "
	four, err := h.AddLot(h.ctx, s.ID, reserved)
	h.ok(err)
	for _, id := range []int64{one, two, three, four} {
		h.open(id)
	}
	bidder := func(lot int64, p auction.Paddle) (b auction.Bidder, err error) {
		err = h.Update(h.ctx, func(tx *store.Tx) (err error) {
			b, err = tx.Bidder(h.ctx, lot, p)
			return err
		})
		return b, err
	}
	b, err := bidder(one, ann.Paddle)
	h.ok(err)
	Same(h.T, "a bidder", b, auction.Bidder{Paddle: ann.Paddle})
	b, err = bidder(four, ann.Paddle)
	h.ok(err)
	Same(h.T, "the lot's consignor", b, auction.Bidder{Paddle: ann.Paddle, Own: true})

	clerk, err := h.AddUser(h.ctx, auction.User{Name: "cleo", Role: auction.RoleClerk})
	h.ok(err)
	staff, err := h.Register(h.ctx, s.ID, clerk.ID, "cleo", true)
	h.ok(err)
	for lot, own := range map[int64]bool{one: false, four: true} {
		b, err = bidder(lot, staff.Paddle)
		h.ok(err)
		if b.Own != own {
			h.Errorf("staff on a lot with a reserve %v: Own = %v", own, b.Own)
		}
	}

	ann.Limit = 100000
	h.ok(h.SaveHolder(h.ctx, ann))
	h.bid(one, ann.Paddle, 4000, 1, key(1))
	h.bid(two, ann.Paddle, 3000, 1, key(2))
	h.bid(three, ann.Paddle, 2000, 1, key(3))
	h.change(two, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.KnockDown(t, start.Add(2*time.Hour))
	})
	b, err = bidder(one, ann.Paddle)
	h.ok(err)
	Same(h.T, "stakes: one won at 1000, one led up to 2000", b, auction.Bidder{Paddle: ann.Paddle, Limit: 100000, Committed: 3000})
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		_, err := PlaceBid(h.ctx, tx, three, ann.Paddle, 2500, start.Add(time.Second), key(4))
		h.ok(err)
		b, err := tx.Bidder(h.ctx, one, ann.Paddle)
		Same(h.T, "stakes as this transaction has them", b.Committed, auction.Money(3500))
		return err
	}))

	ann.Approved = false
	h.ok(h.SaveHolder(h.ctx, ann))
	_, err = bidder(one, ann.Paddle)
	h.is("a paddle that is not approved", err, store.ErrNotFound)
	_, err = bidder(one, "999")
	h.is("a paddle that is not registered", err, store.ErrNotFound)
}

func testStandings(h *house) {
	s := h.sale("spring")
	a, b, c := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob"), h.paddle(s.ID, "cid")
	one, two := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
	h.open(one)
	h.open(two)
	h.bid(one, a.Paddle, 5000, 1, key(1))
	h.bid(one, b.Paddle, 3000, 2, key(2))
	h.bid(one, c.Paddle, 1000, 3, key(3)) // refused
	h.bid(two, b.Paddle, 2000, 4, key(4))
	last := h.bid(two, b.Paddle, 2500, 5, key(5))
	h.change(one, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.KnockDown(t, start.Add(2*time.Hour))
	})
	rowOne, _ := h.row(one)
	st, found, err := h.Standing(h.ctx, one, a.Paddle)
	h.ok(err)
	Same(h.T, "the winner", st, auction.Standing{Paddle: a.Paddle, Lot: one, Seq: rowOne.Seq, Leads: true, Max: 5000, Won: true, Over: true})
	Same(h.T, "found", found, true)
	_, found, err = h.Standing(h.ctx, one, c.Paddle)
	h.ok(err)
	Same(h.T, "a paddle with refused bids only, found", found, false)
	m, err := h.Standings(h.ctx, s.ID, b.Paddle)
	h.ok(err)
	rowTwo, _ := h.row(two)
	Same(h.T, "Standings", m, map[int64]auction.Standing{
		one: {Paddle: b.Paddle, Lot: one, Seq: rowOne.Seq, Max: 3000, Over: true},
		two: {Paddle: b.Paddle, Lot: two, Seq: rowTwo.Seq, Leads: true, Max: 2500}})
	paddles, err := h.BidPaddles(h.ctx, one)
	h.ok(err)
	Same(h.T, "BidPaddles", paddles, []auction.Paddle{a.Paddle, b.Paddle})

	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		l, t, err := tx.Lot(h.ctx, two)
		h.ok(err)
		log, err := tx.Log(h.ctx, two)
		h.ok(err)
		next, events, err := l.Void(t, log, last.Seq, start.Add(time.Minute), "misheard")
		h.ok(err)
		return tx.KeepLot(h.ctx, next, l.Seq, [16]byte{}, events)
	}))
	st, _, err = h.Standing(h.ctx, two, b.Paddle)
	h.ok(err)
	Same(h.T, "the maximum after a void", st.Max, auction.Money(2000))
	h.sound()
}
