package saleroom_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// waiting is a store whose commit of a bid waits for the test: all is decided
// and written, and COMMIT has not begun.
type waiting struct {
	saleroom.Store
	reached, goOn chan struct{}
}

func (w *waiting) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return w.Store.Update(ctx, func(tx saleroom.Tx) error {
		kept := false
		err := fn(keepsBids{tx, &kept})
		if err == nil && kept {
			w.reached <- struct{}{}
			<-w.goOn
		}
		return err
	})
}

// TestNothingLeavesBeforeTheCommit: while a bid waits for its COMMIT nobody has
// heard of it, neither its bidder nor the pages; afterwards both have. Nothing
// here depends on how long a commit takes: the test looks when nobody in the
// bubble can go on.
func TestNothingLeavesBeforeTheCommit(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Hour, auction.Terms{})
		w := &waiting{reached: make(chan struct{}), goOn: make(chan struct{})}
		h.start(func(s saleroom.Store) saleroom.Store { w.Store = s; return w })
		defer h.stop()
		told := func() int {
			h.mu.Lock()
			defer h.mu.Unlock()
			return len(h.changes)
		}
		before := told()
		answered := make(chan auction.Answer, 1)
		go func() {
			a, err := h.bid("1", 0, 2000, "key-of-the-first-1")
			if err != nil {
				t.Error(err)
			}
			answered <- a
		}()
		<-w.reached
		synctest.Wait()
		if n := told(); n != before {
			t.Errorf("%d changes were announced before their COMMIT", n-before)
		}
		select {
		case a := <-answered:
			t.Errorf("a bid was answered before its COMMIT: %+v", a)
			close(w.goOn)
			return
		default:
		}
		close(w.goOn)
		if a := <-answered; a.Outcome != auction.Leading {
			t.Errorf("after the COMMIT: %+v, want leading", a)
		}
		if n := told(); n != before+1 {
			t.Errorf("%d changes were announced after the COMMIT, want 1", n-before)
		}
	})
}

// bidless is a store in which, while it is on fire, what keeps a bid fails at
// its COMMIT, and nothing else does.
type bidless struct {
	saleroom.Store
	fire atomic.Bool
}

func (b *bidless) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return b.Store.Update(ctx, func(tx saleroom.Tx) error {
		kept := false
		err := fn(keepsBids{tx, &kept})
		if err == nil && kept && b.fire.Load() {
			return errors.New("the disk is on fire")
		}
		return err
	})
}

// TestAFailedCommitTellsNoPhone: a phone is told of what is committed, with it
// and by nothing else; of a bid that was rolled back nothing waits to be sent.
func TestAFailedCommitTellsNoPhone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Hour, auction.Terms{})
		h.push = true
		phone := h.phone("1")
		b := &bidless{}
		h.start(func(s saleroom.Store) saleroom.Store { b.Store = s; return b })
		defer h.stop()
		waits := func(when string, want int) {
			t.Helper()
			synctest.Wait()
			list, err := h.store.PushesOf(t.Context(), phone, auction.PushOutbid, h.sale.ID)
			if err != nil || len(list) != want {
				t.Errorf("%s %d messages wait, want %d; %v", when, len(list), want, err)
			}
		}
		h.mustBid("1", 0, 2000, "key-of-the-first-1")
		b.fire.Store(true)
		if _, err := h.bid("2", 0, 3000, "key-of-the-second-"); !errors.Is(err, saleroom.ErrNotAccepted) {
			t.Fatalf("with a failing commit: %v, want ErrNotAccepted", err)
		}
		b.fire.Store(false)
		waits("of a bid that was rolled back", 0)
		h.mustBid("2", 0, 3000, "key-of-the-second-")
		waits("of the same bid, committed,", 1)
	})
}

// phone has somebody told on a browser, and returns its id.
func (h *hall) phone(paddle auction.Paddle) int64 {
	h.t.Helper()
	ctx, now := h.t.Context(), time.Now()
	ok := func(err error) {
		h.t.Helper()
		if err != nil {
			h.t.Fatal(err)
		}
	}
	holder, err := h.store.HolderByPaddle(ctx, h.sale.ID, paddle)
	ok(err)
	ok(h.store.AddSession(ctx, auction.Session{Token: auction.Hash{1}, UserID: holder.UserID, Created: now, Until: now.Add(24 * time.Hour)}))
	ok(h.store.AddPushTo(ctx, auction.PushTo{UserID: holder.UserID, Session: auction.Hash{1}, Endpoint: "https://push.example.org/1",
		Key: make([]byte, 65), Auth: make([]byte, 16), At: now}))
	list, err := h.store.PushesTo(ctx, holder.UserID)
	ok(err)
	return list[0].ID
}
