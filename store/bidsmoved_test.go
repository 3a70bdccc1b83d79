package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"outcry/auction"
	"outcry/store"
)

// A migration that builds the table of bids anew keeps all of them: applied
// once more, to a table that has bids, it changes nothing that can be read.
func TestBidsAreMovedWhole(t *testing.T) {
	ctx := t.Context()
	s, err := store.Open(ctx, store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sale, err := s.CreateSale(ctx, auction.Sale{Slug: "spring", Published: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ImportLots(ctx, sale.ID, []auction.Draft{{}, {}}, false); err != nil {
		t.Fatal(err)
	}
	err = s.Update(ctx, func(tx *store.Tx) error {
		for i := range 100 {
			a := auction.Answer{Outcome: auction.Leading, Seq: int64(i + 1)}
			if i%10 == 0 {
				a = auction.Answer{Outcome: auction.Refused}
			}
			b := auction.Bid{By: auction.Bidder{Paddle: auction.Paddle(fmt.Sprint(101 + i%7))}, Key: fmt.Sprintf("key-%04d", i), Amount: auction.Money(i)}
			if err := tx.KeepBid(ctx, int64(1+i%2), b, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := func() (text string) {
		rows, err := s.Reads().Query("SELECT id || lot_id || paddle || key || amount || hex(nonce) || at || COALESCE(seq, '-') || voided || answer FROM bids ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		var lines []string
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, line)
		}
		if len(lines) != 100 || rows.Err() != nil {
			t.Fatalf("%d bids, %v", len(lines), rows.Err())
		}
		return strings.Join(lines, "\n")
	}
	before := all()
	text, err := os.ReadFile("migrations/sqlite/0011_bids_by_paddle.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Apply(ctx, store.Step{Number: store.NewestSchema() + 1, Text: string(text)}); err != nil {
		t.Fatal(err)
	}
	if after := all(); after != before {
		t.Errorf("after it the bids read\n%s\nbefore\n%s", after, before)
	}
	var indexes int
	if err := s.Reads().QueryRow("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'bids'").Scan(&indexes); err != nil || indexes != 2 {
		t.Errorf("the table of bids has %d indexes, %v, want 2", indexes, err)
	}
}
