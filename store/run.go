package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// runner runs a statement, named by its text, in a transaction or outside.
type runner interface {
	exec(ctx context.Context, text string, args ...any) (int64, error) // rows affected
	query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// prepared is what *sql.DB and *sql.Conn have in common.
type preparer interface {
	PrepareContext(ctx context.Context, text string) (*sql.Stmt, error)
}

// statements keeps statements prepared. Most texts are constants; the few that
// are put together come in a bounded number of shapes, and beyond the limit
// they run unkept.
type statements struct {
	on preparer

	mu   sync.RWMutex // guards kept
	kept map[string]*sql.Stmt
}

const mostStatements = 400

func newStatements(on preparer) *statements {
	return &statements{on: on, kept: make(map[string]*sql.Stmt)}
}

// get returns a statement and what to do with it when it has run.
func (s *statements) get(ctx context.Context, text string) (st *sql.Stmt, kept bool, err error) {
	s.mu.RLock()
	st, kept = s.kept[text]
	s.mu.RUnlock()
	if kept {
		return st, true, nil
	}
	st, err = s.on.PrepareContext(ctx, text)
	if err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if other, ok := s.kept[text]; ok { // somebody was faster
		_ = st.Close()
		return other, true, nil
	}
	if len(s.kept) >= mostStatements {
		return st, false, nil
	}
	s.kept[text] = st
	return st, true, nil
}

func (s *statements) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for text, st := range s.kept {
		_ = st.Close()
		delete(s.kept, text)
	}
}

func (s *statements) exec(ctx context.Context, text string, args ...any) (int64, error) {
	st, kept, err := s.get(ctx, text)
	if err != nil {
		return 0, tell(err)
	}
	if !kept {
		defer st.Close()
	}
	res, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, tell(err)
	}
	return res.RowsAffected()
}

func (s *statements) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, kept, err := s.get(ctx, text)
	if err != nil {
		return nil, tell(err)
	}
	rows, err := st.QueryContext(ctx, args...)
	if !kept {
		_ = st.Close() // rows that are open keep what they need
	}
	return rows, tell(err)
}

// direct runs statements where the driver keeps them prepared by itself.
type direct struct {
	on interface {
		ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
		QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	}
}

func (d direct) exec(ctx context.Context, text string, args ...any) (int64, error) {
	res, err := d.on.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, tell(err)
	}
	return res.RowsAffected()
}

func (d direct) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	rows, err := d.on.QueryContext(ctx, text, args...)
	return rows, tell(err)
}

// pool is where everything that only reads is run.
type pool struct {
	runner
	db    *sql.DB
	asked atomic.Int64 // statements
}

func (p *pool) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	p.asked.Add(1)
	return p.runner.query(ctx, text, args...)
}

// Asked counts the statements that only read, so that what a page costs can be
// measured.
func (s *Store) Asked() int64 { return s.reads.asked.Load() }

func (p *pool) close() error {
	if st, ok := p.runner.(*statements); ok {
		st.close()
	}
	return p.db.Close()
}

// scanner is a row to be read.
type scanner interface{ Scan(dest ...any) error }

// one reads the one row that a statement gives; ErrNotFound when it gives none.
func one[T any](ctx context.Context, r runner, read func(scanner, *T) error, text string, args ...any) (T, error) {
	var v T
	rows, err := r.query(ctx, text, args...)
	if err != nil {
		return v, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return v, tell(err)
		}
		return v, ErrNotFound
	}
	if err := read(rows, &v); err != nil {
		return v, err
	}
	return v, tell(rows.Close())
}

// all reads every row that a statement gives.
func all[T any](ctx context.Context, r runner, read func(scanner, *T) error, text string, args ...any) ([]T, error) {
	rows, err := r.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := read(rows, &v); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, tell(rows.Err())
}

// must runs a statement that has to touch a row; ErrNotFound when it does not.
func must(ctx context.Context, r runner, text string, args ...any) error {
	n, err := r.exec(ctx, text, args...)
	if err == nil && n == 0 {
		return ErrNotFound
	}
	return err
}

// in says what was being done when an error came up.
func in(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// absent turns ErrNotFound into "there was none".
func absent(err error) (bool, error) {
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	return false, err
}
