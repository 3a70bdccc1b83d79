package store

import (
	"context"
	"encoding/json"
	"fmt"

	"outcry/auction"
)

const selectDonation = `SELECT y.id, y.sale_id, y.paddle, y.amount, y.giving, y.key, y.at, ` + undoCols + ` FROM donations y ` + undoJoins

func readDonation(row scanner, d *auction.Donation) error {
	return row.Scan(into([]any{number(&d.ID), number(&d.SaleID), paddle(&d.Paddle), money(&d.Amount),
		(*string)(&d.From), &d.Key, at(&d.At)}, undoInto(&d.By, &d.Undone))...)
}

// Give writes a donation down and returns it with its id. The same donation
// with the same key again is the first one, and nothing is written; another
// with the key is auction.ErrKeyUsed. A gift to an appeal that is not open, or
// not there, is auction.ErrAppealClosed, ErrNotFound a paddle that is not
// there.
func (s *Store) Give(ctx context.Context, d auction.Donation) (auction.Donation, error) {
	var kept auction.Donation
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.holdPaddle(ctx, d.SaleID, d.Paddle); err != nil {
			return err
		}
		var err error
		kept, err = one(ctx, tx, readDonation, selectDonation+" WHERE y.sale_id = $1 AND y.key = $2", d.SaleID, d.Key)
		if none, err := absent(err); !none {
			if err == nil && !kept.Same(d) {
				return auction.ErrKeyUsed
			}
			return err
		}
		if d.From == auction.ToAppeal {
			appeal, err := one(ctx, tx, readAppeal, selectAppeal+s.engine.forUpdate(), d.SaleID)
			if _, err := absent(err); err != nil {
				return err
			}
			if !appeal.Open {
				return auction.ErrAppealClosed
			}
		}
		id, err := one(ctx, tx, readInt64, insert("donations", "sale_id, paddle, amount, giving, key, at, by_id", 1)+" RETURNING id",
			d.SaleID, string(d.Paddle), int64(d.Amount), string(d.From), d.Key, ms(d.At), byID(d.By))
		if err != nil {
			return err
		}
		if kept, err = one(ctx, tx, readDonation, selectDonation+" WHERE y.id = $1", id); err != nil {
			return err
		}
		return tx.noteMoney(ctx, auction.ActGiven, kept.SaleID, kept.Paddle, kept.Amount, id, auction.Undo{At: kept.At, By: kept.By, Why: string(kept.From)})
	})
	return kept, in(err, "donation of paddle %s in sale %d", d.Paddle, d.SaleID)
}

// Donation returns a donation.
func (s *Store) Donation(ctx context.Context, id int64) (auction.Donation, error) {
	d, err := one(ctx, s.reads, readDonation, selectDonation+" WHERE y.id = $1", id)
	return d, in(err, "donation %d", id)
}

// LatestGifts lists the last n donations to a sale's appeal, undone ones too,
// the newest first.
func (s *Store) LatestGifts(ctx context.Context, saleID int64, n int) ([]auction.Donation, error) {
	list, err := all(ctx, s.reads, readDonation, selectDonation+" WHERE y.sale_id = $1 AND y.giving = 'appeal' ORDER BY y.id DESC LIMIT $2", saleID, n)
	return list, in(err, "latest gifts of sale %d", saleID)
}

// UndoDonation marks a donation as a mistake; auction.ErrUndone when it is
// already.
func (s *Store) UndoDonation(ctx context.Context, id int64, u auction.Undo) error {
	return in(s.undo(ctx, "donations", auction.ActNotGiven, id, u), "undo donation %d", id)
}

const selectAppeal = "SELECT sale_id, title, words, goal, levels, open FROM appeals WHERE sale_id = $1"

func readAppeal(row scanner, a *auction.Appeal) error {
	var levels string
	if err := row.Scan(number(&a.SaleID), &a.Title, &a.Words, money(&a.Goal), &levels, &a.Open); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(levels), &a.Levels); err != nil {
		return fmt.Errorf("levels in a column: %w", err)
	}
	return nil
}

// Appeal returns a sale's appeal; ErrNotFound when it has none.
func (s *Store) Appeal(ctx context.Context, saleID int64) (auction.Appeal, error) {
	a, err := one(ctx, s.reads, readAppeal, selectAppeal, saleID)
	return a, in(err, "appeal of sale %d", saleID)
}

// SaveAppeal writes a sale's appeal. ErrNotFound when the sale is not there.
func (s *Store) SaveAppeal(ctx context.Context, a auction.Appeal) error {
	if a.Levels == nil {
		a.Levels = []auction.Money{}
	}
	levels, err := json.Marshal(a.Levels)
	if err != nil {
		return err
	}
	return in(s.write(ctx, insert("appeals", "sale_id, title, words, goal, levels, open", 1)+` ON CONFLICT (sale_id) DO UPDATE
		SET title = excluded.title, words = excluded.words, goal = excluded.goal, levels = excluded.levels, open = excluded.open`,
		a.SaleID, a.Title, a.Words, int64(a.Goal), string(levels), a.Open), "appeal of sale %d", a.SaleID)
}

// Given adds up a sale's donations.
func (s *Store) Given(ctx context.Context, saleID int64) (auction.Given, error) {
	g, err := one(ctx, s.reads, func(row scanner, g *auction.Given) error {
		return row.Scan(money(&g.Appeal), money(&g.Total), count(&g.Gifts), number(&g.Seq))
	}, `SELECT CAST(COALESCE(SUM(CASE WHEN giving = 'appeal' AND undone_at = 0 THEN amount END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN undone_at = 0 THEN amount END), 0) AS BIGINT),
			count(CASE WHEN giving = 'appeal' AND undone_at = 0 THEN 1 END),
			count(*) + count(CASE WHEN undone_at <> 0 THEN 1 END)
		FROM donations WHERE sale_id = $1`, saleID)
	return g, in(err, "donations of sale %d", saleID)
}
