package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"outcry/auction"
)

// RehearsalOf returns the rehearsal of a sale; ErrNotFound when there is none.
func (s *Store) RehearsalOf(ctx context.Context, saleID int64) (auction.Sale, error) {
	sale, err := one(ctx, s.reads, readSale, selectSale+" WHERE rehearses = $1 AND rehearses <> 0", saleID)
	return sale, in(err, "rehearsal of sale %d", saleID)
}

// RunningRehearsals lists the rehearsals that people may come to and of which a
// lot is not over.
func (s *Store) RunningRehearsals(ctx context.Context) ([]auction.Sale, error) {
	list, err := all(ctx, s.reads, readSale, selectSale+` WHERE rehearses <> 0 AND published AND EXISTS (
		SELECT 1 FROM lots l WHERE l.sale_id = sales.id AND l.state IN ('upcoming', 'open')) ORDER BY id`)
	return list, in(err, "list the rehearsals that run")
}

// RehearsalsBefore lists the rehearsals in which nothing has happened since an
// instant, and nothing was to happen either.
func (s *Store) RehearsalsBefore(ctx context.Context, before time.Time) ([]auction.Sale, error) {
	list, err := all(ctx, s.reads, readSale, selectSale+` WHERE rehearses <> 0
		AND opens_at < $1 AND closes_at < $2 AND NOT EXISTS (
		SELECT 1 FROM lots l WHERE l.sale_id = sales.id AND (l.at >= $3 OR l.closes_at >= $4)) ORDER BY id`,
		ms(before), ms(before), ms(before), ms(before))
	return list, in(err, "list the rehearsals that are over")
}

// LeadBots gives the bots of a rehearsal to one process, called who, until an
// instant: false while another has them. The one that has them asks again
// before then.
func (s *Store) LeadBots(ctx context.Context, saleID int64, who string, now, until time.Time) (bool, error) {
	var n int64
	err := s.Update(ctx, func(tx *Tx) (err error) {
		n, err = tx.exec(ctx, `UPDATE sales SET bots_by = $1, bots_until = $2
			WHERE id = $3 AND rehearses <> 0 AND (bots_by = $4 OR bots_until <= $5)`, who, ms(until), saleID, who, ms(now))
		return err
	})
	return n > 0, in(err, "lead the bots of sale %d", saleID)
}

// SharePhotos hangs the pictures of a sale's lots on the lots of another that
// have the same numbers. The files are there once.
func (s *Store) SharePhotos(ctx context.Context, from, to int64) error {
	err := s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, `INSERT INTO photos (name, lot_id, ext, width, height, alt, place)
			SELECT p.name, n.id, p.ext, p.width, p.height, p.alt, p.place
			FROM photos p JOIN lots l ON l.id = p.lot_id JOIN lots n ON n.number = l.number
			WHERE l.sale_id = $1 AND n.sale_id = $2 ORDER BY p.lot_id, p.place ON CONFLICT DO NOTHING`, from, to)
		return err
	})
	return in(err, "share the photos of sale %d", from)
}

// PhotoHangs reports whether a picture of that name hangs on any lot.
func (s *Store) PhotoHangs(ctx context.Context, name string) (bool, error) {
	n, err := one(ctx, s.reads, readInt64, "SELECT count(*) FROM photos WHERE name = $1", name)
	return n > 0, in(err, "where photo %s hangs", name)
}

// wipeRun is how many rows of a table one transaction of a wipe removes: bids
// get their turn between two.
const wipeRun = 1000

// saleTables hold what belongs to a sale and to no lot alone, those that point
// at others first. Each names the sale in sale_id. A test compares them with the
// schema.
var saleTables = []string{"payments", "donations", "appeals", "announcements", "uploads", "letters", "invitations", "agreements",
	"mails", "pushes", "links", "acts", "jobs", "paddles", "sale_organisers"}

