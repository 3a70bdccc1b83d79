// Package crash ends the house at any moment of a busy sale, by a kill or with
// the power of its disk, starts it again, and holds it to what it said: no
// acknowledged bid is lost, none counts twice, nothing that anybody saw is
// taken back.
package crash

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

const (
	least    = 10               // rounds, however slow the machine
	perHouse = 25               // rounds on one data directory, which grows meanwhile
	ordinary = 100              // rounds unless OUTCRY_CRASH_ROUNDS says otherwise
	patience = 75 * time.Second // an ordinary run stops counting then, on a busy machine
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
	t.Parallel()
	total, done := evenings(t, ordinary, patience, func() *evening { return newEvening(t, rand.Uint64(), nil, nil) })
	if total.taken == 0 || total.unknown == 0 || done >= ordinary && (total.closedWhileDown == 0 || total.halfStarts == 0 || total.backups+total.cutBackups == 0) {
		t.Errorf("after %d kills this proves little: %v", done, total)
	}
}

// evenings plays evenings until there were so many rounds, or until the time
// is over that an ordinary run has.
func evenings(t *testing.T, rounds int, patience time.Duration, open func() *evening) (total tally, done int) {
	t.Helper()
	long := asked(t)
	counted := long > 0
	if counted {
		rounds = long
	} else if testing.Short() {
		rounds = min(rounds, 10)
	}
	began := time.Now()
	for done < rounds && !t.Failed() && (counted || done < least || time.Since(began) < patience) {
		e := open()
		for range min(perHouse, rounds-done) {
			e.round(50*time.Millisecond + time.Duration(e.random.IntN(350))*time.Millisecond)
			done++
			if t.Failed() || e.over() || !counted && done >= least && time.Since(began) > patience {
				break
			}
		}
		e.end()
		total.add(e.tally)
	}
	t.Attr("figure", fmt.Sprintf("%d ends in %v: %v", done, time.Since(began).Round(time.Second), total))
	return total, done
}

// asked is how many rounds OUTCRY_CRASH_ROUNDS asks for, 0 when it does not.
func asked(t *testing.T) int {
	t.Helper()
	s := os.Getenv("OUTCRY_CRASH_ROUNDS")
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("OUTCRY_CRASH_ROUNDS is %q, want a number of rounds", s)
	}
	return n
}
