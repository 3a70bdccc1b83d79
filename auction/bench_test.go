package auction

import (
	"fmt"
	"testing"
	"time"
)

// busyLot is an open lot after n bids that were taken in turn.
func busyLot(b *testing.B, terms Terms, n int) Lot {
	b.Helper()
	l, _ := openLot(terms)
	for i := range n {
		p := Paddle(fmt.Sprint("p", i%2))
		next, _, err := l.Bid(terms, noon, Bid{By: Bidder{Paddle: p}, Amount: l.Ask(terms), Kind: Exact})
		if err != nil {
			b.Fatal(err)
		}
		l = next
	}
	return l
}

// BenchmarkBid is a bid that is outbid, on lots with few and many bids: it
// must cost the same.
func BenchmarkBid(b *testing.B) {
	terms := Terms{Opening: 100, Steps: mustPreset(b, "house"), SoftClose: SoftClose{Window: time.Minute, Extension: time.Minute}}
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint("after-", n), func(b *testing.B) {
			l := busyLot(b, terms, n)
			l, _, err := l.Bid(terms, noon, Bid{By: Bidder{Paddle: "x"}, Amount: MaxMoney / 2, Kind: Maximum})
			if err != nil {
				b.Fatal(err)
			}
			bid := Bid{By: Bidder{Paddle: "y"}, Amount: l.Ask(terms), Kind: Maximum, Key: "0123456789abcdef"}
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := l.Bid(terms, noon, bid); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecide(b *testing.B) {
	terms := Terms{Opening: 100, Reserve: 500, Steps: mustPreset(b, "house"), SoftClose: SoftClose{Window: time.Minute, Extension: time.Minute}}
	l := busyLot(b, terms, 100)
	for name, amount := range map[string]Money{"taken": l.Ask(terms), "refused": 1} {
		b.Run(name, func(b *testing.B) {
			bid := Bid{By: Bidder{Paddle: "y"}, Amount: amount, Kind: Maximum, Key: "0123456789abcdef"}
			b.ReportAllocs()
			for b.Loop() {
				if _, _, a := Decide(l, terms, noon, bid); (a.Outcome == Refused) != (name == "refused") {
					b.Fatal(a)
				}
			}
		})
	}
}

// TestBidAllocatesLittle holds the hot path to the slice of its events.
func TestBidAllocatesLittle(t *testing.T) {
	terms := Terms{Opening: 100, Steps: Table{{0, 100}}}
	l, _ := openLot(terms)
	bid := Bid{By: Bidder{Paddle: "y"}, Amount: 500, Kind: Maximum, Key: "0123456789abcdef"}
	if n := testing.AllocsPerRun(100, func() { Decide(l, terms, noon, bid) }); n > 2 && !raceOn {
		t.Errorf("a bid makes %.0f allocations, want at most 2", n)
	}
}
