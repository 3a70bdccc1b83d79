package store

import (
	"context"
	"fmt"
	"strings"

	"outcry/auction"
)

// An entry is read without the leader's maximum, so that nothing made from it
// can tell it; the reserve is read because "reserve met" is made from it, and
// goes no further than Lot.Public.

var selectEntry = "SELECT s.slug, " + prefixed("l", stateCols) + ", " + prefixed("l", termCols) + ", " +
	prefixed("l", wordCols) + ", COALESCE(a.paddle, ''), COALESCE(a.price, 0), COALESCE(a.at, 0) FROM lots l JOIN sales s ON s.id = l.sale_id" +
	" LEFT JOIN after_acts a ON a.lot_id = l.id AND a.kind IN ('accepted', 'taken')"

func readEntry(row scanner, e *auction.Entry) error {
	var l auction.Lot
	var t auction.Terms
	if err := row.Scan(into([]any{&e.Sale}, stateInto(&l), termsInto(&t), wordsInto(&e.Words),
		[]any{paddle(&e.After.Paddle), money(&e.After.Price), at(&e.After.At)})...); err != nil {
		return err
	}
	e.SaleID = l.SaleID
	e.Public = l.Public(t)
	return nil
}

// Entry returns a lot as the catalogue shows it.
func (s *Store) Entry(ctx context.Context, lot int64) (auction.Entry, error) {
	e, err := one(ctx, s.reads, readEntry, selectEntry+" WHERE l.id = $1", lot)
	if err == nil {
		e.Photos, err = s.LotPhotos(ctx, lot)
	}
	return e, in(err, "lot %d", lot)
}

// Place returns what of a lot's entry hardly ever changes.
func (s *Store) Place(ctx context.Context, lot int64) (auction.Place, error) {
	p, err := one(ctx, s.reads, func(row scanner, p *auction.Place) error {
		return row.Scan(&p.Lot, &p.SaleID, &p.Number)
	}, "SELECT id, sale_id, number FROM lots WHERE id = $1", lot)
	return p, in(err, "lot %d", lot)
}

// where gathers conditions with their arguments.
type where struct {
	text strings.Builder
	args []any
}

// and adds a condition; each ? in it becomes the next argument.
func (w *where) and(cond string, args ...any) {
	if w.text.Len() == 0 {
		w.text.WriteString(" WHERE ")
	} else {
		w.text.WriteString(" AND ")
	}
	w.add(cond, args...)
}

func (w *where) add(text string, args ...any) {
	for _, a := range args {
		w.args = append(w.args, a)
		text = strings.Replace(text, "?", fmt.Sprintf("$%d", len(w.args)), 1)
	}
	w.text.WriteString(text)
}

// in adds that a column is one of some ids. It is written in few lengths, filled
// up with 0, which no row has, so that there are few statements to keep.
func (w *where) in(column string, ids []int64) { addIn(w, column, ids) }

// addIn is in for any kind of value whose zero no row has.
func addIn[T any](w *where, column string, values []T) {
	n := 10
	for n < len(values) {
		n *= 5
	}
	w.add(column + " IN (")
	for i := range n {
		var v T
		if i < len(values) {
			v = values[i]
		}
		if i > 0 {
			w.add(", ")
		}
		w.add("?", v)
	}
	w.add(")")
}

// mostWords is how many words of a search count.
const mostWords = 12

const soldAfter = "EXISTS (SELECT 1 FROM after_acts x WHERE x.lot_id = l.id AND x.kind IN ('accepted', 'taken'))"

func catalogue(saleID int64, q auction.Query) *where {
	w := &where{}
	w.and("l.sale_id = ?", saleID)
	switch q.Show {
	case auction.ShowOpen:
		w.and("l.state = 'open'")
	case auction.ShowNoBids:
		w.and("l.state IN ('upcoming', 'open') AND l.bids = 0")
	case auction.ShowClosed:
		w.and("l.state IN ('sold', 'passed', 'withdrawn')")
	case auction.ShowSold, auction.ShowPassed, auction.ShowOut:
		w.and("l.state = ?", string(q.Show))
	case auction.ShowBought:
		w.and("(l.state = 'sold' OR l.state = 'passed' AND " + soldAfter + ")")
	case auction.ShowUnsold:
		w.and("l.state = 'passed' AND NOT " + soldAfter)
	case auction.ShowUnbid:
		w.and("l.state = 'open' AND NOT l.held AND l.bids = 0")
	case auction.ShowUnder:
		w.and("l.state = 'open' AND NOT l.held AND l.bids > 0 AND l.price < l.reserve")
	case auction.ShowHeld:
		w.and("l.state = 'open' AND l.held")
	case auction.ShowMine: // the plus keeps SQLite from reading every bid of each lot
		w.and("EXISTS (SELECT 1 FROM bids b WHERE b.lot_id = l.id AND b.paddle = ? AND +b.seq IS NOT NULL)", string(q.Paddle))
	}
	if q.Show == auction.ShowWatched {
		w.and("EXISTS (SELECT 1 FROM watches x WHERE x.lot_id = l.id AND x.user_id = ?)", q.User)
	}
	if q.Category != "" {
		w.and("l.category = ?", q.Category)
	}
	if q.Lots != nil {
		w.and("")
		w.in("l.id", q.Lots)
	}
	words := strings.Fields(fold(q.Words))
	for _, word := range words[:min(len(words), mostWords)] {
		w.and(`l.search_key LIKE ? ESCAPE '\'`, pattern(word))
	}
	return w
}

