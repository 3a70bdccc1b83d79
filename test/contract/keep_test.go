package contract

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"outcry/test/house"
)

// withBids is spring after some bids, stopped.
func withBids(t *testing.T) *site {
	t.Helper()
	s := spring(t)
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	for _, id := range ann.lotIDs("spring") {
		ann.bid(id, "30", "")
		bob.bid(id, "25", "")
		bob.bid(id, "44.44", "")
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	return s
}

// database is the house's SQLite file.
func database(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.db"))
	if err != nil || len(files) != 1 {
		t.Fatalf("databases in %s: %v, %v; want one", dir, files, err)
	}
	return files[0]
}

// tamper changes a house's database behind its back.
func tamper(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", database(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range statements {
		r, err := db.Exec(q)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if n, err := r.RowsAffected(); strings.HasPrefix(q, "UPDATE") && (err != nil || n == 0) {
			t.Fatalf("%s changed %d rows, %v", q, n, err)
		}
	}
}

// TestVerifyFindsTampering, whatever it is: exit code 1, and the break is told.
func TestVerifyFindsTampering(t *testing.T) {
	const open = "DROP TRIGGER events_are_never_changed"
	whole := withBids(t)
	if r := whole.Run("verify"); r.Code != 0 || !strings.Contains(r.Out, "3 lots") || !strings.Contains(r.Out, "8 bids") {
		t.Fatalf("verify of a whole house: exit %d, %s%s", r.Code, r.Out, r.Err)
	}
	for name, change := range map[string][]string{
		"a lot's price":       {"UPDATE lots SET price = price + 100 WHERE id = 1"},
		"a lot's leader":      {"UPDATE lots SET lead = '103' WHERE id = 1"},
		"a lot's maximum":     {"UPDATE lots SET max = max + 1000 WHERE id = 2"},
		"a lot's close":       {"UPDATE lots SET closes_at = closes_at + 60000 WHERE id = 3"},
		"a lot's state":       {"UPDATE lots SET state = 'passed' WHERE id = 3"},
		"the reserve":         {"UPDATE lots SET reserve = 1 WHERE id = 2"},
		"a standing maximum":  {"UPDATE bids SET amount = amount + 1000 WHERE lot_id = 1 AND paddle = '102' AND amount = 4444"},
		"an event's price":    {open, "UPDATE events SET price = price + 1 WHERE lot_id = 1 AND seq = 3"},
		"an event's paddle":   {open, "UPDATE events SET paddle = '104' WHERE lot_id = 1 AND seq = 3"},
		"an event's time":     {open, "UPDATE events SET at = at - 1000 WHERE lot_id = 1 AND seq = 2"},
		"an event's hash":     {open, "UPDATE events SET hash = zeroblob(32) WHERE lot_id = 1 AND seq = 2"},
		"the last event":      {open, "UPDATE events SET hash = zeroblob(32) WHERE lot_id = 1 AND seq = (SELECT max(seq) FROM events WHERE lot_id = 1)"},
		"an event taken away": {"DROP TRIGGER events_are_never_removed", "DELETE FROM events WHERE lot_id = 1 AND seq = 3"},
	} {
		dir := filepath.Join(t.TempDir(), "house")
		if err := os.CopyFS(dir, os.DirFS(whole.Dir)); err != nil {
			t.Fatal(err)
		}
		tamper(t, dir, change...)
		r := house.Run(t, house.Input{}, "verify", "--data", dir)
		if r.Code != 1 || !strings.Contains(r.Err, "lot ") {
			t.Errorf("%s was changed; verify: exit %d, %s%s", name, r.Code, r.Out, r.Err)
		}
		if r := house.Run(t, house.Input{}, "serve", "--data", dir, "--listen", "127.0.0.1:0"); r.Code != 1 || !strings.Contains(r.Err, "outcry verify") {
			t.Errorf("%s was changed; serve: exit %d, %s; want it refused", name, r.Code, r.Err)
		}
	}
}

