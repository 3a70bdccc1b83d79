package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// postgresNow is the wall clock of the server. Not now(): that is when the
// transaction began, and a bid that waited for its lot past the close would be
// judged in time.
const postgresNow = "CAST(floor(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) AS BIGINT)"

// Connections to PostgreSQL: few write, so that readers cannot keep a bid
// waiting for one.
const (
	postgresWriters = 4
	postgresReaders = 12
)

// postgres is the engine of a PostgreSQL database.
type postgres struct {
	reads *sql.DB
	write *sql.DB // nil when only reading
	name  pgName

	reader *pgConnector // of reads

	allowAsync bool
	hurried    atomic.Bool // what is written may not take its time any more
}

func (s *Store) openPostgres(ctx context.Context, c Config) error {
	conf, err := pgConfig(c.URL, !s.readOnly)
	if err != nil {
		return err
	}
	e := &postgres{name: nameOf(conf), allowAsync: c.AllowAsync}
	s.engine = e
	if !s.readOnly {
		writes := conf.Copy()
		writes.OnPgError = demoted
		writes.DialFunc = e.dialToWrite
		e.write = sql.OpenDB(&pgConnector{conf: writes})
		e.write.SetMaxOpenConns(postgresWriters)
		e.write.SetMaxIdleConns(postgresWriters)
		conf.DialFunc = dialImpatient
	}
	conf.AfterConnect = readOnly
	e.reader = &pgConnector{conf: conf, reads: true, patience: readPatience}
	e.reads = sql.OpenDB(e.reader)
	e.reads.SetMaxOpenConns(postgresReaders)
	e.reads.SetMaxIdleConns(postgresReaders)
	s.reads = &pool{runner: direct{e.reads}, db: e.reads}
	return e.name.plainly(e.check(ctx))
}

func (e *postgres) begin(ctx context.Context) (session, error) {
	tx, err := e.write.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if errors.Is(err, context.DeadlineExceeded) { // also when all connections wait for a server that is gone
		return nil, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	if err != nil {
		return nil, err
	}
	return &postgresTx{direct{tx}, tx}, nil
}

type postgresTx struct {
	direct
	tx *sql.Tx
}

func (t *postgresTx) commit(context.Context) error { return t.tx.Commit() }
func (t *postgresTx) rollback()                    { _ = t.tx.Rollback() } // a broken connection has rolled back

func (e *postgres) makeRoom() error { return nil } // the server's disk is its own affair

func (e *postgres) forUpdate() string { return " FOR UPDATE" }
func (e *postgres) forReference(table string) string {
	return " FOR KEY SHARE OF " + table + " SKIP LOCKED"
}
func (e *postgres) nowSQL() string { return "SELECT " + postgresNow }

// Lots of a group that are yet to open are held too: one that opened while
// this statement waited would be missed, and held later out of order.
func (e *postgres) groupsForUpdate() string {
	return selectHeld + ` WHERE id = ANY(CAST($1 AS BIGINT[]))
		OR state IN ('upcoming', 'open') AND lot_group <> '' AND (sale_id, lot_group) IN
			(SELECT sale_id, lot_group FROM lots WHERE id = ANY(CAST($1 AS BIGINT[])) AND lot_group <> '')
		ORDER BY id FOR UPDATE`
}

// snapshot may take as long as it needs: it reads, and keeps nobody waiting.
func (e *postgres) snapshot(ctx context.Context) (*sql.Tx, error) {
	tx, err := e.reads.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, err
	}
	for _, timeout := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+timeout+" = 0"); err != nil {
			_ = tx.Rollback()
			return nil, err
		}
	}
	return tx, nil
}

func (e *postgres) booleans(ctx context.Context) (map[string]bool, error) {
	names, err := all(ctx, direct{e.reads}, readText, `SELECT table_name || '.' || column_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND data_type = 'boolean'`)
	found := make(map[string]bool, len(names))
	for _, n := range names {
		found[n] = true
	}
	return found, err
}

func (e *postgres) lastID(ctx context.Context, table string) (int64, error) {
	return one(ctx, direct{e.reads}, readInt64,
		"SELECT COALESCE(pg_sequence_last_value(CAST(pg_get_serial_sequence($1, 'id') AS regclass)), 0)", table)
}

func (e *postgres) followID(ctx context.Context, tx runner, table string, last int64) error {
	_, err := one(ctx, tx, readInt64, "SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", table, last)
	return err
}

func (e *postgres) healthy(ctx context.Context) error {
	var standby bool
	if err := e.write.QueryRowContext(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
		return err
	}
	if standby {
		return errStandby
	}
	return nil
}

func (e *postgres) stats(ctx context.Context, st *Stats) error {
	st.Engine = "PostgreSQL"
	return e.reads.QueryRowContext(ctx, "SELECT current_setting('server_version'), pg_database_size(current_database())").
		Scan(&st.Version, &st.Bytes)
}

func (e *postgres) close() error {
	if e.write == nil {
		return nil
	}
	return e.write.Close()
}

// clockProbes is how often the server's clock is read to tell it from ours:
// the answer that came fastest says most.
const clockProbes = 5

func (e *postgres) skew(ctx context.Context) (time.Duration, error) {
	var best, skew time.Duration
	for i := range clockProbes {
		var theirs int64
		asked := time.Now()
		if err := e.reads.QueryRowContext(ctx, "SELECT "+postgresNow).Scan(&theirs); err != nil {
			return 0, err
		}
		took := time.Since(asked)
		if i == 0 || took < best {
			best, skew = took, asked.Add(took/2).Sub(time.UnixMilli(theirs))
		}
	}
	return skew, nil
}
