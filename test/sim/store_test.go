package sim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// What the fake store's transactions fail with.
var (
	errBroken  = errors.New("the transaction broke")
	errUnknown = errors.New("nobody knows whether it was committed")
	errFull    = errors.New("no room")
	errAway    = errors.New("the database is away")
	errAgain   = errors.New("rolled back for another's sake")
	errFatal   = errors.New("the disk lied")
)

// store keeps one sale in memory. Only one goroutine runs a transaction at a
// time, the room's own, so nothing guards it.
type store struct {
	random *rand.Rand // of faults
	quiet  bool       // nothing fails any more

	lots   map[int64]*row
	ids    []int64 // ascending
	paused time.Time
	beat   time.Time
	limits map[auction.Paddle]auction.Money

	shift   atomic.Int64 // ns, of the clock that decides, against the bubble's
	away    time.Time    // until then
	dead    bool         // the disk lied: nothing works until the next start
	commits atomic.Int64
	faults  int
}

// row is a lot with all that is kept of it.
type row struct {
	lot   auction.Lot
	terms auction.Terms
	log   []auction.Record
	bids  map[kept]submission
}

type kept struct {
	paddle auction.Paddle
	key    string
}

type submission struct {
	bid    auction.Bid
	answer auction.Answer
}

func (s *store) Fatal(err error) bool   { return errors.Is(err, errFatal) }
func (s *store) Full(err error) bool    { return errors.Is(err, errFull) }
func (s *store) Unknown(err error) bool { return errors.Is(err, errUnknown) }
func (s *store) Away(err error) bool    { return errors.Is(err, errAway) }
func (s *store) Again(err error) bool   { return errors.Is(err, errAgain) }

func (s *store) EachLot(_ context.Context, fn func(auction.Lot, auction.Terms, []auction.Record) error) error {
	for _, id := range s.ids {
		r := s.lots[id]
		if err := fn(r.lot, r.terms, r.log); err != nil {
			return err
		}
	}
	return nil
}

// Update runs a transaction, which the seed may let fail in any of the ways
// that a disk, a database or a machine has.
func (s *store) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	after, pause, before := s.fault()
	time.Sleep(pause)
	if before != nil {
		return before
	}
	t := &tx{s: s, lots: map[int64]*row{}, beat: s.beat, paused: s.paused}
	if err := fn(t); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if after == nil || after.kept {
		maps.Copy(s.lots, t.lots)
		s.beat, s.paused = t.beat, t.paused
		s.commits.Add(1)
	}
	if after != nil {
		return after.err
	}
	return nil
}

// failure is how a commit ends, and whether it is there all the same.
type failure struct {
	err  error
	kept bool
}

// fault chooses what befalls the next transaction, and how long it takes.
func (s *store) fault() (after *failure, pause time.Duration, before error) {
	pause = time.Millisecond + time.Duration(s.random.Int64N(int64(5*time.Millisecond)))
	n := s.random.IntN(2000)
	if s.quiet {
		return nil, pause, nil
	}
	if s.dead {
		return nil, pause, errFatal
	}
	if time.Now().Before(s.away) {
		return nil, pause, errAway
	}
	if n < 40 {
		s.faults++
	}
	switch {
	case n < 6:
		return nil, pause, errBroken
	case n < 12:
		return &failure{err: errBroken}, pause, nil
	case n < 16:
		return &failure{err: errAgain}, pause, nil
	case n < 20:
		return &failure{err: errUnknown, kept: n%2 == 0}, pause, nil
	case n < 24:
		return &failure{err: errFull}, pause, nil
	case n < 26:
		s.away = time.Now().Add(time.Duration(s.random.Int64N(int64(5 * time.Second))))
		return nil, pause, errAway
	case n < 30:
		s.dead = true
		return &failure{err: fmt.Errorf("%w: %w", errFatal, errUnknown), kept: n%2 == 0}, pause, nil
	case n < 34: // the disk is slow, beyond what a transaction may take at times
		return nil, time.Duration(s.random.Int64N(int64(12 * time.Second))), nil
	case n < 36: // the clock is set, back or forth
		s.shift.Add(s.random.Int64N(int64(10*time.Minute)) - int64(5*time.Minute))
	}
	return nil, pause, nil
}

// tx is one transaction: copies of what it changes. What the sale room asks of
// a store for acts that nobody does here is missing.
type tx struct {
	saleroom.Tx
	s      *store
	lots   map[int64]*row
	beat   time.Time
	paused time.Time
}

func (t *tx) row(id int64) *row {
	if r := t.lots[id]; r != nil {
		return r
	}
	return t.s.lots[id]
}

// own is the transaction's own copy of a lot.
func (t *tx) own(id int64) *row {
	r := t.lots[id]
	if r == nil {
		c := *t.s.lots[id]
		c.log = slices.Clip(c.log) // appending makes a new one
		c.bids = maps.Clone(c.bids)
		r = &c
		t.lots[id] = r
	}
	return r
}

