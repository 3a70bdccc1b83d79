package store

import (
	"context"
	"fmt"
)

// The write-ahead log is copied back into the file by us, not by SQLite after
// a commit: that would swallow what the disk says, and a disk that fails a
// sync must stop the house at once.

// mostLogPages is how long the log grows before it is copied back: a page that
// many bids change meanwhile is copied once for all of them.
const mostLogPages = 4000

// checkpoint copies the log back when it has grown long. Its caller has the
// writer connection, and no transaction is under way. Only an error after
// which nothing may be committed is one; a reader in the way, or a full disk,
// is a reason to try again at the next transaction.
func (e *sqlite) checkpoint(ctx context.Context) error {
	pages, err := e.logPages(ctx, "NOOP")
	if err == nil && pages >= mostLogPages {
		_, err = e.logPages(ctx, "PASSIVE")
	}
	if Fatal(err) {
		return fmt.Errorf("copy the log back: %w", err)
	}
	return nil
}

// logPages runs a checkpoint of a kind and returns how many pages of the log
// were not yet copied back before it.
func (e *sqlite) logPages(ctx context.Context, kind string) (int64, error) {
	var busy, pages, copied int64
	rows, err := e.kept.query(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint("+kind+")")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&busy, &pages, &copied)
	}
	if err == nil {
		err = rows.Err()
	}
	return pages - copied, tell(err)
}

// makeRoom empties the log as far as readers let it: on a full disk what it
// holds is there twice, and an empty one has room for the ends of lots.
func (e *sqlite) makeRoom() error {
	e.writer <- struct{}{}
	defer func() { <-e.writer }()
	ctx := context.Background()
	// A reader under way must not hold up the house for long.
	if _, err := e.conn.ExecContext(ctx, "PRAGMA busy_timeout = 200"); err != nil {
		return err
	}
	_, err := e.logPages(ctx, "TRUNCATE")
	if _, back := e.conn.ExecContext(ctx, "PRAGMA busy_timeout = 10000"); back != nil {
		return back
	}
	return err
}
