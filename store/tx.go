package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"

	"outcry/auction"
)

// Update runs fn in one transaction and commits it so that it outlives the
// machine. When fn or the commit fails nothing is kept, unless Unknown says
// otherwise of the error. Beside a file updates follow one another; fn must
// not call Update.
//
// ctx ends the wait for the turn and a transaction that is not yet being
// committed; a commit under way is never cut short.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	if s.readOnly {
		return ErrReadOnly
	}
	if first := s.dead.Load(); first != nil {
		return fmt.Errorf("nothing is written any more after: %w", *first)
	}
	ses, err := s.engine.begin(ctx)
	if err != nil {
		return s.note(tell(err))
	}
	tx := &Tx{s: s, session: ses}
	defer func() {
		if !tx.over { // fn panicked
			ses.rollback()
		}
	}()
	err = fn(tx)
	if err == nil {
		err = tx.flush(ctx)
	}
	if err == nil {
		err = tx.failed // fn looked away, but the transaction is not whole
	}
	if err == nil {
		err = ctx.Err()
	}
	tx.over = true
	if err != nil {
		ses.rollback()
		return s.note(err)
	}
	if err := ses.commit(ctx); err != nil {
		s.sick.Store(true)
		if unknownCommit(err) {
			err = fmt.Errorf("%w: %w", errUnknown, err)
		}
		return s.note(fmt.Errorf("commit: %w", tell(err)))
	}
	s.sick.Store(false)
	return nil
}

// note acts on an error of a transaction: after a fatal one nothing more is
// written, on a full disk the ballast is let go.
func (s *Store) note(err error) error {
	switch {
	case Fatal(err):
		s.dead.CompareAndSwap(nil, &err)
	case Full(err) && s.room != nil && !errors.Is(err, ErrFull): // the disk itself said so
		s.room.drop()
		if e := s.engine.makeRoom(); Fatal(e) {
			s.dead.CompareAndSwap(nil, &e)
		}
	}
	return err
}

// Tx is one transaction, for the one goroutine that runs fn.
//
// What a batch of bids writes is gathered and written in few statements at
// its end, or before something reads it: a thousand bids on one lot change its
// row once.
type Tx struct {
	s *Store
	session
	over   bool
	failed error // the first error of a statement: PostgreSQL would roll back

	lots    map[int64]*heldLot
	events  []lotEvent
	bids    []lotBid
	answers map[bidKey]int // into bids, those written already included
	written int            // so many of bids are written
	buf     []byte         // for answers
	expected
	args   []any
	values []driver.NamedValue // of an insert
}

// heldLot is a lot that this transaction holds, as it stands in it.
type heldLot struct {
	lot   auction.Lot
	terms auction.Terms

	consignor string // folded
	was       int64  // seq of the row in the database
	dirty     bool
}

type bidKey struct {
	lot    int64
	paddle auction.Paddle
	key    string
}

// exec and query remember the first error: nothing may be committed after it,
// whatever fn makes of it.

func (t *Tx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	n, err := t.session.exec(ctx, text, args...)
	if err != nil && t.failed == nil {
		t.failed = err
	}
	return n, err
}

func (t *Tx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	rows, err := t.session.query(ctx, text, args...)
	if err != nil && t.failed == nil {
		t.failed = err
	}
	return rows, err
}

// write runs one statement of a method that is a whole transaction.
func (s *Store) write(ctx context.Context, text string, args ...any) error {
	return s.Update(ctx, func(tx *Tx) error {
		return must(ctx, tx, text, args...)
	})
}

// Now is the moment by the clock that decides: the machine's beside a file,
// the database server's where several machines share one. In whole ms, UTC.
func (t *Tx) Now(ctx context.Context) (time.Time, error) {
	text := t.s.engine.nowSQL()
	if text == "" {
		return instant(time.Now().UnixMilli()), nil
	}
	now, err := one(ctx, t, readInt64, text)
	return instant(now), err
}

// Lot returns a lot and holds it until the transaction ends.
func (t *Tx) Lot(ctx context.Context, id int64) (auction.Lot, auction.Terms, error) {
	h, err := t.hold(ctx, id)
	if err != nil {
		return auction.Lot{}, auction.Terms{}, in(err, "lot %d", id)
	}
	return h.lot, h.terms, nil
}

// Hold holds these lots, and the lots that are not over of every group that
// one of them is in, until the transaction ends. It takes them in ascending
// order of id, so that transactions that begin with it never wait for each
// other in a circle; call it before anything else is held. Ids that are not
// there are passed over: Lot tells. Beside a file the transaction holds
// everything anyway.
func (t *Tx) Hold(ctx context.Context, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	if text := t.s.engine.groupsForUpdate(); text != "" {
		return in(t.holdBy(ctx, text, idArray(ids)), "hold %d lots", len(ids))
	}
	for len(ids) >= rowsAtOnce { // they are going to be asked for: a few statements bring many
		t.args = t.args[:0]
		for _, id := range ids[:rowsAtOnce] {
			t.args = append(t.args, id)
		}
		if err := t.holdBy(ctx, selectManyHeld, t.args...); err != nil {
			return in(err, "read %d lots", rowsAtOnce)
		}
		ids = ids[rowsAtOnce:]
	}
	return nil
}

func (t *Tx) holdBy(ctx context.Context, text string, args ...any) error {
	list, err := all(ctx, t, readHeld, text, args...)
	for i := range list {
		t.keepHeld(&list[i])
	}
	return err
}

