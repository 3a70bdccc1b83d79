package store

import (
	"context"
	"time"

	"outcry/auction"
)

// SecondStep returns somebody's second step at sign-in; ErrNotFound when they
// have none.
func (s *Store) SecondStep(ctx context.Context, user int64) (auction.SecondStep, error) {
	st, err := one(ctx, s.reads, func(row scanner, st *auction.SecondStep) error {
		return row.Scan(number(&st.UserID), &st.Secret, at(&st.At), &st.Used, count(&st.Spare))
	}, `SELECT user_id, secret, at, used, (SELECT count(*) FROM spare_codes c WHERE c.user_id = second_steps.user_id)
		FROM second_steps WHERE user_id = $1`, user)
	return st, in(err, "second step of user %d", user)
}

// AddSecondStep keeps somebody's second step and their spare codes. ErrConflict
// when they have one, ErrNotFound when there is no such user.
func (s *Store) AddSecondStep(ctx context.Context, st auction.SecondStep, spare []auction.Hash) error {
	err := s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, insert("second_steps", "user_id, secret, at, used", 1), st.UserID, st.Secret, ms(st.At), st.Used); err != nil {
			return err
		}
		for _, h := range spare {
			if _, err := tx.exec(ctx, insert("spare_codes", "user_id, hash", 1), st.UserID, h[:]); err != nil {
				return err
			}
		}
		return nil
	})
	return in(err, "second step of user %d", st.UserID)
}

// TryCode counts a try of a code, whichever process it is made at: false when
// burst of them were made and none has come back yet. One comes back after every.
func (s *Store) TryCode(ctx context.Context, user int64, every time.Duration, burst int) (bool, error) {
	var n int64
	err := s.Update(ctx, func(tx *Tx) error {
		now, err := tx.Now(ctx)
		if err != nil {
			return err
		}
		n, err = tx.exec(ctx, `UPDATE second_steps SET tries_until = (CASE WHEN tries_until > $1 THEN tries_until ELSE $2 END) + $3
			WHERE user_id = $4 AND tries_until <= $5`, ms(now), ms(now), every.Milliseconds(), user, ms(now.Add(time.Duration(burst-1)*every)))
		return err
	})
	return n > 0, in(err, "a try at the second step of user %d", user)
}

// UseStep uses the code of a span of 30 seconds up, with those before it.
// ErrNotFound when it was used already: of two who bring the same code one
// comes in.
func (s *Store) UseStep(ctx context.Context, user, span int64) error {
	return in(s.write(ctx, "UPDATE second_steps SET used = $1 WHERE user_id = $2 AND used < $1", span, user), "second step of user %d", user)
}

// UseSpareCode uses a spare code up; ErrNotFound when there is none like it.
func (s *Store) UseSpareCode(ctx context.Context, user int64, h auction.Hash) error {
	return in(s.write(ctx, "DELETE FROM spare_codes WHERE user_id = $1 AND hash = $2", user, h[:]), "spare code of user %d", user)
}

// DropSecondStep takes somebody's second step away; who has none has none then.
func (s *Store) DropSecondStep(ctx context.Context, user int64) error {
	return in(s.Update(ctx, func(tx *Tx) error { return tx.dropSecondStep(ctx, user) }), "second step of user %d", user)
}

func (t *Tx) dropSecondStep(ctx context.Context, user int64) error {
	if _, err := t.exec(ctx, "DELETE FROM spare_codes WHERE user_id = $1", user); err != nil {
		return err
	}
	_, err := t.exec(ctx, "DELETE FROM second_steps WHERE user_id = $1", user)
	return err
}

// StaffWithoutStep lists who may stand at the desk and has no second step.
func (s *Store) StaffWithoutStep(ctx context.Context) ([]auction.User, error) {
	list, err := all(ctx, s.reads, readUser,
		"SELECT "+userCols+" FROM users WHERE role <> 'bidder' AND NOT EXISTS (SELECT 1 FROM second_steps t WHERE t.user_id = users.id) ORDER BY id")
	return list, in(err, "list staff without a second step")
}
