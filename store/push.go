package store

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"outcry/auction"
)

// What browsers are told that have no page open: the outbox of push messages.
// It is the mails' in small: written with what it tells of, sent after it.

const pushCols = "subscription_id, kind, sale_id, lot_id, seq, due_at, until_at, at, state, lease_at, tries, fails, error, done_at"

var (
	insertPush   = insert("pushes", pushCols, 1) + " ON CONFLICT DO NOTHING"
	insertPushes = insert("pushes", pushCols, rowsAtOnce) + " ON CONFLICT DO NOTHING"
)

const pushToCols = "d.id, d.user_id, d.session, s.holder_id, d.endpoint, d.p256dh, d.auth, s.device, d.at"

func pushToFields(to *auction.PushTo) []any {
	return []any{number(&to.ID), number(&to.UserID), hash(&to.Session), number(&to.Holder), &to.Endpoint, &to.Key, &to.Auth, &to.Device, at(&to.At)}
}

func readPushTo(row scanner, to *auction.PushTo) error { return row.Scan(pushToFields(to)...) }

const selectPush = `SELECT m.id, m.kind, m.sale_id, m.lot_id, m.seq, m.due_at, m.until_at, m.at, m.state, m.tries, m.fails, m.error, m.done_at, ` +
	pushToCols + ` FROM pushes m JOIN push_subscriptions d ON d.id = m.subscription_id JOIN sessions s ON s.token = d.session`

func readPush(row scanner, m *auction.Push) error {
	return row.Scan(append([]any{number(&m.ID), (*string)(&m.Kind), number(&m.SaleID), number(&m.LotID), number(&m.Seq),
		at(&m.Due), at(&m.Until), at(&m.At), (*string)(&m.State), count(&m.Tries), count(&m.Fails), &m.Error, at(&m.Done)}, pushToFields(&m.To)...)...)
}

// pushKey is the setting with the key that push messages are signed with.
const pushKey = "push_key"

// PushKey returns the 32 bytes of the private key that the house signs its push
// messages with. It is made on first use; browsers that were subscribed under
// it can be told by no other.
func (s *Store) PushKey(ctx context.Context) ([]byte, error) {
	text, err := s.lasting(ctx, pushKey, func() string {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader) // fails for no curve of the library's
		if err != nil {
			panic("store: " + err.Error())
		}
		raw, err := key.Bytes()
		if err != nil {
			panic("store: " + err.Error())
		}
		return hex.EncodeToString(raw)
	})
	if err != nil {
		return nil, in(err, "the key of push messages")
	}
	raw, err := hex.DecodeString(text)
	if err == nil && len(raw) != 32 {
		err = fmt.Errorf("it has %d bytes", len(raw))
	}
	return raw, in(err, "read the key of push messages")
}

// browsersEach is how many browsers somebody is told on: each costs a message
// for all that they are told of.
const browsersEach = 5

