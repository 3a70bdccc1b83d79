package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"outcry/store/storetest"
)

// does runs a command and returns what it printed; exit tells the code that is
// wanted.
func does(t *testing.T, exit int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(t.Context(), args, &out, &errs); got != exit {
		t.Fatalf("outcry %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, exit, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

func TestMoveToPostgreSQLAndBack(t *testing.T) {
	database := storetest.StartPostgres(t).Database(t)
	dir := t.TempDir()
	lots, house, again := filepath.Join(dir, "lots.csv"), filepath.Join(dir, "house"), filepath.Join(dir, "again")
	if err := os.WriteFile(lots, []byte("Title,Opening bid\nVase,10\nClock,20\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	does(t, 0, "import", "--data", house, "--sale", "spring", "--create", lots)
	links := does(t, 0, "import", "--data", house, "--sale", "spring", lots)
	if !strings.Contains(links, "2 the same") {
		t.Errorf("the same file again: %s", links)
	}
	if said := does(t, 1, "move", "--from", filepath.Join(dir, "nowhere"), "--to", database); !strings.Contains(said, "there is no house in") {
		t.Errorf("a house that is not there: %s", said)
	}
	if _, err := os.Stat(filepath.Join(dir, "nowhere")); err == nil {
		t.Error("a house was made where there was none to move")
	}
	if said := does(t, 0, "move", "--from", house, "--to", database); !strings.Contains(said, "Moved:") {
		t.Errorf("move to PostgreSQL: %s", said)
	}
	if said := does(t, 0, "verify", "--database", database, "--data", t.TempDir()); !strings.Contains(said, "2 lots") {
		t.Errorf("verify there: %s", said)
	}
	if said := does(t, 1, "move", "--from", house, "--to", database); strings.Contains(said, "Moved:") {
		t.Errorf("move into a house: %s", said)
	}
	does(t, 0, "move", "--from", database, "--to", again)
	if said := does(t, 0, "verify", "--data", again); !strings.Contains(said, "2 lots") {
		t.Errorf("verify back here: %s", said)
	}
}
