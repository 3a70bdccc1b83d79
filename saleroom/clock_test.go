package saleroom_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// inBubble runs a sale on the bubble's clock: it jumps to the next timer as
// soon as everybody waits, so an evening takes a moment.
func inBubble(t *testing.T, fn func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, fn)
}

func TestLotsCloseOnTimeAndOnce(t *testing.T) {
	const lots = 1000
	inBubble(t, func(t *testing.T) {
		h := newHall(t, lots, 3*time.Second, auction.Terms{})
		h.start(nil)
		h.mustBid("1", 7, 2000, "key-of-the-first-1")
		time.Sleep(4 * time.Second)
		h.room.Stop()
		sold, passed := 0, 0
		for i := range h.lots {
			e := h.entry(i)
			switch e.State {
			case auction.Sold:
				sold++
			case auction.Passed:
				passed++
			default:
				t.Errorf("lot %d is %s", i, e.State)
			}
			if late := e.EndedAt.Sub(e.ClosesAt); late < 0 || late > 100*time.Millisecond {
				t.Errorf("lot %d closed %s after its close", i, late)
			}
		}
		if sold != 1 || passed != lots-1 {
			t.Errorf("%d sold, %d passed; want 1 and %d", sold, passed, lots-1)
		}
		ends := map[int64]int{}
		for _, c := range h.changes {
			for _, e := range c.Events {
				if e.Kind == auction.LotSold || e.Kind == auction.LotPassed {
					ends[c.Lot.ID]++
				}
			}
		}
		for id, n := range ends {
			if n != 1 {
				t.Errorf("lot %d was announced closed %d times", id, n)
			}
		}
		h.check()
		h.room = nil
		h.stop()
	})
}

func TestABidAtTheCloseIsLate(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, 10*time.Second, auction.Terms{})
		h.start(nil)
		defer h.stop()
		time.Sleep(9*time.Second + 999*time.Millisecond)
		if a := h.mustBid("1", 0, 2000, "key-of-the-first-1"); a.Outcome != auction.Leading {
			t.Errorf("a millisecond before the close: %+v, want leading", a)
		}
		time.Sleep(time.Millisecond)
		a := h.mustBid("2", 0, 5000, "key-of-the-second-")
		if a.Reason != auction.Closed || !a.Missed.Equal(a.ClosesAt) || a.At.Before(a.Missed) {
			t.Errorf("at the close: %+v, want closed with both instants", a)
		}
	})
}

func TestALateBidMovesItsWholeGroup(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 3, time.Minute, auction.Terms{Group: "set", SoftClose: auction.SoftClose{Window: 20 * time.Second, Extension: 30 * time.Second}})
		h.start(nil)
		defer h.stop()
		time.Sleep(50 * time.Second)
		a := h.mustBid("1", 1, 2000, "key-of-the-first-1")
		for i := range h.lots {
			if e := h.entry(i); !e.ClosesAt.Equal(a.At.Add(30*time.Second)) || e.Extended != 1 {
				t.Errorf("lot %d closes at %s, extended %d times; want %s, once", i, e.ClosesAt, e.Extended, a.At.Add(30*time.Second))
			}
		}
		h.check()
	})
}

func TestAPauseStopsTheClock(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 2, time.Minute, auction.Terms{})
		h.start(nil)
		defer h.stop()
		before := h.entry(0).ClosesAt
		if err := h.room.Pause(t.Context(), 0, h.sale.ID, "The fire alarm rang."); err != nil {
			t.Fatal(err)
		}
		if a := h.mustBid("1", 0, 2000, "key-of-the-first-1"); a.Reason != auction.Paused {
			t.Errorf("while paused: %+v", a)
		}
		time.Sleep(5 * time.Minute)
		if e := h.entry(0); e.State != auction.Open {
			t.Fatalf("a paused lot is %s", e.State)
		}
		if err := h.room.Resume(t.Context(), 0, h.sale.ID); err != nil {
			t.Fatal(err)
		}
		if moved := h.entry(0).ClosesAt.Sub(before); moved < 5*time.Minute || moved > 5*time.Minute+time.Second {
			t.Errorf("the close moved by %s, want the pause's five minutes", moved)
		}
		time.Sleep(2 * time.Minute)
		if e := h.entry(0); e.State != auction.Passed {
			t.Errorf("after its close the lot is %s", e.State)
		}
		h.check()
	})
}

