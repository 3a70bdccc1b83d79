package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"outcry/auction"
)

// Agree keeps somebody's yes to the words of a sale's conditions. The first one
// stands.
func (s *Store) Agree(ctx context.Context, saleID, userID int64, words string, now time.Time) error {
	sum := sha256.Sum256([]byte(words))
	err := s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, "INSERT INTO conditions (hash, words) VALUES ($1, $2) ON CONFLICT DO NOTHING", sum[:], words); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "INSERT INTO agreements (sale_id, user_id, hash, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			saleID, userID, sum[:], ms(now))
		return err
	})
	return in(err, "agreement of user %d in sale %d", userID, saleID)
}

// Agreements lists what somebody agreed to, oldest first, but for rehearsals.
func (s *Store) Agreements(ctx context.Context, userID int64) ([]auction.Agreement, error) {
	list, err := all(ctx, s.reads, func(row scanner, a *auction.Agreement) error {
		return row.Scan(number(&a.SaleID), at(&a.At), &a.Words)
	}, `SELECT a.sale_id, a.at, c.words FROM agreements a JOIN conditions c ON c.hash = a.hash
		WHERE a.user_id = $1 AND a.sale_id IN (SELECT id FROM sales WHERE rehearses = 0) ORDER BY a.at, a.sale_id`, userID)
	return list, in(err, "agreements of user %d", userID)
}

// HoldersOf lists somebody's places in all sales.
func (s *Store) HoldersOf(ctx context.Context, userID int64) ([]auction.Holder, error) {
	list, err := all(ctx, s.reads, readHolder, selectHolder+" WHERE p.user_id = $1 ORDER BY p.id", userID)
	return list, in(err, "holders of user %d", userID)
}

// OwnBids lists all bids of somebody, their maxima included, oldest first: for
// them alone. What they did in a rehearsal is none of it.
func (s *Store) OwnBids(ctx context.Context, userID int64) ([]auction.OwnBid, error) {
	list, err := all(ctx, s.reads, func(row scanner, b *auction.OwnBid) error {
		return row.Scan(&b.Sale, &b.Lot, paddle(&b.Paddle), money(&b.Amount), (*string)(&b.Kind), at(&b.At), &b.Taken, &b.Voided)
	}, `SELECT s.slug, l.number, b.paddle, b.amount, b.kind, b.at, b.seq IS NOT NULL, b.voided
		FROM paddles p JOIN lots l ON l.sale_id = p.sale_id JOIN bids b ON b.lot_id = l.id AND b.paddle = p.paddle
			JOIN sales s ON s.id = p.sale_id
		WHERE p.user_id = $1 AND s.rehearses = 0 ORDER BY b.id`, userID)
	return list, in(err, "bids of user %d", userID)
}

// MailsTo lists what somebody was mailed, and what still is to be, oldest first.
func (s *Store) MailsTo(ctx context.Context, u auction.User) ([]auction.Mail, error) {
	list, err := all(ctx, s.reads, readMail, selectMail+` WHERE user_id = $1 OR email <> '' AND email = $2
			OR paddle <> '' AND EXISTS (SELECT 1 FROM paddles p WHERE p.user_id = $3 AND p.sale_id = mails.sale_id AND p.paddle = mails.paddle)
		ORDER BY id`, u.ID, u.Email, u.ID)
	return list, in(err, "mails to user %d", u.ID)
}

// removedName stands where the name of somebody stood who had it removed.
const removedName = "Removed"

// RemovePerson takes somebody's name, address and password out of the house,
// and ends their sessions, which it returns. Paddles and bids stay as they are:
// they are numbers, others' bids were judged by them, and the logs are chained.
// ErrConflict while they lead an open lot.
func (s *Store) RemovePerson(ctx context.Context, userID int64) (ended []auction.Hash, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		u, err := one(ctx, tx, readUser, "SELECT "+userCols+" FROM users WHERE id = $1"+s.engine.forUpdate(), userID)
		if err != nil {
			return err
		}
		leads, err := one(ctx, tx, readInt64, `SELECT count(*) FROM lots l JOIN paddles p ON p.sale_id = l.sale_id AND p.paddle = l.lead
			WHERE p.user_id = $1 AND l.state = 'open'`, userID)
		if err == nil && leads > 0 {
			err = fmt.Errorf("they lead %d open lots: %w", leads, ErrConflict)
		}
		if err != nil {
			return err
		}
		ended, err = all(ctx, tx, func(row scanner, h *auction.Hash) error { return row.Scan(hash(h)) },
			"DELETE FROM sessions WHERE user_id = $1 RETURNING token", userID)
		if err != nil {
			return err
		}
		if err := tx.dropSecondStep(ctx, userID); err != nil {
			return err
		}
		return tx.forget(ctx, u)
	})
	return ended, in(err, "remove user %d", userID)
}

