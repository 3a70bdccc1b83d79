package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

const (
	sqliteFile = "outcry.db"

	// applicationID, "outc", marks our files for file(1) and for Open.
	applicationID = 0x6f757463
)

// sqliteMode is what a connection is for.
type sqliteMode int

const (
	forWriting sqliteMode = iota // the one connection that changes anything
	forReading                   // beside it in the server
	besides                      // of another process that only reads
	copying                      // VACUUM INTO, which query_only forbids; the file itself is opened read-only
	alone                        // of a file that nobody else has open yet: a backup's copy
)

// dsn builds the address of a connection. Whatever decides about durability
// stands here, because an Exec would reach one pooled connection only.
func (m sqliteMode) dsn(file string) string {
	q := url.Values{
		"_synchronous":        {"FULL"}, // mattn compiles NORMAL for WAL: acknowledged bids would die with the power
		"_foreign_keys":       {"1"},
		"_busy_timeout":       {"10000"},
		"_recursive_triggers": {"1"}, // REPLACE, too, meets the trigger that keeps events
		"_cache_size":         {"-32000"},
		"_txlock":             {"deferred"},
	}
	switch m {
	case forWriting:
		q.Set("mode", "rwc")
		q.Set("_journal_mode", "WAL")
		q.Set("_txlock", "immediate")
	case forReading:
		q.Set("mode", "rw")
		q.Set("_query_only", "1")
	case besides:
		q.Set("mode", "ro")
		q.Set("_query_only", "1")
	case copying:
		q.Set("mode", "ro")
	case alone:
		q.Set("mode", "rw")
		q.Set("_query_only", "1")
		q.Set("_journal_mode", "DELETE")
	}
	// A path may hold what means something in an address.
	return "file:" + (&url.URL{Path: file}).EscapedPath() + "?" + q.Encode()
}

// connector opens connections and believes none that did not take its
// settings.
type connector struct {
	file string
	mode sqliteMode
}

func (c connector) Driver() driver.Driver { return &sqlite3.SQLiteDriver{} }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	d := &sqlite3.SQLiteDriver{ConnectHook: c.settle}
	return d.Open(c.mode.dsn(c.file))
}

// settle sets what the address cannot say, and checks that all of it holds.
func (c connector) settle(conn *sqlite3.SQLiteConn) error {
	for _, text := range []string{
		"PRAGMA trusted_schema = 0", // a planted view or trigger may not call functions
		"PRAGMA cell_size_check = 1",
		"PRAGMA journal_size_limit = 67108864",
		"PRAGMA temp_store = MEMORY",
		"PRAGMA wal_autocheckpoint = 0", // see checkpoint
	} {
		if _, err := conn.Exec(text, nil); err != nil {
			return err
		}
	}
	for _, want := range c.wants() {
		got, err := pragma(conn, want.name)
		if err != nil {
			return fmt.Errorf("ask for %s: %w", want.name, err)
		}
		if got != want.value {
			return fmt.Errorf("the database would not set %s to %s (it is %s); %s", want.name, want.value, got, want.why)
		}
	}
	return nil
}

type wanted struct{ name, value, why string }

func (c connector) wants() []wanted {
	w := []wanted{
		{"synchronous", "2", "without it a power cut loses bids that were accepted"},
		{"recursive_triggers", "1", "without it a REPLACE could remove what is never removed"},
		{"foreign_keys", "1", "without it rows could lose what they belong to"},
		{"trusted_schema", "0", "without it a doctored file could run functions"},
	}
	// Who reads from another process takes a file as it is: one that was just
	// restored has no log yet.
	if c.mode == forWriting || c.mode == forReading {
		w = append(w, wanted{"journal_mode", "wal", "a network drive may be the reason: put the data directory on a local disk"})
	}
	if c.mode != forWriting && c.mode != copying {
		w = append(w, wanted{"query_only", "1", "without it a reader could write"})
	}
	return w
}

// pragma asks one connection for one setting.
func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	cell := make([]driver.Value, 1)
	if err := rows.Next(cell); err != nil {
		return "", err
	}
	if b, ok := cell[0].([]byte); ok {
		return string(b), nil
	}
	return fmt.Sprint(cell[0]), nil
}

