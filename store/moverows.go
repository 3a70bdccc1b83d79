package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
)

// plainTables are brought as a whole, those that others point at first. What
// belongs to lots follows them; settings come with the house's own id.
var plainTables = []string{"users", "sessions", "sales", "sale_organisers", "paddles", "settings", "heartbeat", "payments", "appeals", "donations",
	"acts", "announcements", "jobs", "mails", "mail_stops", "links", "conditions", "agreements", "invitations", "letters", "uploads", "job_files",
	"push_subscriptions", "pushes",
	"second_steps", "spare_codes"}

// lotTables hold what belongs to a lot, by the column that names it. The lots
// themselves come first.
var lotTables = []struct{ name, lot string }{{"lots", "id"}, {"events", "lot_id"}, {"bids", "lot_id"}, {"photos", "lot_id"},
	{"handovers", "lot_id"}, {"after_acts", "lot_id"},
	{"absentee_bids", "lot_id"}, {"watches", "lot_id"}}

// numbered are the tables whose ids the database gives out.
var numbered = []string{"users", "sales", "lots", "paddles", "bids", "payments", "donations", "handovers",
	"acts", "absentee_bids", "jobs", "mails", "links", "letters", "push_subscriptions", "pushes"}

// rowsOf selects a table's rows of the house, but not the mark of the move.
func rowsOf(table string) string {
	text := "SELECT * FROM " + table
	if table == "settings" {
		text += " WHERE key NOT IN ('" + movingKey + "', '" + movedKey + "')"
	}
	return text
}

func (m *mover) bringTables(ctx context.Context) error {
	for i, table := range plainTables {
		if i < m.mark.Tables {
			continue
		}
		done := m.mark
		done.Tables = i + 1
		var n int
		err := m.bring(ctx, done, func(tx *Tx) (err error) {
			n, err = m.copyRows(ctx, tx, table, rowsOf(table))
			return err
		})
		if err != nil {
			return in(err, "table %s", table)
		}
		m.say("moved %d %s", n, table)
	}
	return nil
}

// lotRange is a run of lots that are brought in one transaction.
type lotRange struct {
	first, last int64 // ids
	lots        int
}

// mostMoved is how many events one transaction of a move brings, unless one
// lot has more.
const mostMoved = 4000

// lotSize is a lot, and how many events it has.
type lotSize struct{ id, seq int64 }

func readLotSize(row scanner, l *lotSize) error { return row.Scan(&l.id, &l.seq) }

// ranges divides the lots after an id.
func (m *mover) ranges(ctx context.Context, after int64) ([]lotRange, error) {
	lots, err := all(ctx, m.read, readLotSize, "SELECT id, seq FROM lots WHERE id > $1 ORDER BY id", after)
	return rangesOf(lots), in(err, "list the lots")
}

// rangesOf divides lots, in the order of their ids, into runs for one
// transaction each.
func rangesOf(lots []lotSize) []lotRange {
	var list []lotRange
	events := int64(0)
	for _, l := range lots {
		if n := len(list); n > 0 && list[n-1].lots < saidEvery && events+l.seq <= mostMoved {
			list[n-1].last, list[n-1].lots = l.id, list[n-1].lots+1
			events += l.seq
			continue
		}
		list = append(list, lotRange{l.id, l.id, 1})
		events = l.seq
	}
	return list
}

func (m *mover) bringLots(ctx context.Context) error {
	parts, err := m.ranges(ctx, m.mark.Lot)
	if err != nil {
		return err
	}
	for _, part := range parts {
		done := m.mark
		done.Lot = part.last
		err := m.bring(ctx, done, func(tx *Tx) error {
			for _, t := range lotTables {
				text := fmt.Sprintf("SELECT * FROM %s WHERE %s BETWEEN $1 AND $2", t.name, t.lot)
				if _, err := m.copyRows(ctx, tx, t.name, text, part.first, part.last); err != nil {
					return in(err, "table %s", t.name)
				}
			}
			return nil
		})
		if err != nil {
			return in(err, "lots with ids %d to %d", part.first, part.last)
		}
		m.say("moved %d lots, up to id %d", part.lots, part.last)
	}
	return nil
}

// copyRows brings the rows of the source that a statement selects.
func (m *mover) copyRows(ctx context.Context, tx *Tx, table, text string, args ...any) (int, error) {
	n := 0
	var cols []string
	var pending []any // values of rows that are not written yet
	write := func(rows int) error {
		k := rows * len(cols)
		_, err := tx.exec(ctx, insert(table, strings.Join(cols, ", "), rows), pending[:k]...)
		pending = append(pending[:0], pending[k:]...)
		return err
	}
	err := eachRow(ctx, m.read, func(names []string, row []any) error {
		cols = names
		for i, v := range row {
			switch known := v.(type) {
			case int64:
				if m.truths[table+"."+names[i]] {
					v = known != 0
				}
			case []byte:
				v = bytes.Clone(known) // the row's is used again
			}
			pending = append(pending, v)
		}
		n++
		if len(pending) < rowsAtOnce*len(names) {
			return nil
		}
		return write(rowsAtOnce)
	}, text, args...)
	for err == nil && len(pending) > 0 { // one by one: few shapes of statements
		err = write(1)
	}
	return n, err
}

// eachRow hands over every row that a statement gives, with its columns.
func eachRow(ctx context.Context, r runner, fn func(cols []string, row []any) error, text string, args ...any) error {
	rows, err := r.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	vals, dest := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		dest[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if err := fn(cols, vals); err != nil {
			return err
		}
	}
	return tell(rows.Err())
}

// bringPhotos brings the files of pictures that are not there yet, and reads
// each back.
func (m *mover) bringPhotos(ctx context.Context) error {
	names, err := m.from.PhotoFiles()
	if err != nil {
		return err
	}
	for i, name := range names {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.bringPhoto(ctx, name); err != nil {
			return in(err, "photo %s", name)
		}
		if (i+1)%saidEvery == 0 {
			m.say("moved %d of %d photo files", i+1, len(names))
		}
	}
	m.say("moved all %d photo files", len(names))
	return nil
}

func (m *mover) bringPhoto(ctx context.Context, name string) error {
	f, _, err := m.from.OpenPhoto(name)
	if err != nil {
		return err
	}
	defer f.Close()
	want, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		got, err := readPlace(ctx, m.to.photos[0], name) // not the other place: it may be the source's
		if err != nil {
			return err
		}
		if got != nil && bytes.Equal(got, want) {
			return nil
		}
		if try > 0 {
			return errDiffers
		}
		if err := m.to.KeepPhoto(name, want); err != nil {
			return err
		}
	}
}

// readPlace reads a file of a picture; nil when there is none.
func readPlace(ctx context.Context, place photoPlace, name string) ([]byte, error) {
	f, _, err := place.open(ctx, name)
	if none, err := absent(err); none || err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