// AddPushTo keeps a browser that is to be told. What its session had before is
// replaced, and so is what another session had for the same browser. Of more
// than a few browsers the newest stay.
func (s *Store) AddPushTo(ctx context.Context, to auction.PushTo) error {
	err := s.Update(ctx, func(tx *Tx) error {
		// One at a time for each person, or several at once would not be counted.
		if _, err := one(ctx, tx, readInt64, "SELECT id FROM users WHERE id = $1"+s.engine.forUpdate(), to.UserID); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM push_subscriptions WHERE session = $1 OR endpoint = $2", to.Session[:], to.Endpoint); err != nil {
			return err
		}
		_, err := tx.exec(ctx, insert("push_subscriptions", "user_id, session, endpoint, p256dh, auth, at", 1),
			to.UserID, to.Session[:], to.Endpoint, to.Key, to.Auth, ms(to.At))
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM push_subscriptions WHERE user_id = $1 AND id NOT IN
			(SELECT id FROM push_subscriptions WHERE user_id = $1 ORDER BY id DESC LIMIT $2)`, to.UserID, browsersEach)
		return err
	})
	return in(err, "a browser of user %d", to.UserID)
}

// PushesTo lists the browsers that somebody is told on, the oldest first.
func (s *Store) PushesTo(ctx context.Context, user int64) ([]auction.PushTo, error) {
	list, err := all(ctx, s.reads, readPushTo, "SELECT "+pushToCols+
		" FROM push_subscriptions d JOIN sessions s ON s.token = d.session WHERE d.user_id = $1 AND s.until_at > $2 ORDER BY d.id", user, time.Now().UnixMilli())
	return list, in(err, "browsers of user %d", user)
}

// EndPushTo has somebody told no more on one of their browsers.
func (s *Store) EndPushTo(ctx context.Context, user, id int64) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM push_subscriptions WHERE user_id = $1 AND id = $2", user, id)
		return err
	})
	return in(err, "end browser %d of user %d", id, user)
}

// heldAtOnce is how many paddles one statement asks for.
const heldAtOnce = 50

// KeepPushes puts messages to the browsers of these paddles into the outbox, to
// be sent once the transaction is committed. One that is there already is not
// put in again. A paddle without a browser to tell costs a look at an index.
func (t *Tx) KeepPushes(ctx context.Context, list []auction.Push) error {
	if n, err := one(ctx, t, readInt64, "SELECT count(*) FROM (SELECT 1 FROM push_subscriptions LIMIT 1) AS found"); err != nil || n == 0 {
		return in(err, "look for browsers")
	}
	type holder struct {
		sale   int64
		paddle auction.Paddle
	}
	to := map[holder][]int64{}
	bySale := map[int64][]string{}
	for _, m := range list {
		h := holder{m.SaleID, m.Paddle}
		if _, known := to[h]; !known {
			to[h] = nil
			bySale[m.SaleID] = append(bySale[m.SaleID], string(m.Paddle))
		}
	}
	for sale, paddles := range bySale {
		for part := range slices.Chunk(paddles, heldAtOnce) {
			found, err := t.browsersOf(ctx, sale, part)
			if err != nil {
				return in(err, "look for the browsers of %d paddles", len(part))
			}
			for _, f := range found {
				h := holder{sale, f.Paddle}
				to[h] = append(to[h], f.To.ID)
			}
		}
	}
	var all []auction.Push
	for _, m := range list {
		for _, id := range to[holder{m.SaleID, m.Paddle}] {
			m.To.ID = id
			all = append(all, m)
		}
	}
	err := t.inserts(ctx, len(all), insertPush, insertPushes, func(i int) error {
		m := &all[i]
		t.args = append(t.args, m.To.ID, string(m.Kind), m.SaleID, m.LotID, m.Seq, ms(m.Due), ms(m.Until), ms(m.At),
			string(auction.MailWaiting), int64(0), int64(0), int64(0), "", int64(0))
		return nil
	})
	return in(err, "keep %d push messages", len(all))
}

// browsersOf finds the browsers of some paddles of a sale, and holds them: a
// sign-out between this and the message would fail it, and with it the bids of
// the whole batch. One that is being signed out is left out. A session that
// came by a paddle's link hears of that paddle alone.
func (t *Tx) browsersOf(ctx context.Context, sale int64, paddles []string) ([]auction.Push, error) {
	w := &where{}
	w.add("p.sale_id = ? AND s.until_at > ? AND s.holder_id IN (0, p.id) AND ", sale, time.Now().UnixMilli())
	addIn(w, "p.paddle", paddles)
	return all(ctx, t, func(row scanner, m *auction.Push) error { return row.Scan(paddle(&m.Paddle), number(&m.To.ID)) },
		`SELECT p.paddle, d.id FROM push_subscriptions d JOIN sessions s ON s.token = d.session JOIN paddles p ON p.user_id = d.user_id
		WHERE `+w.text.String()+" ORDER BY d.id"+t.s.engine.forReference("d"), w.args...)
}

// ClosingLots lists the open lots whose clock runs and that close after now and
// not after until.
func (s *Store) ClosingLots(ctx context.Context, now, until time.Time) ([]auction.Closing, error) {
	list, err := all(ctx, s.reads, func(row scanner, c *auction.Closing) error { return row.Scan(number(&c.LotID), at(&c.ClosesAt)) },
		`SELECT l.id, l.closes_at FROM lots l WHERE l.state = 'open' AND l.closes_at > $1 AND l.closes_at <= $2
			AND l.paused_at = 0 AND NOT l.held AND EXISTS (SELECT 1 FROM push_subscriptions) ORDER BY l.closes_at, l.id`, ms(now), ms(until))
	return list, in(err, "lots that close soon")
}

// closingWaits is how long after the close that was foreseen a message about it
// may still go: the close may be moved.
const closingWaits = 24 * time.Hour

// KeepClosing puts into the outbox, once a browser and lot, that the lot closes
// soon: for those who watch it, and those who had a bid taken on it, by since.
// Who came later has seen it for themselves.
func (s *Store) KeepClosing(ctx context.Context, c auction.Closing, now, since time.Time) error {
	const row = "INSERT INTO pushes (" + pushCols + `)
		SELECT d.id, 'closing', l.sale_id, l.id, 0, CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), 'waiting', 0, 0, 0, '', 0
		FROM lots l `
	const browsers = " JOIN sessions s ON s.token = d.session LEFT JOIN paddles h ON h.id = s.holder_id "
	err := s.Update(ctx, func(tx *Tx) error {
		for _, who := range []string{
			"JOIN watches w ON w.lot_id = l.id JOIN push_subscriptions d ON d.user_id = w.user_id" + browsers +
				"WHERE l.id = $4 AND w.at <= $5",
			"JOIN paddles p ON p.sale_id = l.sale_id JOIN push_subscriptions d ON d.user_id = p.user_id" + browsers +
				`WHERE l.id = $4 AND EXISTS (SELECT 1 FROM bids b WHERE b.lot_id = l.id AND b.paddle = p.paddle AND b.seq IS NOT NULL AND b.at <= $5)`,
		} {
			_, err := tx.exec(ctx, row+who+" AND l.state = 'open' AND s.until_at > $6 AND (h.id IS NULL OR h.sale_id = l.sale_id)"+
				s.engine.forReference("d")+" ON CONFLICT DO NOTHING",
				ms(now), ms(c.ClosesAt.Add(closingWaits)), ms(now), c.LotID, ms(since), time.Now().UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	})
	return in(err, "lot %d closes soon", c.LotID)
}

// pushIsDue is the condition of a message that is due at $1 and that nobody has
// at $2. A session that has run out at $3 is told nothing.
const pushIsDue = `state = 'waiting' AND due_at <= $1 AND lease_at <= $2 AND EXISTS (SELECT 1 FROM push_subscriptions d
	JOIN sessions s ON s.token = d.session WHERE d.id = pushes.subscription_id AND s.until_at > $3)`

// PushDue reports whether a message is due that nobody is sending.
func (s *Store) PushDue(ctx context.Context, now time.Time) (bool, error) {
	n, err := one(ctx, s.reads, readInt64,
		"SELECT count(*) FROM (SELECT 1 FROM pushes WHERE "+pushIsDue+" LIMIT 1) AS due", ms(now), ms(now), time.Now().UnixMilli())
	return n > 0, in(err, "whether a push message is due")
}

// TakePushes hands n messages that are due to one sender, the longest due
// first: until lease nobody else is given them.
func (s *Store) TakePushes(ctx context.Context, now, lease time.Time, n int) ([]auction.Push, error) {
	var list []auction.Push
	err := s.Update(ctx, func(tx *Tx) error {
		list = nil
		ids, err := all(ctx, tx, readInt64, "SELECT id FROM pushes WHERE "+pushIsDue+" ORDER BY due_at, id LIMIT $4"+
			s.engine.forUpdate(), ms(now), ms(now), time.Now().UnixMilli(), n)
		for _, id := range ids {
			if err == nil {
				err = must(ctx, tx, "UPDATE pushes SET lease_at = $1, tries = tries + 1 WHERE id = $2", ms(lease), id)
			}
			var m auction.Push
			if err == nil {
				m, err = one(ctx, tx, readPush, selectPush+" WHERE m.id = $1", id)
				list = append(list, m)
			}
		}
		return err
	})
	return list, in(err, "take push messages")
}

// EndPush says what became of a message that a sender took, and why.
// ErrConflict when another sender has it by now, or its browser is gone.
func (s *Store) EndPush(ctx context.Context, m auction.Push, state auction.MailState, why string, now time.Time) error {
	return s.changePush(ctx, m, "UPDATE pushes SET state = $1, error = $2, done_at = $3 WHERE id = $4 AND tries = $5 AND state = 'waiting'",
		string(state), why, ms(now), m.ID, m.Tries)
}

// PutOffPush gives a message back that a sender took, to be due again later.
func (s *Store) PutOffPush(ctx context.Context, m auction.Push, due time.Time, fails int, why string) error {
	return s.changePush(ctx, m, "UPDATE pushes SET due_at = $1, lease_at = 0, fails = $2, error = $3 WHERE id = $4 AND tries = $5 AND state = 'waiting'",
		ms(due), fails, why, m.ID, m.Tries)
}

func (s *Store) changePush(ctx context.Context, m auction.Push, text string, args ...any) error {
	err := s.write(ctx, text, args...)
	if none, other := absent(err); none {
		err = ErrConflict
	} else {
		err = other
	}
	return in(err, "push message %d", m.ID)
}

// PushesOf lists the messages of a kind about a sale to one browser, oldest first.
func (s *Store) PushesOf(ctx context.Context, to int64, kind auction.PushKind, saleID int64) ([]auction.Push, error) {
	list, err := all(ctx, s.reads, readPush,
		selectPush+" WHERE m.subscription_id = $1 AND m.kind = $2 AND m.sale_id = $3 ORDER BY m.id", to, string(kind), saleID)
	return list, in(err, "push messages to browser %d", to)
}

// SweepPushes forgets the messages that were done with before an instant.
func (s *Store) SweepPushes(ctx context.Context, before time.Time) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM pushes WHERE state <> 'waiting' AND done_at < $1", ms(before))
		return err
	})
	return in(err, "sweep push messages")
}
