package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// helperEnv names what a test binary started again by a test has to do.
const helperEnv = "OUTCRY_STORE_HELPER"

func TestMain(m *testing.M) {
	if what := os.Getenv(helperEnv); what != "" {
		os.Exit(help(what, os.Args[len(os.Args)-1]))
	}
	os.Exit(m.Run())
}

// help is what the second process does with a data directory.
func help(what, dir string) int {
	ctx := context.Background()
	switch what {
	case "open":
		s, err := store.Open(ctx, store.Config{Dir: dir})
		if err != nil {
			fmt.Println(errors.Is(err, store.ErrLocked), err)
			return 0
		}
		fmt.Println("opened")
		_, _ = os.Stdin.Read(make([]byte, 1)) // until the test lets go, or kills
		_ = s.Close()
	case "read":
		s, err := store.OpenReader(ctx, store.Config{Dir: dir})
		if err != nil {
			fmt.Println(err)
			return 1
		}
		defer s.Close()
		_, err = s.CreateSale(ctx, auction.Sale{Slug: "x"})
		sales, readErr := s.Sales(ctx, true)
		fmt.Println(len(sales), readErr, errors.Is(err, store.ErrReadOnly))
	case "lose":
		return loseDisk(ctx, dir)
	}
	return 0
}

// again starts the test binary again as a helper; wrap is put before it.
func again(what, dir string, wrap ...string) *exec.Cmd {
	args := append(wrap, os.Args[0], dir)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), helperEnv+"="+what)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestASecondProcessMayReadButNotServe(t *testing.T) {
	dir := t.TempDir()
	s := storetest.Open(t, store.Config{Dir: dir})
	if _, err := s.CreateSale(t.Context(), auction.Sale{Slug: "spring"}); err != nil {
		t.Fatal(err)
	}
	out, err := again("open", dir).Output()
	if err != nil || !strings.HasPrefix(string(out), "true ") || !strings.Contains(string(out), "in use by another outcry process") {
		t.Errorf("a second process that serves: %v, said %q", err, out)
	}
	if out, err := again("read", dir).Output(); err != nil || string(out) != "1 <nil> true\n" {
		t.Errorf("a second process that reads: %v, said %q", err, out)
	}
	if _, err := store.Open(t.Context(), store.Config{Dir: dir}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("Open again in the same process: got error %v, want ErrLocked", err)
	}
	if !store.Running(dir) {
		t.Error("Running = false beside an open store")
	}
}

