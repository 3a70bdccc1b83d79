//go:build linux

package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// rows is the baseline of a bid: the very rows that the saleroom has just
// written, written once more into a twin of its file, with the same schema
// and the same settings, by prepared statements and nothing else. A
// transaction takes as many bids as there were bidders; it inserts their
// events and bids and writes each lot's row once.
type rows struct {
	from *sql.DB             // the saleroom's file
	conn *sqlite3.SQLiteConn // the twin; the driver itself, without database/sql
	last int64               // bid up to which rows were taken

	event, bid, lot map[int]driver.Stmt // by rows at once
}

const (
	eventColumns = "lot_id, seq, at, kind, paddle, amount, automatic, price, lead, closes_at, ref, reason, from_at, held, seal, hash, prev, nonce, terms"
	bidColumns   = "lot_id, paddle, key, amount, kind, nonce, at, seq, answer"
	manyRows     = 32
)

func openRows(ours, twin string) (*rows, error) {
	q := url.Values{"_synchronous": {"FULL"}, "_foreign_keys": {"1"}, "_recursive_triggers": {"1"}, "_cache_size": {"-32000"},
		"_journal_mode": {"WAL"}, "_txlock": {"immediate"}, "mode": {"rw"}}
	conn, err := (&sqlite3.SQLiteDriver{}).Open("file:" + filepath.Join(twin, "outcry.db") + "?" + q.Encode())
	if err != nil {
		return nil, err
	}
	r := &rows{conn: conn.(*sqlite3.SQLiteConn), event: map[int]driver.Stmt{}, bid: map[int]driver.Stmt{}, lot: map[int]driver.Stmt{}}
	for _, text := range []string{"PRAGMA wal_autocheckpoint = 4000", "PRAGMA cell_size_check = 1", "PRAGMA trusted_schema = 0",
		"PRAGMA journal_size_limit = 67108864", "PRAGMA temp_store = MEMORY"} {
		if _, err := r.conn.Exec(text, nil); err != nil {
			return nil, err
		}
	}
	for _, n := range []int{1, manyRows} {
		if r.event[n], err = r.conn.Prepare(insertText("events", eventColumns, n)); err != nil {
			return nil, err
		}
		if r.bid[n], err = r.conn.Prepare(insertText("bids", bidColumns, n)); err != nil {
			return nil, err
		}
	}
	if r.lot[1], err = r.conn.Prepare(`UPDATE lots SET state = ?, seq = ?, at = ?, hash = ?, price = ?, lead = ?, max = ?, max_at = ?, bids = ? WHERE id = ?`); err != nil {
		return nil, err
	}
	r.from, err = sql.Open("sqlite3", "file:"+filepath.Join(ours, "outcry.db")+"?mode=ro&_query_only=1")
	return r, err
}

func insertText(table, columns string, n int) string {
	row := "(" + strings.TrimSuffix(strings.Repeat("?,", strings.Count(columns, ",")+1), ",") + ")"
	return "INSERT INTO " + table + " (" + columns + ") VALUES " + strings.TrimSuffix(strings.Repeat(row+",", n), ",")
}

func (r *rows) close() {
	_ = r.from.Close()
	_ = r.conn.Close()
}

// written are the rows of bids since the last time, in the order of their bids.
type written struct {
	events, bids [][]driver.Value
	lots         map[int64][]driver.Value
}

func (r *rows) take(ctx context.Context) (written, error) {
	var w written
	var err error
	const taken = " FROM events e JOIN bids b ON b.lot_id = e.lot_id AND b.seq = e.seq WHERE b.id > ? ORDER BY b.id"
	if w.events, err = r.read(ctx, "SELECT e."+strings.ReplaceAll(eventColumns, ", ", ", e.")+taken, r.last); err != nil {
		return w, err
	}
	if w.bids, err = r.read(ctx, "SELECT "+bidColumns+" FROM bids WHERE id > ? ORDER BY id", r.last); err != nil {
		return w, err
	}
	lots, err := r.read(ctx, "SELECT state, seq, at, hash, price, lead, max, max_at, bids, id FROM lots")
	if err != nil {
		return w, err
	}
	w.lots = map[int64][]driver.Value{}
	for _, l := range lots {
		w.lots[l[len(l)-1].(int64)] = l
	}
	return w, r.from.QueryRowContext(ctx, "SELECT COALESCE(MAX(id), 0) FROM bids").Scan(&r.last)
}

