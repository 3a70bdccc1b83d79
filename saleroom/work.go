package saleroom

import (
	"context"
	"crypto/rand"
	"errors"
	"math"
	"slices"
	"time"

	"outcry/auction"
)

// work is what one transaction has decided so far. It is thrown away when the
// transaction fails.
type work struct {
	tx    Tx
	lots  map[int64]*held
	order []int64 // lots in the order they were first asked for
	full  func(error) bool
	late  bool // a lot waits for room on the disk before it opens

	down time.Time // when the outage began that it makes good; zero = none
}

// held is a lot as this transaction sees it.
type held struct {
	lot      auction.Lot
	terms    auction.Terms
	was      int64           // seq of the row in the store
	led      auction.Paddle  // who led when the transaction began
	nonce    [16]byte        // salts the seal of the terms when the lot opens here
	all      []auction.Event // of the whole transaction
	written  int             // so many of them are
	standing []auction.Paddle
	told     map[auction.Paddle]bool // are in standing
	everyone bool
	loud     bool // something that others can see changed
	again    bool // an earlier try may have been committed: it is announced whatever happens
}

// lot loads a lot once a transaction.
func (w *work) lot(ctx context.Context, id int64) (*held, error) {
	if h, ok := w.lots[id]; ok {
		return h, nil
	}
	l, t, err := w.tx.Lot(ctx, id)
	if err != nil {
		return nil, fail("load the lot", err)
	}
	h := &held{lot: l, terms: t, was: l.Seq, led: l.Lead}
	w.lots[id] = h
	w.order = append(w.order, id)
	return h, nil
}