func TestAPauseOverAnOpeningIsNotAClose(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Hour, auction.Terms{})
		d, err := h.store.Draft(t.Context(), h.lots[0])
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now().UTC()
		d.Number, d.OpensAt, d.ClosesAt = "2", start.Add(10*time.Minute), start.Add(20*time.Minute)
		later, err := h.store.AddLot(t.Context(), h.sale.ID, d)
		if err != nil {
			t.Fatal(err)
		}
		h.lots = append(h.lots, later)
		h.start(nil)
		defer h.stop()
		time.Sleep(5 * time.Minute)
		if err := h.room.Pause(t.Context(), 0, h.sale.ID, "The fire alarm rang."); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		d.Number, d.OpensAt, d.ClosesAt = "3", start, start.Add(20*time.Minute) // added while the clocks stand
		added, err := h.store.AddLot(t.Context(), h.sale.ID, d)
		if err != nil {
			t.Fatal(err)
		}
		h.lots = append(h.lots, added)
		time.Sleep(15 * time.Minute)
		if err := h.room.Resume(t.Context(), 0, h.sale.ID); err != nil {
			t.Fatal(err)
		}
		for i, want := range []time.Duration{55 * time.Minute, 10 * time.Minute, 15 * time.Minute} {
			if e := h.entry(i); e.State != auction.Open || time.Until(e.ClosesAt).Round(time.Second) != want {
				t.Errorf("after the pause lot %d is %s, %s left; want open, %s", i, e.State, time.Until(e.ClosesAt), want)
			}
		}
		time.Sleep(time.Hour)
		h.check()
	})
}

// asleep is a store on a machine whose deciding clock jumps, as after a sleep,
// while no time passes for the program.
type asleep struct {
	saleroom.Store
	by *atomic.Int64 // nanoseconds
}

type asleepTx struct {
	saleroom.Tx
	by time.Duration
}

func (a asleep) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return a.Store.Update(ctx, func(tx saleroom.Tx) error { return fn(asleepTx{tx, time.Duration(a.by.Load())}) })
}

func (a asleepTx) Now(ctx context.Context) (time.Time, error) {
	now, err := a.Tx.Now(ctx)
	return now.Add(a.by), err
}

func TestALotIsNotLostInASleep(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, 5*time.Minute, auction.Terms{})
		var slept atomic.Int64
		h.start(func(s saleroom.Store) saleroom.Store { return asleep{s, &slept} })
		defer h.stop()
		time.Sleep(1500 * time.Millisecond) // between two beats
		slept.Store(int64(20 * time.Minute))
		a := h.mustBid("1", 0, 2000, "key-of-the-first-1")
		if e := h.entry(0); a.Outcome != auction.Leading || e.ClosesAt.Sub(a.At) != 10*time.Minute {
			t.Errorf("a bid right after the machine woke: %+v, the lot is %s and closes %s later; want leading, and ten minutes", a, e.State, e.ClosesAt.Sub(a.At))
		}
		h.check()
	})
}

// counting is a store that counts its transactions.
type counting struct {
	saleroom.Store
	n *atomic.Int64
}

func (c counting) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	c.n.Add(1)
	return c.Store.Update(ctx, fn)
}

func TestAnotherClockIsWaitedFor(t *testing.T) {
	h := newHall(t, 1, 700*time.Millisecond, auction.Terms{})
	var behind, n atomic.Int64
	behind.Store(-int64(500 * time.Millisecond))
	h.start(func(s saleroom.Store) saleroom.Store { return counting{asleep{s, &behind}, &n} })
	defer h.stop()
	closes := h.entry(0).ClosesAt
	for h.entry(0).State != auction.Passed {
		time.Sleep(5 * time.Millisecond)
	}
	if late := time.Since(closes); late < 500*time.Millisecond {
		t.Errorf("the lot ended %s after its close by this machine's clock, before it came by the one that decides", late)
	}
	if n.Load() > 20 {
		t.Errorf("%d transactions while waiting for a clock that is half a second behind", n.Load())
	}
}

