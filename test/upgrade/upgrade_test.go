// Package upgrade opens data directories that earlier versions of the program
// left behind, and holds them to what those versions had told.
package upgrade

import (
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

// told is what a version said in public of the sale that it left.
type told struct {
	Lots []house.PublicLot
	Logs map[int64]string // by lot
}

// look reads what a running house tells of both sales: one is over, one
// stays open for longer than this test will be run.
func look(t *testing.T, c *house.Client) told {
	t.Helper()
	was := told{Logs: map[int64]string{}}
	for _, sale := range []string{"evening", "later"} {
		lots, err := c.Lots(t.Context(), sale)
		if err != nil {
			t.Fatal(err)
		}
		was.Lots = append(was.Lots, lots...)
	}
	for _, l := range was.Lots {
		log, err := c.Get(t.Context(), "/lots/"+strconv.FormatInt(l.ID, 10)+"/log", "")
		if err != nil {
			t.Fatal(err)
		}
		was.Logs[l.ID] = string(log)
	}
	return was
}

// TestUpgrade starts this program on what every earlier schema left: it brings
// the file up to date, tells the same of every lot, verifies, takes a bid and
// makes a backup that is as good. With OUTCRY_RELEASE set it wants the newest
// schema, too, to be among those that later versions start from.
func TestUpgrade(t *testing.T) {
	files, err := filepath.Glob("testdata/schema-*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schemas to upgrade from: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".sql"), func(t *testing.T) {
			t.Parallel()
			upgrade(t, file)
		})
	}
	if os.Getenv("OUTCRY_RELEASE") == "" {
		return
	}
	schemas, err := filepath.Glob("../../store/migrations/sqlite/*.sql")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no migrations: %v", err)
	}
	newest := "testdata/schema-" + strconv.Itoa(len(schemas)) + ".sql"
	if _, err := os.Stat(newest); err != nil {
		t.Errorf("a release takes %s: make it with test/upgrade/make", newest)
	}
}

func upgrade(t *testing.T, file string) {
	var was told
	text, err := os.ReadFile(strings.TrimSuffix(file, ".sql") + ".json")
	if err == nil {
		err = json.Unmarshal(text, &was)
	}
	if err != nil || len(was.Lots) == 0 {
		t.Fatalf("what that version told: %d lots, %v", len(was.Lots), err)
	}
	h := house.New(t)
	load(t, h.Dir, file)
	onHouse(t, h.Dir, func(db *sql.DB) error {
		_, err := db.Exec("INSERT INTO users (email, name, role, password, created_at) VALUES ('olga@example.org', 'Olga', 'organiser', '', 1)")
		return err
	})
	h.Start()
	organisersStay(t, h.Dir)
	guest := h.Client(house.Bidder{})
	is := look(t, guest)
	if len(is.Lots) != len(was.Lots) {
		t.Fatalf("%d lots, that version had %d", len(is.Lots), len(was.Lots))
	}
	open := int64(0)
	for i, l := range was.Lots {
		if !strings.HasPrefix(is.Logs[l.ID], was.Logs[l.ID]) {
			t.Errorf("lot %d: its log was\n%s\nand is\n%s", l.ID, was.Logs[l.ID], is.Logs[l.ID])
		}
		now := is.Lots[i]
		if now.ID != l.ID || now.Price != l.Price || deref(now.Lead) != deref(l.Lead) || now.Bids != l.Bids || now.Title != l.Title || now.Number != l.Number {
			t.Errorf("lot %d was\n%+v\nand is\n%+v", l.ID, l, now)
		}
		if now.State == "open" {
			open = now.ID
		}
	}
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
	bidAgain(t, h, open)
	restored(t, h)
}

// organisersStay fails the test when an organiser of that time does not run the
// sales of that time.
func organisersStay(t *testing.T, dir string) {
	t.Helper()
	var runs, sales int
	onHouse(t, dir, func(db *sql.DB) error {
		return db.QueryRow("SELECT (SELECT count(*) FROM sale_organisers o JOIN users u ON u.id = o.user_id WHERE u.email = 'olga@example.org'), (SELECT count(*) FROM sales)").Scan(&runs, &sales)
	})
	if runs != sales || sales == 0 {
		t.Errorf("an organiser of that time runs %d sales of %d", runs, sales)
	}
}

// bidAgain lets somebody of that time bid on a lot that is still open.
func bidAgain(t *testing.T, h *house.House, lot int64) {
	t.Helper()
	if lot == 0 {
		t.Fatal("no lot of that time is open any more: it closes in the year 2096")
	}
	people := h.Links("later")
	c := h.Client(people[0])
	l, err := c.Lot(t.Context(), lot)
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Bid(t.Context(), lot, strconv.FormatInt((l.Ask+100_000)/100, 10))
	if err != nil || !a.Taken() {
		t.Errorf("a bid of paddle %s on a lot of that time: %+v, %v", people[0].Paddle, a, err)
	}
}

// restored holds a backup against the house that it was made of.
func restored(t *testing.T, h *house.House) {
	t.Helper()
	was := look(t, h.Client(house.Bidder{}))
	file := filepath.Join(t.TempDir(), "backup.outcry")
	if r := h.Run("backup", file); r.Code != 0 {
		t.Fatalf("backup: %s", r.Err)
	}
	other := house.New(t)
	if r := house.Run(t, house.Input{}, "restore", file, "--data", other.Dir); r.Code != 0 {
		t.Fatalf("restore: %s", r.Err)
	}
	if err := other.Verify(); err != nil {
		t.Error(err)
	}
	other.Start()
	is := look(t, other.Client(house.Bidder{}))
	for id, log := range was.Logs {
		if is.Logs[id] != log {
			t.Errorf("lot %d, restored: its log was\n%s\nand is\n%s", id, log, is.Logs[id])
		}
	}
}

// load makes a data directory of a dump.
func load(t *testing.T, dir, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	onHouse(t, dir, func(db *sql.DB) error {
		_, err := db.Exec(string(text))
		return err
	})
}

// onHouse does something with a house's file, beside the program.
func onHouse(t *testing.T, dir string, do func(*sql.DB) error) {
	t.Helper()
	db, err := sql.Open("sqlite3", filepath.Join(dir, "outcry.db"))
	if err == nil {
		defer db.Close()
		err = do(db)
	}
	if err != nil {
		t.Fatalf("the house in %s: %v", dir, err)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
