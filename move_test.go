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
	if said := does(t, 1, "serve", "--data", house, "--listen", "127.0.0.1:0"); !strings.Contains(said, "was moved") || !strings.Contains(said, "outcry move --unmark "+house) {
		t.Errorf("serving the house that was moved: %s", said)
	}
	does(t, 1, "import", "--data", house, "--sale", "spring", lots) // nothing is written there either
	does(t, 0, "verify", "--data", house)                           // it may be looked at
	if said := does(t, 1, "move", "--from", house, "--to", filepath.Join(dir, "twice")); !strings.Contains(said, "moved already") {
		t.Errorf("moving it again elsewhere: %s", said)
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
	if said := does(t, 1, "serve", "--database", database, "--data", t.TempDir(), "--listen", "127.0.0.1:0"); !strings.Contains(said, "was moved") {
		t.Errorf("serving the database that was moved from: %s", said)
	}
	for _, where := range []string{house, database} {
		does(t, 0, "move", "--unmark", where)
		if said := does(t, 1, "move", "--unmark", where); !strings.Contains(said, "nothing to take back") {
			t.Errorf("taken back twice: %s", said)
		}
	}
	if said := does(t, 0, "import", "--data", house, "--sale", "spring", lots); !strings.Contains(said, "2 the same") {
		t.Errorf("a house whose move was taken back: %s", said)
	}
}
