package auction

import (
	"errors"
	"testing"
	"time"
)

var gbp = Currency{Code: "GBP", Symbol: "£", Digits: 2}

// noon is when the tests' lots open.
var noon = time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)

// openLot is a lot that opened at noon and closes an hour later.
func openLot(t Terms) (Lot, []Record) {
	l := Lot{ID: 42, SaleID: 1, State: Upcoming, OpensAt: noon, ClosesAt: noon.Add(time.Hour)}
	nonce := [16]byte{7}
	l, events := l.Open(t, noon, nonce)
	return l, []Record{{Event: events[0], Terms: &t, Nonce: nonce}}
}

func mustPreset(t testing.TB, name string) Table {
	t.Helper()
	table, err := Preset(name, gbp)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// TestVectors is the table at the end of the bidding rules, in minor units.
func TestVectors(t *testing.T) {
	type step struct {
		by      Paddle
		max     Money
		refused Reason // then price is the ask that the refusal names, if any
		price   Money
		lead    Paddle
		ask     Money // 0 = not given
	}
	vectors := []struct {
		name             string
		steps            string
		opening, reserve Money
		bids             []step
		met              []bool
	}{
		{"1", "ebay-uk", 100, 0, []step{{"A", 2000, "", 100, "A", 0}, {"B", 900, "", 950, "A", 1000}, {"C", 2001, "", 2001, "C", 0}}, nil},
		{"2", "ebay-us", 100, 0, []step{{"A", 5000, "", 100, "A", 0}, {"B", 5000, "", 5000, "A", 0},
			{"C", 5050, BelowAsk, 5100, "", 0}, {"C", 5100, "", 5100, "C", 0}}, nil},
		{"3", "ebay-us", 100, 0, []step{{"A", 10000, "", 100, "A", 0}, {"B", 9999, "", 10000, "A", 0},
			{"C", 10050, BelowAsk, 10250, "", 0}, {"D", 10250, "", 10250, "D", 0}}, nil},
		{"4", "ebay-uk", 100, 10000, []step{{"A", 150, "", 150, "A", 0}, {"B", 15000, "", 10000, "B", 0},
			{"C", 12000, "", 12200, "B", 0}, {"C", 15000, "", 15000, "B", 0}}, []bool{false, true, true, true}},
		{"5", "ebay-us", 1000, 0, []step{{"A", 2000, "", 1000, "A", 0}, {"A", 5000, "", 1000, "A", 0},
			{"B", 4900, "", 5000, "A", 0}, {"A", 4000, BelowOwnMax, 0, "", 0}}, nil},
		{"6", "ebay-us", 1000, 0, []step{{"A", 3000, "", 1000, "A", 0}, {"B", 3050, "", 3050, "B", 0},
			{"C", 3100, BelowAsk, 3150, "", 0}, {"D", 3150, "", 3150, "D", 0}}, nil},
	}
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			terms := Terms{Opening: v.opening, Reserve: v.reserve, Steps: mustPreset(t, v.steps)}
			l, _ := openLot(terms)
			for i, s := range v.bids {
				at := noon.Add(time.Duration(i+1) * time.Second)
				next, _, err := l.Bid(terms, at, Bid{By: Bidder{Paddle: s.by}, Amount: s.max, Kind: Maximum})
				if s.refused != "" {
					var r *Refusal
					if !errors.As(err, &r) || r.Reason != s.refused || r.Ask != s.price || next != l {
						t.Fatalf("bid %d: %s max %d: got %+v, want refused %s with ask %d", i+1, s.by, s.max, err, s.refused, s.price)
					}
					continue
				}
				if err != nil {
					t.Fatalf("bid %d: %s max %d: %v", i+1, s.by, s.max, err)
				}
				if next.Price != s.price || next.Lead != s.lead {
					t.Fatalf("bid %d: %s max %d: got %d %s, want %d %s", i+1, s.by, s.max, next.Price, next.Lead, s.price, s.lead)
				}
				if s.ask != 0 && next.Ask(terms) != s.ask {
					t.Fatalf("bid %d: ask %d, want %d", i+1, next.Ask(terms), s.ask)
				}
				if v.met != nil && *next.Public(terms).ReserveMet != v.met[i] {
					t.Fatalf("bid %d: reserve met %t, want %t", i+1, !v.met[i], v.met[i])
				}
				l = next
			}
		})
	}
}
