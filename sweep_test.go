package main

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"outcry/auction"
	"outcry/store"
)

// TestAHouseThatRunsIsSwept: a session that runs out is forgotten within the
// hour, however long the process runs.
func TestAHouseThatRunsIsSwept(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Config{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		u, err := s.AddUser(t.Context(), auction.User{Name: "Ann", Role: auction.RoleBidder})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		for n, lasts := range []time.Duration{90 * time.Minute, 3 * time.Hour} {
			if err := s.AddSession(t.Context(), auction.Session{Token: auction.Hash{byte(n + 1)}, UserID: u.ID, Created: began, Until: began.Add(lasts)}); err != nil {
				t.Fatal(err)
			}
		}
		ctx, stop := context.WithCancel(t.Context())
		ho := &house{store: s, log: slog.New(slog.DiscardHandler)}
		ho.keepSwept(ctx)
		time.Sleep(2*sweepEvery + time.Minute)
		stop()
		ho.crew.Wait()
		gone, err := s.EndSessionsOf(t.Context(), u.ID, auction.Hash{2})
		if err != nil {
			t.Fatal(err)
		}
		if len(gone) != 0 {
			t.Errorf("a session that ran out half an hour ago is still there: %v", gone)
		}
		if left, err := s.EndSessionsOf(t.Context(), u.ID, auction.Hash{}); err != nil || len(left) != 1 {
			t.Errorf("the session that lasts: %v, %v", left, err)
		}
	})
}
