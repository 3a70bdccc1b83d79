package store

import (
	"context"
	"fmt"

	"outcry/auction"
)

const selectPayment = `SELECT y.id, y.sale_id, y.paddle, y.amount, y.method, y.note, y.key, y.at, ` + undoCols + ` FROM payments y ` + undoJoins

// undoCols are who wrote a row down (y), and who undid it.
const (
	undoCols = "COALESCE(y.by_id, 0), COALESCE(b.name, ''), y.undone_at, COALESCE(y.undone_by, 0), COALESCE(u.name, ''), y.undone_why"
	// undoJoins find the names of both.
	undoJoins = "LEFT JOIN users b ON b.id = y.by_id LEFT JOIN users u ON u.id = y.undone_by"
)

func undoInto(by *auction.Clerk, u *auction.Undo) []any {
	return []any{number(&by.ID), &by.Name, at(&u.At), number(&u.By.ID), &u.By.Name, &u.Why}
}

func readPayment(row scanner, p *auction.Payment) error {
	return row.Scan(into([]any{number(&p.ID), number(&p.SaleID), paddle(&p.Paddle), money(&p.Amount),
		(*string)(&p.Method), &p.Note, &p.Key, at(&p.At)}, undoInto(&p.By, &p.Undone))...)
}

// byID is who did something, for a column: NULL is the bidder.
func byID(c auction.Clerk) any {
	if c.ID == 0 {
		return nil
	}
	return c.ID
}

// Pay writes a payment down and returns it with its id. The same payment with
// the same key again is the first one, and nothing is written; another payment
// with the key is auction.ErrKeyUsed. More than is due is auction.ErrOverpaid,
// unless over says that it was really paid. Mails that tell of it are given its
// id as their Ref, and go into the outbox with it.
func (s *Store) Pay(ctx context.Context, p auction.Payment, over bool, mails ...auction.Mail) (auction.Payment, error) {
	var kept auction.Payment
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.holdPaddle(ctx, p.SaleID, p.Paddle); err != nil {
			return err
		}
		var err error
		kept, err = one(ctx, tx, readPayment, selectPayment+" WHERE y.sale_id = $1 AND y.key = $2", p.SaleID, p.Key)
		if none, err := absent(err); !none {
			if err == nil && !kept.Same(p) {
				return auction.ErrKeyUsed
			}
			return err
		}
		books, err := booksOf(ctx, tx, p.SaleID, p.Paddle)
		if err != nil {
			return err
		}
		if err := books.Invoice(p.Paddle).MayPay(p.Amount, over); err != nil {
			return err
		}
		id, err := one(ctx, tx, readInt64, insert("payments", "sale_id, paddle, amount, method, note, key, at, by_id", 1)+" RETURNING id",
			p.SaleID, string(p.Paddle), int64(p.Amount), string(p.Method), p.Note, p.Key, ms(p.At), byID(p.By))
		if err != nil {
			return err
		}
		if kept, err = one(ctx, tx, readPayment, selectPayment+" WHERE y.id = $1", id); err != nil {
			return err
		}
		for i := range mails {
			mails[i].Ref, mails[i].Once = id, fmt.Sprintf("%s %d", mails[i].Kind, id)
		}
		if err := tx.KeepMails(ctx, mails); err != nil {
			return err
		}
		return tx.noteMoney(ctx, auction.ActPaid, kept.SaleID, kept.Paddle, kept.Amount, id, auction.Undo{At: kept.At, By: kept.By, Why: string(kept.Method)})
	})
	return kept, in(err, "payment of paddle %s in sale %d", p.Paddle, p.SaleID)
}

// holdPaddle holds a paddle's row until the transaction ends, so that two
// payments of it are written down one after the other.
func (t *Tx) holdPaddle(ctx context.Context, saleID int64, p auction.Paddle) error {
	_, err := one(ctx, t, readInt64, "SELECT id FROM paddles WHERE sale_id = $1 AND paddle = $2"+t.s.engine.forUpdate(), saleID, string(p))
	return err
}

// Payment returns a payment.
func (s *Store) Payment(ctx context.Context, id int64) (auction.Payment, error) {
	p, err := one(ctx, s.reads, readPayment, selectPayment+" WHERE y.id = $1", id)
	return p, in(err, "payment %d", id)
}

// UndoPayment marks a payment as a mistake; auction.ErrUndone when it is
// already.
func (s *Store) UndoPayment(ctx context.Context, id int64, u auction.Undo) error {
	return in(s.undo(ctx, "payments", auction.ActUnpaid, id, u), "undo payment %d", id)
}

// noteMoney notes for the audit list what somebody of the staff did about a
// payment or a donation.
func (t *Tx) noteMoney(ctx context.Context, kind auction.ActKind, saleID int64, p auction.Paddle, m auction.Money, id int64, u auction.Undo) error {
	if u.By.ID == 0 {
		return nil
	}
	what, err := t.sum(ctx, saleID, m)
	if err != nil {
		return err
	}
	return t.KeepAct(ctx, auction.Act{At: u.At, SaleID: saleID, Ref: id, UserID: u.By.ID, Kind: kind, Paddle: p, What: what, Why: u.Why})
}

// moneyRow is what undoing needs to know of a row.
type moneyRow struct {
	undone, sale int64
	paddle       auction.Paddle
	amount       auction.Money
}

// undo marks a row of a table as undone.
func (s *Store) undo(ctx context.Context, table string, kind auction.ActKind, id int64, u auction.Undo) error {
	return s.Update(ctx, func(tx *Tx) error {
		was, err := one(ctx, tx, func(row scanner, r *moneyRow) error {
			return row.Scan(&r.undone, &r.sale, paddle(&r.paddle), money(&r.amount))
		}, "SELECT undone_at, sale_id, paddle, amount FROM "+table+" WHERE id = $1"+s.engine.forUpdate(), id)
		if err != nil {
			return err
		}
		if was.undone != 0 {
			return auction.ErrUndone
		}
		if err := tx.noteMoney(ctx, kind, was.sale, was.paddle, was.amount, id, u); err != nil {
			return err
		}
		return must(ctx, tx, "UPDATE "+table+" SET undone_at = $1, undone_by = $2, undone_why = $3 WHERE id = $4",
			ms(u.At), byID(u.By), u.Why, id)
	})
}
