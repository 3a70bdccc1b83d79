package saleroom

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"outcry/auction"
)

// storeError is an error of the store, after which the transaction cannot go
// on. Any other error of an order is that order's alone.
type storeError struct{ err error }

func (e storeError) Error() string { return e.err.Error() }
func (e storeError) Unwrap() error { return e.err }

// fail marks an error of the store; what is merely not there is an answer.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s: %w", doing, err)
	if errors.Is(err, auction.ErrNotFound) {
		return err
	}
	return storeError{err}
}

// settle commits a batch and leaves a result in each order. When the whole
// cannot be committed, what the clock asks for is tried alone, then each
// order alone, so that one that breaks the store spoils no other.
func (r *Room) settle(batch []*order) {
	err := r.commit(batch, false)
	if err != nil && r.cfg.Store.Unknown(err) {
		// Asked again, an order that was committed finds its key and gives
		// the answer of then; one that was not is decided now.
		r.cfg.Log.Warn("a commit's outcome is unknown, reading back", "err", err)
		err = r.commit(batch, true)
	}
	if err == nil {
		r.report(nil)
		return
	}
	if r.cfg.Store.Fatal(err) {
		r.refuse(batch, err)
		r.cfg.Fatal(err)
		return
	}
	if len(batch) == 0 {
		r.report(err)
		return
	}
	r.cfg.Log.Warn("a batch could not be committed", "orders", len(batch), "err", err)
	alone := r.commit(nil, false)
	r.report(alone)
	if alone != nil || len(batch) == 1 || r.cfg.Store.Full(err) {
		r.report(err)
		r.refuse(batch, err)
		return
	}
	for _, o := range batch {
		if err := r.commit([]*order{o}, false); err != nil {
			r.refuse([]*order{o}, err)
		}
	}
}

func (r *Room) refuse(batch []*order, err error) {
	for _, o := range batch {
		o.result = fmt.Errorf("%w (%w)", ErrNotAccepted, err)
	}
}

func (r *Room) report(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && r.failing == nil {
		r.cfg.Log.Error("bids cannot be committed", "err", err)
	}
	if err == nil && r.failing != nil {
		r.cfg.Log.Info("bids can be committed again")
	}
	r.failing = err
}

// commit decides, in one transaction, first what the clock asks for and then
// the batch in its order; after COMMIT it announces. again means that an
// earlier try may have been committed: every lot asked for is then announced.
func (r *Room) commit(batch []*order, again bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), r.cfg.Timeout)
	defer cancel()
	var w *work
	var beaten, next time.Time
	err := r.cfg.Store.Update(ctx, func(tx Tx) error {
		w = &work{tx: tx, lots: map[int64]*held{}, again: again}
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		if beaten, err = r.heartbeat(ctx, w, now); err != nil {
			return err
		}
		for _, o := range batch {
			if o.result = o.run(ctx, w); errors.As(o.result, new(storeError)) {
				return o.result
			}
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		next, err = tx.NextDue(ctx)
		return err
	})
	if err != nil {
		return err
	}
	r.beaten, r.next = beaten, next
	if changes := w.changes(); len(changes) > 0 && r.cfg.Announce != nil {
		r.cfg.Announce(changes)
	}
	return nil
}

// run decides. A panic of the rules is this order's failure, and nobody else's.
func (o *order) run(ctx context.Context, w *work) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = storeError{fmt.Errorf("panic while deciding: %v\n%s", p, debug.Stack())}
		}
	}()
	return o.decide(ctx, w)
}
