package auction

import "testing"

// Asked once more is a bid more than ten steps above the ask, and more than
// double it: either alone is an ordinary maximum.
func TestFarAbove(t *testing.T) {
	for _, c := range []struct {
		ask, next, bid Money
		want           bool
	}{
		{1000, 1100, 2000, false}, // ten steps and double
		{1000, 1100, 2001, true},  // above both
		{100, 500, 250, false},    // double, three steps
		{100, 500, 4100, false},   // ten steps
		{100, 500, 4101, true},
		{10000, 10100, 15000, false}, // fifty steps, not double
		{10000, 10100, 20001, true},
		{1000, 1100, 1000, false},
		{1000, 1100, MaxMoney, true},
		{MaxMoney / 2, MaxMoney/2 + 1, MaxMoney, false}, // nothing overflows
	} {
		if got := (Public{Ask: c.ask, Next: [2]Money{c.next}}).FarAbove(c.bid); got != c.want {
			t.Errorf("FarAbove(%d) at an ask of %d, then %d: got %v, want %v", c.bid, c.ask, c.next, got, c.want)
		}
	}
}
