package store

import (
	"context"

	"outcry/auction"
)

// Donors lists who gave lots to a sale and what those brought, the most first.
func (s *Store) Donors(ctx context.Context, saleID int64) ([]auction.DonorTotal, error) {
	list, err := all(ctx, s.reads, func(row scanner, d *auction.DonorTotal) error {
		return row.Scan(&d.Donor, count(&d.Lots), count(&d.Sold), money(&d.Hammer))
	}, `SELECT MIN(l.consignor), count(*), count(CASE WHEN l.state = 'sold' OR a.n IS NOT NULL THEN 1 END),
			CAST(SUM(CASE WHEN l.state = 'sold' THEN l.hammer ELSE COALESCE(a.price, 0) END) AS BIGINT)
		FROM lots l LEFT JOIN after_acts a ON a.lot_id = l.id AND a.kind IN ('accepted', 'taken')
		WHERE l.sale_id = $1 AND l.consignor_key <> '' GROUP BY l.consignor_key ORDER BY 4 DESC, 1`, saleID)
	return list, in(err, "donors of sale %d", saleID)
}

// Leads counts the open lots of a sale that a paddle leads.
func (s *Store) Leads(ctx context.Context, saleID int64, p auction.Paddle) (int, error) {
	n, err := one(ctx, s.reads, readInt64, "SELECT count(*) FROM lots WHERE sale_id = $1 AND lead = $2 AND state = 'open'", saleID, string(p))
	return int(n), in(err, "what paddle %s leads", p)
}

// EachHistory hands over every lot of a sale that has events, in order of lot
// numbers, with its public log. fn must not keep the events.
func (s *Store) EachHistory(ctx context.Context, saleID int64, fn func(auction.LotRef, []auction.Event) error) error {
	rows, err := s.reads.query(ctx, "SELECT l.id, l.number, "+prefixed("e", eventCols)+` FROM lots l JOIN events e ON e.lot_id = l.id
		WHERE l.sale_id = $1 ORDER BY l.number_key, l.id, e.seq`, saleID)
	if err != nil {
		return in(err, "histories of sale %d", saleID)
	}
	defer rows.Close()
	var lot, next auction.LotRef
	var log []auction.Event
	for rows.Next() {
		var e auction.Event
		if err := rows.Scan(into([]any{&next.ID, &next.Number}, eventInto(&e))...); err != nil {
			return in(err, "histories of sale %d", saleID)
		}
		if next.ID != lot.ID {
			if len(log) > 0 {
				if err := fn(lot, log); err != nil {
					return err
				}
			}
			lot, log = next, log[:0]
		}
		log = append(log, e)
	}
	if err := tell(rows.Err()); err != nil {
		return in(err, "histories of sale %d", saleID)
	}
	if len(log) > 0 {
		return fn(lot, log)
	}
	return nil
}
