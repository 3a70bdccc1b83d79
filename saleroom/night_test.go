package saleroom_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// soon adds a lot to the hall's sale that opens in ten minutes.
func (h *hall) soon(terms auction.Terms) {
	h.t.Helper()
	d, err := h.store.Draft(h.t.Context(), h.lots[0])
	if err != nil {
		h.t.Fatal(err)
	}
	terms.Steps = d.Steps
	d.Number, d.Terms = fmt.Sprint(len(h.lots)+1), terms
	d.OpensAt, d.ClosesAt = time.Now().UTC().Add(10*time.Minute), time.Now().UTC().Add(time.Hour)
	id, err := h.store.AddLot(h.t.Context(), h.sale.ID, d)
	if err != nil {
		h.t.Fatal(err)
	}
	h.lots = append(h.lots, id)
}

func (h *hall) leave(paddle auction.Paddle, lot int, amount auction.Money, key string) error {
	return h.room.Leave(h.t.Context(), 7, h.lots[lot], auction.Bid{By: auction.Bidder{Paddle: paddle}, Amount: amount, Key: key})
}

func (h *hall) acts() []auction.Act {
	h.t.Helper()
	acts, err := h.store.Acts(h.t.Context(), auction.ActQuery{SaleID: h.sale.ID})
	if err != nil {
		h.t.Fatal(err)
	}
	return acts
}

// did fails the test when the newest acts are not of these kinds, newest last.
func (h *hall) did(kinds ...auction.ActKind) {
	h.t.Helper()
	acts := h.acts()
	for i, want := range kinds {
		n := len(kinds) - 1 - i
		if n >= len(acts) || acts[n].Kind != want || acts[n].UserID != 7 {
			h.t.Fatalf("the acts are %+v, want the newest to be %v by user 7", acts, kinds)
		}
	}
}

func TestAbsenteeBidsAreEnteredFirstAndInOrder(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Hour, auction.Terms{})
		h.soon(auction.Terms{Opening: 1000, BuyNow: 90_000})
		h.start(nil)
		defer h.stop()
		for i, p := range []auction.Paddle{"3", "1", "2", "4"} {
			for range 2 { // an impatient clerk
				if err := h.leave(p, 1, []auction.Money{5000, 4000, 5000, 1000}[i], fmt.Sprintf("key-left-by-%s-000000", p)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := h.leave("5", 1, 8000, "key-left-by-5-000000"); err != nil {
			t.Fatal(err)
		}
		h.did(auction.ActLeft)
		if err := h.room.DropLeft(t.Context(), 7, h.lots[1], h.acts()[0].Ref, "a slip"); err != nil {
			t.Fatal(err)
		}
		if acts := h.acts(); len(acts) != 6 {
			t.Errorf("%d acts, want five bids left and one taken back: %+v", len(acts), acts)
		}
		refused := func(what string, err error, want auction.Reason) {
			t.Helper()
			var r *auction.Refusal
			if !errors.As(err, &r) || r.Reason != want {
				t.Errorf("%s: %v, want %s", what, err, want)
			}
		}
		refused("below the opening", h.leave("6", 1, 999, "key-left-by-6-000000"), auction.BelowAsk)
		refused("at the buy-now price", h.leave("6", 1, 90_000, "key-left-by-6-000001"), auction.BuyNowInstead)
		if err := h.leave("77", 1, 2000, "key-left-by-7-000000"); !errors.Is(err, saleroom.ErrNotRegistered) {
			t.Errorf("by nobody: %v", err)
		}
		var state *auction.StateError
		if err := h.leave("6", 0, 2000, "key-left-by-6-000002"); !errors.As(err, &state) {
			t.Errorf("on an open lot: %v", err)
		}
		time.Sleep(10*time.Minute + time.Second)
		e := h.entry(1)
		if e.Lead != "3" || e.Price != 5000 || e.Bids != 3 {
			t.Errorf("the lot opened with paddle %q at %d after %d bids, want 3 at 5000 (the earlier of two) after 3", e.Lead, e.Price, e.Bids)
		}
		events, err := h.store.Events(t.Context(), h.lots[1])
		if err != nil {
			t.Fatal(err)
		}
		order := ""
		for _, ev := range events {
			order += string(ev.Paddle)
		}
		if order != "312" { // 4's maximum had been passed when its turn came
			t.Errorf("bids were entered in the order %q, want 312", order)
		}
		if err := h.room.DropLeft(t.Context(), 7, h.lots[1], 1, "too late"); !errors.As(err, &state) {
			t.Errorf("taking one back after the opening: %v", err)
		}
		h.check()
	})
}

