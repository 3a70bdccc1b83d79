package store

import (
	"context"
	"strings"

	"outcry/auction"
)

const selectAct = `SELECT a.id, a.at, a.sale_id, a.lot_id, COALESCE(l.number, ''), a.seq, a.ref, a.user_id,
	COALESCE(u.name, ''), a.kind, a.paddle, a.what, a.why
	FROM acts a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN lots l ON l.id = a.lot_id`

func readAct(row scanner, a *auction.Act) error {
	return row.Scan(number(&a.ID), at(&a.At), number(&a.SaleID), number(&a.LotID), &a.Number, number(&a.Seq), number(&a.Ref),
		number(&a.UserID), &a.Name, (*string)(&a.Kind), paddle(&a.Paddle), &a.What, &a.Why)
}

// KeepAct notes what somebody did, with the transaction that does it.
func (t *Tx) KeepAct(ctx context.Context, a auction.Act) error {
	_, err := t.exec(ctx, insert("acts", "at, sale_id, lot_id, seq, ref, user_id, kind, paddle, what, why", 1),
		ms(a.At), a.SaleID, a.LotID, a.Seq, a.Ref, a.UserID, string(a.Kind), string(a.Paddle), a.What, a.Why)
	return in(err, "note an act")
}

// KeepAct notes what somebody has done outside the saleroom. At is now when it
// is zero.
func (s *Store) KeepAct(ctx context.Context, a auction.Act) error {
	return s.Update(ctx, func(tx *Tx) (err error) {
		if a.At.IsZero() {
			if a.At, err = tx.Now(ctx); err != nil {
				return err
			}
		}
		return tx.KeepAct(ctx, a)
	})
}

// Acts lists what staff did, the newest first.
func (s *Store) Acts(ctx context.Context, q auction.ActQuery) ([]auction.Act, error) {
	w := &where{}
	w.and("a.sale_id = ?", q.SaleID)
	if q.Kind != "" && strings.Contains(q.Kind, ".") {
		w.and("a.kind = ?", q.Kind)
	} else if q.Kind != "" {
		w.and(`a.kind LIKE ? ESCAPE '\'`, strings.Trim(pattern(q.Kind), "%")+".%")
	}
	if q.UserID != 0 {
		w.and("a.user_id = ?", q.UserID)
	}
	if q.Paddle != "" {
		w.and("a.paddle = ?", string(q.Paddle))
	}
	if q.Lot != "" {
		w.and("l.number = ?", q.Lot)
	}
	if q.Before > 0 {
		w.and("a.id < ?", q.Before)
	}
	w.add(" ORDER BY a.id DESC")
	if q.Limit > 0 {
		w.add(" LIMIT ?", q.Limit)
	}
	list, err := all(ctx, s.reads, readAct, selectAct+w.text.String(), w.args...)
	return list, in(err, "acts of sale %d", q.SaleID)
}
