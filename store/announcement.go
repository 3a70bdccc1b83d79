package store

import (
	"context"
	"time"

	"outcry/auction"
)

func readAnnouncement(row scanner, a *auction.Announcement) error {
	return row.Scan(number(&a.SaleID), number(&a.Seq), at(&a.At), &a.Message, at(&a.ClosesAt))
}

const selectAnnouncement = "SELECT sale_id, seq, at, message, closes_at FROM announcements"

// Announcement returns what the pages of a sale say; of a sale that never said
// anything it has nothing but the sale.
func (s *Store) Announcement(ctx context.Context, saleID int64) (auction.Announcement, error) {
	return announcement(ctx, s.reads, saleID, "")
}

// Announcement is what the pages of a sale say, this transaction's own
// included. It is held until the transaction ends.
func (t *Tx) Announcement(ctx context.Context, saleID int64) (auction.Announcement, error) {
	return announcement(ctx, t, saleID, t.s.engine.forUpdate())
}

func announcement(ctx context.Context, r runner, saleID int64, hold string) (auction.Announcement, error) {
	a, err := one(ctx, r, readAnnouncement, selectAnnouncement+" WHERE sale_id = $1"+hold, saleID)
	if none, err := absent(err); none || err != nil {
		return auction.Announcement{SaleID: saleID}, in(err, "announcement of sale %d", saleID)
	}
	return a, nil
}

// KeepAnnouncement has all pages of a sale say something else. Its Seq is made
// here: one more than before.
func (t *Tx) KeepAnnouncement(ctx context.Context, a auction.Announcement) error {
	_, err := t.exec(ctx, `INSERT INTO announcements (sale_id, seq, at, message, closes_at) VALUES ($1, 1, $2, $3, $4)
		ON CONFLICT (sale_id) DO UPDATE SET seq = announcements.seq + 1, at = excluded.at,
			message = excluded.message, closes_at = excluded.closes_at`, a.SaleID, ms(a.At), a.Message, ms(a.ClosesAt))
	return in(err, "announce in sale %d", a.SaleID)
}

// Block has the bids of a paddle refused from an instant on; the zero time has
// them taken again.
func (t *Tx) Block(ctx context.Context, holder int64, since time.Time) error {
	return in(must(ctx, t, "UPDATE paddles SET blocked_at = $1 WHERE id = $2", ms(since), holder), "block holder %d", holder)
}

// HolderByID returns a place in a sale, as this transaction sees it.
func (t *Tx) HolderByID(ctx context.Context, id int64) (auction.Holder, error) {
	h, err := one(ctx, t, readHolder, selectHolder+" WHERE p.id = $1", id)
	return h, in(err, "holder %d", id)
}

// CloseBefore is the close that a lot had before the organiser last brought it
// forward; zero when they never did. What moved it since is not in it.
func (t *Tx) CloseBefore(ctx context.Context, lot int64) (time.Time, error) {
	if err := t.flush(ctx); err != nil {
		return time.Time{}, err
	}
	was, err := one(ctx, t, readInt64, `SELECT p.closes_at FROM events e JOIN events p ON p.lot_id = e.lot_id AND p.seq = e.seq - 1
		WHERE e.lot_id = $1 AND e.kind = $2 AND e.closes_at < p.closes_at ORDER BY e.seq DESC LIMIT 1`, lot, string(auction.LotRescheduled))
	if none, err := absent(err); none || err != nil {
		return time.Time{}, in(err, "the close of lot %d before", lot)
	}
	return instant(was), nil
}
