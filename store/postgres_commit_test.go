package store_test

import (
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// testTwoNodes opens a database twice, as two machines do: the second waits
// for a lot that the first holds, and then sees what the first wrote.
func testTwoNodes(t *testing.T, url string) {
	var nodes [2]*store.Store
	var wg sync.WaitGroup
	for i := range nodes { // both migrate: one of them does, the other waits
		dir := t.TempDir()
		wg.Go(func() {
			s, err := store.Open(t.Context(), store.Config{Dir: dir, URL: url})
			if err != nil {
				t.Errorf("node %d: %v", i, err)
			}
			nodes[i] = s
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	defer nodes[0].Close()
	defer nodes[1].Close()
	lot := storetest.OneBid(t, nodes[0])
	holds, wrote := make(chan struct{}), make(chan int64, 1)
	wg.Go(func() {
		err := nodes[0].Update(t.Context(), func(tx *store.Tx) error {
			l, _, err := tx.Lot(t.Context(), lot)
			if err != nil {
				return err
			}
			close(holds)
			awaitPostgres(t, url, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)") // the other has come to the lock
			time.Sleep(150 * time.Millisecond)                                              // what its clock has to go on by
			next, events, err := l.Withdraw(l.At, "broken")
			if err != nil {
				return err
			}
			wrote <- next.Seq
			return tx.KeepLot(t.Context(), next, l.Seq, [16]byte{}, events)
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-holds
	err := nodes[1].Update(t.Context(), func(tx *store.Tx) error {
		began, err := tx.Now(t.Context())
		if err != nil {
			return err
		}
		l, _, err := tx.Lot(t.Context(), lot)
		if err != nil {
			return err
		}
		now, err := tx.Now(t.Context())
		if err != nil {
			return err
		}
		if want := <-wrote; l.Seq != want || l.State != auction.Withdrawn {
			t.Errorf("the second node decided on seq %d, %s; the first wrote %d", l.Seq, l.State, want)
		}
		if waited := now.Sub(began); waited < 100*time.Millisecond {
			t.Errorf("the clock went on by %v while the second node waited", waited)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	wg.Wait()
}

// testLostCommit ends the server's side of a connection under a transaction.
func testLostCommit(t *testing.T, server *storetest.Postgres) {
	url := server.Database(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: url})
	lot := storetest.OneBid(t, s)
	err := s.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.Beat(t.Context(), time.Now()); err != nil {
			return err
		}
		return tryPostgres(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'")
	})
	if err == nil || !store.Unknown(err) {
		t.Errorf("Update whose connection is lost: got error %v, want an unknown outcome", err)
	}
	err = s.Update(t.Context(), func(tx *store.Tx) error { // a statement that is lost is no commit
		if err := tryPostgres(t, url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'"); err != nil {
			return err
		}
		_, _, err := tx.Lot(t.Context(), lot)
		return err
	})
	if err == nil || store.Unknown(err) {
		t.Errorf("Update whose statement is lost: got error %v, want a known one", err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Errorf("Ready afterwards: %v", err)
	}
}