// idArray writes ids as PostgreSQL reads an array of them.
func idArray(ids []int64) string {
	b := []byte{'{'}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, '}'))
}

// keepHeld remembers a lot that was just read and held. One that is held
// already stays as this transaction left it.
func (t *Tx) keepHeld(h *heldLot) *heldLot {
	if was := t.lots[h.lot.ID]; was != nil {
		return was
	}
	h.was = h.lot.Seq
	if t.lots == nil {
		t.lots = make(map[int64]*heldLot)
	}
	t.lots[h.lot.ID] = h
	return h
}

func (t *Tx) hold(ctx context.Context, id int64) (*heldLot, error) {
	if h := t.lots[id]; h != nil {
		return h, nil
	}
	h, err := one(ctx, t, readHeld, selectHeld+" WHERE id = $1"+t.s.engine.forUpdate(), id)
	if err != nil {
		return nil, err
	}
	return t.keepHeld(&h), nil
}

const selectHeld = "SELECT " + stateCols + ", " + maxCols + ", " + termCols + ", consignor_key FROM lots"

// selectManyHeld reads rowsAtOnce lots.
var selectManyHeld = selectHeld + " WHERE id IN (" + marks(1, rowsAtOnce) + ")"

func readHeld(row scanner, h *heldLot) error {
	return row.Scan(into(stateInto(&h.lot), maxInto(&h.lot), termsInto(&h.terms), []any{&h.consignor})...)
}

// KeepLot writes the lot's row, which stood at seq was, and appends the
// events. nonce salts the seal of a LotOpened among them, whose terms are kept
// with it. ErrConflict when the row has moved on.
func (t *Tx) KeepLot(ctx context.Context, l auction.Lot, was int64, nonce [16]byte, events []auction.Event) error {
	h, err := t.hold(ctx, l.ID)
	if err != nil {
		return in(err, "keep lot %d", l.ID)
	}
	if h.lot.Seq != was {
		return fmt.Errorf("keep lot %d: it is at %d, not %d: %w", l.ID, h.lot.Seq, was, ErrConflict)
	}
	for i, e := range events {
		if e.Seq != was+int64(i)+1 {
			return fmt.Errorf("keep lot %d: event %d does not follow %d", l.ID, e.Seq, was+int64(i))
		}
	}
	if l.Seq != was+int64(len(events)) {
		return fmt.Errorf("keep lot %d: at %d after event %d", l.ID, l.Seq, was+int64(len(events)))
	}
	for _, e := range events {
		le := lotEvent{lot: l.ID, Event: e}
		if e.Kind == auction.LotOpened {
			le.opened = &opening{h.terms, nonce}
		}
		t.events = append(t.events, le)
	}
	sale := h.lot.SaleID
	h.lot = l
	h.lot.SaleID = sale // a lot never moves to another sale
	h.dirty = true
	return nil
}

// flush writes what was gathered.
func (t *Tx) flush(ctx context.Context) error {
	if t.failed != nil {
		return t.failed
	}
	for _, h := range t.lots {
		if !h.dirty {
			continue
		}
		if err := t.keepRow(ctx, h); err != nil {
			return err
		}
	}
	if err := t.writeEvents(ctx); err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	if err := t.writeBids(ctx); err != nil {
		return fmt.Errorf("keep bids: %w", err)
	}
	return t.strikeOut(ctx)
}

func (t *Tx) keepRow(ctx context.Context, h *heldLot) error {
	l := &h.lot
	n, err := t.exec(ctx, `UPDATE lots SET state = $1, seq = $2, at = $3, hash = $4, opens_at = $5, closes_at = $6,
		price = $7, lead = $8, max = $9, max_at = $10, bids = $11, extended = $12, extended_at = $13,
		hammer = $14, paused_at = $15, held = $16, latest_shift_ms = $17 WHERE id = $18 AND seq = $19`,
		string(l.State), l.Seq, ms(l.At), l.Hash[:], ms(l.OpensAt), ms(l.ClosesAt),
		int64(l.Price), string(l.Lead), int64(l.Max), ms(l.MaxAt), l.Bids, l.Extended, ms(l.ExtendedAt),
		int64(l.Hammer), ms(l.PausedAt), l.Held, span(l.LatestShift), l.ID, h.was)
	if err != nil {
		return fmt.Errorf("keep lot %d: %w", l.ID, err)
	}
	if n == 0 {
		return fmt.Errorf("keep lot %d: %w", l.ID, ErrConflict)
	}
	h.was, h.dirty = l.Seq, false
	return nil
}

// Pause sets or, with the zero time, clears the moment a sale was paused.
func (t *Tx) Pause(ctx context.Context, saleID int64, at time.Time) error {
	return in(must(ctx, t, "UPDATE sales SET paused_at = $1 WHERE id = $2", ms(at), saleID), "pause sale %d", saleID)
}

// Beat writes the heartbeat and returns the one before it, zero at first.
func (t *Tx) Beat(ctx context.Context, at time.Time) (time.Time, error) {
	last, err := one(ctx, t, readInt64, "SELECT at FROM heartbeat WHERE id = 1"+t.s.engine.forUpdate())
	if _, err := absent(err); err != nil {
		return time.Time{}, in(err, "read the heartbeat")
	}
	_, err = t.exec(ctx, `INSERT INTO heartbeat (id, at) VALUES (1, $1)
		ON CONFLICT (id) DO UPDATE SET at = excluded.at`, ms(at))
	return instant(last), in(err, "write the heartbeat")
}