// doubtful loads the lots that a commit may have changed without a word. One
// that was removed since has nobody to be told of.
func (w *work) doubtful(ctx context.Context, lots []int64) error {
	for _, id := range lots {
		h, err := w.lot(ctx, id)
		if errors.Is(err, auction.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		h.again, h.loud, h.everyone = true, true, true
	}
	return nil
}

// put takes a decision over, and moves the closes of the lot's group when it
// was extended by a bid.
func (w *work) put(ctx context.Context, h *held, l auction.Lot, events []auction.Event) error {
	h.lot = l
	h.all = append(h.all, events...)
	if h.terms.Group == "" {
		return nil
	}
	for _, e := range events {
		if e.Kind == auction.LotExtended && e.Ref != 0 {
			return w.extendGroup(ctx, h, e)
		}
	}
	return nil
}

// extendGroup moves the other open lots of a group with the one that a bid
// extended (rules §4).
func (w *work) extendGroup(ctx context.Context, by *held, e auction.Event) error {
	mates, err := w.tx.Group(ctx, by.lot.SaleID, by.terms.Group)
	if err != nil {
		return fail("list the group", err)
	}
	for _, id := range mates {
		if id == by.lot.ID {
			continue
		}
		mate, err := w.lot(ctx, id)
		if err != nil {
			return storeError{err}
		}
		l, events := mate.lot.ExtendWith(mate.terms, e.At, e.At)
		mate.show(l, events)
	}
	return nil
}

// now is the moment by the clock that decides.
func (w *work) now(ctx context.Context) (time.Time, error) {
	now, err := w.tx.Now(ctx)
	if err != nil {
		return now, storeError{err}
	}
	return now, nil
}

// show takes over what changed a lot for everybody to see.
func (h *held) show(l auction.Lot, events []auction.Event) {
	h.lot = l
	h.all = append(h.all, events...)
	h.loud = h.loud || len(events) > 0
	if l.State.Over() {
		h.everyone = true
	}
}

// tell notes whose own standing changed.
func (h *held) tell(paddles ...auction.Paddle) {
	for _, p := range paddles {
		if p == "" || h.told[p] {
			continue
		}
		if h.told == nil {
			h.told = map[auction.Paddle]bool{}
		}
		h.told[p] = true
		h.standing = append(h.standing, p)
	}
}

// flush writes what was decided so far, so that the store's own sums see it.
func (w *work) flush(ctx context.Context) error {
	for _, id := range w.order {
		h := w.lots[id]
		if h.written == len(h.all) {
			continue
		}
		if err := w.tx.KeepLot(ctx, h.lot, h.was, h.nonce, h.all[h.written:]); err != nil {
			return storeError{err}
		}
		h.was, h.written = h.lot.Seq, len(h.all)
	}
	return nil
}

// log reads a lot's records, those of this transaction included.
func (w *work) log(ctx context.Context, id int64) ([]auction.Record, error) {
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	log, err := w.tx.Log(ctx, id)
	return log, fail("read the log", err)
}

// changes is what a committed transaction has to announce.
func (w *work) changes() []Change {
	var out []Change
	for _, id := range w.order {
		h := w.lots[id]
		if len(h.all) == 0 && !h.again {
			continue
		}
		out = append(out, Change{
			SaleID: h.lot.SaleID, Lot: h.lot.Public(h.terms), Events: h.all,
			Standing: h.standing, Everyone: h.everyone, Quiet: !h.loud,
		})
	}
	return out
}

// clock holds the lots that this transaction is about, beats when a beat is
// due, and does what the clock asks for: opens lots, makes an outage good,
// knocks lots down, in that order. It reports whether it beat.
//
// A machine that has slept wakes with a deciding clock that has jumped, while
// hardly any time has passed for the program: that is a beat too, or the lots
// that fell due meanwhile would be knocked down as if nothing had been amiss.
func (r *Room) clock(ctx context.Context, w *work, now time.Time, batch []*order) (bool, error) {
	beats := time.Since(r.beaten) >= beat || now.Sub(r.beatAt) >= beat
	looks := beats || !r.next.IsZero() && !now.Before(r.next)
	var last time.Time
	var due []int64
	var err error
	if beats {
		if last, err = w.tx.Beat(ctx, now); err != nil {
			return false, err
		}
	}
	if looks {
		if due, err = w.tx.Due(ctx, now, r.cfg.Batch); err != nil {
			return false, err
		}
	}
	down := !last.IsZero() && now.Sub(last) >= r.cfg.Outage.Least
	if err := w.hold(ctx, batch, slices.Concat(due, r.doubt), down); err != nil {
		return false, err
	}
	if err := w.doubtful(ctx, r.doubt); err != nil {
		return false, err
	}
	if err := w.openDue(ctx, due, now); err != nil {
		return false, err
	}
	if down {
		if err := w.outage(ctx, last, now, r.cfg.Outage); err != nil {
			return false, err
		}
		w.down = last
	}
	return beats, w.closeDue(ctx, due, now)
}

// hold holds at once all lots that the transaction is about: those of its
// orders, more, and every open one when all.
func (w *work) hold(ctx context.Context, batch []*order, more []int64, all bool) error {
	ids := more
	sales := map[int64]bool{}
	if all {
		sales[0] = true // OpenLots' word for every sale
	}
	for _, o := range batch {
		if o.lot != 0 {
			ids = append(ids, o.lot)
		}
		if o.sale != 0 {
			sales[o.sale] = true
		}
	}
	for sale := range sales {
		open, err := w.tx.OpenLots(ctx, sale)
		if err != nil {
			return err
		}
		ids = append(ids, open...)
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	return w.tx.Hold(ctx, slices.Compact(ids))
}

// expect has what the bids of a batch are going to ask read at once.
func (w *work) expect(ctx context.Context, batch []*order) error {
	list := make([]auction.Submission, 0, len(batch))
	for _, o := range batch {
		if o.bid.Key != "" {
			list = append(list, o.bid)
		}
	}
	return w.tx.Expect(ctx, list)
}

func (w *work) openDue(ctx context.Context, due []int64, now time.Time) error {
	for _, id := range due {
		h, err := w.lot(ctx, id)
		if errors.Is(err, auction.ErrNotFound) {
			continue // removed, with its rehearsal, since it was listed
		}
		if err != nil {
			return err
		}
		if h.lot.State != auction.Upcoming || !isDue(h.lot, now) {
			continue // another process was first
		}
		if err := w.open(ctx, h, now); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

// open opens a lot and enters what was left for it, in the order it came, like
// any other bid and before all others. Without room on the disk for the bids
// it stays as it is, and opens when there is; the ends of others go on.
func (w *work) open(ctx context.Context, h *held, now time.Time) error {
	was := *h
	rand.Read(h.nonce[:]) // never fails
	h.show(h.lot.Open(h.terms, now, h.nonce))
	left, err := w.tx.LeftBids(ctx, h.lot.ID)
	if err != nil {
		return fail("list the absentee bids", err)
	}
	for i, b := range left {
		rand.Read(b.Nonce[:])
		_, _, err := w.decide(ctx, h.lot.ID, b, nil)
		if i == 0 && w.full(err) {
			*h, w.late = was, true
			return nil
		}
		if err != nil && !errors.Is(err, ErrNotRegistered) {
			return storeError{err}
		}
	}
	return nil
}

// openLate opens the lots of a sale that goes on whose opening fell into its
// pause, which began at since (zero when that cannot be told). Their clocks,
// too, stood from then on: one whose close fell into the pause as well would
// otherwise end the moment it opens.
func (w *work) openLate(ctx context.Context, saleID int64, since, now time.Time) error {
	due, err := w.tx.Due(ctx, now, math.MaxInt32)
	if err != nil {
		return fail("list what is due", err)
	}
	for _, id := range due {
		h, err := w.lot(ctx, id)
		if err != nil {
			return storeError{err}
		}
		if h.lot.SaleID != saleID || h.lot.State != auction.Upcoming {
			continue
		}
		from := h.lot.OpensAt
		if since.After(from) {
			from = since
		}
		h.lot.ClosesAt = h.lot.ClosesAt.Add(now.Sub(from))
		if err := w.open(ctx, h, now); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) closeDue(ctx context.Context, due []int64, now time.Time) error {
	for _, id := range due {
		h, err := w.lot(ctx, id)
		if errors.Is(err, auction.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if h.lot.State != auction.Open || !isDue(h.lot, now) {
			continue
		}
		l, events := h.lot.KnockDown(h.terms, now)
		h.show(l, events)
	}
	return nil
}

func isDue(l auction.Lot, now time.Time) bool {
	at := l.DueAt()
	return !at.IsZero() && !now.Before(at)
}

// outage gives the lots that bids could not reach their time back (rules §8).
func (w *work) outage(ctx context.Context, from, now time.Time, p auction.OutagePolicy) error {
	open, err := w.tx.OpenLots(ctx, 0)
	if err != nil {
		return err
	}
	for _, id := range open {
		h, err := w.lot(ctx, id)
		if errors.Is(err, auction.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		l, events := h.lot.Outage(h.terms, from, now, p)
		h.show(l, events)
	}
	return nil
}
