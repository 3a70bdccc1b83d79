package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"outcry/auction"
	"outcry/store"
)

var bidTests = []conformance{
	{"every field of an event and of a record comes back", testRecords},
	{"a bid's answer is given again, byte for byte", testAnswered},
	{"every field of an answer comes back", func(h *house) {
		s := h.sale("spring")
		id := h.lot(s.ID, "1", "Vase")
		var b auction.Bid
		var want auction.Answer
		Fill(h.T, &b, "By.Own", "By.Blocked", "By.Limit", "By.Committed", "Without")
		Fill(h.T, &want)
		want.Key = "quotes \" \\ and \u2028 and \x01"
		check := func(tx *store.Tx) error {
			gotBid, got, err := tx.Answered(h.ctx, id, b.By.Paddle, b.Key)
			Same(h.T, "the bid", gotBid, b)
			Same(h.T, "its answer", got, want)
			return err
		}
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			h.ok(tx.KeepBid(h.ctx, id, b, want))
			return check(tx)
		}))
		h.ok(h.Update(h.ctx, check))
	}},
	{"a transaction reads what it wrote", testReadsOwn},
	{"a transaction that fails keeps nothing", testNothingKept},
	{"a lot that moved on is a conflict", func(h *house) {
		id := h.lot(h.sale("spring").ID, "1", "Vase")
		stale, terms := h.row(id)
		h.open(id)
		err := h.Update(h.ctx, func(tx *store.Tx) error {
			next, events := stale.Open(terms, start, [16]byte{})
			return tx.KeepLot(h.ctx, next, stale.Seq, [16]byte{}, events)
		})
		h.is("KeepLot of a stale row", err, store.ErrConflict)
		err = h.Update(h.ctx, func(tx *store.Tx) error {
			l, _, err := tx.Lot(h.ctx, id)
			h.ok(err)
			was := l.Seq
			l.Seq += 2
			return tx.KeepLot(h.ctx, l, was, [16]byte{}, []auction.Event{{Seq: l.Seq, Kind: auction.LotPassed}})
		})
		if err == nil {
			h.Error("KeepLot took an event that leaves a gap")
		}
		err = h.Update(h.ctx, func(tx *store.Tx) error {
			_, _, err := tx.Lot(h.ctx, 99)
			return err
		})
		h.is("an unknown lot", err, store.ErrNotFound)
	}},
	{"a bidder is known by paddle, limit and stakes", testBidder},
	{"standings tell a paddle about itself", testStandings},
	{"events are read from where one stopped", func(h *house) {
		s := h.sale("spring")
		a, b := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
		one, two := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
		h.open(one)
		h.open(two)
		h.bid(one, a.Paddle, 1000, 1, key(1))
		h.bid(two, b.Paddle, 1500, 2, key(2))
		h.bid(one, b.Paddle, 2000, 3, key(3))
		seqs := func(list []auction.Event, err error) string {
			h.ok(err)
			text := ""
			for _, e := range list {
				text += fmt.Sprint(e.Seq, " ")
			}
			return text
		}
		Same(h.T, "Events", seqs(h.Events(h.ctx, one)), "1 2 3 ")
		Same(h.T, "EventsAfter", seqs(h.EventsAfter(h.ctx, one, 1)), "2 3 ")
		Same(h.T, "LatestEvents", seqs(h.LatestEvents(h.ctx, one, 2)), "2 3 ")
		Same(h.T, "Events of no lot", seqs(h.Events(h.ctx, 99)), "")
		latest, err := h.LatestBids(h.ctx, s.ID, 2)
		h.ok(err)
		if len(latest) != 2 || latest[0].Number != "1" || latest[0].Seq != 3 || latest[1].Number != "2" || latest[1].LotID != two {
			h.Errorf("LatestBids = %+v", latest)
		}
	}},
	{"the heartbeat is remembered", func(h *house) {
		last, err := h.LastBeat(h.ctx)
		h.ok(err)
		Same(h.T, "before the first beat", last, time.Time{})
		for i, want := range []time.Time{{}, start} {
			h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
				got, err := tx.Beat(h.ctx, start.Add(time.Duration(i)*time.Second))
				Same(h.T, "Beat", got, want)
				return err
			}))
		}
		last, err = h.LastBeat(h.ctx)
		h.ok(err)
		Same(h.T, "LastBeat", last, start.Add(time.Second))
	}},
	{"what is expected is what would have been read", testExpect},
	{"bids from all sides come one after the other", testManyAtOnce},
	{"a key is used once", testKeyOnce},
	{"time goes on within a transaction", testTimeGoesOn},
}

