package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// A database/sql driver on a pgx connection. pgx has one of its own, which
// brings a second connection pool along; this is the part that is used here.

type pgConnector struct {
	conf  *pgx.ConnConfig
	reads bool // sessions only read: whatever a broken one was asked may be asked again

	patience time.Duration // how long a server may be away before reads fail

	// era counts the times a connection broke. One that is older than the
	// last time is not trusted: its server is most likely gone too.
	era atomic.Int64

	connected atomic.Bool // at least once: the address is right

	mu       sync.Mutex // guards what follows
	lostAt   time.Time  // when a server was first found to be away
	lookedAt time.Time  // when it was last found so; zero when one was reached since
}

const (
	readPatience = 2 * time.Second
	readAgain    = 50 * time.Millisecond
)

func (c *pgConnector) Driver() driver.Driver { return pgDriver{} }

// Connect finds a server that takes bids. Where sessions only read it waits a
// while for one, as bids do for their commit: a standby that takes over within
// that time is a delay and no error. The time is counted from when the server
// was first found to be away, so that nobody waits behind others who did.
func (c *pgConnector) Connect(ctx context.Context) (driver.Conn, error) {
	for {
		era, began := c.era.Load(), time.Now()
		conn, err := pgx.ConnectConfig(ctx, c.conf)
		if err == nil {
			c.connected.Store(true)
			c.reached()
			return &pgConn{conn: conn, from: c, era: era}, nil
		}
		if !c.reads || !c.connected.Load() || !Away(err) || c.awayFor(began) >= c.patience {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(readAgain):
		}
	}
}

// awayFor is how long no server could be reached, as a try has just found that
// began at an instant.
func (c *pgConnector) awayFor(began time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if began.Sub(c.lookedAt) > c.patience { // nobody has looked for so long: it is news
		c.lostAt = began
	}
	c.lookedAt = time.Now()
	return c.lookedAt.Sub(c.lostAt)
}

func (c *pgConnector) reached() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lookedAt = time.Time{}
}

type pgDriver struct{}

func (pgDriver) Open(address string) (driver.Conn, error) {
	conf, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	return (&pgConnector{conf: conf}).Connect(context.Background())
}

// pgConn is one connection; database/sql uses it from one goroutine at a time.
type pgConn struct {
	conn *pgx.Conn
	from *pgConnector
	era  int64
}

var (
	_ driver.QueryerContext    = (*pgConn)(nil)
	_ driver.ExecerContext     = (*pgConn)(nil)
	_ driver.ConnBeginTx       = (*pgConn)(nil)
	_ driver.NamedValueChecker = (*pgConn)(nil)
	_ driver.Validator         = (*pgConn)(nil)
	_ driver.SessionResetter   = (*pgConn)(nil)
	_ driver.Pinger            = (*pgConn)(nil)
)

func (c *pgConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("pgx keeps its statements prepared by itself")
}

func (c *pgConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

// Close says goodbye; a server that is gone is not waited for.
func (c *pgConn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return c.conn.Close(ctx)
}

func (c *pgConn) IsValid() bool                  { return !c.conn.IsClosed() }
func (c *pgConn) Ping(ctx context.Context) error { return c.conn.Ping(ctx) }

// ResetSession lets go of a connection that broke, of one made before another
// broke, and of one that somebody left in the middle of a transaction.
func (c *pgConn) ResetSession(context.Context) error {
	if c.conn.IsClosed() || c.era != c.from.era.Load() || c.conn.PgConn().TxStatus() != 'I' {
		return driver.ErrBadConn
	}
	return nil
}

// broke looks at an error of what was just asked. If it ended the connection,
// older ones are not trusted either; when nothing can have happened yet it is
// driver.ErrBadConn, and database/sql asks another connection, a new one in
// the end: a restart of the server between two calls goes unnoticed.
func (c *pgConn) broke(ctx context.Context, err error, repeat bool) error {
	if err == nil || !c.conn.IsClosed() || errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	c.from.era.CompareAndSwap(c.era, c.era+1)
	if repeat && ctx.Err() == nil {
		return driver.ErrBadConn
	}
	return err
}

// repeatable reports whether what is asked next may be asked again elsewhere.
func (c *pgConn) repeatable() bool {
	return c.from.reads && c.conn.PgConn().TxStatus() == 'I'
}

// CheckNamedValue turns our named types into the plain ones that a column has.
func (c *pgConn) CheckNamedValue(v *driver.NamedValue) (err error) {
	v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value)
	return err
}

func (c *pgConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	opts := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	if o.Isolation == driver.IsolationLevel(sql.LevelRepeatableRead) {
		opts.IsoLevel = pgx.RepeatableRead
	}
	if o.ReadOnly {
		opts.AccessMode = pgx.ReadOnly
	}
	tx, err := c.conn.BeginTx(ctx, opts)
	if err != nil {
		return nil, c.broke(ctx, err, true)
	}
	return pgTx{ctx, c, tx}, nil
}

// pgTx keeps the context of its beginning: database/sql gives none to Commit.
type pgTx struct {
	ctx  context.Context
	conn *pgConn
	tx   pgx.Tx
}

// Commit fails when the server answers ROLLBACK, as it does after an error
// inside the transaction.
func (t pgTx) Commit() error {
	return t.conn.broke(t.ctx, commit(t.ctx, t.conn.conn, t.tx), false)
}

// Rollback waits for a server that is gone no longer than for any other word.
func (t pgTx) Rollback() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.ctx), connectWithin)
	defer cancel()
	return t.tx.Rollback(ctx) // that the connection was cut by a caller who left says nothing of the others
}

func values(args []driver.NamedValue) []any {
	list := make([]any, len(args))
	for i, a := range args {
		list[i] = a.Value
	}
	return list
}

func (c *pgConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	repeat := c.repeatable()
	tag, err := c.conn.Exec(ctx, text, values(args)...)
	return driver.RowsAffected(tag.RowsAffected()), c.broke(ctx, err, repeat)
}

func (c *pgConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	repeat := c.repeatable()
	rows, err := c.conn.Query(ctx, text, values(args)...)
	if err != nil {
		return nil, c.broke(ctx, err, repeat)
	}
	r := &pgRows{rows: rows}
	// The first row is fetched at once, so that an error of the statement
	// itself comes from the query, as it does beside a file.
	r.first = rows.Next()
	if !r.first && rows.Err() != nil {
		return nil, c.broke(ctx, rows.Err(), repeat)
	}
	return r, nil
}

type pgRows struct {
	rows  pgx.Rows
	first bool // a row is waiting that Next has not handed out
}

func (r *pgRows) Columns() []string {
	fields := r.rows.FieldDescriptions()
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}

func (r *pgRows) Close() error {
	r.rows.Close()
	return r.rows.Err()
}

func (r *pgRows) Next(dest []driver.Value) error {
	if !r.first && !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	r.first = false
	vals, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i, v := range vals {
		switch v := v.(type) {
		case int32:
			dest[i] = int64(v)
		case int16:
			dest[i] = int64(v)
		default:
			dest[i] = v
		}
	}
	return nil
}