// forget removes what names somebody.
func (t *Tx) forget(ctx context.Context, u auction.User) error {
	for _, step := range []struct {
		text string
		args []any
	}{
		{"UPDATE users SET email = NULL, name = $1, password = '', verified_at = 0, lang = '', role = 'bidder' WHERE id = $2", []any{removedName, u.ID}},
		// A new epoch makes the paddle's link void.
		{"UPDATE paddles SET name = $1, name_key = $2, epoch = epoch + 1, approved = FALSE WHERE user_id = $3", []any{removedName, foldName(removedName), u.ID}},
		{"DELETE FROM mail_stops WHERE user_id = $1", []any{u.ID}},
		{"DELETE FROM watches WHERE user_id = $1", []any{u.ID}},
		{"DELETE FROM sale_organisers WHERE user_id = $1", []any{u.ID}},
		{"DELETE FROM uploads WHERE user_id = $1", []any{u.ID}},
		{"DELETE FROM links WHERE email = $1 OR user_id = $2", []any{u.Email, u.ID}},
		{"DELETE FROM invitations WHERE email = $1", []any{u.Email}},
		{"DELETE FROM mails WHERE user_id = $1 OR email <> '' AND email = $2", []any{u.ID, u.Email}},
	} {
		if _, err := t.exec(ctx, step.text, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// Watch puts a lot on somebody's list, or takes it off.
func (s *Store) Watch(ctx context.Context, userID, lot int64, on bool, now time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if !on {
			_, err := tx.exec(ctx, "DELETE FROM watches WHERE user_id = $1 AND lot_id = $2", userID, lot)
			return err
		}
		_, err := tx.exec(ctx, "INSERT INTO watches (user_id, lot_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", userID, lot, ms(now))
		return err
	})
	return in(err, "watch lot %d", lot)
}

// Watched lists the lots of a sale that are on somebody's list.
func (s *Store) Watched(ctx context.Context, saleID, userID int64) (map[int64]bool, error) {
	list, err := all(ctx, s.reads, readInt64,
		"SELECT w.lot_id FROM watches w JOIN lots l ON l.id = w.lot_id WHERE w.user_id = $1 AND l.sale_id = $2", userID, saleID)
	m := make(map[int64]bool, len(list))
	for _, id := range list {
		m[id] = true
	}
	return m, in(err, "lots that user %d watches", userID)
}

// WatchMarks says how people's watch lists stand; who watches nothing is not in
// it. A list that was changed stands otherwise.
func (s *Store) WatchMarks(ctx context.Context, userIDs []int64) (map[int64]auction.WatchMark, error) {
	marks := make(map[int64]auction.WatchMark, len(userIDs))
	for part := range slices.Chunk(userIDs, askedAtOnce) {
		w := &where{}
		w.in("user_id", part)
		list, err := all(ctx, s.reads, func(row scanner, m *auction.WatchMark) error {
			return row.Scan(number(&m.UserID), number(&m.Lots), number(&m.Sum), at(&m.At))
		}, "SELECT user_id, count(*), CAST(sum(lot_id) AS BIGINT), max(at) FROM watches WHERE "+w.text.String()+" GROUP BY user_id", w.args...)
		if err != nil {
			return nil, in(err, "look at watch lists")
		}
		for _, m := range list {
			marks[m.UserID] = m
		}
	}
	return marks, nil
}

// AddLetter keeps a letter to the bidders of a sale, and puts a mail to each
// approved one with an address into the outbox. ErrConflict when its key was
// used before.
func (s *Store) AddLetter(ctx context.Context, l auction.Letter, until time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		id, err := one(ctx, tx, readInt64, insert("letters", "sale_id, by_id, key, subject, words, at", 1)+" RETURNING id",
			l.SaleID, l.ByID, l.Key, l.Subject, l.Words, ms(l.At))
		if err != nil {
			return err
		}
		holders, err := all(ctx, tx, readHolder, selectHolder+" WHERE p.sale_id = $1 AND p.approved AND u.email IS NOT NULL ORDER BY p.id", l.SaleID)
		if err != nil {
			return err
		}
		mails := make([]auction.Mail, len(holders))
		for i, h := range holders {
			mails[i] = auction.Mail{Kind: auction.MailNews, SaleID: l.SaleID, Paddle: h.Paddle, UserID: h.UserID, Ref: id, At: l.At, Due: l.At, Until: until}
		}
		return tx.KeepMails(ctx, mails)
	})
	return in(err, "letter to sale %d", l.SaleID)
}

// Letters lists what was written to the bidders of a sale, and how far each
// letter has come, the newest first.
func (s *Store) Letters(ctx context.Context, saleID int64) ([]auction.Letter, error) {
	list, err := all(ctx, s.reads, func(row scanner, l *auction.Letter) error {
		return row.Scan(number(&l.ID), number(&l.SaleID), number(&l.ByID), &l.Subject, &l.Words, at(&l.At),
			count(&l.Mails.Waiting), count(&l.Mails.Sent), count(&l.Mails.Dropped), count(&l.Mails.Failed))
	}, `SELECT l.id, l.sale_id, l.by_id, l.subject, l.words, l.at, count(CASE WHEN m.state = 'waiting' THEN 1 END),
			count(CASE WHEN m.state = 'sent' THEN 1 END), count(CASE WHEN m.state = 'dropped' THEN 1 END), count(CASE WHEN m.state = 'failed' THEN 1 END)
		FROM letters l LEFT JOIN mails m ON m.sale_id = l.sale_id AND m.kind = 'news' AND m.ref = l.id
		WHERE l.sale_id = $1 GROUP BY l.id, l.sale_id, l.by_id, l.subject, l.words, l.at ORDER BY l.id DESC`, saleID)
	return list, in(err, "letters to sale %d", saleID)
}

// Letter returns what was written to the bidders of a sale.
func (s *Store) Letter(ctx context.Context, id int64) (auction.Letter, error) {
	l, err := one(ctx, s.reads, func(row scanner, l *auction.Letter) error {
		return row.Scan(number(&l.ID), number(&l.SaleID), number(&l.ByID), &l.Subject, &l.Words, at(&l.At))
	}, "SELECT id, sale_id, by_id, subject, words, at FROM letters WHERE id = $1", id)
	return l, in(err, "letter %d", id)
}
