package storetest

import (
	"fmt"
	"time"

	"outcry/auction"
	"outcry/store"
)

// testKeyOnce: a submission is kept once, whatever its sender believes: in one
// transaction, and by two of them, neither of which asked first.
func testKeyOnce(h *house) {
	s := h.sale("spring")
	p := h.paddle(s.ID, "ann")
	id := h.lot(s.ID, "1", "Vase")
	b := auction.Bid{By: auction.Bidder{Paddle: p.Paddle}, Amount: 2000, Kind: auction.Maximum, Key: key(1)}
	refused := auction.Answer{Outcome: auction.Refused, Reason: auction.NotOpen, Lot: id, Key: b.Key, Amount: b.Amount, At: start}
	keep := func(tx *store.Tx) error { return tx.KeepBid(h.ctx, id, b, refused) }
	h.is("the same key twice in a transaction", h.Update(h.ctx, func(tx *store.Tx) error {
		h.ok(keep(tx))
		return keep(tx)
	}), store.ErrConflict)
	h.ok(h.Update(h.ctx, keep))
	h.is("the same key in another transaction", h.Update(h.ctx, keep), store.ErrConflict)
	b.Amount, refused.Amount = 3000, 3000
	h.is("the same key with another amount", h.Update(h.ctx, keep), store.ErrConflict)
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		kept, _, err := tx.Answered(h.ctx, id, p.Paddle, b.Key)
		if kept.Amount != 2000 {
			h.Errorf("under the key stands a bid of %d, want the first, of 2000", kept.Amount)
		}
		return err
	}))
}

// testTimeGoesOn: a bid that waits for its lot is judged by the clock as it is
// when its turn has come, and not by that of the transaction's beginning.
func testTimeGoesOn(h *house) {
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		first, err := tx.Now(h.ctx)
		for deadline := time.Now().Add(10 * time.Second); err == nil && time.Now().Before(deadline); {
			var now time.Time
			if now, err = tx.Now(h.ctx); now.After(first) {
				return err
			}
		}
		if err == nil {
			err = fmt.Errorf("for ten seconds it stayed %s", first)
		}
		return err
	}))
}