// sqlite is the engine of a SQLite file.
type sqlite struct {
	file   string
	reads  *sql.DB
	write  *sql.DB // nil when only reading
	conn   *sql.Conn
	kept   *statements            // on conn
	raw    map[string]driver.Stmt // on conn as well, beneath database/sql; for whoever has the token
	writer chan struct{}          // holds one token: whoever has it owns conn
}

func (s *Store) openSQLite(ctx context.Context) error {
	file, err := filepath.Abs(filepath.Join(s.dir, sqliteFile))
	if err != nil {
		return err
	}
	e := &sqlite{file: file, writer: make(chan struct{}, 1)}
	s.engine = e
	mode := forReading
	if s.readOnly {
		mode = besides
		if _, err := os.Stat(file); err != nil {
			return fmt.Errorf("there is no database: %w", err)
		}
		if err := checkHeader(file); err != nil {
			return err
		}
	} else if err := e.openWriter(ctx); err != nil {
		return err
	}
	e.reads = sql.OpenDB(connector{file, mode})
	n := max(4, 2*runtime.NumCPU())
	e.reads.SetMaxOpenConns(n)
	e.reads.SetMaxIdleConns(n)
	s.reads = &pool{runner: newStatements(e.reads), db: e.reads}
	return plainly(e.checkFile(ctx))
}

func (e *sqlite) openWriter(ctx context.Context) error {
	if err := checkHeader(e.file); err != nil {
		return err
	}
	e.write = sql.OpenDB(connector{e.file, forWriting})
	e.write.SetMaxOpenConns(1)
	conn, err := e.write.Conn(ctx)
	if err != nil {
		return plainly(err)
	}
	e.conn = conn
	e.kept, e.raw = newStatements(conn), map[string]driver.Stmt{}
	return os.Chmod(e.file, 0o600) // reserves, maxima and passwords lie in it
}

// checkHeader looks at a file before SQLite does, so that one that is not ours
// is not even switched to another journal.
func checkHeader(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 100)
	n, err := f.Read(head)
	if n == 0 {
		return nil // empty: as good as none
	}
	if err != nil || n < len(head) || !strings.HasPrefix(string(head), "SQLite format 3\x00") {
		return fmt.Errorf("%w: it is not a SQLite file", ErrForeign)
	}
	id := binary.BigEndian.Uint32(head[68:])
	if id == applicationID {
		return nil
	}
	// One page holds no table yet: a first start that was cut short. Else the
	// mark may still be in the write-ahead log, and checkFile decides.
	wal, err := os.Stat(file + "-wal")
	if id == 0 && (binary.BigEndian.Uint32(head[28:]) <= 1 || err == nil && wal.Size() > 0) {
		return nil
	}
	return fmt.Errorf("%w: its application id is %d", ErrForeign, id)
}

// checkFile refuses a file that another program made.
func (e *sqlite) checkFile(ctx context.Context) error {
	var id, tables int64
	if err := e.reads.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return err
	}
	if err := e.reads.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if id != applicationID && (id != 0 || tables > 0) {
		return fmt.Errorf("%w: its application id is %d", ErrForeign, id)
	}
	return nil
}

// plainly says what a raw error code of opening means.
func plainly(err error) error {
	var se sqlite3.Error
	switch {
	case !errors.As(err, &se):
		return err
	case se.Code == sqlite3.ErrNotADB:
		return fmt.Errorf("%w: it is not a SQLite file", ErrForeign)
	case se.Code == sqlite3.ErrCantOpen:
		return fmt.Errorf("the file cannot be opened; who may read and write the data directory? (%w)", err)
	}
	return err
}

// begin waits for the one writer connection, in ctx, and starts a transaction
// on it. What follows runs without the context: a statement under way is never
// cut short, and the driver starts no goroutine for each to listen for it.
func (e *sqlite) begin(ctx context.Context) (session, error) {
	select {
	case e.writer <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t := &sqliteTx{e}
	err := e.checkpoint(ctx)
	if err == nil {
		_, err = t.exec(ctx, "BEGIN IMMEDIATE")
	}
	if err != nil {
		<-e.writer
		return nil, err
	}
	return t, nil
}

type sqliteTx struct{ e *sqlite }

func (t *sqliteTx) exec(ctx context.Context, text string, args ...any) (int64, error) {
	return t.e.kept.exec(context.WithoutCancel(ctx), text, args...)
}

func (t *sqliteTx) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return t.e.kept.query(context.WithoutCancel(ctx), text, args...)
}

