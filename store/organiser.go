package store

import (
	"context"
	"time"

	"outcry/auction"
)

// Who runs a sale: its organisers, and every owner.

// Organisers lists who runs a sale, owners first.
func (s *Store) Organisers(ctx context.Context, saleID int64) ([]auction.User, error) {
	list, err := all(ctx, s.reads, readUser, "SELECT "+userCols+` FROM users
		WHERE role = 'owner' OR role = 'organiser' AND EXISTS (SELECT 1 FROM sale_organisers o WHERE o.sale_id = $1 AND o.user_id = users.id)
		ORDER BY CASE role WHEN 'owner' THEN 0 ELSE 1 END, id`, saleID)
	return list, in(err, "organisers of sale %d", saleID)
}

// Organised lists the sales that somebody runs by being one of their organisers.
func (s *Store) Organised(ctx context.Context, userID int64) (map[int64]bool, error) {
	list, err := all(ctx, s.reads, readInt64, "SELECT sale_id FROM sale_organisers WHERE user_id = $1", userID)
	m := make(map[int64]bool, len(list))
	for _, id := range list {
		m[id] = true
	}
	return m, in(err, "sales of organiser %d", userID)
}

// SetOrganiser makes somebody an organiser of a sale and of its rehearsal, or
// takes that from them. ErrNotFound when there is no such sale, or nobody who may
// be one: that takes the role.
func (s *Store) SetOrganiser(ctx context.Context, saleID, userID int64, on bool, now time.Time) error {
	text := `INSERT INTO sale_organisers (sale_id, user_id, at)
		SELECT s.id, u.id, CAST($1 AS BIGINT) FROM sales s, users u WHERE (s.id = $2 OR s.rehearses = $3) AND u.id = $4 AND u.role IN ('organiser', 'owner') ON CONFLICT DO NOTHING`
	args := []any{ms(now), saleID, saleID, userID}
	if !on {
		text = "DELETE FROM sale_organisers WHERE sale_id IN (SELECT id FROM sales WHERE id = $1 OR rehearses = $2) AND user_id = $3"
		args = args[1:]
	}
	err := s.Update(ctx, func(tx *Tx) error {
		if _, err := tx.exec(ctx, text, args...); err != nil || !on {
			return err
		}
		n, err := one(ctx, tx, readInt64, "SELECT count(*) FROM sale_organisers WHERE sale_id = $1 AND user_id = $2", saleID, userID)
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	})
	return in(err, "organiser %d of sale %d", userID, saleID)
}

func (t *Tx) addOrganiser(ctx context.Context, saleID, userID int64, now time.Time) error {
	_, err := t.exec(ctx, "INSERT INTO sale_organisers (sale_id, user_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", saleID, userID, ms(now))
	return err
}

// sameOrganisers has a rehearsal run by the organisers of its sale: it has the
// same reserves.
func (t *Tx) sameOrganisers(ctx context.Context, rehearsal auction.Sale) error {
	_, err := t.exec(ctx, `INSERT INTO sale_organisers (sale_id, user_id, at)
		SELECT CAST($1 AS BIGINT), user_id, at FROM sale_organisers WHERE sale_id = $2 ON CONFLICT DO NOTHING`, rehearsal.ID, rehearsal.Rehearses)
	return err
}

// OrganiseAll makes somebody an organiser of every sale there is, and says of
// how many: for whoever has the house's own machine, who answers for all of them.
func (s *Store) OrganiseAll(ctx context.Context, userID int64, now time.Time) (sales int, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		n, err := tx.exec(ctx, "INSERT INTO sale_organisers (sale_id, user_id, at) SELECT id, CAST($1 AS BIGINT), CAST($2 AS BIGINT) FROM sales WHERE TRUE ON CONFLICT DO NOTHING", userID, ms(now))
		sales = int(n)
		return err
	})
	return sales, in(err, "make user %d an organiser", userID)
}
