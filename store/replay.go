package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

// lotsAtOnce is how many lots EachLot has in memory at a time.
const lotsAtOnce = 256

// mostExpected is up to how many events a lot's row is believed about its log.
const mostExpected = 1 << 16

// EachLot hands over every lot with its terms and its log, in order of id, as
// they all were at one moment. It stops at the first error of fn and returns
// it. The records belong to fn.
func (s *Store) EachLot(ctx context.Context, fn func(auction.Lot, auction.Terms, []auction.Record) error) error {
	tx, err := s.engine.snapshot(ctx)
	if err != nil {
		return in(tell(err), "read all lots")
	}
	defer tx.Rollback() // it read only
	r := direct{tx}
	for last := int64(0); ; {
		lots, err := all(ctx, r, readHeld, selectHeld+" WHERE id > $1 ORDER BY id LIMIT $2", last, lotsAtOnce)
		if err != nil {
			return in(err, "read lots")
		}
		if len(lots) == 0 {
			return nil
		}
		first := lots[0].lot.ID
		last = lots[len(lots)-1].lot.ID
		logs, err := readLogs(ctx, r, lots)
		if err != nil {
			return in(err, "read the log of lots %d to %d", first, last)
		}
		for _, h := range lots {
			if err := fn(h.lot, h.terms, logs[h.lot.ID]); err != nil {
				return err
			}
		}
	}
}

// readLogs reads the records of a range of lots, by lot, in one pass.
func readLogs(ctx context.Context, r runner, lots []heldLot) (map[int64][]auction.Record, error) {
	logs := make(map[int64][]auction.Record, len(lots))
	for _, h := range lots {
		logs[h.lot.ID] = make([]auction.Record, 0, min(h.lot.Seq, mostExpected)) // one event for each seq
	}
	rows, err := r.query(ctx, "SELECT e.lot_id, "+recordCols+recordFrom+
		" WHERE e.lot_id BETWEEN $1 AND $2 ORDER BY e.lot_id, e.seq", lots[0].lot.ID, lots[len(lots)-1].lot.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var lot int64
	var rec recordInto
	dest := into([]any{&lot}, rec.dest())
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		record, err := rec.record()
		if err != nil {
			return nil, fmt.Errorf("lot %d: %w", lot, err)
		}
		logs[lot] = append(logs[lot], record)
	}
	return logs, tell(rows.Err())
}