func (t *tx) Now(context.Context) (time.Time, error) {
	return time.Now().Add(time.Duration(t.s.shift.Load())).UTC().Truncate(time.Millisecond), nil
}

func (t *tx) Lot(_ context.Context, id int64) (auction.Lot, auction.Terms, error) {
	r := t.row(id)
	if r == nil {
		return auction.Lot{}, auction.Terms{}, auction.ErrNotFound
	}
	return r.lot, r.terms, nil
}

func (t *tx) Hold(context.Context, []int64) error                { return nil }
func (t *tx) Expect(context.Context, []auction.Submission) error { return nil }
func (t *tx) KeepAct(context.Context, auction.Act) error         { return nil }

func (t *tx) LeftBids(context.Context, int64) ([]auction.Bid, error) { return nil, nil }

func (t *tx) where(which func(*row) bool) []int64 {
	var ids []int64
	for _, id := range t.s.ids {
		if which(t.row(id)) {
			ids = append(ids, id)
		}
	}
	return ids
}

func (t *tx) Group(_ context.Context, _ int64, group string) ([]int64, error) {
	return t.where(func(r *row) bool { return r.lot.State == auction.Open && r.terms.Group == group }), nil
}

func (t *tx) OpenLots(context.Context, int64) ([]int64, error) {
	return t.where(func(r *row) bool { return r.lot.State == auction.Open }), nil
}

// due is when the clock has to act on a lot; a paused sale's lots do not open.
func (t *tx) due(r *row) time.Time {
	if r.lot.State == auction.Upcoming && !t.paused.IsZero() {
		return time.Time{}
	}
	return r.lot.DueAt()
}

func (t *tx) Due(_ context.Context, now time.Time, limit int) ([]int64, error) {
	ids := t.where(func(r *row) bool { at := t.due(r); return !at.IsZero() && !at.After(now) })
	return ids[:min(len(ids), limit)], nil
}

func (t *tx) NextDue(context.Context) (next time.Time, _ error) {
	for _, id := range t.s.ids {
		if at := t.due(t.row(id)); !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}

func (t *tx) Bidder(_ context.Context, lot int64, p auction.Paddle) (auction.Bidder, error) {
	limit, known := t.s.limits[p]
	if !known {
		return auction.Bidder{}, auction.ErrNotFound
	}
	b := auction.Bidder{Paddle: p, Limit: limit}
	for _, id := range t.s.ids {
		r := t.row(id)
		if id == lot || r.lot.Lead != p {
			continue
		}
		switch r.lot.State {
		case auction.Open:
			b.Committed += r.lot.Max
		case auction.Sold:
			b.Committed += r.lot.Hammer
		}
	}
	return b, nil
}

func (t *tx) Answered(_ context.Context, lot int64, p auction.Paddle, key string) (auction.Bid, auction.Answer, error) {
	k, ok := t.row(lot).bids[kept{p, key}]
	if !ok {
		return auction.Bid{}, auction.Answer{}, auction.ErrNotFound
	}
	return k.bid, k.answer, nil
}

func (t *tx) Log(_ context.Context, lot int64) ([]auction.Record, error) {
	return slices.Clone(t.row(lot).log), nil
}

func (t *tx) KeepBid(_ context.Context, lot int64, b auction.Bid, a auction.Answer) error {
	r := t.own(lot)
	k := kept{b.By.Paddle, b.Key}
	if _, used := r.bids[k]; used {
		return auction.ErrConflict
	}
	r.bids[k] = submission{b, a}
	return nil
}

func (t *tx) KeepLot(_ context.Context, l auction.Lot, was int64, nonce [16]byte, events []auction.Event) error {
	r := t.own(l.ID)
	if r.lot.Seq != was || l.Seq != was+int64(len(events)) {
		return fmt.Errorf("lot %d at %d, not %d: %w", l.ID, r.lot.Seq, was, auction.ErrConflict)
	}
	for _, e := range events {
		rec := auction.Record{Event: e}
		switch e.Kind {
		case auction.LotOpened:
			terms := r.terms
			rec.Terms, rec.Nonce = &terms, nonce
		case auction.BidTaken:
			for _, k := range r.bids {
				if k.answer.Outcome != auction.Refused && k.answer.Seq == e.Seq {
					b := k.bid
					rec.Bid = &b
				}
			}
		}
		r.log = append(r.log, rec)
	}
	r.lot = l
	return nil
}

func (t *tx) Pause(_ context.Context, _ int64, at time.Time) error {
	t.paused = at
	return nil
}

func (t *tx) Beat(_ context.Context, at time.Time) (time.Time, error) {
	was := t.beat
	t.beat = at
	return was, nil
}
