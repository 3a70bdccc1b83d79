// Package store keeps everything that outlives the process: sales, lots, bids,
// events, people and pictures. It holds every SQL statement of the program and
// knows no bidding rule; those come in as functions.
//
// A store is a SQLite file in the data directory or, by choice, a PostgreSQL
// database. One SQL text serves both; they differ in Open and in migrations/.
//
// Errors: auction.ErrNotFound for what is not there, auction.ErrConflict for
// what has moved on or is taken, each wrapped with what was being done. Errors
// of the database itself can be told apart with Fatal, Full and Unknown.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"outcry/auction"
)

// ErrNotFound and ErrConflict are those of package auction.
var (
	ErrNotFound = auction.ErrNotFound
	ErrConflict = auction.ErrConflict
)

var (
	// ErrLocked means that another process serves from the data directory.
	ErrLocked = errors.New("in use by another outcry process")
	// ErrNewer means that a later version of the program has changed the
	// database.
	ErrNewer = errors.New("the database was written by a newer outcry")
	// ErrForeign means that the database belongs to another program.
	ErrForeign = errors.New("the database does not belong to outcry")
	// ErrReadOnly means that the store was opened to read only.
	ErrReadOnly = errors.New("the store was opened to read only")
	// ErrOld means that a database must be brought up to date, by a start of
	// the server, before it can be read.
	ErrOld = errors.New("the database was written by an older outcry; start the server once to bring it up to date")
)

// Config says where the store is.
type Config struct {
	Dir    string // data directory: the SQLite file, photos, the lock; made when missing
	URL    string // "postgres://…" for PostgreSQL; "" for the SQLite file outcry.db in Dir
	Photos string // PhotosInDatabase or PhotosInDirectory; "" = in the database of PostgreSQL, beside a SQLite file

	// AllowAsync takes a PostgreSQL server whose standbys may lack bids that
	// were accepted.
	AllowAsync bool

	// ForMove opens the target of a Move, which nobody may serve before it is
	// all there, or a source, which nobody may serve any more afterwards.
	ForMove bool
}

func (c Config) postgres() bool {
	return strings.HasPrefix(c.URL, "postgres://") || strings.HasPrefix(c.URL, "postgresql://")
}

// Store is an open store. All its methods may be called at the same time.
type Store struct {
	dir    string
	engine engine
	reads  *pool // SQLite: query_only connections; PostgreSQL: read-only ones
	lock   *os.File
	photos []photoPlace // new files go to the first
	room   *ballast     // nil where the disk is not ours to watch

	readOnly bool
	dead     atomic.Pointer[error] // the first fatal error: nothing is committed after it
	sick     atomic.Bool           // the last commit failed

	closing sync.Once
	closed  error
}

// engine is what SQLite and PostgreSQL do differently, apart from migrations.
type engine interface {
	// begin starts the transaction of an Update.
	begin(ctx context.Context) (session, error)
	// migrate brings the schema up to date, or says why it must not.
	migrate(ctx context.Context) error
	// schema returns the number of the last migration applied.
	schema(ctx context.Context) (int, error)
	// makeRoom gives back room on the disk that is held for no more than speed.
	makeRoom() error
	// healthy reports why no bid could be committed, without writing one.
	healthy(ctx context.Context) error
	// forUpdate ends a SELECT whose rows are held until the transaction ends.
	forUpdate() string
	// forReference ends a SELECT whose rows of a table stay until the
	// transaction ends, so that they can be referred to. Those that another
	// transaction is deleting are left out, not waited for.
	forReference(table string) string
	// groupsForUpdate selects lots, by the condition on ids in $1, and those
	// that share a group with one of them, and holds them in ascending order of
	// id; "" where the transaction holds everything.
	groupsForUpdate() string
	// nowSQL selects the clock that decides, in ms; "" for the machine's.
	nowSQL() string
	// skew is how far the machine's clock is ahead of the one that decides.
	skew(ctx context.Context) (time.Duration, error)
	// snapshot begins a transaction that reads one moment.
	snapshot(ctx context.Context) (*sql.Tx, error)
	// booleans lists the columns of type boolean, as "table.column".
	booleans(ctx context.Context) (map[string]bool, error)
	// lastID is the highest id that a table ever gave out, 0 for none.
	lastID(ctx context.Context, table string) (int64, error)
	// followID makes a table's next id follow last.
	followID(ctx context.Context, tx runner, table string, last int64) error
	// stats fills in what only the database knows.
	stats(ctx context.Context, st *Stats) error
	// copyTo writes a SQLite file that holds everything as it is at one moment.
	copyTo(ctx context.Context, file string) error
	close() error
}

