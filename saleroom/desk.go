package saleroom

import (
	"context"
	"fmt"
	"time"

	"outcry/auction"
)

// change runs one act of the desk on one lot.
func (r *Room) change(ctx context.Context, doing string, lot int64, act func(context.Context, *work, *held) error) error {
	err := r.submit(ctx, &order{lot: lot, decide: func(ctx context.Context, w *work) error {
		h, err := w.lot(ctx, lot)
		if err != nil {
			return err
		}
		return act(ctx, w, h)
	}})
	if err != nil {
		return fmt.Errorf("%s on lot %d: %w", doing, lot, err)
	}
	return nil
}

// note keeps what somebody of the staff did to a lot with the event that it
// made. An act that changed nothing is none.
func (w *work) note(ctx context.Context, h *held, events []auction.Event, a auction.Act) error {
	if len(events) == 0 {
		return nil
	}
	a.SaleID, a.LotID, a.Seq, a.At = h.lot.SaleID, h.lot.ID, events[0].Seq, events[0].At
	return fail("note the act", w.tx.KeepAct(ctx, a))
}

// Void strikes out the bid of seq with a reason and replays the others (rules
// §7). Its error is that of auction.Lot.Void when the lot does not allow it.
func (r *Room) Void(ctx context.Context, by, lot, seq int64, reason string) error {
	return r.void(ctx, auction.Act{UserID: by, Kind: auction.ActVoided}, lot, seq, reason)
}

func (r *Room) void(ctx context.Context, a auction.Act, lot, seq int64, reason string) error {
	return r.change(ctx, "void a bid", lot, func(ctx context.Context, w *work, h *held) error {
		log, err := w.log(ctx, lot)
		if err != nil {
			return err
		}
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events, err := h.lot.Void(h.terms, log, seq, now, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		h.everyone = true
		a.Paddle, a.Ref, a.Why = events[0].Paddle, seq, reason
		return w.note(ctx, h, events, a)
	})
}

// Withdraw takes a lot out of the sale.
func (r *Room) Withdraw(ctx context.Context, by, lot int64, reason string) error {
	return r.change(ctx, "withdraw", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events, err := h.lot.Withdraw(now, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		return w.note(ctx, h, events, auction.Act{UserID: by, Kind: auction.ActWithdrawn, Why: reason})
	})
}

// Release gives a lot that an outage holds a new close (rules §8).
func (r *Room) Release(ctx context.Context, by, lot int64, close time.Time, reason string) error {
	return r.change(ctx, "release", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events, err := h.lot.Release(h.terms, now, close, reason)
		if err != nil {
			return err
		}
		h.show(l, events)
		return w.note(ctx, h, events, auction.Act{UserID: by, Kind: auction.ActReleased, Why: reason})
	})
}

// noteSale keeps what somebody of the staff did to a sale as a whole.
func (w *work) noteSale(ctx context.Context, now time.Time, a auction.Act) error {
	a.At = now
	return fail("note the act", w.tx.KeepAct(ctx, a))
}

// Pause stops every clock of a sale and takes no bids until Resume. The
// reason is shown to all.
func (r *Room) Pause(ctx context.Context, by, saleID int64, reason string) error {
	return r.wholeSale(ctx, "pause", saleID, func(ctx context.Context, w *work, open []*held, now time.Time) error {
		for _, h := range open {
			h.show(h.lot.Pause(now, reason))
		}
		if err := w.tx.Pause(ctx, saleID, now); err != nil {
			return fail("mark the sale", err)
		}
		return w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActPaused, Why: reason})
	})
}

// Resume starts a paused sale's clocks again: every close moves by the length
// of the pause.
func (r *Room) Resume(ctx context.Context, by, saleID int64) error {
	return r.wholeSale(ctx, "resume", saleID, func(ctx context.Context, w *work, open []*held, now time.Time) error {
		var since time.Time
		for _, h := range open {
			if at := h.lot.PausedAt; !at.IsZero() && (since.IsZero() || at.Before(since)) {
				since = at
			}
			h.show(h.lot.Resume(h.terms, now))
		}
		if err := w.tx.Pause(ctx, saleID, time.Time{}); err != nil {
			return fail("mark the sale", err)
		}
		if err := w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActResumed}); err != nil {
			return err
		}
		return w.openLate(ctx, saleID, since, now)
	})
}

// wholeSale runs one act of the desk on a sale, with its open lots at hand.
func (r *Room) wholeSale(ctx context.Context, doing string, saleID int64,
	act func(ctx context.Context, w *work, open []*held, now time.Time) error) error {
	err := r.submit(ctx, &order{sale: saleID, decide: func(ctx context.Context, w *work) error {
		if err := w.flush(ctx); err != nil {
			return err
		}
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		ids, err := w.tx.OpenLots(ctx, saleID)
		if err != nil {
			return storeError{err}
		}
		open := make([]*held, len(ids))
		for i, id := range ids {
			if open[i], err = w.lot(ctx, id); err != nil {
				return storeError{err}
			}
		}
		return act(ctx, w, open, now)
	}})
	if err != nil {
		return fmt.Errorf("%s sale %d: %w", doing, saleID, err)
	}
	return nil
}
