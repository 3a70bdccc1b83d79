package store

import (
	"context"
	"time"

	"outcry/auction"
)

// selectBought lists the lots that somebody has to pay: those sold under the
// hammer, and those sold after they had passed.
const selectBought = `SELECT l.id, l.number, l.title, l.lead, l.hammer, l.at, l.state <> 'sold', COALESCE(h.at, 0), l.number_key
	FROM lots l LEFT JOIN handovers h ON h.lot_id = l.id AND h.undone_at = 0
	WHERE l.sale_id = $1 AND l.state = 'sold'`

const selectBoughtAfter = `SELECT l.id, l.number, l.title, a.paddle, a.price, a.at, l.state <> 'sold', COALESCE(h.at, 0), l.number_key
	FROM lots l JOIN after_acts a ON a.lot_id = l.id AND a.kind IN ('accepted', 'taken')
	LEFT JOIN handovers h ON h.lot_id = l.id AND h.undone_at = 0
	WHERE l.sale_id = $1`

func readBought(row scanner, b *auction.Bought) error {
	var key string
	return row.Scan(number(&b.LotID), &b.Number, &b.Title, paddle(&b.Paddle), money(&b.Hammer), at(&b.At), &b.After, at(&b.Handed), &key)
}

// booksOf reads the books of a sale, or of one paddle in it.
func booksOf(ctx context.Context, r runner, saleID int64, p auction.Paddle) (auction.Books, error) {
	s, err := one(ctx, r, readSale, selectSale+" WHERE id = $1", saleID)
	if err != nil {
		return auction.Books{}, err
	}
	b := auction.Books{SaleID: saleID, Fees: s.Fees}
	bought, after, of := selectBought, selectBoughtAfter, ""
	args := []any{saleID}
	if p != "" {
		bought, after, of = bought+" AND l.lead = $2", after+" AND a.paddle = $2", " AND y.paddle = $2"
		args = append(args, string(p))
	}
	if b.Bought, err = all(ctx, r, readBought, bought+" UNION ALL "+after+" ORDER BY 9, 1", args...); err != nil {
		return b, err
	}
	if b.Donations, err = all(ctx, r, readDonation, selectDonation+" WHERE y.sale_id = $1"+of+" ORDER BY y.id", args...); err != nil {
		return b, err
	}
	b.Payments, err = all(ctx, r, readPayment, selectPayment+" WHERE y.sale_id = $1"+of+" ORDER BY y.id", args...)
	return b, err
}

// Books reads all that is owed and paid in a sale, as it is at one moment.
func (s *Store) Books(ctx context.Context, saleID int64) (auction.Books, error) {
	return s.books(ctx, saleID, "")
}

// BooksOf is Books for one paddle alone.
func (s *Store) BooksOf(ctx context.Context, saleID int64, p auction.Paddle) (auction.Books, error) {
	return s.books(ctx, saleID, p)
}

func (s *Store) books(ctx context.Context, saleID int64, p auction.Paddle) (auction.Books, error) {
	tx, err := s.engine.snapshot(ctx)
	if err != nil {
		return auction.Books{}, in(tell(err), "books of sale %d", saleID)
	}
	defer tx.Rollback() // it read only
	b, err := booksOf(ctx, direct{tx}, saleID, p)
	return b, in(err, "books of sale %d", saleID)
}

// HandOver notes that lots were given to their buyers. Those that were already
// stay as they are.
func (s *Store) HandOver(ctx context.Context, lots []int64, by auction.Clerk, at time.Time) error {
	return in(s.Update(ctx, func(tx *Tx) error {
		for _, lot := range lots {
			n, err := tx.exec(ctx, insert("handovers", "lot_id, at, by_id", 1)+" ON CONFLICT (lot_id) WHERE undone_at = 0 DO NOTHING", lot, ms(at), by.ID)
			if err == nil && n > 0 {
				err = tx.noteHanded(ctx, auction.ActHanded, lot, by, at)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}), "hand over %d lots", len(lots))
}

// TakeBackLot notes that a lot was not handed over after all. One that is not
// handed over stays so.
func (s *Store) TakeBackLot(ctx context.Context, lot int64, by auction.Clerk, at time.Time) error {
	return in(s.Update(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE handovers SET undone_at = $1, undone_by = $2 WHERE lot_id = $3 AND undone_at = 0", ms(at), by.ID, lot)
		if err != nil || n == 0 {
			return err
		}
		return tx.noteHanded(ctx, auction.ActNotHanded, lot, by, at)
	}), "take back lot %d", lot)
}

// noteHanded notes for the audit list whom a lot was handed over to, or was
// not.
func (t *Tx) noteHanded(ctx context.Context, kind auction.ActKind, lot int64, by auction.Clerk, when time.Time) error {
	act := auction.Act{At: when, LotID: lot, UserID: by.ID, Kind: kind}
	act, err := one(ctx, t, func(row scanner, a *auction.Act) error {
		*a = act
		return row.Scan(number(&a.SaleID), paddle(&a.Paddle))
	}, `SELECT l.sale_id, COALESCE(a.paddle, l.lead) FROM lots l
		LEFT JOIN after_acts a ON a.lot_id = l.id AND a.kind IN ('accepted', 'taken') WHERE l.id = $1`, lot)
	if err != nil {
		return err
	}
	return t.KeepAct(ctx, act)
}
