package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed migrations
var migrationFiles embed.FS

// migration is one numbered step of the schema. Once released it is never
// edited.
type migration struct {
	number int
	name   string
	text   string
}

// migrations lists the steps of a dialect, "sqlite" or "postgres", in order.
func migrations(dialect string) ([]migration, error) {
	dir := "migrations/" + dialect
	files, err := fs.ReadDir(migrationFiles, dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var list []migration
	for i, f := range files {
		digits, _, _ := strings.Cut(f.Name(), "_")
		n, err := strconv.Atoi(digits)
		if err != nil || n != i+1 {
			return nil, fmt.Errorf("migration %s is out of order", f.Name())
		}
		text, err := fs.ReadFile(migrationFiles, dir+"/"+f.Name())
		if err != nil {
			return nil, err
		}
		list = append(list, migration{n, f.Name(), string(text)})
	}
	return list, nil
}

// newestSchema is the number of the last migration this program knows.
func newestSchema() int {
	files, err := fs.ReadDir(migrationFiles, "migrations/sqlite")
	if err != nil {
		panic(err) // embedded
	}
	return len(files)
}

func newer(have int) error {
	if know := newestSchema(); have > know {
		return fmt.Errorf("%w (schema %d, this one knows %d): install the newer version again, or restore a backup", ErrNewer, have, know)
	}
	return nil
}

func (e *sqlite) schema(ctx context.Context) (int, error) {
	var n int
	err := e.reads.QueryRowContext(ctx, "PRAGMA user_version").Scan(&n)
	return n, err
}

// migrate applies, each in a transaction, the migrations that the file has not
// seen.
func (e *sqlite) migrate(ctx context.Context) error {
	list, err := migrations("sqlite")
	if err != nil {
		return err
	}
	return e.apply(ctx, list)
}

func (e *sqlite) apply(ctx context.Context, list []migration) error {
	have, err := e.schema(ctx)
	if err != nil {
		return err
	}
	if err := newer(have); err != nil {
		return err
	}
	for _, m := range list {
		if m.number <= have {
			continue
		}
		if err := e.step(ctx, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

func (e *sqlite) step(ctx context.Context, m migration) error {
	t, err := e.begin(ctx)
	if err != nil {
		return err
	}
	// The version is part of the file's header and of the transaction.
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, m.number)
	for _, text := range []string{m.text, mark} {
		if _, err := e.conn.ExecContext(context.WithoutCancel(ctx), text); err != nil {
			t.rollback()
			return err
		}
	}
	return t.commit(ctx)
}

// migrationLock keeps two servers from migrating one PostgreSQL database at
// the same time.
const migrationLock = applicationID

func (e *postgres) schema(ctx context.Context) (int, error) {
	// In the first schema of the search path: another house may live in a later
	// one. Asked in one statement, which sees one moment: another process may be
	// making this house.
	var ours bool
	var tables int
	err := e.reads.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE relname = 'outcry_schema') > 0, count(*) FROM pg_class
		WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`).Scan(&ours, &tables)
	if err != nil {
		return 0, err
	}
	if !ours && tables > 0 { // do not settle among another program's tables
		return 0, fmt.Errorf("%w: its schema holds %d other tables", ErrForeign, tables)
	}
	if !ours {
		return 0, nil
	}
	var n int
	err = e.reads.QueryRowContext(ctx, "SELECT COALESCE(MAX(number), 0) FROM outcry_schema").Scan(&n)
	return n, err
}

func (e *postgres) migrate(ctx context.Context) error {
	list, err := migrations("postgres")
	if err != nil {
		return err
	}
	return e.name.plainly(e.apply(ctx, list))
}

func (e *postgres) apply(ctx context.Context, list []migration) error {
	have, err := e.schema(ctx)
	if err != nil {
		return err
	}
	if err := newer(have); err != nil {
		return err
	}
	for _, m := range list {
		if m.number <= have {
			continue
		}
		if err := e.step(ctx, m); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

func (e *postgres) step(ctx context.Context, m migration) error {
	tx, err := e.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, timeout := range []string{"statement_timeout", "lock_timeout"} { // a large house takes its time
		if _, err := tx.ExecContext(ctx, "SET LOCAL "+timeout+" = 0"); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		"CREATE TABLE IF NOT EXISTS outcry_schema (number BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"); err != nil {
		return err
	}
	var done bool // by another server, while this one waited
	if err := tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM outcry_schema WHERE number = $1)", m.number).Scan(&done); err != nil || done {
		return err
	}
	if _, err := tx.ExecContext(ctx, m.text); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx,
		"INSERT INTO outcry_schema (number, name, applied_at) SELECT $1, $2, "+postgresNow, m.number, m.name); err != nil {
		return err
	}
	return tx.Commit()
}
