package handlers

import (
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGatherAnswersAllWhoAskAtOnceTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g gather
		var made atomic.Int64
		answer := func() ([]byte, error) {
			began := time.Now()
			made.Add(1)
			time.Sleep(time.Second)
			return []byte(began.Format(time.RFC3339Nano)), nil
		}
		var wg sync.WaitGroup
		ask := func() {
			wg.Go(func() {
				asked := time.Now()
				got, err := g.get(t.Context(), answer)
				began, perr := time.Parse(time.RFC3339Nano, string(got))
				if err != nil || perr != nil || began.Before(asked) {
					t.Errorf("asked at %v, the answer was begun at %s (%v, %v)", asked, got, err, perr)
				}
			})
		}
		ask()
		synctest.Wait()
		time.Sleep(500 * time.Millisecond)
		for range 1000 {
			ask()
		}
		wg.Wait()
		if n := made.Load(); n != 2 {
			t.Errorf("%d answers were made, want one for the first and one for the thousand", n)
		}
	})
}
