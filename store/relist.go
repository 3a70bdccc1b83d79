package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

// Relist offers a passed lot again, as another lot of a sale, and writes that
// down with it: for good, so the sale is looked at here once more. Without a
// number the new lot gets the next free one. Errors are AddLot's, those of
// auction.AfterLog.Relist, and auction.ErrRelistInto when the sale takes no lots
// of the lot's own.
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
		if err := tx.takesLotsOf(ctx, saleID, p.lot.SaleID); err != nil {
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

// takesLotsOf holds a sale, and says why lots of another one cannot be offered
// in it; nil when they can.
func (t *Tx) takesLotsOf(ctx context.Context, saleID, ofID int64) error {
	if err := t.holdSale(ctx, saleID); err != nil {
		return err
	}
	into, err := one(ctx, t, readSale, selectSale+" WHERE id = $1", saleID)
	if err != nil {
		return err
	}
	of, err := one(ctx, t, readSale, selectSale+" WHERE id = $1", ofID)
	if err == nil && !into.TakesLotsOf(of) {
		err = auction.ErrRelistInto
	}
	return err
}
