package saleroom_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// remote is a store whose database can be lost.
type remote struct {
	saleroom.Store

	mu      sync.Mutex // guards the following
	until   time.Time  // away until then
	lose    bool       // the next commit of a bid succeeds, and then the connection is lost
	clashes int        // so many transactions are still rolled back for others
}

var (
	errAway  = errors.New("connection refused")
	errLost  = errors.New("connection lost at the commit")
	errClash = errors.New("deadlock detected")
)

func (r *remote) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.until) {
		return errAway
	}
	if r.clashes > 0 {
		r.clashes--
		return r.Store.Update(ctx, func(tx saleroom.Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return errClash
		})
	}
	kept, err := updateWithBid(ctx, r.Store, fn)
	if err == nil && kept && r.lose {
		r.lose = false
		return errLost
	}
	return err
}

func (r *remote) Away(err error) bool    { return errors.Is(err, errAway) || errors.Is(err, errLost) }
func (r *remote) Unknown(err error) bool { return errors.Is(err, errLost) }
func (r *remote) Again(err error) bool   { return errors.Is(err, errClash) }

func (r *remote) away(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = time.Now().Add(d)
}

// overRemote starts a sale over a database that can be lost.
func overRemote(t *testing.T) (*hall, *remote) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	r := &remote{}
	h.start(func(s saleroom.Store) saleroom.Store { r.Store = s; return r })
	return h, r
}

func TestAShortLossOfTheDatabaseIsWaitedOut(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, r := overRemote(t)
		defer h.stop()
		r.away(1500 * time.Millisecond)
		if a := h.mustBid("1", 0, 2000, "key-of-the-first-1"); a.Outcome != auction.Leading {
			t.Errorf("a bid during a loss of 1.5 s: %+v, want leading", a)
		}
	})
}

func TestALongLossOfTheDatabaseRefusesBids(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, r := overRemote(t)
		defer h.stop()
		r.away(15 * time.Second)
		began := time.Now()
		_, err := h.bid("1", 0, 2000, "key-of-the-first-1")
		if waited := time.Since(began); !errors.Is(err, saleroom.ErrNotAccepted) || waited < 2*time.Second || waited > 4*time.Second {
			t.Errorf("a bid while the database is away: %v after %s, want ErrNotAccepted after two seconds", err, waited)
		}
		if err := h.room.Ready(); err == nil {
			t.Error("the room is ready without a database")
		}
		time.Sleep(15 * time.Second)
		if a := h.mustBid("1", 0, 2000, "key-of-the-first-1"); a.Outcome != auction.Leading {
			t.Errorf("the same bid afterwards: %+v, want leading", a)
		}
		if err := h.room.Ready(); err != nil {
			t.Errorf("not ready again: %v", err)
		}
	})
}

func TestACommitInDoubtIsReadBackWhenTheDatabaseIsBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, r := overRemote(t)
		defer h.stop()
		r.mu.Lock()
		r.lose = true
		r.until = time.Time{}
		r.mu.Unlock()
		go func() { // the failover begins as the commit is lost
			time.Sleep(10 * time.Millisecond)
			r.away(5 * time.Second)
		}()
		a := h.mustBid("1", 0, 2000, "key-of-the-first-1")
		if a.Outcome != auction.Leading || h.entry(0).Bids != 1 {
			t.Errorf("read back after the failover: %+v with %d bids, want leading with one", a, h.entry(0).Bids)
		}
	})
}

func TestARolledBackBatchIsDecidedAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h, r := overRemote(t)
		defer h.stop()
		r.mu.Lock()
		r.clashes = 5
		r.mu.Unlock()
		a := h.mustBid("1", 0, 2000, "key-of-the-first-1")
		if e := h.entry(0); a.Outcome != auction.Leading || e.Bids != 1 || e.Seq != a.Seq {
			t.Errorf("after five rollbacks: %+v, the lot has %d bids at seq %d", a, e.Bids, e.Seq)
		}
		h.check()
	})
}
