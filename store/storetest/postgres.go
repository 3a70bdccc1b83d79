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
	dir  string
	port int
	last atomic.Int64 // number of the last database made
}

// StartPostgres starts a server from the machine's binaries, with its data in
// a temporary directory, listening on the loopback only. It ends with the test.
// Without binaries the test is skipped.
func StartPostgres(t *testing.T) *Postgres {
	t.Helper()
	initdb, postgres := binary("initdb"), binary("postgres")
	if initdb == "" || postgres == "" {
		t.Skip("SKIPPED: no initdb and postgres on PATH or in /usr/lib/postgresql/*/bin: nothing is tested on PostgreSQL")
	}
	who := serverUser(t)
	dir := t.TempDir()
	if who != nil {
		chown(t, dir, who)
	}
	data := filepath.Join(dir, "data")
	run(t, who, dir, initdb, "-D", data, "-U", "outcry", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	p := &Postgres{dir: dir, port: freePort(t)}
	server := exec.Command(postgres, "-D", data, "-p", strconv.Itoa(p.port),
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=60")
	server.Dir, server.SysProcAttr = dir, who
	log := &strings.Builder{}
	server.Stderr = log
	if err := server.Start(); err != nil {
		t.Fatalf("start %s: %v", postgres, err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGINT) // "fast": ends connections
		_ = server.Wait()
		if t.Failed() {
			t.Logf("PostgreSQL said:\n%s", log)
		}
	})
	p.await(t)
	return p
}

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
	u := url.URL{Scheme: "postgres", User: url.User("outcry"), Path: "/postgres", Host: fmt.Sprintf("127.0.0.1:%d", p.port),
		RawQuery: url.Values{"sslmode": {"disable"}, "search_path": {schema}}.Encode()}
	return u.String()
}

func (p *Postgres) await(t *testing.T) {
	deadline := time.Now().Add(30 * time.Second)
	for {
		conn, err := pgx.Connect(context.Background(), p.address("public"))
		if err == nil {
			_ = conn.Close(context.Background())
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL does not answer: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// Database makes an empty schema, which is as good as a database and made in no
// time, and returns its address.
func (p *Postgres) Database(t *testing.T) string {
	t.Helper()
	name := fmt.Sprintf("outcry%d", p.last.Add(1))
	conn, err := pgx.Connect(t.Context(), p.address("public"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "CREATE SCHEMA "+name); err != nil {
		t.Fatalf("make schema %s: %v", name, err)
	}
	return p.address(name)
}
