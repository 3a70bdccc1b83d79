package store

import (
	"context"

	"outcry/auction"
)

// LeaveBid keeps a maximum that was left before its lot opens, and returns its
// id. The same paddle and key again is the one that is kept already, whose id
// it returns; false then, or ErrConflict when its amount is another.
func (t *Tx) LeaveBid(ctx context.Context, lot int64, b auction.Bid) (int64, bool, error) {
	type kept struct {
		id     int64
		amount auction.Money
	}
	was, err := one(ctx, t, func(row scanner, k *kept) error { return row.Scan(number(&k.id), money(&k.amount)) },
		"SELECT id, amount FROM absentee_bids WHERE lot_id = $1 AND paddle = $2 AND key = $3", lot, string(b.By.Paddle), b.Key)
	if none, err := absent(err); !none {
		if err == nil && was.amount != b.Amount {
			err = ErrConflict
		}
		return was.id, false, in(err, "an absentee bid on lot %d", lot)
	}
	now, err := t.Now(ctx)
	if err != nil {
		return 0, false, err
	}
	id, err := one(ctx, t, readInt64, insert("absentee_bids", "lot_id, paddle, key, amount, at, gone_at", 1)+" RETURNING id",
		lot, string(b.By.Paddle), b.Key, int64(b.Amount), ms(now), 0)
	return id, true, in(err, "leave an absentee bid on lot %d", lot)
}

// DropLeftBid takes an absentee bid of a lot back, and tells whose it was.
// ErrNotFound when it is not there or was taken back before.
func (t *Tx) DropLeftBid(ctx context.Context, lot, id int64) (auction.Paddle, error) {
	now, err := t.Now(ctx)
	if err != nil {
		return "", err
	}
	p, err := one(ctx, t, func(row scanner, p *auction.Paddle) error { return row.Scan(paddle(p)) },
		"UPDATE absentee_bids SET gone_at = $1 WHERE lot_id = $2 AND id = $3 AND gone_at = 0 RETURNING paddle", ms(now), lot, id)
	return p, in(err, "take back absentee bid %d", id)
}

// LeftBids lists the absentee bids that stand on a lot in the order they came.
func (t *Tx) LeftBids(ctx context.Context, lot int64) ([]auction.Bid, error) {
	list, err := all(ctx, t, func(row scanner, b *auction.Bid) error {
		b.Kind = auction.Maximum
		return row.Scan(paddle(&b.By.Paddle), &b.Key, money(&b.Amount))
	}, "SELECT paddle, key, amount FROM absentee_bids WHERE lot_id = $1 AND gone_at = 0 ORDER BY id", lot)
	return list, in(err, "absentee bids on lot %d", lot)
}
