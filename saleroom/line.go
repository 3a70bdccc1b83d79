package saleroom

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"outcry/auction"
)

// Enter is Bid for a paddle by somebody at the desk, noted with who it was. Of
// b the caller may also give Without.
//
// The errors are Bid's; auction.ErrNotFound for an unknown lot.
func (r *Room) Enter(ctx context.Context, by, lot int64, b auction.Bid) (auction.Answer, error) {
	rand.Read(b.Nonce[:]) // never fails
	var answer auction.Answer
	err := r.change(ctx, "enter a bid", lot, func(ctx context.Context, w *work, h *held) error {
		var events []auction.Event
		var err error
		if answer, events, err = w.decide(ctx, lot, b, nil); err != nil {
			return err
		}
		return w.note(ctx, h, events, auction.Act{UserID: by, Kind: auction.ActEntered, Paddle: b.By.Paddle, What: howMeant(b.Kind), Why: b.Without})
	})
	return answer, err
}

func howMeant(k auction.Kind) string {
	if k == auction.Exact {
		return "in the room"
	}
	return "a maximum"
}

// Leave takes an absentee bid, a maximum for a lot that has not opened. The
// same key and content again is one bid.
//
// Errors: what auction.Lot.Leave does, ErrNotRegistered, auction.ErrConflict
// for a key that came with another amount.
func (r *Room) Leave(ctx context.Context, by, lot int64, b auction.Bid) error {
	return r.change(ctx, "leave a bid", lot, func(ctx context.Context, w *work, h *held) error {
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		if b.By, err = w.bidder(ctx, lot, b.By.Paddle); err != nil {
			return err
		}
		if err := h.lot.Leave(h.terms, now, b); err != nil {
			return err
		}
		id, fresh, err := w.tx.LeaveBid(ctx, lot, b)
		if errors.Is(err, auction.ErrConflict) {
			return err
		}
		if err != nil || !fresh {
			return fail("keep an absentee bid", err)
		}
		return w.noteSale(ctx, now, auction.Act{
			SaleID: h.lot.SaleID, LotID: lot, Ref: id, UserID: by, Kind: auction.ActLeft, Paddle: b.By.Paddle,
		})
	})
}

// errOpened is for a bid that was left, and has been entered since.
func errOpened(s auction.State) error {
	return &auction.StateError{Act: "take an absentee bid back", State: s}
}

// DropLeft takes an absentee bid back before its lot opens.
func (r *Room) DropLeft(ctx context.Context, by, lot, id int64, reason string) error {
	return r.change(ctx, "take back an absentee bid", lot, func(ctx context.Context, w *work, h *held) error {
		if h.lot.State != auction.Upcoming {
			return errOpened(h.lot.State)
		}
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		p, err := w.tx.DropLeftBid(ctx, lot, id)
		if err != nil {
			return fail("take an absentee bid back", err)
		}
		return w.noteSale(ctx, now, auction.Act{
			SaleID: h.lot.SaleID, LotID: lot, Ref: id, UserID: by, Kind: auction.ActTookBack, Paddle: p, Why: reason,
		})
	})
}

// undone is the reason that the public log gives for a bid that the desk took
// back at once; views.reasonWords knows it in other languages.
const undone = "entered by mistake at the desk"

// Undo strikes out a bid that was entered at the desk, as Void does.
func (r *Room) Undo(ctx context.Context, by, lot, seq int64) error {
	return r.void(ctx, auction.Act{UserID: by, Kind: auction.ActUndone}, lot, seq, undone)
}

// Block has the bids of a place in a sale refused, or taken again. Its sockets
// stay, and so do the bids that it has placed.
func (r *Room) Block(ctx context.Context, by, holder int64, blocked bool, reason string) error {
	err := r.submit(ctx, &order{decide: func(ctx context.Context, w *work) error {
		p, err := w.tx.HolderByID(ctx, holder)
		if err != nil {
			return fail("read whom to block", err)
		}
		if p.BlockedAt.IsZero() == !blocked {
			return nil // it is so already
		}
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		a := auction.Act{SaleID: p.SaleID, UserID: by, Kind: auction.ActUnblocked, Paddle: p.Paddle, Why: reason}
		var since time.Time
		if blocked {
			a.Kind, since = auction.ActBlocked, now
		}
		if err := w.tx.Block(ctx, holder, since); err != nil {
			return fail("block", err)
		}
		return w.noteSale(ctx, now, a)
	}})
	if err != nil {
		return fmt.Errorf("block holder %d: %w", holder, err)
	}
	return nil
}
