package store

import (
	"context"
	"fmt"
)

// Stats are figures about the store for whoever looks after it.
type Stats struct {
	Engine    string // "SQLite" or "PostgreSQL"
	Version   string // of the engine
	File      string // the SQLite file
	Schema    int    // number of the last migration
	Bytes     int64  // bytes of the database
	WAL       int64  // bytes of SQLite's write-ahead log
	Pages     int64  // SQLite: pages, those free, and bytes of each
	FreePages int64
	PageSize  int64
	Free      int64 // bytes free on the disk of the data directory
	Sales     int64
	Lots      int64
	Events    int64
	Bids      int64
	Users     int64
}

// Stats adds up figures about the store.
func (s *Store) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	if err := s.engine.stats(ctx, &st); err != nil {
		return st, in(err, "ask the database about itself")
	}
	var err error
	if st.Schema, err = s.engine.schema(ctx); err != nil {
		return st, in(err, "ask for the schema")
	}
	if st.Free, err = freeBytes(s.dir); err != nil {
		return st, in(err, "ask for free room")
	}
	for _, c := range []struct {
		table string
		into  *int64
	}{{"sales", &st.Sales}, {"lots", &st.Lots}, {"events", &st.Events}, {"bids", &st.Bids}, {"users", &st.Users}} {
		if *c.into, err = one(ctx, s.reads, readInt64, "SELECT count(*) FROM "+c.table); err != nil {
			return st, in(err, "count %s", c.table)
		}
	}
	return st, nil
}

// Ready is nil when a bid could be committed now. After a commit that failed
// it commits something, to see whether the trouble has passed.
func (s *Store) Ready(ctx context.Context) error {
	if s.readOnly {
		return ErrReadOnly
	}
	if first := s.dead.Load(); first != nil {
		return fmt.Errorf("the disk failed: %w", *first)
	}
	if s.room.full() {
		return ErrFull
	}
	if s.sick.Load() {
		return s.SetSetting(ctx, "ready", "after a commit that failed")
	}
	return in(s.engine.healthy(ctx), "the database is not ready")
}
