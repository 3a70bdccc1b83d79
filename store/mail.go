package store

import (
	"context"
	"time"

	"outcry/auction"
)

const mailCols = `kind, once, sale_id, lot_id, seq, paddle, user_id, email, ref, data, due_at, until_at, at,
	state, lease_at, tries, fails, error, done_at`

var (
	insertMail  = insert("mails", mailCols, 1) + " ON CONFLICT DO NOTHING"
	insertMails = insert("mails", mailCols, rowsAtOnce) + " ON CONFLICT DO NOTHING"
)

const selectMail = `SELECT id, kind, COALESCE(once, ''), sale_id, lot_id, seq, paddle, user_id, email, ref, data,
	due_at, until_at, at, state, tries, fails, error, done_at FROM mails`

func readMail(row scanner, m *auction.Mail) error {
	return row.Scan(number(&m.ID), (*string)(&m.Kind), &m.Once, number(&m.SaleID), number(&m.LotID), number(&m.Seq),
		paddle(&m.Paddle), number(&m.UserID), &m.Email, number(&m.Ref), &m.Data, at(&m.Due), at(&m.Until), at(&m.At),
		(*string)(&m.State), count(&m.Tries), count(&m.Fails), &m.Error, at(&m.Done))
}

// KeepMails puts mails into the outbox, to be sent once the transaction is
// committed. A MailOutage without a paddle goes to every paddle that bid on its
// lot. One that is there already is not put in again.
func (t *Tx) KeepMails(ctx context.Context, mails []auction.Mail) error {
	var all []auction.Mail
	for _, m := range mails {
		if m.Kind != auction.MailOutage || m.Paddle != "" {
			all = append(all, m)
			continue
		}
		who, err := t.paddlesOn(ctx, m.LotID)
		if err != nil {
			return in(err, "who is mailed of lot %d", m.LotID)
		}
		for _, p := range who {
			m.Paddle = p
			all = append(all, m)
		}
	}
	err := t.inserts(ctx, len(all), insertMail, insertMails, func(i int) error {
		m := &all[i]
		t.args = append(t.args, string(m.Kind), nullable(m.Once), m.SaleID, m.LotID, m.Seq, string(m.Paddle), m.UserID,
			plainEmail(m.Email), m.Ref, m.Data, ms(m.Due), ms(m.Until), ms(m.At), string(auction.MailWaiting), int64(0), int64(0), int64(0), "", int64(0))
		return nil
	})
	return in(err, "keep %d mails", len(all))
}

// paddlesOn lists who ever had a bid taken on a lot, as this transaction has it.
func (t *Tx) paddlesOn(ctx context.Context, lot int64) ([]auction.Paddle, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return all(ctx, t, func(row scanner, p *auction.Paddle) error { return row.Scan(paddle(p)) },
		"SELECT DISTINCT paddle FROM bids WHERE lot_id = $1 AND seq IS NOT NULL ORDER BY paddle", lot)
}

// AddMail puts one mail into the outbox in a transaction of its own.
func (s *Store) AddMail(ctx context.Context, m auction.Mail) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.KeepMails(ctx, []auction.Mail{m}) })
}

// Remind puts a mail into the outbox with the note of it for the audit list.
// One that is there already is ErrConflict, and nothing is written.
func (s *Store) Remind(ctx context.Context, m auction.Mail, act auction.Act) error {
	err := s.Update(ctx, func(tx *Tx) error {
		n, err := one(ctx, tx, readInt64, "SELECT count(*) FROM mails WHERE once = $1", m.Once)
		if err == nil && n > 0 {
			err = ErrConflict
		}
		if err == nil {
			err = tx.KeepMails(ctx, []auction.Mail{m})
		}
		if err != nil {
			return err
		}
		return tx.KeepAct(ctx, act)
	})
	return in(err, "remind paddle %s", m.Paddle)
}

// MailDue reports whether a mail is due that nobody is sending.
func (s *Store) MailDue(ctx context.Context, now time.Time) (bool, error) {
	n, err := one(ctx, s.reads, readInt64,
		"SELECT count(*) FROM (SELECT 1 FROM mails WHERE state = 'waiting' AND due_at <= $1 AND lease_at <= $2 LIMIT 1) AS due", ms(now), ms(now))
	return n > 0, in(err, "whether a mail is due")
}

