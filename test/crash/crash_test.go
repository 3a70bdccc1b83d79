// Package crash kills the house at any moment of a busy sale, starts it again,
// and holds it to what it said: no acknowledged bid is lost, none counts twice,
// nothing that anybody saw is taken back.
package crash

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

const (
	perHouse = 25                // rounds on one data directory, which grows meanwhile
	ordinary = 100               // rounds unless OUTCRY_CRASH_ROUNDS says otherwise
	patience = 100 * time.Second // an ordinary run stops counting then, on a busy machine
)

// TestCrash kills the house with SIGKILL again and again while twenty people
// bid on six lots that are about to close.
//
// That it can fail was seen by breaking the program, one way at a time:
//
//   - orders are answered inside the transaction, before COMMIT: in the first
//     rounds "an acknowledged bid is not in the log";
//   - changes are announced inside the transaction, on a disk that takes 5 ms
//     for a commit: within ten rounds "a frame showed what never happened" (on
//     one that takes less than a frame's way to a socket nobody can tell);
//   - the saleroom does not look for a bid's key, or keeps no answer of a
//     refused bid: at once "the same key heard two answers".
func TestCrash(t *testing.T) {
	rounds, counted := ordinary, false
	if s := os.Getenv("OUTCRY_CRASH_ROUNDS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			t.Fatalf("OUTCRY_CRASH_ROUNDS is %q, want a number of rounds", s)
		}
		rounds, counted = n, true
	} else if testing.Short() {
		rounds = 10
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	began := time.Now()
	var total tally
	done := 0
	for done < rounds && !t.Failed() && (counted || time.Since(began) < patience) {
		e := newEvening(t, random.Uint64())
		for range min(perHouse, rounds-done) {
			e.round(50*time.Millisecond + time.Duration(random.IntN(350))*time.Millisecond)
			done++
			if t.Failed() || e.over() || !counted && time.Since(began) > patience {
				break
			}
		}
		e.end()
		total.add(e.tally)
	}
	t.Logf("%d kills in %v: %v", done, time.Since(began).Round(time.Second), total)
	if total.taken == 0 || total.unknown == 0 || done >= ordinary && total.closedWhileDown == 0 {
		t.Errorf("after %d kills this proves little: %v", done, total)
	}
}
