package sim

import (
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// TestWeek leaves a house alone for a week of virtual time after an evening:
// six hundred thousand heartbeats hold on to nothing.
func TestWeek(t *testing.T) {
	if raced {
		t.Skip("a week is too long under the race detector; it passes without it")
	}
	var before, after runtime.MemStats
	var goroutines [2]int
	commits := int64(0)
	synctest.Test(t, func(t *testing.T) {
		e := newEvening(1)
		e.play(1)
		for _, w := range e.wrong {
			t.Error(w)
		}
		e.start()
		time.Sleep(time.Hour)
		runtime.GC()
		runtime.ReadMemStats(&before)
		goroutines[0] = runtime.NumGoroutine()
		commits = e.store.commits.Load()
		time.Sleep(7 * 24 * time.Hour)
		runtime.GC()
		runtime.ReadMemStats(&after)
		goroutines[1] = runtime.NumGoroutine()
		commits = e.store.commits.Load() - commits
		e.halt()
	})
	t.Attr("figure", fmt.Sprintf("%d heartbeats; %d goroutines, then %d; %.2f MB in use, then %.2f MB", commits, goroutines[0], goroutines[1], float64(before.HeapAlloc)/1e6, float64(after.HeapAlloc)/1e6))
	if commits < 500_000 || goroutines[1] > goroutines[0] || after.HeapAlloc > before.HeapAlloc+1<<20 {
		t.Error("a week is too few heartbeats, or holds on to something")
	}
}
