package store

import (
	"context"
	"strings"
	"time"

	"outcry/auction"
)

// Entered lists the last n bids that were entered at the desk of a sale, or
// left there for lots to open, the newest first. Amounts are those of the
// public log.
func (s *Store) Entered(ctx context.Context, saleID int64, n int) ([]auction.DeskEntry, error) {
	list, err := all(ctx, s.reads, func(row scanner, d *auction.DeskEntry) error {
		return row.Scan(number(&d.ID), at(&d.At), number(&d.SaleID), number(&d.LotID), &d.Number, number(&d.Seq), number(&d.Ref),
			number(&d.UserID), &d.Name, (*string)(&d.Kind), paddle(&d.Paddle), &d.What, &d.Why,
			money(&d.Amount), money(&d.Price), paddle(&d.Lead), (*string)(&d.State), &d.Undone)
	}, strings.Replace(selectAct, "\n\tFROM acts a", `, COALESCE(e.amount, 0), COALESCE(e.price, 0), COALESCE(e.lead, ''), COALESCE(l.state, ''),
			COALESCE(b.voided, FALSE) OR COALESCE(w.gone_at, 0) > 0 FROM acts a`, 1)+`
			LEFT JOIN events e ON e.lot_id = a.lot_id AND e.seq = a.seq
			LEFT JOIN bids b ON b.lot_id = a.lot_id AND b.seq = a.seq
			LEFT JOIN absentee_bids w ON w.lot_id = a.lot_id AND w.id = a.ref
		WHERE a.sale_id = $1 AND a.kind IN ('`+string(auction.ActEntered)+`', '`+string(auction.ActLeft)+`') ORDER BY a.id DESC LIMIT $2`, saleID, n)
	return list, in(err, "what the desk of sale %d entered", saleID)
}

// LotByNumber returns the id of a lot by its number in a sale.
func (s *Store) LotByNumber(ctx context.Context, saleID int64, number string) (int64, error) {
	id, err := one(ctx, s.reads, readInt64, "SELECT id FROM lots WHERE sale_id = $1 AND number = $2", saleID, number)
	return id, in(err, "lot %q of sale %d", number, saleID)
}

// FindHolders lists at most n places in a sale whose paddle is q, then those
// whose name or paddle has every word of q, in the order of paddles; with
// nothing to look for, the last that came.
func (s *Store) FindHolders(ctx context.Context, saleID int64, q string, n int) ([]auction.Holder, error) {
	w := &where{}
	w.and("p.sale_id = ?", saleID)
	words := strings.Fields(fold(q))
	for _, word := range words[:min(len(words), mostWords)] {
		w.and(`(p.name_key LIKE ? ESCAPE '\'`, pattern(word))
		w.add(` OR lower(p.paddle) LIKE ? ESCAPE '\')`, strings.TrimPrefix(pattern(word), "%"))
	}
	if len(words) == 0 {
		w.add(" ORDER BY p.id DESC")
	} else {
		w.add(" ORDER BY CASE WHEN p.paddle = ? THEN 0 ELSE 1 END, p.paddle_key, p.id", strings.TrimSpace(q))
	}
	w.add(" LIMIT ?", n)
	list, err := all(ctx, s.reads, readHolder, selectHolder+w.text.String(), w.args...)
	return list, in(err, "find %q in sale %d", q, saleID)
}

// HiddenBids lists the bids taken on a lot with what was hidden behind them,
// once the lot is over; before that there are none to see (rules §2.8).
func (s *Store) HiddenBids(ctx context.Context, lot int64) ([]auction.HiddenBid, error) {
	list, err := all(ctx, s.reads, func(row scanner, b *auction.HiddenBid) error {
		return row.Scan(number(&b.Seq), paddle(&b.Paddle), money(&b.Amount), (*string)(&b.Kind), &b.Voided)
	}, `SELECT b.seq, b.paddle, b.amount, b.kind, b.voided FROM bids b JOIN lots l ON l.id = b.lot_id
		WHERE l.id = $1 AND l.state IN ('sold', 'passed', 'withdrawn') AND b.seq IS NOT NULL ORDER BY b.seq`, lot)
	return list, in(err, "bids of lot %d", lot)
}

// LatestShown lists the last n bids of a sale as the lots' histories show them,
// the newest first: raises of one's own maximum left out, those struck out
// marked. The plus keeps a database from gathering all bids of the sale to sort
// them: it goes back from the newest until it has n.
func (s *Store) LatestShown(ctx context.Context, saleID int64, n int) ([]auction.LotRow, error) {
	list, err := all(ctx, s.reads, func(row scanner, r *auction.LotRow) error {
		return row.Scan(number(&r.LotID), &r.Number, number(&r.Seq), at(&r.At), paddle(&r.Paddle), money(&r.Amount), &r.Voided)
	}, `SELECT l.id, l.number, e.seq, e.at, e.paddle, e.amount, b.voided
		FROM bids b JOIN lots l ON l.id = b.lot_id JOIN events e ON e.lot_id = b.lot_id AND e.seq = b.seq
			JOIN events p ON p.lot_id = e.lot_id AND p.seq = e.seq - 1
		WHERE +l.sale_id = $1 AND NOT (p.lead = e.paddle AND p.price = e.price) ORDER BY b.id DESC LIMIT $2`, saleID, n)
	return list, in(err, "latest bids of sale %d", saleID)
}

// BidsSince counts the bids taken in a sale since an instant, of the newest
// auction.MostPace of the house.
func (s *Store) BidsSince(ctx context.Context, saleID int64, since time.Time) (int, error) {
	n, err := one(ctx, s.reads, readInt64, `SELECT count(*) FROM bids b JOIN lots l ON l.id = b.lot_id
		WHERE b.id > (SELECT COALESCE(MAX(id), 0) FROM bids) - $1 AND b.at >= $2 AND l.sale_id = $3 AND b.seq IS NOT NULL`,
		auction.MostPace, ms(since), saleID)
	return int(n), in(err, "count the newest bids of sale %d", saleID)
}
