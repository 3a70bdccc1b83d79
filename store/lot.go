package store

import (
	"context"
	"fmt"
	"time"

	"outcry/auction"
)

// Columns of a lot, each list beside what reads it.

const stateCols = `id, sale_id, state, seq, at, hash, opens_at, closes_at, price, lead, bids,
	extended, extended_at, hammer, paused_at, held, latest_shift_ms`

func stateInto(l *auction.Lot) []any {
	return []any{&l.ID, &l.SaleID, (*string)(&l.State), number(&l.Seq), at(&l.At), hash(&l.Hash),
		at(&l.OpensAt), at(&l.ClosesAt), money(&l.Price), paddle(&l.Lead), count(&l.Bids),
		count(&l.Extended), at(&l.ExtendedAt), money(&l.Hammer), at(&l.PausedAt), &l.Held, lasts(&l.LatestShift)}
}

// maxCols is what nobody but the saleroom reads.
const maxCols = "max, max_at"

func maxInto(l *auction.Lot) []any { return []any{money(&l.Max), at(&l.MaxAt)} }

const termCols = "opening, reserve, buy_now, steps, window_ms, extension_ms, latest_at, lot_group"

func termsInto(t *auction.Terms) []any {
	return []any{money(&t.Opening), money(&t.Reserve), money(&t.BuyNow), steps(&t.Steps),
		lasts(&t.SoftClose.Window), lasts(&t.SoftClose.Extension), at(&t.SoftClose.Latest), &t.Group}
}

func termArgs(t auction.Terms) []any {
	return []any{int64(t.Opening), int64(t.Reserve), int64(t.BuyNow), stepsText(t.Steps),
		span(t.SoftClose.Window), span(t.SoftClose.Extension), ms(t.SoftClose.Latest), t.Group}
}

const wordCols = "number, title, subtitle, description, category, consignor, estimate_low, estimate_high, fair_value, collection"

func wordsInto(w *auction.Words) []any {
	return []any{&w.Number, &w.Title, &w.Subtitle, &w.Description, &w.Category, &w.Consignor,
		money(&w.EstimateLow), money(&w.EstimateHigh), money(&w.FairValue), &w.Collection}
}

// into joins what several lists of columns are read into.
func into(lists ...[]any) []any {
	var all []any
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// Group lists the open lots of a sale's group in ascending order of id.
func (t *Tx) Group(ctx context.Context, saleID int64, group string) ([]int64, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	ids, err := all(ctx, t, readInt64,
		"SELECT id FROM lots WHERE sale_id = $1 AND lot_group = $2 AND state = 'open' ORDER BY id", saleID, group)
	return ids, in(err, "group %q of sale %d", group, saleID)
}

// OpenLots lists a sale's open lots, or those of all sales when saleID is 0,
// in ascending order of id.
func (t *Tx) OpenLots(ctx context.Context, saleID int64) ([]int64, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	text := "SELECT id FROM lots WHERE state = 'open' ORDER BY id"
	var args []any
	if saleID != 0 {
		text = "SELECT id FROM lots WHERE sale_id = $1 AND state = 'open' ORDER BY id"
		args = []any{saleID}
	}
	ids, err := all(ctx, t, readInt64, text, args...)
	return ids, in(err, "open lots of sale %d", saleID)
}

// What the clock has to do: upcoming lots of sales that are published and not
// paused wait for their opening, open lots that are neither paused nor held
// for their close. An instant of 0 never comes.
const (
	waitingToOpen  = "FROM lots l WHERE l.state = 'upcoming' AND l.opens_at > 0 AND l.sale_id"
	openingSales   = "FROM sales s WHERE s.published AND s.paused_at = 0"
	waitingToClose = `FROM lots l
		WHERE l.state = 'open' AND l.closes_at > 0 AND l.paused_at = 0 AND NOT l.held`
)

// Due lists the lots whose opening or close is at or before now, in ascending
// order of id, at most limit.
func (t *Tx) Due(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	ids, err := all(ctx, t, readInt64, "SELECT l.id "+waitingToOpen+" IN (SELECT s.id "+openingSales+") AND l.opens_at <= $1"+
		" UNION ALL SELECT l.id "+waitingToClose+" AND l.closes_at <= $1 ORDER BY 1 LIMIT $2", ms(now), limit)
	return ids, in(err, "lots that are due")
}

// NextDue is the earliest instant at which Due will list a lot; zero when
// there is none. It is asked for in every commit: each sale's first lot lies at
// an end of an index, however many wait.
func (t *Tx) NextDue(ctx context.Context) (time.Time, error) {
	if err := t.flush(ctx); err != nil {
		return time.Time{}, err
	}
	due, err := all(ctx, t, readInt64, "SELECT MIN((SELECT l.opens_at "+waitingToOpen+" = s.id ORDER BY l.opens_at LIMIT 1)) "+openingSales+
		" UNION ALL SELECT MIN(l.closes_at) "+waitingToClose)
	var next int64
	for _, d := range due {
		if d != 0 && (next == 0 || d < next) {
			next = d
		}
	}
	return instant(next), in(err, "the next lot that is due")
}

// Schedule lists, in order of id, every lot of a published sale that is not
// over, with its state, so that a start knows what the clock has to do. Open
// lots are listed whatever became of their sale.
func (s *Store) Schedule(ctx context.Context) ([]auction.Lot, error) {
	lots, err := all(ctx, s.reads, func(row scanner, l *auction.Lot) error {
		return row.Scan(into(stateInto(l), maxInto(l))...)
	}, "SELECT "+stateCols+", "+maxCols+` FROM lots WHERE state = 'open'
		OR state = 'upcoming' AND sale_id IN (SELECT id FROM sales WHERE published) ORDER BY id`)
	return lots, in(err, "schedule")
}

// LastBeat is the instant of the last heartbeat, zero when there was none.
func (s *Store) LastBeat(ctx context.Context) (time.Time, error) {
	last, err := one(ctx, s.reads, readInt64, "SELECT at FROM heartbeat WHERE id = 1")
	if _, err := absent(err); err != nil {
		return time.Time{}, fmt.Errorf("read the heartbeat: %w", err)
	}
	return instant(last), nil
}