func TestAKilledProcessLeavesNoLock(t *testing.T) {
	dir := t.TempDir()
	cmd := again("open", dir)
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, 6)
	if _, err := out.Read(said); err != nil || string(said) != "opened" {
		t.Fatalf("the helper said %q, %v", said, err)
	}
	if _, err := store.Open(t.Context(), store.Config{Dir: dir}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("Open beside it: got error %v, want ErrLocked", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	if store.Running(dir) {
		t.Error("Running = true after the process was killed")
	}
	reader, err := store.OpenReader(t.Context(), store.Config{Dir: dir}) // the log it left has not been copied back
	if err != nil {
		t.Fatalf("OpenReader after the process was killed: %v", err)
	}
	if _, err := reader.Stats(t.Context()); err != nil {
		t.Errorf("Stats after the process was killed: %v", err)
	}
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
	storetest.Open(t, store.Config{Dir: dir})
}

func TestEveryConnectionIsDurable(t *testing.T) {
	s := storetest.SQLite(t)
	ctx := t.Context()
	want := map[string]string{"synchronous": "2", "foreign_keys": "1", "trusted_schema": "0", "journal_mode": "wal", "recursive_triggers": "1"}
	for name, value := range want {
		var got string
		if err := s.OnWriter(ctx, "PRAGMA "+name, &got); err != nil || got != value {
			t.Errorf("writer: %s = %q, %v, want %s", name, got, err, value)
		}
	}
	want["query_only"] = "1"
	n := s.Reads().Stats().MaxOpenConnections
	for i := range n { // all at once, so that each is another
		c, err := s.Reads().Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for name, value := range want {
			var got string
			if err := c.QueryRowContext(ctx, "PRAGMA "+name).Scan(&got); err != nil || got != value {
				t.Errorf("reader %d: %s = %q, %v, want %s", i, name, got, err, value)
			}
		}
		if _, err := c.ExecContext(ctx, "DELETE FROM settings"); err == nil {
			t.Errorf("reader %d can write", i)
		}
	}
	if s.Reads().Stats().OpenConnections != n {
		t.Errorf("asked %d connections, %d are open", n, s.Reads().Stats().OpenConnections)
	}
}

// raw opens a SQLite file the way a stranger would.
func raw(t *testing.T, file string) *sql.DB {
	db, err := sql.Open("sqlite3", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func execRaw(t *testing.T, db *sql.DB, text string) {
	t.Helper()
	if _, err := db.Exec(text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

func TestWhatIsNotOursIsRefusedAndLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, file string)
		want error
	}{
		{"another program's database", func(t *testing.T, file string) {
			db := raw(t, file)
			execRaw(t, db, "PRAGMA application_id = 77")
			execRaw(t, db, "CREATE TABLE theirs (x)")
			_ = db.Close()
		}, store.ErrForeign},
		{"a database that nobody signed", func(t *testing.T, file string) {
			db := raw(t, file)
			execRaw(t, db, "CREATE TABLE theirs (x)")
			_ = db.Close()
		}, store.ErrForeign},
		{"a file that is no database", func(t *testing.T, file string) {
			if err := os.WriteFile(file, []byte(strings.Repeat("Dear diary, ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, store.ErrForeign},
		{"a newer outcry's database", func(t *testing.T, file string) {
			s, err := store.Open(t.Context(), store.Config{Dir: filepath.Dir(file)})
			if err != nil {
				t.Fatal(err)
			}
			_ = s.Close()
			db := raw(t, file)
			execRaw(t, db, fmt.Sprintf("PRAGMA user_version = %d", store.NewestSchema()+1))
			_ = db.Close()
		}, store.ErrNewer},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "outcry.db")
			c.make(t, file)
			before, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for what, open := range map[string]func(context.Context, store.Config) (*store.Store, error){"Open": store.Open, "OpenReader": store.OpenReader} {
				if _, err := open(t.Context(), store.Config{Dir: filepath.Dir(file)}); !errors.Is(err, c.want) {
					t.Errorf("%s: got error %v, want %v", what, err, c.want)
				}
			}
			after, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

func TestAFirstStartThatWasCutShortIsMadeGood(t *testing.T) {
	for what, text := range map[string]string{"an empty file": "", "a file that is only switched to a log": "PRAGMA journal_mode = WAL"} {
		dir := t.TempDir()
		file := filepath.Join(dir, "outcry.db")
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		db := raw(t, file)
		execRaw(t, db, text)
		_ = db.Close()
		s := storetest.Open(t, store.Config{Dir: dir})
		if _, err := s.Secret(t.Context()); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: the database's mode is %v, %v, want 0600", what, st.Mode(), err)
		}
	}
}

func TestAReaderNeedsAnUpToDateDatabase(t *testing.T) {
	dir := t.TempDir()
	if _, err := store.OpenReader(t.Context(), store.Config{Dir: dir}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("OpenReader without a database: got error %v, want ErrNotExist", err)
	}
	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	execRaw(t, raw(t, filepath.Join(dir, "outcry.db")), "PRAGMA user_version = 1")
	if _, err := store.OpenReader(t.Context(), store.Config{Dir: dir}); !errors.Is(err, store.ErrOld) {
		t.Errorf("OpenReader of an older database: got error %v, want ErrOld", err)
	}
	if _, err := store.Open(t.Context(), store.Config{URL: "mysql://x", Dir: dir}); err == nil {
		t.Error("Open took an address that is not PostgreSQL's")
	}
}

// testMigrations runs steps of a test's own after the released ones.
func testMigrations(t *testing.T, reopen func() *store.Store) {
	ctx, n := t.Context(), store.NewestSchema()
	s := reopen()
	schema := func() int {
		st, err := s.Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return st.Schema
	}
	if got := schema(); got != n {
		t.Errorf("a fresh database has schema %d, want %d", got, n)
	}
	if _, err := s.CreateSale(ctx, auction.Sale{Slug: "spring"}); err != nil {
		t.Fatal(err)
	}
	bad := store.Step{Number: n + 1, Text: "CREATE TABLE half (x BIGINT); INSERT INTO nowhere VALUES (1)"}
	if err := s.Apply(ctx, bad); err == nil {
		t.Error("a migration that cannot work worked")
	}
	if got := schema(); got != n {
		t.Errorf("a migration that failed left schema %d, want %d", got, n)
	}
	good := store.Step{Number: n + 1, Text: "CREATE TABLE half (x BIGINT)"} // fails if the failed one left its table
	if err := s.Apply(ctx, good); err != nil {
		t.Errorf("the next migration: %v", err)
	}
	if got := schema(); got != n+1 {
		t.Errorf("a migration left schema %d, want %d", got, n+1)
	}
	if _, err := s.Sale(ctx, "spring"); err != nil {
		t.Errorf("after a migration: %v", err)
	}
	if err := s.Apply(ctx); !errors.Is(err, store.ErrNewer) {
		t.Errorf("migrating a newer database: got error %v, want ErrNewer", err)
	}
}

func TestMigrationsOfSQLite(t *testing.T) {
	testMigrations(t, func() *store.Store { return storetest.SQLite(t) })
}

func TestBothDialectsHaveTheSameMigrations(t *testing.T) {
	lite, err := store.Released("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	postgres, err := store.Released("postgres")
	if err != nil {
		t.Fatal(err)
	}
	if len(lite) != len(postgres) || len(lite) != store.NewestSchema() {
		t.Errorf("%d migrations for SQLite, %d for PostgreSQL", len(lite), len(postgres))
	}
}

func TestTheCopiedTablesAreAll(t *testing.T) {
	s := storetest.SQLite(t)
	rows, err := s.Reads().Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var have []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		have = append(have, name)
	}
	want := slices.Sorted(slices.Values(store.Tables()))
	slices.Sort(have)
	if !slices.Equal(have, want) {
		t.Errorf("the schema has tables %v, copied are %v", have, want)
	}
}

func TestEventsAreAppendOnly(t *testing.T) {
	dir := t.TempDir()
	s := storetest.Open(t, store.Config{Dir: dir})
	storetest.OneBid(t, s)
	db := raw(t, filepath.Join(dir, "outcry.db")+"?_foreign_keys=0&_recursive_triggers=1")
	for _, text := range []string{
		"UPDATE events SET amount = 1", "DELETE FROM events", "UPDATE OR IGNORE events SET seq = seq + 1",
		"INSERT OR REPLACE INTO events SELECT * FROM events",
	} {
		if _, err := db.Exec(text); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: got error %v, want append-only", text, err)
		}
	}
}