// fewRows are those of them that have few rows of a sale, or no id of their own.
var fewRows = []string{"appeals", "announcements", "uploads", "invitations", "sale_organisers"}

// WipeRehearsal removes a rehearsal and all that is of it, the guests who came
// for it included, and keeps a note of that in the audit list of the sale that
// it was a rehearsal of. It returns the pictures that hang nowhere any more:
// their files are the caller's to drop. ErrConflict for a sale that counts;
// ErrNotFound for one that is gone, or that another process wipes right now.
//
// It takes several transactions. Each lot goes as a whole, so that the log of
// every lot that is there can be checked at any moment; a wipe that breaks off
// is finished by the next.
func (s *Store) WipeRehearsal(ctx context.Context, saleID int64, note auction.Act) ([]auction.Photo, error) {
	var of int64
	err := s.Update(ctx, func(tx *Tx) (err error) {
		of, err = one(ctx, tx, readInt64, "SELECT rehearses FROM sales WHERE id = $1"+s.engine.forUpdate(), saleID)
		if err == nil && of == 0 {
			err = ErrConflict
		}
		if err != nil {
			return err
		}
		return must(ctx, tx, "UPDATE sales SET published = FALSE WHERE id = $1", saleID) // nobody comes any more
	})
	var dropped []auction.Photo
	if err == nil {
		dropped, err = s.wipeLots(ctx, saleID)
	}
	if err == nil {
		err = s.wipeBooks(ctx, saleID)
	}
	if err == nil {
		err = s.wipePeople(ctx, saleID)
	}
	if err == nil {
		err = s.Update(ctx, func(tx *Tx) (err error) {
			if note.At.IsZero() {
				if note.At, err = tx.Now(ctx); err != nil {
					return err
				}
			}
			note.SaleID = of
			if err := must(ctx, tx, "DELETE FROM sales WHERE id = $1 AND rehearses <> 0", saleID); err != nil {
				return err
			}
			return tx.KeepAct(ctx, note)
		})
	}
	return dropped, in(err, "wipe rehearsal %d", saleID)
}

// wipeLots removes the lots of a rehearsal with all that belongs to them.
func (s *Store) wipeLots(ctx context.Context, saleID int64) ([]auction.Photo, error) {
	sizes, err := all(ctx, s.reads, readLotSize, "SELECT id, seq FROM lots WHERE sale_id = $1 ORDER BY id", saleID)
	if err != nil {
		return nil, err
	}
	var dropped []auction.Photo
	for _, run := range rangesOf(sizes) {
		var loose []auction.Photo
		err := s.Update(ctx, func(tx *Tx) (err error) {
			ids, err := all(ctx, tx, readInt64, "SELECT id FROM lots WHERE sale_id = $1 AND id BETWEEN $2 AND $3 ORDER BY id"+s.engine.forUpdate(),
				saleID, run.first, run.last)
			if err != nil {
				return err
			}
			loose, err = all(ctx, tx, func(row scanner, p *auction.Photo) error { return row.Scan(photoInto(p)...) },
				"SELECT "+photoCols+` FROM photos WHERE lot_id IN (SELECT id FROM lots WHERE sale_id = $1 AND id BETWEEN $2 AND $3)
				AND NOT EXISTS (SELECT 1 FROM photos o JOIN lots l ON l.id = o.lot_id WHERE o.name = photos.name AND l.sale_id <> $4)`,
				saleID, run.first, run.last, saleID)
			for _, t := range slices.Backward(lotTables) {
				for part := range slices.Chunk(ids, rowsAtOnce) {
					if err == nil {
						err = tx.remove(ctx, "DELETE FROM "+t.name+" WHERE "+t.lot+" > ? AND ", 0, t.lot, part)
					}
				}
			}
			return err
		})
		if err != nil {
			return dropped, err
		}
		dropped = append(dropped, loose...)
	}
	return dropped, nil
}

