package saleroom_test

import (
	"context"
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
