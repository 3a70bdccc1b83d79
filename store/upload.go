package store

import (
	"context"
	"time"

	"outcry/auction"
)

// How many spreadsheets are kept at once: the oldest give way, somebody's own
// before another's.
const (
	uploadsOfOne = 3
	uploadsInAll = 10
)

const uploadCols = "token, user_id, sale_id, what, name, data, until_at"

func readUpload(row scanner, u *auction.Upload) error {
	return row.Scan(hash(&u.Token), number(&u.UserID), number(&u.SaleID), &u.What, &u.Name, &u.Data, at(&u.Until))
}

// KeepUpload keeps a spreadsheet until it is confirmed or runs out, and forgets
// those that have run out by now or must give way. ErrFull when the disk has
// no room for it.
func (s *Store) KeepUpload(ctx context.Context, u auction.Upload, now time.Time) error {
	if s.room.full() { // the last room is for the ends of lots
		return ErrFull
	}
	data := u.Data
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	err := s.Update(ctx, func(tx *Tx) error {
		if err := tx.sweepUploads(ctx, now); err != nil {
			return err
		}
		const own = "(SELECT token FROM uploads WHERE user_id = $2 ORDER BY until_at DESC, token LIMIT $3)"
		if _, err := tx.exec(ctx, "DELETE FROM uploads WHERE user_id = $1 AND token NOT IN "+own, u.UserID, u.UserID, uploadsOfOne-1); err != nil {
			return err
		}
		const newest = "(SELECT token FROM uploads ORDER BY until_at DESC, token LIMIT $1)"
		if _, err := tx.exec(ctx, "DELETE FROM uploads WHERE token NOT IN "+newest, uploadsInAll-1); err != nil {
			return err
		}
		return must(ctx, tx, insert("uploads", uploadCols, 1), u.Token[:], u.UserID, u.SaleID, u.What, u.Name, data, ms(u.Until))
	})
	return in(err, "keep a spreadsheet of user %d", u.UserID)
}

// Upload returns a spreadsheet. Somebody else's, one of another sale or for
// another purpose, and one that has run out are ErrNotFound.
func (s *Store) Upload(ctx context.Context, want auction.Upload, now time.Time) (auction.Upload, error) {
	u, err := one(ctx, s.reads, readUpload, "SELECT "+uploadCols+` FROM uploads
		WHERE token = $1 AND user_id = $2 AND sale_id = $3 AND what = $4 AND until_at > $5`,
		want.Token[:], want.UserID, want.SaleID, want.What, ms(now))
	return u, in(err, "a spreadsheet of user %d", want.UserID)
}

// SweepUploads forgets the spreadsheets that have run out at an instant.
func (s *Store) SweepUploads(ctx context.Context, now time.Time) error {
	return in(s.Update(ctx, func(tx *Tx) error { return tx.sweepUploads(ctx, now) }), "sweep spreadsheets")
}

func (t *Tx) sweepUploads(ctx context.Context, now time.Time) error {
	_, err := t.exec(ctx, "DELETE FROM uploads WHERE until_at <= $1", ms(now))
	return err
}