// insert hands a statement to the driver itself: database/sql looks at every
// one of a thousand values again. As a query, because the driver then binds
// and steps in one call into C.
func (t *sqliteTx) insert(text string, args []driver.NamedValue) error {
	return tell(t.e.conn.Raw(func(c any) error {
		st := t.e.raw[text]
		if st == nil {
			var err error
			if st, err = c.(driver.ConnPrepareContext).PrepareContext(context.Background(), text); err != nil {
				return err
			}
			t.e.raw[text] = st
		}
		rows, err := st.(driver.StmtQueryContext).QueryContext(context.Background(), args)
		if err != nil {
			return err
		}
		return rows.Close()
	}))
}

func (t *sqliteTx) commit(ctx context.Context) error {
	_, err := t.exec(ctx, "COMMIT")
	if err != nil {
		t.rollback()
		return err
	}
	<-t.e.writer
	return nil
}

func (t *sqliteTx) rollback() {
	// Some errors have ended the transaction already; then this fails, and
	// there is nothing to undo.
	_, _ = t.exec(context.Background(), "ROLLBACK")
	<-t.e.writer
}

func (e *sqlite) forUpdate() string          { return "" } // BEGIN IMMEDIATE holds everything
func (e *sqlite) forReference(string) string { return "" }
func (e *sqlite) nowSQL() string             { return "" }

func (e *sqlite) groupsForUpdate() string { return "" }

func (e *sqlite) booleans(context.Context) (map[string]bool, error) { return nil, nil } // they are 0 and 1

func (e *sqlite) lastID(ctx context.Context, table string) (int64, error) {
	return one(ctx, direct{e.reads}, readInt64, `SELECT MAX(COALESCE((SELECT seq FROM sqlite_sequence WHERE name = $1), 0),
		COALESCE((SELECT MAX(id) FROM `+table+`), 0))`, table)
}

// followID leaves alone a table that counts from its highest row.
func (e *sqlite) followID(ctx context.Context, tx runner, table string, last int64) error {
	if _, err := tx.exec(ctx, "DELETE FROM sqlite_sequence WHERE name = $1", table); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO sqlite_sequence (name, seq) SELECT name, $1 FROM sqlite_schema
		WHERE type = 'table' AND name = $2 AND sql LIKE '%AUTOINCREMENT%'`, last, table)
	return err
}

func (e *sqlite) skew(context.Context) (time.Duration, error) { return 0, nil } // one clock

func (e *sqlite) snapshot(ctx context.Context) (*sql.Tx, error) {
	return e.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
}

func (e *sqlite) healthy(ctx context.Context) error {
	t, err := e.begin(ctx)
	if err != nil {
		return err
	}
	t.rollback()
	return nil
}

func (e *sqlite) stats(ctx context.Context, st *Stats) error {
	v, _, _ := sqlite3.Version()
	st.Engine, st.Version, st.File = "SQLite", v, e.file
	for _, f := range []struct {
		name string
		into *int64
	}{{"page_count", &st.Pages}, {"freelist_count", &st.FreePages}, {"page_size", &st.PageSize}} {
		if err := e.reads.QueryRowContext(ctx, "PRAGMA "+f.name).Scan(f.into); err != nil {
			return err
		}
	}
	st.Bytes = st.Pages * st.PageSize
	if wal, err := os.Stat(e.file + "-wal"); err == nil {
		st.WAL = wal.Size()
	}
	return nil
}

func (e *sqlite) close() error {
	var errs []error
	if e.conn != nil {
		e.writer <- struct{}{} // waits for a transaction under way, and lets none follow
		e.kept.close()
		for _, st := range e.raw {
			_ = st.Close()
		}
		errs = append(errs, e.conn.Close())
	}
	if e.write != nil {
		errs = append(errs, e.write.Close())
	}
	return errors.Join(errs...)
}

// SQLiteVersion is that of the SQLite inside the program.
func SQLiteVersion() string {
	v, _, _ := sqlite3.Version()
	return v
}
