package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
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
	conf, err := pgx.ParseConfig(address)
	if err != nil {
		return errors.New("the database address cannot be read") // the error would repeat its password
	}
	conf.RuntimeParams["application_name"] = "outcry"
	conf.RuntimeParams["client_encoding"] = "UTF8"
	e := &postgres{}
	s.engine = e
	if !s.readOnly {
		e.write = sql.OpenDB(pgConnector{conf.Copy()})
		e.write.SetMaxOpenConns(postgresWriters)
		e.write.SetMaxIdleConns(postgresWriters)
	}
	conf.RuntimeParams["default_transaction_read_only"] = "on"
	e.reads = sql.OpenDB(pgConnector{conf})
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

func (e *postgres) snapshot(ctx context.Context) (*sql.Tx, error) {
	return e.reads.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

func (e *postgres) healthy(ctx context.Context) error {
	var standby bool
	if err := e.write.QueryRowContext(ctx, "SELECT pg_is_in_recovery()").Scan(&standby); err != nil {
		return err
	}
	if standby {
		return errors.New("the PostgreSQL server is a standby and takes no bids")
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
