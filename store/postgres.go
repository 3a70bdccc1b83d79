package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
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
}

func (s *Store) openPostgres(ctx context.Context, address string) error {
	conf, err := pgConfig(address, !s.readOnly)
	if err != nil {
		return err
	}
	e := &postgres{}
	s.engine = e
	if !s.readOnly {
		writes := conf.Copy()
		writes.OnPgError = demoted
		e.write = sql.OpenDB(&pgConnector{conf: writes})
		e.write.SetMaxOpenConns(postgresWriters)
		e.write.SetMaxIdleConns(postgresWriters)
	}
	conf.AfterConnect = readOnly
	e.reads = sql.OpenDB(&pgConnector{conf: conf, reads: true})
	e.reads.SetMaxOpenConns(postgresReaders)
	e.reads.SetMaxIdleConns(postgresReaders)
	s.reads = &pool{runner: direct{e.reads}, db: e.reads}
	return e.check(ctx)
}

// check refuses a server that would acknowledge what it has not written.
func (e *postgres) check(ctx context.Context) error {
	var fsync, commit, encoding string
	err := e.reads.QueryRowContext(ctx,
		"SELECT current_setting('fsync'), current_setting('synchronous_commit'), current_setting('server_encoding')").
		Scan(&fsync, &commit, &encoding)
	switch {
	case err != nil:
		return err
	case fsync == "off" || commit == "off":
		return fmt.Errorf("PostgreSQL runs with fsync = %s and synchronous_commit = %s; with either off a power cut loses bids that were accepted", fsync, commit)
	case encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s; it has to be UTF8", encoding)
	}
	return nil
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

func (e *postgres) forUpdate() string { return " FOR UPDATE" }
func (e *postgres) nowSQL() string    { return "SELECT " + postgresNow }

// Lots of a group that are yet to open are held too: one that opened while
// this statement waited would be missed, and held later out of order.
func (e *postgres) groupsForUpdate() string {
	return selectHeld + ` WHERE id = ANY(CAST($1 AS BIGINT[]))
		OR state IN ('upcoming', 'open') AND lot_group <> '' AND (sale_id, lot_group) IN
			(SELECT sale_id, lot_group FROM lots WHERE id = ANY(CAST($1 AS BIGINT[])) AND lot_group <> '')
		ORDER BY id FOR UPDATE`
}

func (e *postgres) snapshot(ctx context.Context) (*sql.Tx, error) {
	return e.reads.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
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
