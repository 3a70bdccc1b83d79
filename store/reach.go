package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// errNoAnswer means that PostgreSQL began no transaction within the time.
var errNoAnswer = errors.New("the database did not answer in time")

// errStandby means that the server behind the address takes no bids: it is a
// standby, or a primary that became one.
var errStandby = errors.New("the PostgreSQL server is a standby and takes no bids")

// Away reports whether an error means that PostgreSQL cannot be reached now:
// nobody listens, the connection broke, the server starts or stops, it turned
// into a standby, it has no connection left to give, or it did not answer
// within the time. Later calls connect anew. What a COMMIT that ended so did
// is open: ask Unknown first.
func Away(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, errNoAnswer) || errors.Is(err, errStandby) {
		return true
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return awayCode(pe.Code)
	}
	return lostWire(err)
}

// Away is the function Away. It is false for every error of a SQLite file: a
// disk is there or the process has to stop.
func (s *Store) Away(err error) bool {
	_, remote := s.engine.(*postgres)
	return remote && Away(err)
}

// awayCode reports whether the server itself said that it cannot serve now.
func awayCode(code string) bool {
	switch code {
	case "57P01", "57P02", "57P03", // shutting down, crashed beside us, starting
		"25006", // read-only: it became a standby
		"53300": // too many connections
		return true
	}
	return code[:min(2, len(code))] == "08" // connection exceptions
}

// lostWire reports whether an error is of the connection, not of what was said
// over it. A caller who went away (context.Canceled) says nothing of the server.
func lostWire(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || errors.Is(err, pgconn.ErrConnClosed) ||
		errors.Is(err, driver.ErrBadConn) || errors.Is(err, context.DeadlineExceeded)
}

// Again reports whether PostgreSQL rolled a transaction back for no fault of
// its own: a deadlock with another, a wait for a lock that took too long, a
// pause between two statements that did. Nothing was kept, and the same may be
// tried again.
func Again(err error) bool {
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return false
	}
	switch pe.Code {
	case "40P01", "40001", "55P03", "25P03": // deadlock, serialization, lock timeout, idle in transaction
		return true
	}
	return false
}

// Again is the function Again. Beside a SQLite file transactions wait for each
// other: it is false.
func (s *Store) Again(err error) bool { return Again(err) }