// session is one transaction under way.
type session interface {
	runner
	commit(ctx context.Context) error
	rollback()
}

// inserter is a session that takes values as they are: int64, string, []byte,
// bool and nil.
type inserter interface {
	insert(text string, args []driver.NamedValue) error
}

// Open opens the store to read and to write, and makes it when there is none.
// Errors are ErrLocked, ErrNewer, ErrForeign, ErrMoving or ErrMoved, wrapped, or what the disk or
// the database said, for PostgreSQL in a sentence that tells what to do. A
// PostgreSQL server has to be a primary, version 14 or newer, and its standbys,
// if it has any, synchronous (see Config.AllowAsync). Several processes may
// open one database: they are one house. Houses that share a database each
// have a schema of their own, named in the address by search_path.
func Open(ctx context.Context, c Config) (*Store, error) {
	s, err := open(ctx, c, false)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", c.where(), err)
	}
	return s, nil
}

// OpenReader opens an existing store to read only, beside a running server or
// without one. Update and all that writes fail with ErrReadOnly.
func OpenReader(ctx context.Context, c Config) (*Store, error) {
	s, err := open(ctx, c, true)
	if err != nil {
		return nil, fmt.Errorf("open %s to read: %w", c.where(), err)
	}
	return s, nil
}

func (c Config) where() string {
	if c.postgres() {
		return "the PostgreSQL database"
	}
	return filepath.Join(c.Dir, sqliteFile)
}

func open(ctx context.Context, c Config, readOnly bool) (_ *Store, err error) {
	if c.URL != "" && !c.postgres() {
		return nil, errors.New(`a database address begins with "postgres://"; leave it empty for the SQLite file`)
	}
	s := &Store{dir: c.Dir, readOnly: readOnly}
	defer func() {
		if err != nil {
			_ = s.Close() // the error that matters is the one being returned
		}
	}()
	if err := s.openDir(c); err != nil {
		return nil, err
	}
	if c.postgres() {
		err = s.openPostgres(ctx, c)
	} else {
		err = s.openSQLite(ctx)
	}
	if err != nil {
		return nil, err
	}
	if readOnly {
		err = s.checkSchema(ctx)
	} else {
		err = s.engine.migrate(ctx)
	}
	if err == nil && !c.ForMove {
		err = s.checkWhole(ctx)
	}
	if e, ok := s.engine.(*postgres); ok {
		e.hurried.Store(!c.ForMove)
	}
	return s, err
}

// checkWhole refuses a database into which a house is still being moved, and
// one out of which it was moved. That one may be looked at: it is a copy of what
// was.
func (s *Store) checkWhole(ctx context.Context) error {
	for key, refusal := range map[string]error{movingKey: ErrMoving, movedKey: ErrMoved} {
		if key == movedKey && s.readOnly {
			continue
		}
		_, err := s.Setting(ctx, key)
		none, err := absent(err)
		if err != nil {
			return err
		}
		if !none {
			return refusal
		}
	}
	return nil
}

// openDir makes the data directory ready and, for a SQLite file that is going
// to be written, locks it: the running sale is in one process's memory.
func (s *Store) openDir(c Config) error {
	if err := s.openPhotos(c); err != nil || s.readOnly {
		return err
	}
	if err := os.MkdirAll(filepath.Join(c.Dir, photosDir), 0o700); err != nil {
		return err
	}
	if c.postgres() {
		return nil
	}
	lock, err := lockDir(c.Dir)
	if err != nil {
		return err
	}
	s.lock = lock
	s.room = newBallast(filepath.Join(c.Dir, ballastFile))
	return nil
}

// checkSchema makes sure that what a reader is going to read is understood.
func (s *Store) checkSchema(ctx context.Context) error {
	have, err := s.engine.schema(ctx)
	if err != nil {
		return err
	}
	if err := newer(have); err != nil {
		return err
	}
	if have == 0 { // an empty database, which a file cannot be
		return fmt.Errorf("no house: %w", fs.ErrNotExist)
	}
	if have < newestSchema() {
		return fmt.Errorf("schema %d, this outcry reads %d: %w", have, newestSchema(), ErrOld)
	}
	return nil
}

// Close ends the store. Transactions under way are waited for.
func (s *Store) Close() error {
	s.closing.Do(func() {
		var errs []error
		if s.reads != nil {
			errs = append(errs, s.reads.close())
		}
		if s.engine != nil {
			errs = append(errs, s.engine.close())
		}
		if s.lock != nil {
			errs = append(errs, s.lock.Close())
		}
		s.closed = errors.Join(errs...)
	})
	return s.closed
}