func TestABidOfTheDeskIsABid(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	enter := func(p auction.Paddle, amount auction.Money, key, without string) auction.Answer {
		t.Helper()
		a, err := h.room.Enter(t.Context(), 7, h.lots[0], auction.Bid{By: auction.Bidder{Paddle: p}, Amount: amount, Kind: auction.Exact, Key: key, Without: without})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	first := enter("1", 10_000, "key-of-the-desk-001", "")
	if first.Outcome != auction.Leading || first.Price != 10_000 {
		t.Fatalf("the bid: %+v", first)
	}
	if again := enter("1", 10_000, "key-of-the-desk-001", ""); again != first {
		t.Errorf("the same line again: %+v, want %+v", again, first)
	}
	if acts := h.acts(); len(acts) != 1 {
		t.Errorf("one bid made the acts %+v", acts)
	}
	if a := enter("2", 10_100, "key-of-the-desk-002", ""); a.Reason != auction.BelowAsk {
		t.Errorf("below the ask: %+v", a)
	}
	if acts := h.acts(); len(acts) != 1 {
		t.Errorf("a refusal made an act: %+v", acts)
	}
	a := enter("2", 10_100, "key-of-the-desk-003", "the room waits")
	if a.Outcome != auction.Leading || a.Price != 10_100 {
		t.Errorf("this once: %+v", a)
	}
	if act := h.acts()[0]; act.Why != "the room waits" || act.Paddle != "2" || act.Seq != a.Seq {
		t.Errorf("the act: %+v", act)
	}
	if err := h.room.Undo(t.Context(), 7, h.lots[0], a.Seq); err != nil {
		t.Fatal(err)
	}
	h.did(auction.ActEntered, auction.ActEntered, auction.ActUndone)
	if e := h.entry(0); e.Lead != "1" || e.Price != 10_000 {
		t.Errorf("after the undo paddle %s leads at %d", e.Lead, e.Price)
	}
	h.check()
}

func TestABlockedBidderIsRefused(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	holder, err := h.store.HolderByPaddle(t.Context(), h.sale.ID, "1")
	if err != nil {
		t.Fatal(err)
	}
	for i, blocked := range []bool{true, true, false} {
		if err := h.room.Block(t.Context(), 7, holder.ID, blocked, "shouting"); err != nil {
			t.Fatal(err)
		}
		a := h.mustBid("1", 0, 2000, fmt.Sprintf("key-of-the-bid-%04d", i))
		if (a.Reason == auction.Blocked) != blocked {
			t.Errorf("blocked %t: %+v", blocked, a)
		}
	}
	h.did(auction.ActBlocked, auction.ActUnblocked)
	if acts := h.acts(); len(acts) != 2 || acts[1].Why != "shouting" {
		t.Errorf("the acts: %+v", acts)
	}
	if err := h.room.Block(t.Context(), 7, 99, true, "x"); !errors.Is(err, auction.ErrNotFound) {
		t.Errorf("blocking nobody: %v", err)
	}
}

func TestTheOrganiserMovesTheCloses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 3, time.Hour, auction.Terms{})
		h.soon(auction.Terms{Opening: 1000})
		h.start(nil)
		defer h.stop()
		began := time.Now()
		closes := func(what string, want ...time.Duration) {
			t.Helper()
			for i, w := range want {
				if got := h.entry(i).ClosesAt.Sub(began).Round(time.Second); got != w {
					t.Errorf("%s: lot %d closes after %s, want %s", what, i, got, w)
				}
			}
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		said := func() time.Time {
			t.Helper()
			a, err := h.store.Announcement(t.Context(), h.sale.ID)
			ok(err)
			return a.ClosesAt
		}
		ok(h.room.PauseLot(t.Context(), 7, h.lots[2], "a question"))
		var state *auction.StateError
		if err := h.room.PauseLot(t.Context(), 7, h.lots[2], "again"); !errors.As(err, &state) || !state.Paused {
			t.Errorf("pausing a paused lot: %v", err)
		}
		ok(h.room.Extend(t.Context(), 7, h.sale.ID, 5*time.Minute, "more time"))
		closes("extended", 65*time.Minute, 65*time.Minute, time.Hour, time.Hour)
		if !said().IsZero() {
			t.Errorf("an extension announced a close at %s", said())
		}
		ok(h.room.CloseIn(t.Context(), 7, h.sale.ID, 15*time.Minute, "the hall closes"))
		closes("brought forward", 15*time.Minute, 15*time.Minute, time.Hour, time.Hour)
		if got := said().Sub(began).Round(time.Second); got != 15*time.Minute {
			t.Errorf("announced for after %s", got)
		}
		ok(h.room.Extend(t.Context(), 7, h.sale.ID, 2*time.Minute, "more time"))
		closes("extended again", 17*time.Minute, 17*time.Minute)
		if got := said().Sub(began).Round(time.Second); got != 17*time.Minute {
			t.Errorf("after an extension announced for after %s", got)
		}
		ok(h.room.CallOff(t.Context(), 7, h.sale.ID, "they let us stay"))
		closes("called off", 65*time.Minute, 65*time.Minute, time.Hour)
		if !said().IsZero() {
			t.Errorf("called off, and announced for %s", said())
		}
		ok(h.room.ResumeLot(t.Context(), 7, h.lots[2]))
		ok(h.room.Message(t.Context(), 7, h.sale.ID, "Supper is served."))
		if err := h.room.CloseIn(t.Context(), 7, h.sale.ID, 59*time.Second, "at once"); !errors.As(err, new(*auction.EarlyCloseError)) {
			t.Errorf("with too little notice: %v", err)
		}
		h.did(auction.ActLotPaused, auction.ActExtended, auction.ActClosing, auction.ActExtended, auction.ActCalledOff, auction.ActLotGoesOn, auction.ActMessage)
		time.Sleep(2 * time.Hour)
		if err := h.room.Extend(t.Context(), 7, h.sale.ID, 5*time.Minute, "x"); !errors.Is(err, saleroom.ErrNothingOpen) {
			t.Errorf("extending a sale that is over: %v", err)
		}
		h.check()
	})
}
