package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// ErrFull means that there is no room left: nothing was kept.
var ErrFull = errors.New("no room left on the disk")

// errUnknown marks a commit of which nobody knows whether it happened.
var errUnknown = errors.New("the outcome of the commit is unknown")

// Fatal reports whether an error means that the disk may have dropped what it
// took, or that the file is damaged. After a failed fsync the kernel forgets
// which pages it lost, so the next fsync succeeds and means nothing: the
// process has to stop and find out, from the file, what is there.
func Fatal(err error) bool {
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch se.ExtendedCode {
		case sqlite3.ErrIoErrFsync, sqlite3.ErrIoErrDirFsync, sqlite3.ErrIoErrSHMMap, sqlite3.ErrIoErrSHMSize:
			return true
		}
		return se.Code == sqlite3.ErrCorrupt || se.Code == sqlite3.ErrNotADB
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) { // XX001, XX002: data and index corrupted
		return pe.Code == "XX001" || pe.Code == "XX002"
	}
	return false
}

// Full reports whether an error means that there is no room left. What is
// there can be read on; a later attempt may find room.
func Full(err error) bool {
	if errors.Is(err, ErrFull) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch se.SystemErrno {
		case syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG: // EFBIG: a limit on the size of a file
			return true
		}
		return se.Code == sqlite3.ErrFull
	}
	var pe *pgconn.PgError
	return errors.As(err, &pe) && pe.Code == "53100" // disk_full
}

// Unknown reports whether an error leaves open if the transaction was
// committed: read back what it wrote before telling anybody anything.
func Unknown(err error) bool { return errors.Is(err, errUnknown) }

// Fatal is the function Fatal, for those who know the store by an interface.
func (s *Store) Fatal(err error) bool { return Fatal(err) }

// Full is the function Full.
func (s *Store) Full(err error) bool { return Full(err) }

// Unknown is the function Unknown.
func (s *Store) Unknown(err error) bool { return Unknown(err) }

// tell puts the store's words on a driver's error, which stays inside.
func tell(err error) error {
	if err == nil {
		return nil
	}
	var se sqlite3.Error
	if errors.As(err, &se) {
		switch se.ExtendedCode {
		case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey:
			return fmt.Errorf("%w: %w", ErrConflict, err)
		case sqlite3.ErrConstraintForeignKey:
			return fmt.Errorf("%w: %w", ErrNotFound, err)
		}
		return err
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch pe.Code {
		case "23505":
			return fmt.Errorf("%w: %w", ErrConflict, err)
		case "23503":
			return fmt.Errorf("%w: %w", ErrNotFound, err)
		}
	}
	return err
}

// unknownCommit reports whether a COMMIT that failed may still have happened.
// PostgreSQL's own refusals are certain; a connection that broke, or a wait
// for the standby that was cut short, is not. SQLite refuses with certainty
// unless the disk itself failed: what it found no room to write is not there.
func unknownCommit(err error) bool {
	var se sqlite3.Error
	if errors.As(err, &se) {
		return se.Code == sqlite3.ErrIoErr && !Full(err)
	}
	if errors.Is(err, pgx.ErrTxCommitRollback) || errors.Is(err, sql.ErrTxDone) {
		return false
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		// 57P01…57P05: the server went down under the commit; 57014: cancelled.
		return strings.HasPrefix(pe.Code, "57") || strings.HasPrefix(pe.Code, "08")
	}
	return !pgconn.SafeToRetry(err) // that is: nothing was sent
}