func (r *rows) read(ctx context.Context, text string, args ...any) ([][]driver.Value, error) {
	got, err := r.from.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer got.Close()
	columns, err := got.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]driver.Value
	for got.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := got.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]driver.Value, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		all = append(all, row)
	}
	return all, got.Err()
}

// open opens the twin's lots as the saleroom opened its own: their first
// events are not part of what is measured.
func (r *rows) open(ctx context.Context) error {
	opened, err := r.read(ctx, "SELECT "+eventColumns+" FROM events ORDER BY lot_id, seq")
	if err != nil {
		return err
	}
	for _, row := range opened {
		if _, err := run(r.event[1], row); err != nil {
			return err
		}
	}
	return nil
}

// write writes them in transactions of so many bids, at most many rows a
// statement, and returns how long it took, in time and in computing.
func (r *rows) write(w written, batch, many int) (burst, error) {
	began, cpu := time.Now(), ownCPU()
	e := 0
	for i := 0; i < len(w.bids); i += batch {
		bids := w.bids[i:min(i+batch, len(w.bids))]
		touched := map[int64]bool{}
		taken := 0
		for _, b := range bids {
			touched[b[0].(int64)] = true
			if b[7] != nil { // its event
				taken++
			}
		}
		if err := r.transaction(w, bids, w.events[e:e+taken], touched, many); err != nil {
			return burst{}, fmt.Errorf("write rows: %w", err)
		}
		e += taken
	}
	return burst{bids: len(w.bids), took: time.Since(began), cpu: ownCPU() - cpu}, nil
}

func (r *rows) transaction(w written, bids, events [][]driver.Value, touched map[int64]bool, many int) error {
	if _, err := r.conn.Exec("BEGIN IMMEDIATE", nil); err != nil {
		return err
	}
	for id := range touched {
		if _, err := run(r.lot[1], w.lots[id]); err != nil {
			return err
		}
	}
	if err := insertAll(r.event, events, many); err != nil {
		return err
	}
	if err := insertAll(r.bid, bids, many); err != nil {
		return err
	}
	_, err := r.conn.Exec("COMMIT", nil)
	return err
}

func insertAll(by map[int]driver.Stmt, list [][]driver.Value, many int) error {
	var args []driver.Value
	for len(list) > 0 {
		n := 1
		if many > 1 && len(list) >= many {
			n = many
		}
		args = args[:0]
		for _, row := range list[:n] {
			args = append(args, row...)
		}
		if _, err := run(by[n], args); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// run runs a statement as a query: the driver then binds all values and steps
// in one call into C, which is its fastest way.
func run(st driver.Stmt, args []driver.Value) (struct{}, error) {
	named := make([]driver.NamedValue, len(args))
	for i, v := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	got, err := st.(driver.StmtQueryContext).QueryContext(context.Background(), named)
	if err != nil {
		return struct{}{}, err
	}
	return struct{}{}, got.Close()
}

// check counts the rows of both files.
func (r *rows) check(ctx context.Context, twin string) error {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(twin, "outcry.db")+"?mode=ro")
	if err != nil {
		return err
	}
	defer db.Close()
	const count = "SELECT (SELECT count(*) FROM bids) * 1000000007 + (SELECT count(*) FROM events)"
	var ours, theirs int64
	if err := r.from.QueryRowContext(ctx, count).Scan(&ours); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, count).Scan(&theirs); err != nil {
		return err
	}
	if ours != theirs {
		return fmt.Errorf("the twin has other rows than the saleroom wrote: %d, not %d", theirs, ours)
	}
	return nil
}
