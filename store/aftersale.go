package store

import (
	"context"
	"time"

	"outcry/auction"
)

const selectAfter = `SELECT a.lot_id, a.n, a.at, a.kind, a.paddle, a.price, a.until_at, a.ref, COALESCE(a.by_id, 0), COALESCE(b.name, ''), a.reason
	FROM after_acts a LEFT JOIN users b ON b.id = a.by_id`

func readAfter(row scanner, a *auction.AfterAct) error {
	return row.Scan(number(&a.LotID), count(&a.N), at(&a.At), (*string)(&a.Kind), paddle(&a.Paddle), money(&a.Price),
		at(&a.Until), number(&a.Ref), number(&a.By.ID), &a.By.Name, &a.Reason)
}

const afterOfLot = selectAfter + " WHERE a.lot_id = $1 ORDER BY a.n"

// AfterLog lists what was done about a lot that passed, in order.
func (s *Store) AfterLog(ctx context.Context, lot int64) (auction.AfterLog, error) {
	list, err := all(ctx, s.reads, readAfter, afterOfLot, lot)
	return list, in(err, "after the sale of lot %d", lot)
}

// AfterLogs lists what was done about the lots of a sale that passed, by lot.
func (s *Store) AfterLogs(ctx context.Context, saleID int64) (map[int64]auction.AfterLog, error) {
	list, err := all(ctx, s.reads, readAfter, selectAfter+" JOIN lots l ON l.id = a.lot_id WHERE l.sale_id = $1 ORDER BY a.lot_id, a.n", saleID)
	logs := map[int64]auction.AfterLog{}
	for _, a := range list {
		logs[a.LotID] = append(logs[a.LotID], a)
	}
	return logs, in(err, "after sale %d", saleID)
}

// passed is a lot that has passed, with what was done about it and who bid on
// it, as auction decides by it.
type passed struct {
	lot     auction.Lot
	log     auction.AfterLog
	bidders []auction.Willing
	now     time.Time
}

// ActAfter writes down an act about a lot that passed, as decide makes it of
// the lot, of what was done before and of who bid, best first. Acts about one
// lot follow one another. The mails that tell makes of the act go into the
// outbox with it; nil = none.
func (s *Store) ActAfter(ctx context.Context, lot int64,
	decide func(l auction.Lot, log auction.AfterLog, bidders []auction.Willing, now time.Time) (auction.AfterAct, error),
	tell func(auction.AfterAct) []auction.Mail) (auction.AfterAct, error) {
	var act auction.AfterAct
	err := s.Update(ctx, func(tx *Tx) error {
		p, err := tx.passed(ctx, lot)
		if err != nil {
			return err
		}
		if act, err = decide(p.lot, p.log, p.bidders, p.now); err != nil {
			return err
		}
		if err := tx.keepAfter(ctx, p.lot.SaleID, act); err != nil || tell == nil {
			return err
		}
		return tx.KeepMails(ctx, tell(act))
	})
	return act, in(err, "after the sale of lot %d", lot)
}

// keepAfter writes an act down, with a note for the audit list when somebody of
// the staff did it.
func (t *Tx) keepAfter(ctx context.Context, saleID int64, a auction.AfterAct) error {
	_, err := t.exec(ctx, insert("after_acts", "lot_id, n, at, kind, paddle, price, until_at, ref, by_id, reason", 1),
		a.LotID, a.N, ms(a.At), string(a.Kind), string(a.Paddle), int64(a.Price), ms(a.Until), a.Ref, byID(a.By), a.Reason)
	if err != nil || a.By.ID == 0 {
		return err
	}
	what, err := t.sum(ctx, saleID, a.Price)
	if err != nil {
		return err
	}
	return t.KeepAct(ctx, auction.Act{At: a.At, SaleID: saleID, LotID: a.LotID, Ref: int64(a.N), UserID: a.By.ID,
		Kind: auction.ActKind("after." + string(a.Kind)), Paddle: a.Paddle, What: what, Why: a.Reason})
}

// sum writes an amount in a sale's currency, for the audit list; "" for none.
func (t *Tx) sum(ctx context.Context, saleID int64, m auction.Money) (string, error) {
	if m == 0 {
		return "", nil
	}
	s, err := one(ctx, t, readSale, selectSale+" WHERE id = $1", saleID)
	return m.Decimal(s.Currency) + " " + s.Currency.Code, err
}

// passed reads what an act after the sale is decided by, and holds the lot.
func (t *Tx) passed(ctx context.Context, lot int64) (p passed, err error) {
	if p.lot, _, err = t.Lot(ctx, lot); err != nil {
		return p, err
	}
	if p.log, err = all(ctx, t, readAfter, afterOfLot, lot); err != nil {
		return p, err
	}
	if p.bidders, err = willing(ctx, t, lot); err != nil {
		return p, err
	}
	p.now, err = t.Now(ctx)
	return p, err
}

// Willing lists, best first, who has a bid that stands on a lot that passed,
// and the most each bid. Of a lot that has not passed it tells nothing.
func (s *Store) Willing(ctx context.Context, lot int64) ([]auction.Willing, error) {
	list, err := willing(ctx, s.reads, lot)
	return list, in(err, "bidders of lot %d", lot)
}

func willing(ctx context.Context, r runner, lot int64) ([]auction.Willing, error) {
	list, err := all(ctx, r, func(row scanner, w *auction.Willing) error {
		return row.Scan(paddle(&w.Paddle), &w.Name, money(&w.Highest), number(&w.Seq))
	}, `SELECT b.paddle, p.name, MAX(b.amount), MAX(b.seq) FROM bids b JOIN lots l ON l.id = b.lot_id
			JOIN paddles p ON p.sale_id = l.sale_id AND p.paddle = b.paddle
		WHERE b.lot_id = $1 AND l.state = 'passed' AND b.seq IS NOT NULL AND NOT b.voided GROUP BY b.paddle, p.name`, lot)
	auction.SortWilling(list)
	return list, err
}
