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

// doubtError is an error of a commit that may have happened all the same.
type doubtError struct{ err error }

func (e doubtError) Error() string { return e.err.Error() }
func (e doubtError) Unwrap() error { return e.err }

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
	err := r.try(batch)
	switch {
	case err == nil:
		r.report(nil)
		r.tellAgain(len(batch) > 0)
		return
	case r.cfg.Store.Fatal(err):
		r.report(err)
		r.refuse(batch, err)
		r.cfg.Fatal(err)
		return
	case len(batch) == 0, r.away(err), errors.As(err, new(doubtError)):
		r.report(err)
		r.refuse(batch, err)
		return
	}
	if !r.cfg.Store.Full(err) { // that is told once, by report
		r.cfg.Log.Warn("a batch could not be committed", "orders", len(batch), "err", err)
	}
	alone := r.try(nil)
	if alone == nil && r.cfg.Store.Full(err) {
		alone = err // lots still end, but no bid finds room
	}
	r.report(alone)
	if alone == nil {
		r.tellAgain(true)
	}
	if alone != nil || len(batch) == 1 {
		r.refuse(batch, err)
		return
	}
	for _, o := range batch {
		if err := r.try([]*order{o}); err != nil {
			r.refuse([]*order{o}, err)
		}
	}
}

const (
	// retryAfter is the pause before a transaction is tried again.
	retryAfter = 50 * time.Millisecond
	// readBackFor is how long a commit of unknown outcome keeps its bidders
	// waiting for the database that could tell: long enough for a standby to
	// take over.
	readBackFor = 20 * time.Second
	// clashes is how often one transaction may be rolled back for another's
	// sake.
	clashes = 20
)

// try commits: again when the store rolled back for no fault of the batch, and
// for a while when it cannot be reached. When the outcome of a commit is
// unknown it is read back before anybody is answered: asked again, an order
// that was committed finds its key and gives the answer of then; one that was
// not is decided now.
func (r *Room) try(batch []*order) error {
	var doubt error
	began := time.Now()
	for n := 0; ; n++ {
		err := r.commit(batch)
		if err == nil {
			return nil
		}
		if errors.As(err, new(doubtError)) {
			r.cfg.Log.Warn("a commit's outcome is unknown, reading back", "err", err)
			doubt = err
		}
		if !r.mayTryAgain(err, doubt, n, time.Since(began)) {
			if doubt != nil {
				return doubt
			}
			return err
		}
		if time.Since(began) >= r.cfg.Patience {
			r.report(err)
			r.turnAway(err)
		}
		select {
		case <-r.quit: // a last try, without delay
		case <-time.After(retryAfter):
		}
	}
}

// mayTryAgain decides whether a transaction that failed the nth time, counted
// from 0, is worth another try.
func (r *Room) mayTryAgain(err, doubt error, n int, since time.Duration) bool {
	st := r.cfg.Store
	select {
	case <-r.quit:
		return n == 0 && doubt != nil
	default:
	}
	switch {
	case st.Fatal(err):
		return false
	case st.Again(err):
		return n < clashes && since < readBackFor
	case doubt != nil && st.Away(err):
		return since < readBackFor
	case doubt != nil:
		return n == 0
	}
	return st.Away(err) && since < r.cfg.Patience
}

// turnAway answers what came while the database is away.
func (r *Room) turnAway(err error) {
	r.mu.Lock()
	waiting := r.queue
	r.queue = nil
	r.mu.Unlock()
	r.refuse(waiting, err)
	for _, o := range waiting {
		close(o.done)
	}
}

// refuse leaves err in orders that were not decided.
func (r *Room) refuse(batch []*order, err error) {
	why := ErrNotAccepted
	if errors.As(err, new(doubtError)) {
		why = ErrInDoubt
	}
	for _, o := range batch {
		o.result = fmt.Errorf("%w (%w)", why, err)
	}
}

// report notes whether bids can be committed, and tells when the database is
// lost or back.
func (r *Room) report(err error) {
	r.mu.Lock()
	was := r.failing
	r.failing = err
	r.mu.Unlock()
	if err != nil && r.told == nil {
		r.cfg.Log.Error("bids cannot be committed", "err", err)
		r.told = err
	}
	away, before := r.away(err), r.away(was)
	if away != before && r.cfg.Away != nil {
		r.cfg.Away(away)
	}
}

// tellAgain logs that a trouble has passed, after a commit with orders or
// without. On a full disk the latter says nothing: lots end, no bid is taken.
func (r *Room) tellAgain(orders bool) {
	if r.told == nil || !orders && r.cfg.Store.Full(r.told) {
		return
	}
	r.cfg.Log.Info("bids can be committed again")
	r.told = nil
}

func (r *Room) away(err error) bool { return err != nil && r.cfg.Store.Away(err) }

// commit decides, in one transaction, first what the clock asks for and then
// the batch in its order; after COMMIT it announces. The lots of a commit of
// which nobody knows the outcome, a doubtError, are announced with the next
// one that succeeds.
func (r *Room) commit(batch []*order) error {
	ctx, cancel := context.WithTimeout(context.Background(), r.cfg.Timeout)
	defer cancel()
	began := time.Now()
	var w *work
	var now, next time.Time
	var beats, whole bool
	err := r.cfg.Store.Update(ctx, func(tx Tx) error {
		w, whole = &work{tx: tx, lots: map[int64]*held{}, full: r.cfg.Store.Full}, false
		var err error
		if now, err = tx.Now(ctx); err != nil {
			return err
		}
		if beats, err = r.clock(ctx, w, now, batch); err != nil {
			return err
		}
		if err := w.expect(ctx, batch); err != nil {
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
		if err := r.notify(ctx, w); err != nil {
			return err
		}
		next, err = tx.NextDue(ctx)
		whole = err == nil
		return err
	})
	if err != nil && whole && r.cfg.Store.Unknown(err) {
		r.doubt = w.order
		return doubtError{err}
	}
	if err != nil {
		return err
	}
	if w.late { // what is due cannot be done: look again with the next beat
		next = now.Add(beat)
	}
	r.next, r.ahead, r.doubt = next, now.Sub(began), nil
	if beats {
		r.beaten, r.beatAt = began, now
	}
	if !w.down.IsZero() {
		r.cfg.Log.Warn("bids could not be committed for a while", "from", w.down, "until", now)
	}
	if changes := w.changes(); len(changes) > 0 && r.cfg.Announce != nil {
		r.cfg.Announce(changes)
	}
	return nil
}

// notify puts what the transaction tells people of into the outboxes.
func (r *Room) notify(ctx context.Context, w *work) error {
	if !r.cfg.Mail && !r.cfg.Push {
		return nil
	}
	mails := w.notices()
	if r.cfg.Push {
		if list := pushes(mails); len(list) > 0 {
			if err := w.tx.KeepPushes(ctx, list); err != nil {
				return err
			}
		}
	}
	if !r.cfg.Mail || len(mails) == 0 {
		return nil
	}
	return w.tx.KeepMails(ctx, mails)
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