// TakeMails hands n mails that are due to one sender, the longest due first:
// until lease nobody else is given them. What is not ended or put off by then
// is given out again.
func (s *Store) TakeMails(ctx context.Context, now, lease time.Time, n int) ([]auction.Mail, error) {
	var list []auction.Mail
	err := s.Update(ctx, func(tx *Tx) (err error) {
		list, err = all(ctx, tx, readMail, selectMail+
			" WHERE state = 'waiting' AND due_at <= $1 AND lease_at <= $2 ORDER BY due_at, id LIMIT $3"+s.engine.forUpdate(),
			ms(now), ms(now), n)
		for i := range list {
			if err == nil {
				err = must(ctx, tx, "UPDATE mails SET lease_at = $1, tries = tries + 1 WHERE id = $2", ms(lease), list[i].ID)
			}
			list[i].Tries++
		}
		return err
	})
	return list, in(err, "take mails")
}

// EndMail says what became of a mail that a sender took, and why. ErrConflict
// when another sender has it by now.
func (s *Store) EndMail(ctx context.Context, m auction.Mail, state auction.MailState, why string, now time.Time) error {
	return s.changeMail(ctx, m, "UPDATE mails SET state = $1, error = $2, done_at = $3 WHERE id = $4 AND tries = $5 AND state = 'waiting'",
		string(state), why, ms(now), m.ID, m.Tries)
}

// PutOffMail gives a mail back that a sender took, to be due again later. fails
// is how often it could not be sent by now. ErrConflict when another sender has
// it.
func (s *Store) PutOffMail(ctx context.Context, m auction.Mail, due time.Time, fails int, why string) error {
	return s.changeMail(ctx, m, "UPDATE mails SET due_at = $1, lease_at = 0, fails = $2, error = $3 WHERE id = $4 AND tries = $5 AND state = 'waiting'",
		ms(due), fails, why, m.ID, m.Tries)
}

func (s *Store) changeMail(ctx context.Context, m auction.Mail, text string, args ...any) error {
	err := s.write(ctx, text, args...)
	if none, other := absent(err); none {
		err = ErrConflict
	} else {
		err = other
	}
	return in(err, "mail %d", m.ID)
}

// MailsOfEvent lists the mails of a kind to a paddle about a lot, the newest
// event first.
func (s *Store) MailsOfEvent(ctx context.Context, kind auction.MailKind, lot int64, p auction.Paddle) ([]auction.Mail, error) {
	list, err := all(ctx, s.reads, readMail,
		selectMail+" WHERE lot_id = $1 AND paddle = $2 AND kind = $3 ORDER BY seq DESC LIMIT 20", lot, string(p), string(kind))
	return list, in(err, "mails of lot %d", lot)
}

// MailsOfPaddle lists the mails of a kind to a paddle in a sale in the order
// they came. It does not list those of being outbid.
func (s *Store) MailsOfPaddle(ctx context.Context, kind auction.MailKind, saleID int64, p auction.Paddle) ([]auction.Mail, error) {
	list, err := all(ctx, s.reads, readMail,
		selectMail+" WHERE sale_id = $1 AND paddle = $2 AND kind = $3 AND kind <> 'outbid' ORDER BY id", saleID, string(p), string(kind))
	return list, in(err, "mails to paddle %s", p)
}

// MailCounts adds up the outbox.
func (s *Store) MailCounts(ctx context.Context, now time.Time) (auction.MailCounts, error) {
	c, err := one(ctx, s.reads, func(row scanner, c *auction.MailCounts) error {
		return row.Scan(count(&c.Waiting), count(&c.Sent), count(&c.Dropped), count(&c.Failed), at(&c.Oldest))
	}, `SELECT count(CASE WHEN state = 'waiting' THEN 1 END), count(CASE WHEN state = 'sent' THEN 1 END),
		count(CASE WHEN state = 'dropped' THEN 1 END), count(CASE WHEN state = 'failed' THEN 1 END),
		COALESCE(MIN(CASE WHEN state = 'waiting' AND due_at <= $1 THEN due_at END), 0) FROM mails`, ms(now))
	return c, in(err, "count mails")
}

// TroubledMails lists the mails that were given up or are tried again, the
// newest first.
func (s *Store) TroubledMails(ctx context.Context, n int) ([]auction.Mail, error) {
	list, err := all(ctx, s.reads, readMail,
		selectMail+" WHERE state = 'failed' OR state = 'waiting' AND fails > 0 ORDER BY id DESC LIMIT $1", n)
	return list, in(err, "mails in trouble")
}

// SweepMails forgets the mails that were done with before an instant.
func (s *Store) SweepMails(ctx context.Context, before time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM mails WHERE state <> 'waiting' AND done_at < $1", ms(before))
		return err
	})
	return in(err, "sweep mails")
}
