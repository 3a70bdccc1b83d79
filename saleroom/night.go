package saleroom

import (
	"context"
	"errors"
	"fmt"
	"time"

	"outcry/auction"
)

// ErrPaused says that the clocks of a sale stand, so that none can be moved.
var ErrPaused = errors.New("the sale is paused")

// ErrNothingOpen says that no lot is open whose close could be moved.
var ErrNothingOpen = errors.New("no open lot's clock runs")

// PauseLot stops the clock of one open lot. The reason is shown to all.
func (r *Room) PauseLot(ctx context.Context, by, lot int64, reason string) error {
	return r.change(ctx, "pause", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events := h.lot.Pause(now, reason)
		if len(events) == 0 {
			return &auction.StateError{Act: "pause the lot", State: h.lot.State, Paused: h.lot.State == auction.Open}
		}
		h.show(l, events)
		return w.note(ctx, h, events, auction.Act{UserID: by, Kind: auction.ActLotPaused, Why: reason})
	})
}

// ResumeLot starts the clock of a paused lot again.
func (r *Room) ResumeLot(ctx context.Context, by, lot int64) error {
	return r.change(ctx, "resume", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events := h.lot.Resume(h.terms, now)
		h.show(l, events)
		return w.note(ctx, h, events, auction.Act{UserID: by, Kind: auction.ActLotGoesOn})
	})
}

// Extend moves the close of every open lot of a sale whose clock runs. The
// reason is shown to all.
func (r *Room) Extend(ctx context.Context, by, saleID int64, longer time.Duration, reason string) error {
	return r.wholeSale(ctx, "extend", saleID, func(ctx context.Context, w *work, open []*held, now time.Time) error {
		to := func(h *held) (time.Time, error) { return h.lot.ClosesAt.Add(longer), nil }
		n, err := w.moveCloses(open, now, reason, to)
		if err != nil {
			return err
		}
		said, err := w.tx.Announcement(ctx, saleID)
		if err != nil {
			return fail("read the announcement", err)
		}
		if said.ClosesAt.After(now) {
			said.ClosesAt, said.At = said.ClosesAt.Add(longer), now
			if err := w.tx.KeepAnnouncement(ctx, said); err != nil {
				return fail("announce", err)
			}
		}
		return w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActExtended,
			What: fmt.Sprintf("by %s, %d lots", longer, n), Why: reason})
	})
}

// CloseIn has every open lot of a sale whose clock runs close that long from
// now, unless it closes before, and announces it. Late bids extend a lot as
// ever.
func (r *Room) CloseIn(ctx context.Context, by, saleID int64, ahead time.Duration, reason string) error {
	return r.wholeSale(ctx, "announce the close of", saleID, func(ctx context.Context, w *work, open []*held, now time.Time) error {
		at := now.Add(ahead + time.Second - time.Millisecond).Truncate(time.Second) // a full second, not earlier
		if ahead < auction.LeastNotice {
			return &auction.EarlyCloseError{Close: at, At: now, Least: auction.LeastNotice}
		}
		n, err := w.moveCloses(open, now, reason, func(h *held) (time.Time, error) {
			if h.lot.ClosesAt.Before(at) {
				return h.lot.ClosesAt, nil
			}
			return at, nil
		})
		if err != nil {
			return err
		}
		if err := w.say(ctx, saleID, now, func(a *auction.Announcement) { a.ClosesAt = at }); err != nil {
			return err
		}
		return w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActClosing,
			What: fmt.Sprintf("in %s, %d lots brought forward", ahead, n), Why: reason})
	})
}

// CallOff takes an announced close back: lots that it brought forward close
// again when they would have, if that lies later than their close of now.
func (r *Room) CallOff(ctx context.Context, by, saleID int64, reason string) error {
	return r.wholeSale(ctx, "call off the close of", saleID, func(ctx context.Context, w *work, open []*held, now time.Time) error {
		n, err := w.moveCloses(open, now, reason, func(h *held) (time.Time, error) {
			was, err := w.tx.CloseBefore(ctx, h.lot.ID)
			if err != nil {
				return was, fail("read the close before", err)
			}
			if was.Before(h.lot.ClosesAt) {
				was = h.lot.ClosesAt
			}
			return was, nil
		})
		if err != nil && !errors.Is(err, ErrNothingOpen) {
			return err
		}
		if err := w.say(ctx, saleID, now, func(a *auction.Announcement) { a.ClosesAt = time.Time{} }); err != nil {
			return err
		}
		return w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActCalledOff,
			What: fmt.Sprintf("%d lots put back", n), Why: reason})
	})
}

// Message has all pages of a sale say something; "" takes it away.
func (r *Room) Message(ctx context.Context, by, saleID int64, text string) error {
	err := r.submit(ctx, &order{decide: func(ctx context.Context, w *work) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		if err := w.say(ctx, saleID, now, func(a *auction.Announcement) { a.Message = text }); err != nil {
			return err
		}
		return w.noteSale(ctx, now, auction.Act{SaleID: saleID, UserID: by, Kind: auction.ActMessage, What: text})
	}})
	if err != nil {
		return fmt.Errorf("message in sale %d: %w", saleID, err)
	}
	return nil
}

// say changes what the pages of a sale say.
func (w *work) say(ctx context.Context, saleID int64, now time.Time, change func(*auction.Announcement)) error {
	a, err := w.tx.Announcement(ctx, saleID)
	if err != nil {
		return fail("read the announcement", err)
	}
	change(&a)
	a.At = now
	return fail("announce", w.tx.KeepAnnouncement(ctx, a))
}

// moveCloses moves the closes of the lots whose clocks run, and tells how many
// it moved.
func (w *work) moveCloses(open []*held, now time.Time, reason string, to func(*held) (time.Time, error)) (int, error) {
	running, stopped, moved := 0, 0, 0
	for _, h := range open {
		if h.lot.DueAt().IsZero() {
			stopped++
			continue
		}
		if !now.Before(h.lot.ClosesAt) {
			continue // the hammer is falling
		}
		running++
		close, err := to(h)
		if err != nil {
			return moved, err
		}
		if close.Equal(h.lot.ClosesAt) {
			continue
		}
		l, events, err := h.lot.Reschedule(now, close, reason)
		if err != nil {
			return moved, err
		}
		if h.show(l, events); len(events) > 0 {
			moved++
		}
	}
	switch {
	case running > 0:
		return moved, nil
	case stopped > 0:
		return 0, ErrPaused
	}
	return 0, ErrNothingOpen
}
