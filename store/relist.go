package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

// Relist offers a passed lot again, as another lot of a sale, and writes that
// down with it. Without a number the new lot gets the next free one. Errors are
// AddLot's, and those of auction.AfterLog.Relist.
func (s *Store) Relist(ctx context.Context, lot, saleID int64, d auction.Draft, by auction.Clerk, why string) (int64, error) {
	var id int64
	err := s.Update(ctx, func(tx *Tx) error {
		p, err := tx.passed(ctx, lot)
		if err != nil {
			return err
		}
		act, err := p.log.Relist(p.lot, 0, p.now, by, why)
		if err != nil {
			return err
		}
		unnumbered := d.Number == ""
		if unnumbered {
			taken, err := tx.takenNumbers(ctx, saleID)
			if err != nil {
				return err
			}
			d.Number = taken.next()
		}
		if id, err = tx.addLot(ctx, saleID, d, unnumbered); err != nil {
			return fmt.Errorf("the new lot: %w", err)
		}
		act.Ref = id
		return tx.keepAfter(ctx, p.lot.SaleID, act)
	})
	return id, in(err, "relist lot %d", lot)
}
