package saleroom

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"outcry/auction"
)

// Bid decides a bid on a lot and returns its answer once that is committed,
// a refusal included. Of b the caller gives By.Paddle, Amount, Kind and Key.
//
// Errors: auction.ErrNotFound for an unknown lot, ErrNotRegistered for a
// paddle that may not bid in its sale, ErrNotAccepted when nothing happened
// and the same bid may be sent again, ErrInDoubt when nobody can tell, ctx's
// when it ended before the answer stood, which leaves open what became of the bid.
func (r *Room) Bid(ctx context.Context, lot int64, b auction.Bid) (auction.Answer, error) {
	return r.bid(ctx, lot, b, nil)
}

// FarAboveError is the error of a bid that was not made, because it is so far
// above the ask that whoever typed it is asked once more.
type FarAboveError struct {
	Bid auction.Bid
	Ask auction.Money
}

func (FarAboveError) Error() string { return "a bid far above the ask" }

// BidByHand is Bid for an amount that somebody typed: one far above the ask is
// a FarAboveError and nothing has happened. It is judged by the lot as it
// stands when the bid would be decided, and costs the way of a bid nothing.
func (r *Room) BidByHand(ctx context.Context, lot int64, b auction.Bid) (auction.Answer, error) {
	return r.bid(ctx, lot, b, func(h *held) error {
		if p := h.lot.Public(h.terms); p.State == auction.Open && b.Kind != auction.BuyNow && p.FarAbove(b.Amount) {
			return FarAboveError{b, p.Ask}
		}
		return nil
	})
}

// bid has a bid decided, unless mind, which is asked about the lot as it stands
// and only about a bid that is not known yet, has something against it.
func (r *Room) bid(ctx context.Context, lot int64, b auction.Bid, mind func(*held) error) (auction.Answer, error) {
	rand.Read(b.Nonce[:]) // never fails
	var answer auction.Answer
	err := r.submit(ctx, &order{lot: lot, bid: auction.Submission{Lot: lot, Paddle: b.By.Paddle, Key: b.Key}, decide: func(ctx context.Context, w *work) error {
		var err error
		answer, _, err = w.decide(ctx, lot, b, mind)
		return err
	}})
	if err != nil {
		return auction.Answer{}, fmt.Errorf("bid on lot %d: %w", lot, err)
	}
	return answer, nil
}

// decide decides one bid, wherever it came from. It returns the events that
// this submission made: none when it was refused, or answered before. mind may
// have something against a bid that was not answered before; nil = nothing.
func (w *work) decide(ctx context.Context, id int64, b auction.Bid, mind func(*held) error) (auction.Answer, []auction.Event, error) {
	h, err := w.lot(ctx, id)
	if err != nil {
		return auction.Answer{}, nil, err
	}
	first, answer, err := w.tx.Answered(ctx, id, b.By.Paddle, b.Key)
	known := err == nil
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return auction.Answer{}, nil, fail("look for the key", err)
	}
	now, err := w.now(ctx)
	if err != nil {
		return auction.Answer{}, nil, err
	}
	if known {
		return auction.Repeated(h.lot, h.terms, now, first, answer, b), nil, nil
	}
	if mind != nil {
		if err := mind(h); err != nil {
			return auction.Answer{}, nil, err
		}
	}
	if b.By, err = w.bidder(ctx, id, b.By.Paddle); err != nil {
		return auction.Answer{}, nil, err
	}
	before := h.lot
	l, events, answer := auction.Decide(h.lot, h.terms, now, b)
	if err := w.tx.KeepBid(ctx, id, b, answer); err != nil {
		return auction.Answer{}, nil, storeError{err}
	}
	if len(events) == 0 {
		return answer, nil, nil
	}
	h.tell(b.By.Paddle)
	if l.Lead != before.Lead {
		h.tell(before.Lead)
	}
	h.everyone = h.everyone || l.State.Over()
	h.loud = h.loud || answer.Outcome != auction.Raised || l.Price != before.Price
	return answer, events, w.put(ctx, h, l, events)
}

// bidder reads who bids. The store sums up what a paddle has committed from
// the lots it holds, so for one with a limit what was decided in this
// transaction is written first.
func (w *work) bidder(ctx context.Context, lot int64, p auction.Paddle) (auction.Bidder, error) {
	by, err := w.tx.Bidder(ctx, lot, p)
	if err == nil && by.Limit > 0 {
		if err := w.flush(ctx); err != nil {
			return by, err
		}
		by, err = w.tx.Bidder(ctx, lot, p)
	}
	if errors.Is(err, auction.ErrNotFound) {
		return by, ErrNotRegistered
	}
	return by, fail("read who bids", err)
}

// TakeBack strikes out a paddle's own last bid (rules §7). Beside Bid's errors
// it returns what auction.Lot.TakeBack does.
func (r *Room) TakeBack(ctx context.Context, lot int64, p auction.Paddle) error {
	return r.change(ctx, "take back a bid", lot, func(ctx context.Context, w *work, h *held) error {
		log, err := w.log(ctx, lot)
		if err != nil {
			return err
		}
		now, err := w.now(ctx)
		if err != nil {
			return err
		}
		l, events, err := h.lot.TakeBack(h.terms, log, p, now)
		if err != nil {
			return err
		}
		h.show(l, events)
		h.everyone = true
		return nil
	})
}
