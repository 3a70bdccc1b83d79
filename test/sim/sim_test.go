// Package sim plays whole sales in virtual time: the rules and the sale room
// as they are, over a store that fails, with a clock that is set, in processes
// that die. Everything follows from a seed.
package sim

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestSim plays evenings of random seeds, OUTCRY_SIM_LOTS lots together, or one
// of OUTCRY_SIM_SEED.
func TestSim(t *testing.T) {
	if s := os.Getenv("OUTCRY_SIM_SEED"); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		run(t, seed)
		return
	}
	want, counted := int64(ordinary), false
	if s := os.Getenv("OUTCRY_SIM_LOTS"); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		want, counted = n, true
	}
	first := rand.Uint64()
	began := time.Now()
	var next, played, starts, faults, events atomic.Int64
	t.Run("evenings", func(t *testing.T) {
		for range runtime.GOMAXPROCS(0) {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				for !t.Failed() && (counted || time.Since(began) < patience) {
					n := next.Add(lots)
					if n > want {
						return
					}
					e := run(t, first+uint64(n/lots))
					played.Add(lots)
					starts.Add(int64(e.starts))
					faults.Add(int64(e.store.faults))
					for _, r := range e.store.lots {
						events.Add(int64(len(r.log)))
					}
				}
			})
		}
	})
	t.Attr("figure", fmt.Sprintf("%d lots with %d events in %v, %d starts, %d faults (seeds from %d)", played.Load(), events.Load(), time.Since(began).Round(time.Second), starts.Load(), faults.Load(), first))
	if played.Load() == 0 || starts.Load() < played.Load()/lots || faults.Load() == 0 {
		t.Error("this proves nothing")
	}
}

// run plays one evening.
func run(t *testing.T, seed uint64) (e *evening) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e = newEvening(seed)
		e.play(seed)
	})
	for _, w := range e.wrong {
		t.Error(w)
	}
	if len(e.wrong) > 0 {
		t.Errorf("replay it: OUTCRY_SIM_SEED=%d go test -run TestSim ./test/sim", seed)
	}
	return e
}

// TestReplay: a seed gives the same evening again, event by event.
func TestReplay(t *testing.T) {
	for range replays {
		seed := rand.Uint64()
		first := run(t, seed).digest()
		for range 2 {
			if run(t, seed).digest() != first {
				t.Fatalf("seed %d gives another evening each time", seed)
			}
		}
		if run(t, seed+1).digest() == first {
			t.Fatal("every seed gives the same evening")
		}
	}
}
