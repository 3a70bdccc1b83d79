package store

import (
	"context"
	"database/sql"
	"time"
)

// What tests from outside look at.

// Reads is the pool of connections that only read.
func (s *Store) Reads() *sql.DB { return s.reads.db }

// ReadPatience sets how long reads wait for a PostgreSQL server that is away.
func (s *Store) ReadPatience(d time.Duration) { s.engine.(*postgres).reader.patience = d }

// OnWriter asks the one connection that writes.
func (s *Store) OnWriter(ctx context.Context, text string, into any) error {
	return s.engine.(*sqlite).conn.QueryRowContext(ctx, text).Scan(into)
}

// Exec runs a statement that a test made up.
func (s *Store) Exec(ctx context.Context, text string, args ...any) error {
	return s.Update(ctx, func(tx *Tx) error {
		_, err := tx.exec(ctx, text, args...)
		return err
	})
}

// WipedTables lists the tables that a wipe goes through by lot and by sale.
func WipedTables() (byLot, bySale []string) {
	for _, t := range lotTables {
		byLot = append(byLot, t.name)
	}
	return byLot, saleTables
}

// Tables lists what a PostgreSQL house is copied by.
func Tables() []string { return tables }

// NewestSchema is the number of the last migration.
func NewestSchema() int { return newestSchema() }

// Step is a migration made up by a test.
type Step struct {
	Number int
	Text   string
}

// Apply runs migrations made up by a test.
func (s *Store) Apply(ctx context.Context, steps ...Step) error {
	var list []migration
	for _, st := range steps {
		list = append(list, migration{st.Number, "test", st.Text})
	}
	switch e := s.engine.(type) {
	case *sqlite:
		return e.apply(ctx, list)
	case *postgres:
		return e.apply(ctx, list)
	}
	panic("no engine")
}

// Released lists the texts of a dialect's migrations in order.
func Released(dialect string) ([]string, error) {
	list, err := migrations(dialect)
	var texts []string
	for _, m := range list {
		texts = append(texts, m.text)
	}
	return texts, err
}

// HasBallast reports whether the ballast is in place.
func (s *Store) HasBallast() bool {
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	return !s.room.empty
}

// PhotosInTable counts the files of pictures in the database.
func (s *Store) PhotosInTable(ctx context.Context) (int64, error) {
	return one(ctx, s.reads, readInt64, "SELECT count(*) FROM "+photosTable)
}
