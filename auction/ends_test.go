package auction

import (
	"testing"
	"time"
)

// TestALotEndsOnce: whoever knocks a lot down that is over, such as a second
// process of the house, changes nothing, and there is nothing to wait for.
func TestALotEndsOnce(t *testing.T) {
	noon := time.UnixMilli(1_790_000_000_000).UTC()
	terms := Terms{Opening: 1000, Steps: Table{{Step: 100}}}
	l, _ := Lot{ID: 1, State: Upcoming, OpensAt: noon, ClosesAt: noon.Add(time.Hour)}.Open(terms, noon, [16]byte{1})
	led, _, err := l.Bid(terms, noon, Bid{By: Bidder{Paddle: "A"}, Amount: 2000, Kind: Maximum, Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	late := noon.Add(2 * time.Hour)
	sold, _ := led.KnockDown(terms, late)
	passed, _ := l.KnockDown(terms, late)
	withdrawn, _, err := l.Withdraw(noon, "It broke.")
	if err != nil || sold.State != Sold || passed.State != Passed {
		t.Fatalf("the ends are %s, %s, %v", sold.State, passed.State, err)
	}
	for _, over := range []Lot{sold, passed, withdrawn} {
		next, events := over.KnockDown(terms, late.Add(time.Hour))
		if next != over || len(events) > 0 {
			t.Errorf("a lot that is %s was knocked down again: %+v", over.State, events)
		}
		if at := over.DueAt(); !at.IsZero() {
			t.Errorf("a lot that is %s is due at %s", over.State, at)
		}
	}
}

// TestTimeOfALotGoesForward: an event is never dated before the one that it
// follows, whatever the clock does.
func TestTimeOfALotGoesForward(t *testing.T) {
	noon := time.UnixMilli(1_790_000_000_000).UTC()
	terms := Terms{Opening: 1000, Steps: Table{{Step: 100}}}
	l, _ := Lot{ID: 1, State: Upcoming, OpensAt: noon, ClosesAt: noon.Add(time.Hour)}.Open(terms, noon, [16]byte{1})
	next, events, err := l.Bid(terms, noon.Add(-time.Minute), Bid{By: Bidder{Paddle: "A"}, Amount: 2000, Kind: Maximum, Key: "k"})
	if err != nil || len(events) != 1 || !events[0].At.Equal(noon) || !next.At.Equal(noon) {
		t.Errorf("a bid by a clock that was set back a minute: %+v, %v; want it at %s", events, err, noon)
	}
}
