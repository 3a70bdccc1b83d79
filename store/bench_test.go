package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// benchHouse is a house with an open lot and so many paddles, 101 and up.
func benchHouse(b *testing.B, c store.Config, paddles int) (*store.Store, int64) {
	b.Helper()
	ctx := b.Context()
	s, err := store.Open(ctx, c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	must := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	sale, err := s.CreateSale(ctx, auction.Sale{Slug: "bench", Published: true})
	must(err)
	rows := make([]auction.HolderRow, paddles)
	for i := range rows {
		rows[i] = auction.HolderRow{Name: fmt.Sprintf("Bidder %d", i), Email: fmt.Sprintf("b%d@example.org", i)}
	}
	_, err = s.ImportHolders(ctx, sale.ID, rows, false)
	must(err)
	now := time.UnixMilli(1_790_000_000_000)
	lot, err := s.AddLot(ctx, sale.ID, auction.Draft{
		Words:   auction.Words{Title: "Vase", Description: fmt.Sprintf("%1500d", 1)},
		Terms:   auction.Terms{Opening: 100, Steps: auction.Table{{Step: 1}}},
		OpensAt: now, ClosesAt: now.Add(1000 * time.Hour)})
	must(err)
	must(s.Update(ctx, func(tx *store.Tx) error {
		l, t, err := tx.Lot(ctx, lot)
		if err != nil {
			return err
		}
		next, events := l.Open(t, now, [16]byte{})
		return tx.KeepLot(ctx, next, l.Seq, [16]byte{}, events)
	}))
	return s, lot
}

// bids places so many bids in one transaction, each by another paddle, each
// above the last.
func bids(ctx context.Context, s *store.Store, lot int64, n, round, paddles int) error {
	return s.Update(ctx, func(tx *store.Tx) error {
		for i := range n {
			k := round*n + i
			p := auction.Paddle(fmt.Sprint(101 + k%paddles))
			a, err := storetest.PlaceBid(ctx, tx, lot, p, auction.Money(100+k*2), time.UnixMilli(1_790_000_001_000), fmt.Sprintf("bench-%016d", k))
			if err != nil {
				return err
			}
			if a.Outcome == auction.Refused {
				return fmt.Errorf("bid %d refused: %s", k, a.Reason)
			}
		}
		return nil
	})
}

// cpuTime starts to measure what a bid costs the processor, which a busy
// machine changes less than the time it takes.
func cpuTime(b *testing.B) (report func(bids int)) {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	return func(bids int) {
		b.ReportMetric(float64((used()-before).Nanoseconds())/float64(b.N*bids)/1000, "cpu-µs/bid")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*bids)/1000, "µs/bid")
	}
}

const benchPaddles = 1000

func benchBids(b *testing.B, c store.Config, n int) {
	s, lot := benchHouse(b, c, benchPaddles)
	// As the saleroom does it: a context that can end.
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	round, cpu := 0, cpuTime(b)
	for b.Loop() {
		if err := bids(ctx, s, lot, n, round, benchPaddles); err != nil {
			b.Fatal(err)
		}
		round++
	}
	cpu(n)
}

func BenchmarkUpdate1Bid(b *testing.B) { benchBids(b, store.Config{Dir: b.TempDir()}, 1) }

func BenchmarkUpdate1000Bids(b *testing.B) { benchBids(b, store.Config{Dir: b.TempDir()}, 1000) }

// benchBare is the floor: as many bare prepared inserts of a row as long as a
// bid and its event, under the same settings, in one transaction.
func benchBare(b *testing.B, n int) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE bids (id INTEGER PRIMARY KEY, lot INTEGER, paddle TEXT, amount INTEGER, rest BLOB) STRICT"); err != nil {
		b.Fatal(err)
	}
	insert, err := db.Prepare("INSERT INTO bids (lot, paddle, amount, rest) VALUES ($1, $2, $3, $4)")
	if err != nil {
		b.Fatal(err)
	}
	rest := make([]byte, 500)
	cpu := cpuTime(b)
	for b.Loop() {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		st := tx.Stmt(insert)
		for i := range n {
			if _, err := st.Exec(1, "101", i, rest); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	cpu(n)
}

func BenchmarkBareInsert1(b *testing.B)    { benchBare(b, 1) }
func BenchmarkBareInsert1000(b *testing.B) { benchBare(b, 1000) }

func BenchmarkEachLot100000Bids(b *testing.B) {
	s, lot := benchHouse(b, store.Config{Dir: b.TempDir()}, benchPaddles)
	for round := range 100 {
		if err := bids(b.Context(), s, lot, 1000, round, benchPaddles); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		err := s.EachLot(b.Context(), func(_ auction.Lot, _ auction.Terms, log []auction.Record) error {
			n += len(log)
			return nil
		})
		if err != nil || n != 100_001 {
			b.Fatalf("EachLot: %d records, %v", n, err)
		}
	}
}

func BenchmarkEntries500Lots(b *testing.B) {
	s, lot := benchHouse(b, store.Config{Dir: b.TempDir()}, 1)
	e, err := s.Entry(b.Context(), lot)
	if err != nil {
		b.Fatal(err)
	}
	drafts := make([]auction.Draft, 499)
	for i := range drafts {
		drafts[i] = auction.Draft{Words: auction.Words{Title: fmt.Sprintf("Lot of %d words", i), Description: fmt.Sprintf("%1000d", i)}}
	}
	if _, err := s.ImportLots(b.Context(), e.SaleID, drafts, false); err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]auction.Query{"all": {}, "page": {Limit: 24}, "search": {Words: "words 499"}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Entries(b.Context(), e.SaleID, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