func testRecords(h *house) {
	s := h.sale("spring")
	p := h.paddle(s.ID, "ann")
	id, empty := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
	h.open(id)
	_, terms := h.row(id)
	h.bid(id, p.Paddle, 4000, 1, key(1))
	var odd auction.Event // what no rule would make, but every field of it
	Fill(h.T, &odd, "Seq")
	odd.Seq, odd.Kind = 3, auction.SaleOutage
	h.change(id, func(l auction.Lot, _ auction.Terms) (auction.Lot, []auction.Event) {
		l.Seq = 3
		return l, []auction.Event{odd}
	})
	events, err := h.Events(h.ctx, id)
	h.ok(err)
	Same(h.T, "Events: the odd one", events[2], odd)
	check := func(what string, log []auction.Record, err error) {
		h.Helper()
		h.ok(err)
		if len(log) != 3 {
			h.T.Fatalf("%s: %d records, want 3", what, len(log))
		}
		Same(h.T, what+": the opening", log[0], auction.Record{Event: events[0], Terms: &terms, Nonce: [16]byte{15: 1}})
		Same(h.T, what+": the bid", log[1], auction.Record{Event: events[1], Bid: &auction.Bid{
			By: auction.Bidder{Paddle: p.Paddle}, Amount: 4000, Kind: auction.Maximum, Key: key(1), Nonce: [16]byte{0: byte(4000 & 255), 15: 7}}})
		Same(h.T, what+": the odd one", log[2], auction.Record{Event: odd})
	}
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		log, err := tx.Log(h.ctx, id)
		check("Tx.Log", log, err)
		return nil
	}))
	var seen []int64
	h.ok(h.EachLot(h.ctx, func(l auction.Lot, got auction.Terms, log []auction.Record) error {
		seen = append(seen, l.ID)
		if l.ID == id {
			Same(h.T, "EachLot: terms", got, terms)
			check("EachLot", log, nil)
		} else if len(log) != 0 {
			h.Errorf("EachLot: %d records of a lot without any", len(log))
		}
		return nil
	}))
	Same(h.T, "EachLot: lots", seen, []int64{id, empty})
	stop := errors.New("stop")
	h.is("EachLot when fn fails", h.EachLot(h.ctx, func(auction.Lot, auction.Terms, []auction.Record) error { return stop }), stop)
}

func testAnswered(h *house) {
	s := h.sale("spring")
	a, b := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	id := h.lot(s.ID, "1", "Vase")
	early := h.bid(id, a.Paddle, 1000, -1, key(1))
	h.open(id)
	taken := h.bid(id, a.Paddle, 5000, 1, key(2))
	h.bid(id, b.Paddle, 6000, 2, key(2)) // another paddle may use the same key
	low := h.bid(id, a.Paddle, 1100, 3, key(3))
	Same(h.T, "outcomes", []auction.Outcome{early.Outcome, taken.Outcome, low.Outcome},
		[]auction.Outcome{auction.Refused, auction.Leading, auction.Refused})
	events, err := h.Events(h.ctx, id)
	h.ok(err)
	for _, c := range []struct {
		key    string
		amount auction.Money
		want   auction.Answer
	}{{key(1), 1000, early}, {key(2), 5000, taken}, {key(3), 1100, low}} {
		Same(h.T, "the answer again", h.bid(id, a.Paddle, c.amount, 9, c.key), c.want)
	}
	again, err := h.Events(h.ctx, id)
	h.ok(err)
	Same(h.T, "events after bidding again", again, events)
	h.sound()
	err = h.Update(h.ctx, func(tx *store.Tx) error {
		return tx.KeepBid(h.ctx, id, auction.Bid{By: auction.Bidder{Paddle: a.Paddle}, Key: key(2)}, auction.Answer{Outcome: auction.Refused})
	})
	h.is("KeepBid under a key that was used", err, store.ErrConflict)
	err = h.Update(h.ctx, func(tx *store.Tx) error {
		_, _, err := tx.Answered(h.ctx, id, a.Paddle, key(9))
		return err
	})
	h.is("Answered for a key never used", err, store.ErrNotFound)
}

