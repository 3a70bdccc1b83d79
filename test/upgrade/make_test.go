package upgrade

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// TestMake lets a program, named by OUTCRY_MAKE_PROGRAM, play a short evening,
// and writes what it leaves into testdata. The script make calls it.
func TestMake(t *testing.T) {
	program := os.Getenv("OUTCRY_MAKE_PROGRAM")
	if program == "" {
		t.Skip("makes what TestUpgrade starts from; see the script make")
	}
	h := house.New(t)
	h.Program = program
	h.Import("evening", []house.Lot{
		{Title: "Sold", Opening: "10"}, {Title: "Passed", Opening: "10", Reserve: "500"}, {Title: "Nobody's", Opening: "10"},
	}, "--closes-in", "5s", "--soft-close", "1s/1s")
	h.Import("later", []house.Lot{{Title: "Open", Opening: "20", Reserve: "60", Donor: "A donor"}}, "--closes-at", "2096-01-01T12:00:00Z")
	people := append(h.Bidders("evening", 4), h.Bidders("later", 4)...)
	h.AddUser("owner@example.org", "Olive Owner", "owner", "a password for a test")
	h.Start()
	play(t, h, people)
	c := h.Client(house.Bidder{})
	if err := house.Wait(t.Context(), 30*time.Second, "the lots close", func() bool {
		l, err := c.Lots(t.Context(), "evening")
		return err == nil && l[0].State == "sold" && l[1].State == "passed"
	}); err != nil {
		t.Fatal(err)
	}
	text, err := json.MarshalIndent(look(t, c), "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	dump, schema := dump(t, filepath.Join(h.Dir, "outcry.db"))
	name := filepath.Join("testdata", fmt.Sprintf("schema-%d", schema))
	for _, f := range []struct {
		name string
		text []byte
	}{{name + ".sql", []byte(dump)}, {name + ".json", append(text, '\n')}} {
		if err := os.WriteFile(f.name, f.text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("wrote %s", name)
}

// play takes some bids on everything but the lot that nobody wants.
func play(t *testing.T, h *house.House, people []house.Bidder) {
	t.Helper()
	lots := look(t, h.Client(house.Bidder{})).Lots
	for i, p := range people {
		c := h.Client(p)
		for _, l := range lots {
			if l.Title == "Nobody's" || (l.Sale == "later") != (i >= len(people)/2) {
				continue
			}
			if a, err := c.Bid(t.Context(), l.ID, fmt.Sprint(20+i*7)); err != nil || a.Outcome == "" {
				t.Fatalf("bid: %+v, %v", a, err)
			}
		}
	}
}

// dump writes a database as SQL, and tells its schema's number.
func dump(t *testing.T, file string) (string, int) {
	t.Helper()
	db, err := sql.Open("sqlite3", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ask := func(text string) []string {
		rows, err := db.Query(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		defer rows.Close()
		var all []string
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			all = append(all, s)
		}
		return all
	}
	out := []string{"PRAGMA foreign_keys = 0", "BEGIN"}
	out = append(out, ask("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")...)
	for _, table := range ask("SELECT name FROM sqlite_schema WHERE type = 'table' AND (name NOT LIKE 'sqlite_%' OR name = 'sqlite_sequence')") {
		quoted := ask("SELECT 'quote(\"' || name || '\")' FROM pragma_table_xinfo('" + table + "') WHERE hidden = 0")
		if table == "sqlite_sequence" {
			out = append(out, "DELETE FROM sqlite_sequence")
		}
		out = append(out, ask("SELECT 'INSERT INTO "+table+" VALUES (' || "+strings.Join(quoted, " || ', ' || ")+" || ')' FROM "+table)...)
	}
	out = append(out, ask("SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL")...)
	var schema int
	if _, err := fmt.Sscan(ask("PRAGMA user_version")[0], &schema); err != nil {
		t.Fatal(err)
	}
	out = append(out, "COMMIT", "PRAGMA application_id = "+ask("PRAGMA application_id")[0], fmt.Sprintf("PRAGMA user_version = %d", schema))
	return strings.Join(out, ";\n") + ";\n", schema
}
