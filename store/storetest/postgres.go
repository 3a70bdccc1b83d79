// Package storetest is what every store has to do, whatever lies beneath it:
// a suite of tests, and the real databases to run it on.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Postgres is a PostgreSQL server of a test's own.
type Postgres struct {
	dir      string
	port     int
	who      *syscall.SysProcAttr // whom it runs as, nil = like the test
	settings []string             // "name=value"
	last     *atomic.Int64        // number of the last database made, on this server or its primary

	process *exec.Cmd
	said    *strings.Builder
}

// StartPostgres starts a server from the machine's binaries, with its data in
// a temporary directory, listening on the loopback only, with settings such as
// "synchronous_standby_names=*". It ends with the test. Without binaries the
// test is skipped.
func StartPostgres(t *testing.T, settings ...string) *Postgres {
	t.Helper()
	p := newPostgres(t, settings)
	run(t, p.who, p.dir, binary("initdb"), "-D", p.data(), "-U", "outcry", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	p.Start(t)
	return p
}

func newPostgres(t *testing.T, settings []string) *Postgres {
	t.Helper()
	if binary("initdb") == "" || binary("postgres") == "" {
		t.Skip("SKIPPED: no initdb and postgres on PATH or in /usr/lib/postgresql/*/bin: nothing is tested on PostgreSQL")
	}
	p := &Postgres{dir: t.TempDir(), port: freePort(t), who: serverUser(t), settings: settings, last: new(atomic.Int64)}
	if p.who != nil {
		chown(t, p.dir, p.who)
	}
	t.Cleanup(func() {
		p.Stop(syscall.SIGINT) // "fast": ends connections
		if t.Failed() {
			t.Logf("PostgreSQL on port %d said:\n%s", p.port, p.said)
		}
	})
	return p
}

func (p *Postgres) data() string { return filepath.Join(p.dir, "data") }

// Start starts the server, again if it was stopped, on the port it had. The
// test waits until it answers.
func (p *Postgres) Start(t *testing.T) {
	t.Helper()
	args := []string{"-D", p.data(), "-p", strconv.Itoa(p.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "max_connections=60"}
	for _, s := range p.settings {
		args = append(args, "-c", s)
	}
	p.process = exec.Command(binary("postgres"), args...)
	p.process.Dir, p.process.SysProcAttr = p.dir, &syscall.SysProcAttr{}
	if p.who != nil {
		p.process.SysProcAttr.Credential = p.who.Credential
	}
	dieWithUs(p.process.SysProcAttr)
	p.said = &strings.Builder{}
	p.process.Stderr = p.said
	if err := p.process.Start(); err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	p.await(t)
}

// Stop ends the server by a signal: SIGINT in order, SIGQUIT as in a crash.
// A server that is stopped stays so.
func (p *Postgres) Stop(by syscall.Signal) {
	if p.process == nil {
		return
	}
	_ = p.process.Process.Signal(by)
	_ = p.process.Wait() // ended by a signal
	p.process = nil
}

// Kill ends the server as a power cut would: all its processes at once, so that
// none of them can answer for another that is gone.
func (p *Postgres) Kill(t *testing.T) {
	t.Helper()
	if p.process == nil {
		return
	}
	p.all(t, syscall.SIGSTOP) // the first starts no more, and mends nothing
	p.all(t, syscall.SIGKILL)
	p.Stop(syscall.SIGKILL) // waits for it
}

// Freeze stops the server in its tracks, as a disk that hangs does: it still
// takes connections, and answers none. Thaw lets it go on.
func (p *Postgres) Freeze(t *testing.T) {
	t.Helper()
	p.all(t, syscall.SIGSTOP)
}

// Thaw is the end of Freeze.
func (p *Postgres) Thaw(t *testing.T) {
	t.Helper()
	p.all(t, syscall.SIGCONT)
}

// all signals every process of the server.
func (p *Postgres) all(t *testing.T, by syscall.Signal) {
	t.Helper()
	pid := p.process.Process.Pid
	if by == syscall.SIGSTOP {
		_ = syscall.Kill(pid, by) // before the others are counted
	}
	out, err := exec.Command("ps", "-o", "pid=", "--ppid", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatalf("list the server's processes: %v", err)
	}
	for _, child := range strings.Fields(string(out)) {
		if n, err := strconv.Atoi(child); err == nil {
			_ = syscall.Kill(n, by)
		}
	}
	_ = syscall.Kill(pid, by)
}

// Standby copies the server, as it is, into another that follows it under the
// name "standby".
func (p *Postgres) Standby(t *testing.T) *Postgres {
	t.Helper()
	s := newPostgres(t, nil)
	s.last = p.last
	s.Follow(t, p)
	return s
}

// Follow makes a server that was stopped the standby of another, on the port
// it had. Its own data are thrown away. Once promoted it waits for no standby
// until it is told to by Set.
func (p *Postgres) Follow(t *testing.T, primary *Postgres) {
	t.Helper()
	if err := os.RemoveAll(p.data()); err != nil {
		t.Fatal(err)
	}
	run(t, p.who, p.dir, binary("pg_basebackup"), "-D", p.data(), "-R", "-X", "stream", "-c", "fast", "--no-sync",
		"-d", fmt.Sprintf("host=127.0.0.1 port=%d user=outcry application_name=standby", primary.port))
	conf, err := os.OpenFile(filepath.Join(p.data(), "postgresql.auto.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conf.WriteString("synchronous_standby_names = ''\n")
	if err := errors.Join(err, conf.Close()); err != nil {
		t.Fatal(err)
	}
	p.Start(t)
}

// Promote makes a standby take writes.
func (p *Postgres) Promote(t *testing.T) {
	t.Helper()
	run(t, p.who, p.dir, binary("pg_ctl"), "promote", "-D", p.data(), "-w", "-t", "30")
}

// Set changes a setting of the running server; it does not take one back that
// the server was started with.
func (p *Postgres) Set(t *testing.T, name, value string) {
	t.Helper()
	p.Exec(t, "ALTER SYSTEM SET "+name+" = '"+value+"'")
	p.Exec(t, "SELECT pg_reload_conf()")
}

// AwaitStandby waits until the server has a standby in a sync_state of
// pg_stat_replication: "async", "sync".
func (p *Postgres) AwaitStandby(t *testing.T, state string) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		err := p.try(t, "SELECT 1 / count(*) FROM pg_stat_replication WHERE sync_state = '"+state+"' AND state = 'streaming'")
		if err == nil {
			return
		}
	}
	t.Fatalf("no standby came to be %s", state)
}

// Exec runs a statement as the server's superuser.
func (p *Postgres) Exec(t *testing.T, text string) {
	t.Helper()
	if err := p.try(t, text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func (p *Postgres) try(t *testing.T, text string) error {
	conn, err := pgx.Connect(t.Context(), p.address("public"))
	if err != nil {
		return err
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), text)
	return err
}

// Host is the server's host and port, to stand in an address.
func (p *Postgres) Host() string { return fmt.Sprintf("127.0.0.1:%d", p.port) }

// serverUser is whom the server runs as: PostgreSQL refuses to be root.
func serverUser(t *testing.T) *syscall.SysProcAttr {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Skip("SKIPPED: root may not run PostgreSQL, and there is no user postgres: nothing is tested on PostgreSQL")
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func chown(t *testing.T, dir string, who *syscall.SysProcAttr) {
	if err := os.Chown(dir, int(who.Credential.Uid), int(who.Credential.Gid)); err != nil {
		t.Fatal(err)
	}
	// The temporary directory's own parent is the test's; it must let through.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
}

// binary finds a program of PostgreSQL's; Debian keeps them off the PATH.
func binary(name string) string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1]
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

func run(t *testing.T, who *syscall.SysProcAttr, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.SysProcAttr = dir, who
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func freePort(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// address is that of the server's one database, as a schema of it.
func (p *Postgres) address(schema string) string {
	u := url.URL{Scheme: "postgres", User: url.User("outcry"), Path: "/postgres", Host: p.Host(),
		RawQuery: url.Values{"sslmode": {"disable"}, "search_path": {schema}}.Encode()}
	return u.String()
}

func (p *Postgres) await(t *testing.T) {
	deadline := time.Now().Add(2 * time.Minute)
	for {
		conn, err := pgx.Connect(context.Background(), p.address("public"))
		if err == nil {
			_ = conn.Close(context.Background())
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL does not answer: %v\n%s", err, p.said)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Database makes an empty schema, which is as good as a database and made in no
// time, and returns its address.
func (p *Postgres) Database(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("outcry%d", p.last.Add(1))
	p.Exec(t, "CREATE SCHEMA "+name)
	return p.address(name)
}
