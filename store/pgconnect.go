package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// connectWithin is how long one host may take to answer, unless the address
// says connect_timeout: with several hosts the next is tried after it.
const connectWithin = 2 * time.Second

// pgSettings are what every session asks of the server, unless the address
// says otherwise: a process that is gone, in whatever way, must not keep a lot.
// Milliseconds and, for keepalives, seconds.
var pgSettings = map[string]string{
	"application_name":                    "outcry",
	"statement_timeout":                   "30000",
	"lock_timeout":                        "4000",  // below what the saleroom gives a transaction: a wait is then known to have kept nothing
	"idle_in_transaction_session_timeout": "10000", // a process that was paused, or whose machine lost its power
	"tcp_keepalives_idle":                 "5",
	"tcp_keepalives_interval":             "2",
	"tcp_keepalives_count":                "3",
	"tcp_user_timeout":                    "10000",
}

// pgConfig reads an address. Connections of a house that is served go to a
// primary only, whichever of several hosts that is.
func pgConfig(address string, served bool) (*pgx.ConnConfig, error) {
	conf, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New(`the database address cannot be read; it looks like postgres://user:password@host:5432/database`) // the error would repeat its password
	}
	for name, value := range pgSettings {
		if _, said := conf.RuntimeParams[name]; !said {
			conf.RuntimeParams[name] = value
		}
	}
	conf.RuntimeParams["client_encoding"] = "UTF8"
	if conf.ConnectTimeout == 0 {
		conf.ConnectTimeout = connectWithin
	}
	conf.DialFunc = dialer().DialContext
	conf.OnNotice = noteWarning
	if served {
		conf.ValidateConnect = primaryOnly
	}
	return conf, nil
}

// dialer notices within a few seconds that the other machine is gone.
func dialer() *net.Dialer {
	return &net.Dialer{
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 2 * time.Second, Interval: time.Second, Count: 3},
		Control:         giveUpUnacknowledged,
	}
}

// unacknowledged is how long sent bytes may stay unacknowledged before a
// connection counts as lost, in ms.
const unacknowledged = 5000

// primaryOnly refuses a server that takes no bids: with several hosts in the
// address the next is tried.
func primaryOnly(ctx context.Context, conn *pgconn.PgConn) error {
	results, err := conn.Exec(ctx, "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean").ReadAll()
	if err != nil {
		return err
	}
	if len(results) != 1 || len(results[0].Rows) != 1 || string(results[0].Rows[0][0]) != "f" {
		return errStandby
	}
	return nil
}

// readOnly makes a session refuse to write. Not a setting of the address's
// kind: to target_session_attrs=read-write the server would look like a standby.
func readOnly(ctx context.Context, conn *pgconn.PgConn) error {
	_, err := conn.Exec(ctx, "SET default_transaction_read_only = on").ReadAll()
	return err
}

// demoted ends a connection whose server fell over, as pgx does, or no longer
// takes writes.
func demoted(_ *pgconn.PgConn, e *pgconn.PgError) (keep bool) {
	return !strings.EqualFold(e.SeverityUnlocalized, "FATAL") && !strings.EqualFold(e.Severity, "FATAL") && e.Code != "25006"
}

// warned is where a connection keeps that the server warned.
const warned = "warned"

func noteWarning(conn *pgconn.PgConn, n *pgconn.Notice) {
	if n.SeverityUnlocalized == "WARNING" {
		conn.CustomData()[warned] = n.Message
	}
}

// commit ends a transaction. A COMMIT whose wait for the synchronous standby
// was cut short (by an administrator, by a timeout) succeeds with a warning:
// the standby may not have it, so nobody may be told that it is kept.
func commit(ctx context.Context, conn *pgx.Conn, tx pgx.Tx) error {
	notes := conn.PgConn().CustomData()
	delete(notes, warned)
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	if said := notes[warned]; said != nil {
		return fmt.Errorf("the standby has not confirmed it (%v)", said)
	}
	return nil
}
