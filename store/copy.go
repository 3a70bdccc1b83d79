package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// tables lists every table with rows of the house, those that others point at
// first. A test compares it with the schema.
var tables = []string{"users", "sessions", "sales", "sale_organisers", "lots", "photos", "photo_files", "paddles", "events", "bids", "settings", "heartbeat",
	"payments", "appeals", "donations", "handovers", "after_acts",
	"acts", "absentee_bids", "announcements", "jobs",
	"mails", "mail_stops", "links", "conditions", "agreements", "invitations", "watches", "letters", "uploads", "job_files",
	"push_subscriptions", "pushes",
	"second_steps", "spare_codes"}

// copyTo writes a SQLite file with all rows as they are at one moment. Both
// schemas have the same tables and columns.
func (e *postgres) copyTo(ctx context.Context, file string) error {
	have, err := e.schema(ctx)
	if err != nil {
		return err
	}
	if have != newestSchema() {
		return fmt.Errorf("schema %d: %w", have, ErrOld)
	}
	from, err := e.snapshot(ctx)
	if err != nil {
		return err
	}
	defer from.Rollback() // it read only
	to := &sqlite{file: file, writer: make(chan struct{}, 1)}
	if err := to.openWriter(ctx); err != nil {
		return err
	}
	to.reads = to.write
	if err := to.fresh(ctx); err != nil {
		_ = to.close()
		return err
	}
	tx, err := to.begin(ctx)
	if err != nil {
		_ = to.close()
		return err
	}
	for _, table := range tables {
		if table == photosTable { // a backup has them as files
			continue
		}
		if err := copyTable(ctx, from, tx, table); err != nil {
			tx.rollback()
			_ = to.close()
			return fmt.Errorf("table %s: %w", table, err)
		}
	}
	if err := tx.commit(ctx); err != nil {
		_ = to.close()
		return err
	}
	return to.close()
}

// fresh makes the schema in a file that has none.
func (e *sqlite) fresh(ctx context.Context) error {
	list, err := migrations("sqlite")
	if err != nil {
		return err
	}
	for _, m := range list {
		if err := e.step(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// copyTable copies all rows, column by name.
func copyTable(ctx context.Context, from *sql.Tx, to session, table string) error {
	rows, err := from.QueryContext(ctx, "SELECT * FROM "+table)
	if err != nil {
		return err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return err
	}
	text := insert(table, strings.Join(cols, ", "), 1)
	vals, dest := make([]any, len(cols)), make([]any, len(cols))
	for i := range vals {
		dest[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		if _, err := to.exec(ctx, text, vals...); err != nil {
			return err
		}
	}
	return rows.Err()
}
