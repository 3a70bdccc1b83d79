package store_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// nodes opens a database as several processes do.
func nodes(t *testing.T, url string, n int) []*store.Store {
	t.Helper()
	var list []*store.Store
	for range n {
		list = append(list, storetest.Open(t, store.Config{Dir: t.TempDir(), URL: url}))
	}
	return list
}

// groups makes a sale with open lots, so many groups of so many, and a paddle
// 101.
func groups(t *testing.T, s *store.Store, many, size int) (lots []int64, opened time.Time) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	opened = time.UnixMilli(1_790_000_000_000).UTC()
	sale, err := s.CreateSale(ctx, auction.Sale{Slug: "groups", Published: true})
	must(err)
	_, err = s.ImportHolders(ctx, sale.ID, []auction.HolderRow{{Name: "Ann"}}, false)
	must(err)
	for i := range many * size {
		id, err := s.AddLot(ctx, sale.ID, auction.Draft{Words: auction.Words{Title: fmt.Sprint("Lot ", i)},
			Terms:   auction.Terms{Opening: 100, Steps: auction.Table{{Step: 1}}, Group: fmt.Sprint("g", i%many)}, // mates are far apart
			OpensAt: opened, ClosesAt: opened.Add(time.Hour)})
		must(err)
		lots = append(lots, id)
		must(s.Update(ctx, func(tx *store.Tx) error {
			l, terms, err := tx.Lot(ctx, id)
			if err != nil {
				return err
			}
			next, events := l.Open(terms, opened, [16]byte{})
			return tx.KeepLot(ctx, next, l.Seq, [16]byte{}, events)
		}))
	}
	return lots, opened
}

// testHoldHammer lets batches of two nodes, each of lots drawn at random and
// touched in any order with all their mates, run into each other.
func testHoldHammer(t *testing.T, url string) {
	both := nodes(t, url, 2)
	lots, opened := groups(t, both[0], 4, 3)
	const workers, batches = 3, 40
	var wg sync.WaitGroup
	for n, s := range both {
		for w := range workers {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(n), uint64(w)))
				for i := range batches {
					pick := r.Perm(len(lots))[:4]
					if err := batch(t, s, lots, pick, opened, fmt.Sprintf("hammer-%d-%d-%06d", n, w, i)); err != nil {
						t.Errorf("node %d: %v (again: %v)", n, err, s.Again(err))
						return
					}
				}
			})
		}
	}
	wg.Wait()
	for _, l := range everything(t, both[0]) {
		if err := auction.Check(l.Lot, l.Terms, l.Log); err != nil {
			t.Error(err)
		}
	}
}

// batch bids on some lots and then touches the mates of each.
func batch(t *testing.T, s *store.Store, lots []int64, pick []int, opened time.Time, key string) error {
	ctx := t.Context()
	return s.Update(ctx, func(tx *store.Tx) error {
		var ids []int64
		for _, i := range pick {
			ids = append(ids, lots[i])
		}
		if err := tx.Hold(ctx, ids); err != nil {
			return err
		}
		for _, id := range ids {
			l, terms, err := tx.Lot(ctx, id)
			if err != nil {
				return err
			}
			if _, err := storetest.PlaceBid(ctx, tx, id, "101", l.Max+100, opened.Add(time.Second), key); err != nil {
				return err
			}
			mates, err := tx.Group(ctx, l.SaleID, terms.Group)
			if err != nil {
				return err
			}
			for i := range mates {
				if _, _, err := tx.Lot(ctx, mates[len(mates)-1-i]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// testHoldTakesMates: whoever holds a lot of a group holds the group.
func testHoldTakesMates(t *testing.T, url string) {
	both := nodes(t, url+"&lock_timeout=200", 2)
	lots, _ := groups(t, both[0], 2, 2)
	ctx := t.Context()
	err := both[0].Update(ctx, func(tx *store.Tx) error {
		if err := tx.Hold(ctx, lots[:1]); err != nil {
			return err
		}
		for i, held := range []bool{true, false, true, false} { // of group g0, g1, g0, g1
			err := both[1].Update(ctx, func(tx *store.Tx) error {
				_, _, err := tx.Lot(ctx, lots[i])
				return err
			})
			if both[1].Again(err) != held || !held && err != nil {
				t.Errorf("another node asks for lot %d of 4: got error %v, want it held: %v", i+1, err, held)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// testDeadlock: without Hold, two transactions can wait for each other; the
// one that is rolled back may be run again.
func testDeadlock(t *testing.T, url string) {
	both := nodes(t, url, 2)
	lots, _ := groups(t, both[0], 1, 2)
	ctx := t.Context()
	var wg, met sync.WaitGroup
	met.Add(2)
	errs := make([]error, 2)
	for i, s := range both {
		wg.Go(func() {
			once := sync.OnceFunc(func() { met.Done(); met.Wait() })
			errs[i] = s.Update(ctx, func(tx *store.Tx) error {
				for _, id := range []int64{lots[i], lots[1-i]} {
					if _, _, err := tx.Lot(ctx, id); err != nil {
						return err
					}
					once()
				}
				return nil
			})
		})
	}
	wg.Wait()
	failed := errs[0]
	if failed == nil {
		failed = errs[1]
	}
	if errs[0] != nil && errs[1] != nil || !store.Again(failed) || store.Away(failed) || store.Unknown(failed) {
		t.Errorf("two that wait for each other: got errors %v and %v, want one, to try again", errs[0], errs[1])
	}
}
