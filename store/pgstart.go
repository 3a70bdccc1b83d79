package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// oldestPostgres is the first version that every statement is tested on.
const oldestPostgres = 14

// pgName is how people know the server: nothing of it is secret.
type pgName struct{ hosts, user, database string }

func nameOf(conf *pgx.ConnConfig) pgName {
	hosts := []string{net.JoinHostPort(conf.Host, fmt.Sprint(conf.Port))}
	for _, f := range conf.Fallbacks { // one more for each way to connect to the same
		hosts = append(hosts, net.JoinHostPort(f.Host, fmt.Sprint(f.Port)))
	}
	slices.Sort(hosts)
	return pgName{strings.Join(slices.Compact(hosts), " or "), conf.User, conf.Database}
}

// plainError is a sentence for people over the error that says it to programs.
type plainError struct {
	text  string
	cause error
}

func (e *plainError) Error() string { return e.text }
func (e *plainError) Unwrap() error { return e.cause }

// plainly says in a sentence what an error of opening means and what to do.
func (n pgName) plainly(err error) error {
	if err == nil {
		return nil
	}
	say := func(format string, args ...any) error {
		return &plainError{fmt.Sprintf(format, args...), err}
	}
	var plain *plainError
	var pe *pgconn.PgError
	var dns *net.DNSError
	switch {
	case errors.As(err, &plain):
		return err
	case errors.Is(err, errStandby):
		return say("PostgreSQL at %s is a standby and takes no bids; give the address of the primary, or of all servers: postgres://one,two/%s", n.hosts, n.database)
	case errors.As(err, &pe):
		return n.refusal(pe, say)
	case errors.As(err, &dns):
		return say("no machine is called %q; check the database address", dns.Name)
	case unanswered(err):
		return say("no PostgreSQL answers at %s; is it running, and is the address right?", n.hosts)
	case lostWire(err):
		return say("PostgreSQL at %s cannot be reached: %s", n.hosts, strings.Join(strings.Fields(err.Error()), " "))
	}
	return err
}

// unanswered reports whether nobody took the connection, or said a word over it.
func unanswered(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial" || errors.Is(err, context.DeadlineExceeded)
}

// refusal says what the server's own answer means.
func (n pgName) refusal(pe *pgconn.PgError, say func(string, ...any) error) error {
	switch pe.Code {
	case "3D000":
		return say("there is no database %q at %s; make it there, or correct the address", n.database, n.hosts)
	case "28P01", "28000":
		return say("PostgreSQL at %s does not let user %q in; check user and password in the address, and the server's pg_hba.conf", n.hosts, n.user)
	case "42501":
		return say("user %q has not the right to keep a house in database %q (%s); make it the owner of its schema and tables", n.user, n.database, pe.Message)
	case "42704":
		return say("PostgreSQL at %s does not know a setting it was asked for (%s); check the address, and that the server is version %d or newer", n.hosts, pe.Message, oldestPostgres)
	case "53300":
		return say("PostgreSQL at %s has no connection left to give; raise its max_connections: each outcry process takes up to %d", n.hosts, postgresWriters+postgresReaders)
	}
	if awayCode(pe.Code) {
		return say("PostgreSQL at %s is starting or stopping (%s); try again in a moment", n.hosts, pe.Message)
	}
	return say("PostgreSQL at %s refused: %s", n.hosts, pe.Message)
}

// pgServer is what a server says about itself at the start.
type pgServer struct {
	version           int // 150004 for 15.4
	fsync, commit     string
	encoding          string
	syncNames, schema string
}

func (e *postgres) ask(ctx context.Context) (pgServer, error) {
	var s pgServer
	err := e.reads.QueryRowContext(ctx, `SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('fsync'),
			current_setting('synchronous_commit'), current_setting('server_encoding'),
			trim(current_setting('synchronous_standby_names')), COALESCE(current_schema(), '')`).
		Scan(&s.version, &s.fsync, &s.commit, &s.encoding, &s.syncNames, &s.schema)
	return s, err
}

// check refuses a server that cannot keep a house.
func (e *postgres) check(ctx context.Context) error {
	s, err := e.ask(ctx)
	switch {
	case err != nil:
		return err
	case s.version < oldestPostgres*10000:
		return fmt.Errorf("PostgreSQL at %s is version %d; outcry needs %d or newer", e.name.hosts, s.version/10000, oldestPostgres)
	case s.encoding != "UTF8":
		return fmt.Errorf("the database's encoding is %s; it has to be UTF8", s.encoding)
	case s.schema == "":
		return fmt.Errorf("database %q has no schema that user %q may use; make one and name it in the address by search_path, or grant usage", e.name.database, e.name.user)
	case e.write == nil:
		return nil
	case s.fsync == "off" || s.commit == "off":
		return fmt.Errorf("PostgreSQL runs with fsync = %s and synchronous_commit = %s; with either off a power cut loses bids that were accepted", s.fsync, s.commit)
	}
	return e.checkCopies(ctx, s)
}

// checkCopies refuses a server whose standby may lack bids that were accepted:
// when the server is lost and the standby takes over, they are gone. A server
// without standbys is one copy, as a file is, and is taken; so is one whose
// standbys only a role with pg_monitor's rights could tell apart, as long as
// synchronous_standby_names names some. What becomes of standbys later is the
// server's to watch: while the last synchronous one is away, it commits nothing.
func (e *postgres) checkCopies(ctx context.Context, s pgServer) error {
	if e.allowAsync {
		return nil
	}
	var waitedFor, others, hidden int
	err := e.reads.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE sync_state IN ('sync', 'quorum')),
			count(*) FILTER (WHERE sync_state NOT IN ('sync', 'quorum')), count(*) FILTER (WHERE sync_state IS NULL)
		FROM pg_stat_replication r
		WHERE COALESCE(state, '') <> 'backup' AND COALESCE(application_name, '') NOT IN ('pg_basebackup', 'pg_receivewal')
			AND NOT EXISTS (SELECT 1 FROM pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')`).
		Scan(&waitedFor, &others, &hidden)
	const or = "or allow it with --allow-async, which may lose accepted bids when the server is lost"
	switch {
	case err != nil:
		return fmt.Errorf("ask for standbys: %w", err)
	case s.commit == "local" && (s.syncNames != "" || waitedFor+others+hidden > 0):
		return errors.New("PostgreSQL runs with synchronous_commit = local: commits do not wait for its standby; set it to on, " + or)
	case s.syncNames == "" && others+hidden > 0:
		return errors.New("PostgreSQL has a standby that commits do not wait for; set synchronous_standby_names, " + or)
	case s.syncNames != "" && waitedFor+hidden == 0:
		return fmt.Errorf("PostgreSQL waits for a standby (synchronous_standby_names = %s), but none follows it; start the standby, change the setting, %s", s.syncNames, or)
	}
	return nil
}
