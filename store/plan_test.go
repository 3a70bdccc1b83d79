package store_test

import (
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestStatementsKeepTheirPlans: SQLite plans a statement once, not anew for each
// value. Without the guarantee every join that compares a column with a
// parameter is parsed again each time that it runs, which was an eighth of the
// processor's time on a bid.
func TestStatementsKeepTheirPlans(t *testing.T) {
	if os.Getenv("CGO_CFLAGS") == "" {
		t.Skip("SKIPPED: SQLite was compiled without the Makefile's options; run make test")
	}
	db, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("PRAGMA compile_options")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var options []string
	for rows.Next() {
		var o string
		if err := rows.Scan(&o); err != nil {
			t.Fatal(err)
		}
		options = append(options, o)
	}
	if err := rows.Err(); err != nil || !slices.Contains(options, "ENABLE_QPSG") {
		t.Errorf("SQLite is compiled with %s, %v; want ENABLE_QPSG among them", strings.Join(options, " "), err)
	}
}