// wipeBooks removes what belongs to a rehearsal and to neither its lots nor its
// paddles, a run of rows at a time.
func (s *Store) wipeBooks(ctx context.Context, saleID int64) error {
	texts := []string{"DELETE FROM job_files WHERE job_id IN (SELECT id FROM jobs WHERE sale_id = $1)"}
	for _, table := range saleTables {
		switch {
		case table == "paddles", table == "agreements": // go with the people
		case slices.Contains(fewRows, table):
			texts = append(texts, "DELETE FROM "+table+" WHERE sale_id = $1")
		default:
			texts = append(texts, fmt.Sprintf("DELETE FROM %s WHERE id IN (SELECT id FROM %s WHERE sale_id = $1 ORDER BY id LIMIT %d)", table, table, wipeRun))
		}
	}
	for _, text := range texts {
		for n := int64(wipeRun); n >= wipeRun; {
			err := s.Update(ctx, func(tx *Tx) (err error) {
				n, err = tx.exec(ctx, text, saleID)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// wipePeople removes a rehearsal's paddles, a run at a time, with the guests who
// are known by nothing else: invented ones, and helpers who were given a paddle
// at the door. Whoever was known before, has a paddle elsewhere, or has shown an
// address or a password to be theirs, stays.
func (s *Store) wipePeople(ctx context.Context, saleID int64) error {
	for {
		var n int
		err := s.Update(ctx, func(tx *Tx) error {
			who, err := all(ctx, tx, readInt64, fmt.Sprintf(`SELECT user_id FROM paddles WHERE sale_id = $1
				UNION SELECT user_id FROM agreements WHERE sale_id = $2 ORDER BY 1 LIMIT %d`, rowsAtOnce), saleID, saleID)
			if n = len(who); err != nil || n == 0 {
				return err
			}
			for _, text := range []string{"DELETE FROM sessions WHERE holder_id IN (SELECT id FROM paddles WHERE sale_id = ?) AND ",
				"DELETE FROM paddles WHERE sale_id = ? AND ", "DELETE FROM agreements WHERE sale_id = ? AND "} {
				if err := tx.remove(ctx, text, saleID, "user_id", who); err != nil {
					return err
				}
			}
			return tx.wipeGuests(ctx, saleID, who)
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// wipeGuests removes those of some users who came for a rehearsal alone, and
// the words that nobody agreed to any more.
func (t *Tx) wipeGuests(ctx context.Context, saleID int64, who []int64) error {
	w := &where{}
	w.and("users.id > (SELECT guests_after FROM sales WHERE id = ?)", saleID)
	w.and("")
	w.in("users.id", who)
	guests, err := all(ctx, t, readInt64, "SELECT id FROM users"+w.text.String()+` AND role = 'bidder' AND password = '' AND verified_at = 0
		AND NOT EXISTS (SELECT 1 FROM paddles p WHERE p.user_id = users.id)
		AND NOT EXISTS (SELECT 1 FROM agreements a WHERE a.user_id = users.id)
		AND NOT EXISTS (SELECT 1 FROM watches v WHERE v.user_id = users.id)`, w.args...)
	if err != nil {
		return err
	}
	if len(guests) > 0 {
		for _, from := range []struct{ table, user string }{{"mails", "user_id"}, {"links", "user_id"}, {"users", "id"}} {
			if err := t.remove(ctx, "DELETE FROM "+from.table+" WHERE "+from.user+" > ? AND ", 0, from.user, guests); err != nil {
				return err
			}
		}
	}
	_, err = t.exec(ctx, "DELETE FROM conditions WHERE NOT EXISTS (SELECT 1 FROM agreements a WHERE a.hash = conditions.hash)")
	return err
}

// remove runs a DELETE that names a first value and ends with a list of ids.
func (t *Tx) remove(ctx context.Context, text string, first int64, column string, ids []int64) error {
	w := &where{}
	w.add(text, first)
	w.in(column, ids)
	_, err := t.exec(ctx, w.text.String(), w.args...)
	return err
}