// orders are the ORDER BY of a catalogue, each down to the single lot.
var orders = map[auction.Order]string{
	auction.ByNumber: "l.number_key, l.id",
	auction.ByClosing: `CASE l.state WHEN 'open' THEN 0 WHEN 'upcoming' THEN 1 ELSE 2 END,
		CASE WHEN l.state IN ('open', 'upcoming') THEN l.closes_at ELSE -l.at END, l.number_key, l.id`,
	auction.ByBids:  "l.bids, l.number_key, l.id",
	auction.ByPrice: "CASE WHEN l.price > 0 THEN l.price ELSE l.opening END, l.number_key, l.id",
	auction.ByHighest: `CASE l.state WHEN 'sold' THEN l.hammer WHEN 'passed' THEN COALESCE(a.price, 0) WHEN 'withdrawn' THEN 0
		ELSE l.price END DESC, l.number_key, l.id`,
}

// Entries lists a part of a sale's catalogue, and how many lots the query
// finds in all, whatever its limit. An unknown sale has none.
func (s *Store) Entries(ctx context.Context, saleID int64, q auction.Query) ([]auction.Entry, int, error) {
	order, ok := orders[q.Order]
	if !ok {
		order = orders[auction.ByNumber]
	}
	w := catalogue(saleID, q)
	cond, condArgs := w.text.String(), w.args
	w.add(" ORDER BY " + order)
	paged := q.Limit > 0 || q.Offset > 0
	if paged {
		limit := q.Limit
		if limit <= 0 {
			limit = 1 << 31
		}
		w.add(" LIMIT ? OFFSET ?", limit, max(q.Offset, 0))
	}
	list, err := all(ctx, s.reads, readEntry, selectEntry+w.text.String(), w.args...)
	if err != nil {
		return nil, 0, in(err, "catalogue of sale %d", saleID)
	}
	total := len(list)
	if paged {
		n, err := one(ctx, s.reads, readInt64, "SELECT count(*) FROM lots l"+cond, condArgs...)
		if err != nil {
			return nil, 0, in(err, "count the catalogue of sale %d", saleID)
		}
		total = int(n)
	}
	return list, total, in(s.addPhotos(ctx, saleID, list), "photos of sale %d", saleID)
}

// LotsOfPaddle lists the lots of a sale that a paddle has bid on, open ones
// first, the next to close on top.
func (s *Store) LotsOfPaddle(ctx context.Context, saleID int64, p auction.Paddle) ([]auction.Entry, error) {
	list, _, err := s.Entries(ctx, saleID, auction.Query{Show: auction.ShowMine, Paddle: p, Order: auction.ByClosing})
	return list, err
}

// Neighbours returns the lots before and after one in its sale's order of
// numbers, nil at either end.
func (s *Store) Neighbours(ctx context.Context, lot int64) (prev, next *auction.LotRef, err error) {
	side := func(cmp, dir string) (*auction.LotRef, error) {
		r, err := one(ctx, s.reads, func(row scanner, r *auction.LotRef) error { return row.Scan(&r.ID, &r.Number) },
			`SELECT o.id, o.number FROM lots l JOIN lots o ON o.sale_id = l.sale_id
				AND (o.number_key, o.id) `+cmp+` (l.number_key, l.id)
			WHERE l.id = $1 ORDER BY o.number_key `+dir+`, o.id `+dir+` LIMIT 1`, lot)
		if none, err := absent(err); none || err != nil {
			return nil, in(err, "neighbours of lot %d", lot)
		}
		return &r, nil
	}
	if prev, err = side("<", "DESC"); err != nil {
		return nil, nil, err
	}
	next, err = side(">", "ASC")
	return prev, next, err
}
