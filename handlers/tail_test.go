package handlers

import (
	"testing"

	"outcry/auction"
	"outcry/saleroom"
)

// A history is continued only by what follows it without a gap and brings it
// to where the lot stands; anything else is read from the store.
func TestContinues(t *testing.T) {
	run := func(from, to int64) (list []auction.Event) {
		for s := from; s <= to; s++ {
			list = append(list, auction.Event{Seq: s})
		}
		return list
	}
	for _, c := range []struct {
		name     string
		was, now []auction.Event
		at       int64
		want     bool
	}{
		{"the next event", run(1, 4), run(5, 5), 5, true},
		{"several at once", run(1, 4), run(5, 9), 9, true},
		{"nothing known yet", nil, run(5, 5), 5, false},
		{"another process was between", run(1, 4), run(6, 6), 6, false},
		{"already seen", run(1, 5), run(5, 5), 5, false},
		{"the lot has gone on", run(1, 4), run(5, 5), 6, false},
		{"a gap among them", run(1, 4), append(run(5, 5), run(7, 7)...), 7, false},
		{"no events at all", run(1, 4), nil, 4, false},
	} {
		got := continues(c.was, saleroom.Change{Lot: auction.Public{Seq: c.at}, Events: c.now})
		if got != c.want {
			t.Errorf("%s: continues = %v, want %v", c.name, got, c.want)
		}
	}
}
