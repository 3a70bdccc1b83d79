package crash

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/test/disk"
	"outcry/test/house"
)

const (
	cuts       = 50               // unless OUTCRY_CRASH_ROUNDS says otherwise
	cutsWithin = 40 * time.Second // an ordinary run stops counting then
	diskMiB    = 128
)

// TestPowerCut cuts the power of the house's disk again and again under load:
// what was not flushed is gone, with it the process, and every bid that was
// acknowledged has to be there when the power is back. That it can fail is
// what TestPowerCutWithoutSync shows.
func TestPowerCut(t *testing.T) {
	t.Parallel()
	total, done := evenings(t, cuts, cutsWithin, func() *evening {
		return newEvening(t, rand.Uint64(), disk.New(t, diskMiB), nil)
	})
	if total.taken == 0 || total.unknown == 0 {
		t.Errorf("after %d cuts this proves little: %v", done, total)
	}
}

// TestPowerCutWithoutSync: a house whose SQLite runs with synchronous=NORMAL,
// which is what its driver is compiled for, loses bids that it acknowledged.
// The same harness has to see it.
func TestPowerCutWithoutSync(t *testing.T) {
	t.Parallel()
	d := disk.New(t, diskMiB)
	lazy := house.Mutant(t,
		house.Edit{File: "store/sqlite.go", Old: `"_synchronous":        {"FULL"}`, New: `"_synchronous": {"NORMAL"}`},
		house.Edit{File: "store/sqlite.go", Old: `{"synchronous", "2",`, New: `{"synchronous", "1",`})
	e := newEvening(t, rand.Uint64(), d, func(h *house.House) { h.Program = lazy })
	var mu sync.Mutex // guards lost and other
	lost, other := 0, []string(nil)
	e.wrong = func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		if text := fmt.Sprintf(format, args...); strings.HasPrefix(text, "an acknowledged bid is not in the log") {
			lost++
		} else {
			other = append(other, text)
		}
	}
	for range least {
		if e.round(300 * time.Millisecond); lost > 0 {
			t.Attr("figure", fmt.Sprintf("a house that does not sync lost %d acknowledged bids, and the harness saw it", lost))
			return
		}
	}
	t.Errorf("ten power cuts lost no bid of a house that does not sync: the harness proves nothing. It said %q", other)
}