// TestEventsStay: the database itself lets no event be changed.
func TestEventsStay(t *testing.T) {
	s := withBids(t)
	db, err := sql.Open("sqlite3", database(t, s.Dir))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{"UPDATE events SET price = 1", "DELETE FROM events"} {
		if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v, want it refused", q, err)
		}
	}
}

// TestOtherDatabases: one sentence, and nothing is touched.
func TestOtherDatabases(t *testing.T) {
	for name, x := range map[string]struct{ change, says string }{
		"a newer one":             {"PRAGMA user_version = 999", "newer outcry"},
		"another program's":       {"PRAGMA application_id = 77", "another program"},
		"an older one, of nobody": {"PRAGMA application_id = 1", "another program"},
	} {
		s := withBids(t)
		tamper(t, s.Dir, x.change)
		for _, command := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"import", "--sale", "spring", file(t, "l.csv", threeLots)}, {"verify"}, {"backup", filepath.Join(t.TempDir(), "b")}} {
			r := s.Run(command...)
			if r.Code != 1 || !sentence(r.Err) || !strings.Contains(r.Err, x.says) {
				t.Errorf("%s: outcry %s: exit %d, %q; want 1 and %q", name, command[0], r.Code, r.Err, x.says)
			}
		}
	}
}

// TestBackup of a house that runs, and back into an empty directory.
func TestBackup(t *testing.T) {
	s := spring(t)
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	ids := ann.lotIDs("spring")
	key := "the-key-of-the-bid"
	first := ann.bid(ids[0], "30", key)
	path := filepath.Join(t.TempDir(), "evening.outcry")
	s.must("backup", path)
	saved := ann.get(lotPath(ids[0]) + "/log").body
	bob.bid(ids[0], "99", "") // after the backup: not in it
	if r := s.Run("backup", path); r.Code != 1 || !sentence(r.Err) {
		t.Errorf("a backup over an older one: exit %d, %q; want it refused", r.Code, r.Err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the backup is %v, %v; want it readable by its owner alone", info, err)
	}
	restore := func() house.Result { return house.Run(t, house.Input{}, "restore", "--data", s.Dir, path) }
	if r := restore(); r.Code != 1 || !sentence(r.Err) {
		t.Errorf("a restore over a house that runs: exit %d, %q", r.Code, r.Err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if r := restore(); r.Code != 1 || !strings.Contains(r.Err, "not empty") {
		t.Errorf("a restore over a house: exit %d, %q", r.Code, r.Err)
	}
	again := newSite(t)
	again.Database = "" // a backup is restored into a directory, wherever it came from
	again.bidders = s.bidders
	again.must("restore", path)
	again.must("verify")
	again.Start()
	ann = again.enter("spring", "101") // by the link that was printed before
	if got := ann.get(lotPath(ids[0]) + "/log").body; got != saved {
		t.Errorf("restored, the log is\n%s\nwant\n%s", got, saved)
	}
	if a := ann.bid(ids[0], "30", key); a.body != first.body {
		t.Errorf("restored, the same key hears %s, want %s", a.body, first.body)
	}
	if a := again.signIn(organiser).get("/desk"); a.status != 200 {
		t.Errorf("restored, the organiser at the desk: %d", a.status)
	}
}

// TestBadBackups put nothing in place.
func TestBadBackups(t *testing.T) {
	s := withBids(t)
	path := filepath.Join(t.TempDir(), "good")
	s.must("backup", path)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := []byte(string(good))
	flipped[len(flipped)/2] ^= 0x40
	for name, content := range map[string]string{
		"nothing": "", "a text": "hello", "cut short": string(good[:len(good)*2/3]), "a bit flipped": string(flipped),
	} {
		to := newSite(t)
		r := to.Run("restore", file(t, "backup", content))
		if r.Code != 1 || !sentence(r.Err) {
			t.Errorf("%s: exit %d, %q; want it refused", name, r.Code, r.Err)
		}
		filepath.WalkDir(to.Dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && d.Name() != "lock" {
				t.Errorf("%s: restore left %s behind", name, p)
			}
			return nil
		})
	}
}