func testReadsOwn(h *house) {
	s := h.sale("spring")
	p := h.paddle(s.ID, "ann")
	id := h.lot(s.ID, "1", "Vase")
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		l, t, err := tx.Lot(h.ctx, id)
		h.ok(err)
		next, events := l.Open(t, start, [16]byte{15: 1})
		h.ok(tx.KeepLot(h.ctx, next, l.Seq, [16]byte{15: 1}, events))
		for i := range 70 { // more than one statement takes
			a, err := PlaceBid(h.ctx, tx, id, p.Paddle, auction.Money(1000+i*100), start.Add(time.Second), key(i))
			h.ok(err)
			if a.Outcome == auction.Refused {
				h.T.Fatalf("bid %d: %+v", i, a)
			}
		}
		h.is("KeepBid under a key of this transaction", tx.KeepBid(h.ctx, id,
			auction.Bid{By: auction.Bidder{Paddle: p.Paddle}, Key: key(1)}, auction.Answer{}), store.ErrConflict)
		log, err := tx.Log(h.ctx, id)
		h.ok(err)
		if len(log) != 71 || log[70].Bid == nil || log[70].Bid.Key != key(69) {
			h.Errorf("Log inside: %d records, the last %+v", len(log), log[len(log)-1])
		}
		open, err := tx.OpenLots(h.ctx, s.ID)
		Same(h.T, "OpenLots inside", open, []int64{id})
		h.ok(err)
		_, a, err := tx.Answered(h.ctx, id, p.Paddle, key(3))
		if a.Key != key(3) {
			h.Errorf("Answered after Log: %+v", a)
		}
		return err
	}))
	l, _ := h.row(id)
	Same(h.T, "seq after the commit", l.Seq, int64(71))
	if l.Max != 1000+69*100 {
		h.Errorf("the leader's maximum is %d", l.Max)
	}
}

func testNothingKept(h *house) {
	s := h.sale("spring")
	p := h.paddle(s.ID, "ann")
	id := h.lot(s.ID, "1", "Vase")
	h.open(id)
	nothing := func(what string) {
		h.Helper()
		l, _ := h.row(id)
		events, err := h.Events(h.ctx, id)
		h.ok(err)
		if l.Seq != 1 || l.Lead != "" || len(events) != 1 {
			h.Errorf("%s left seq %d, leader %q, %d events", what, l.Seq, l.Lead, len(events))
		}
		_, bids, err := h.Standing(h.ctx, id, p.Paddle)
		h.ok(err)
		if bids {
			h.Errorf("%s left a bid", what)
		}
	}
	place := func(tx *store.Tx) {
		_, err := PlaceBid(h.ctx, tx, id, p.Paddle, 2000, start, key(1))
		h.ok(err)
	}
	stop := errors.New("stop")
	h.is("Update", h.Update(h.ctx, func(tx *store.Tx) error { place(tx); return stop }), stop)
	nothing("fn's error")

	ctx, cancel := context.WithCancel(h.ctx)
	h.is("Update", h.Update(ctx, func(tx *store.Tx) error { place(tx); cancel(); return nil }), context.Canceled)
	nothing("a context that ended")

	err := h.Update(h.ctx, func(tx *store.Tx) error {
		h.ok(tx.KeepBid(h.ctx, 99, auction.Bid{By: auction.Bidder{Paddle: p.Paddle}, Key: key(9)}, auction.Answer{Outcome: auction.Refused}))
		place(tx)
		_, _ = tx.OpenLots(h.ctx, s.ID) // writes, and fails: there is no lot 99
		return nil
	})
	h.is("Update that looks away from an error", err, store.ErrNotFound)
	nothing("a statement that failed")
	func() {
		defer func() {
			if recover() == nil {
				h.Error("Update swallowed a panic")
			}
		}()
		_ = h.Update(h.ctx, func(*store.Tx) error { panic("in fn") })
	}()
	h.ok(h.Ready(h.ctx))
	h.bid(id, p.Paddle, 3000, 5, key(2))
}

func testManyAtOnce(h *house) {
	s := h.sale("spring")
	id := h.lot(s.ID, "1", "Vase")
	h.open(id)
	const bidders, each = 8, 10
	paddles := make([]auction.Holder, bidders)
	for i := range paddles {
		paddles[i] = h.paddle(s.ID, fmt.Sprintf("bidder%d", i))
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := map[int64]bool{}
	for i := range paddles {
		wg.Go(func() {
			for n := range each {
				err := h.Update(h.ctx, func(tx *store.Tx) error {
					a, err := PlaceBid(h.ctx, tx, id, paddles[i].Paddle, auction.Money(1000+(n*bidders+i)*1000), start, key(n))
					if err == nil && a.Outcome != auction.Refused {
						mu.Lock()
						defer mu.Unlock()
						if taken[a.Seq] {
							h.Errorf("two bids have seq %d", a.Seq)
						}
						taken[a.Seq] = true
					}
					return err
				})
				if err != nil {
					h.Errorf("bid: %v", err)
				}
				if _, err := h.Entry(h.ctx, id); err != nil {
					h.Errorf("read beside it: %v", err)
				}
			}
		})
	}
	wg.Wait()
	events, err := h.Events(h.ctx, id)
	h.ok(err)
	h.sound()
	if len(events) != len(taken)+1 {
		h.Errorf("%d events for %d bids taken", len(events), len(taken))
	}
	for i, e := range events {
		if e.Seq != int64(i)+1 || i > 0 && e.Prev != events[i-1].Hash {
			h.Errorf("event %d does not follow the one before", e.Seq)
		}
	}
}
