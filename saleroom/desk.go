package saleroom

import (
	"context"
	"fmt"
	"time"
)

// change runs one act of the desk on one lot.
func (r *Room) change(ctx context.Context, doing string, lot int64, act func(context.Context, *work, *held) error) error {
	err := r.submit(ctx, func(ctx context.Context, w *work) error {
		h, err := w.lot(ctx, lot)
		if err != nil {
			return err
		}
		return act(ctx, w, h)
	})
	if err != nil {
		return fmt.Errorf("%s on lot %d: %w", doing, lot, err)
	}
	return nil
}

// Void strikes out the bid of seq with a reason and replays the others (rules
// §7). Its error is that of auction.Lot.Void when the lot does not allow it.
func (r *Room) Void(ctx context.Context, lot, seq int64, reason string) error {
	return r.change(ctx, "void a bid", lot, func(ctx context.Context, w *work, h *held) error {
		log, err := w.log(ctx, lot)
		if err != nil {
			return err
		}
		now, err := w.tx.Now(ctx)
		if err != nil {
			return storeError{err}
		}
		l, events, err := h.lot.Void(h.terms, log, seq, now, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		h.everyone = true
		return nil
	})
}

// Withdraw takes a lot out of the sale.
func (r *Room) Withdraw(ctx context.Context, lot int64, reason string) error {
	return r.change(ctx, "withdraw", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.tx.Now(ctx)
		if err != nil {
			return storeError{err}
		}
		l, events, err := h.lot.Withdraw(now, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		return nil
	})
}

// Release gives a lot that an outage holds a new close (rules §8).
func (r *Room) Release(ctx context.Context, lot int64, close time.Time, reason string) error {
	return r.change(ctx, "release", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.tx.Now(ctx)
		if err != nil {
			return storeError{err}
		}
		l, events, err := h.lot.Release(h.terms, now, close, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		return nil
	})
}

// Pause stops every clock of a sale and takes no bids until Resume. The
// reason is shown to all.
func (r *Room) Pause(ctx context.Context, saleID int64, reason string) error {
	mark := func(ctx context.Context, w *work, now time.Time) error { return w.tx.Pause(ctx, saleID, now) }
	return r.wholeSale(ctx, "pause", saleID, mark, func(h *held, now time.Time) {
		h.show(h.lot.Pause(now, reason))
	})
}

// Resume starts a paused sale's clocks again: every close moves by the length
// of the pause.
func (r *Room) Resume(ctx context.Context, saleID int64) error {
	mark := func(ctx context.Context, w *work, _ time.Time) error { return w.tx.Pause(ctx, saleID, time.Time{}) }
	return r.wholeSale(ctx, "resume", saleID, mark, func(h *held, now time.Time) {
		h.show(h.lot.Resume(h.terms, now))
	})
}

// wholeSale marks a sale and acts on each of its open lots.
func (r *Room) wholeSale(ctx context.Context, doing string, saleID int64,
	mark func(context.Context, *work, time.Time) error, act func(*held, time.Time)) error {
	err := r.submit(ctx, func(ctx context.Context, w *work) error {
		if err := w.flush(ctx); err != nil {
			return err
		}
		now, err := w.tx.Now(ctx)
		if err != nil {
			return storeError{err}
		}
		if err := mark(ctx, w, now); err != nil {
			return fail("mark the sale", err)
		}
		open, err := w.tx.OpenLots(ctx, saleID)
		if err != nil {
			return storeError{err}
		}
		for _, id := range open {
			h, err := w.lot(ctx, id)
			if err != nil {
				return storeError{err}
			}
			act(h, now)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s sale %d: %w", doing, saleID, err)
	}
	return nil
}