func TestAnOutageGivesTimeBack(t *testing.T) {
	for _, c := range []struct {
		name         string
		closes, down time.Duration
		state        auction.State
		left         time.Duration // until the close after recovery; 0 = not moved
		held         bool
	}{
		{"a short one changes nothing", time.Minute, 10 * time.Second, auction.Open, 50 * time.Second, false},
		{"a short one over the close ends the lot", 5 * time.Second, 20 * time.Second, auction.Passed, 0, false},
		{"a close within it moves", 5 * time.Minute, 20 * time.Minute, auction.Open, 10 * time.Minute, false},
		{"a close soon after it moves", 5 * time.Minute, 4 * time.Minute, auction.Open, 10 * time.Minute, false},
		{"a close long after it stands", 5 * time.Hour, time.Hour, auction.Open, 4 * time.Hour, false},
		{"long overdue waits for the organiser", time.Hour, 4 * time.Hour, auction.Open, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				h := newHall(t, 1, c.closes, auction.Terms{})
				h.start(nil)
				h.room.Stop()
				time.Sleep(c.down)
				h.start(nil)
				defer h.stop()
				e := h.entry(0)
				if e.State != c.state || e.Held != c.held {
					t.Fatalf("the lot is %s, held %v; want %s, %v", e.State, e.Held, c.state, c.held)
				}
				if left := time.Until(e.ClosesAt); c.left > 0 && (left < c.left-2*time.Second || left > c.left+2*time.Second) {
					t.Errorf("%s are left, want about %s", left, c.left)
				}
				h.check()
			})
		})
	}
}

func TestAnOpeningMissedInAnOutageIsNotAClose(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Hour, auction.Terms{})
		d, err := h.store.Draft(t.Context(), h.lots[0])
		if err != nil {
			t.Fatal(err)
		}
		d.OpensAt, d.ClosesAt = time.Now().UTC().Add(10*time.Minute), time.Now().UTC().Add(20*time.Minute)
		if err := h.store.SaveDraft(t.Context(), h.lots[0], d); err != nil {
			t.Fatal(err)
		}
		h.start(nil)
		h.room.Stop()
		time.Sleep(time.Hour)
		h.start(nil)
		defer h.stop()
		if e := h.entry(0); e.State != auction.Open || time.Until(e.ClosesAt) < 9*time.Minute {
			t.Errorf("a lot that should have opened and closed while the house was down is %s, %s left; want open with its ten minutes", e.State, time.Until(e.ClosesAt))
		}
		h.check()
	})
}

func TestLotsOpenOnTime(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 2, time.Hour, auction.Terms{})
		h.start(nil)
		defer h.stop()
		later := auction.Draft{
			Words: auction.Words{Number: "9", Title: "Later"}, Terms: auction.Terms{Opening: 100, Steps: h.sale.Steps},
			OpensAt: time.Now().UTC().Add(90 * time.Second), ClosesAt: time.Now().UTC().Add(10 * time.Minute),
		}
		id, err := h.store.AddLot(t.Context(), h.sale.ID, later)
		if err != nil {
			t.Fatal(err)
		}
		h.lots = append(h.lots, id)
		h.room.Wake()
		if a := h.mustBid("1", 2, 2000, "key-of-the-first-1"); a.Reason != auction.NotOpen {
			t.Errorf("before the opening: %+v", a)
		}
		time.Sleep(90*time.Second + 50*time.Millisecond)
		if a := h.mustBid("1", 2, 2000, "key-of-the-second-"); a.Outcome != auction.Leading {
			t.Errorf("after the opening: %+v", a)
		}
	})
}

func TestTheStartChecksEveryLot(t *testing.T) {
	h := newHall(t, 2, time.Hour, auction.Terms{})
	h.start(nil)
	h.mustBid("1", 0, 2000, "key-of-the-first-1")
	h.room.Stop()
	r := saleroom.New(saleroom.Config{Store: forged{saleroom.Over(h.store)}})
	if err := r.Start(t.Context()); err == nil {
		r.Stop()
		t.Error("a lot that disagrees with its log was let through")
	}
	h.room = nil
	h.stop()
}

// forged is a store in which somebody has moved a price.
type forged struct{ saleroom.Store }

func (f forged) EachLot(ctx context.Context, fn func(auction.Lot, auction.Terms, []auction.Record) error) error {
	return f.Store.EachLot(ctx, func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		if l.Price > 0 {
			l.Price++
		}
		return fn(l, t, log)
	})
}
