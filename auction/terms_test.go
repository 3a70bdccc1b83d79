package auction

import (
	"testing"
	"time"
)

func TestTermsCheck(t *testing.T) {
	good := Terms{Opening: 100, Steps: Table{{0, 100}}}
	if err := good.Check(); err != nil {
		t.Errorf("%+v: %v", good, err)
	}
	for name, spoil := range map[string]func(*Terms){
		"no opening":        func(t *Terms) { t.Opening = 0 },
		"huge opening":      func(t *Terms) { t.Opening = MaxMoney + 1 },
		"negative reserve":  func(t *Terms) { t.Reserve = -1 },
		"negative buy now":  func(t *Terms) { t.BuyNow = -1 },
		"cheap buy now":     func(t *Terms) { t.BuyNow = 99 },
		"buy now < reserve": func(t *Terms) { t.BuyNow, t.Reserve = 200, 201 },
		"negative window":   func(t *Terms) { t.SoftClose.Window = -time.Second },
		"no extension":      func(t *Terms) { t.SoftClose.Window = time.Second },
		"no steps":          func(t *Terms) { t.Steps = nil },
	} {
		bad := good
		spoil(&bad)
		if err := bad.Check(); err == nil {
			t.Errorf("%s: %+v passes Check", name, bad)
		}
	}
}

// TestOrderOfRefusals takes away one reason after the other.
func TestOrderOfRefusals(t *testing.T) {
	terms := Terms{Opening: 1000, Reserve: 20000, BuyNow: 50000, Steps: mustPreset(t, "house")}
	l, _ := openLot(terms)
	l, _, err := l.Bid(terms, noon, Bid{By: Bidder{Paddle: "B"}, Amount: 5000, Kind: Maximum})
	if err != nil {
		t.Fatal(err)
	}
	late := noon.Add(2 * time.Hour)
	own := Bidder{Paddle: "A", Own: true, Limit: 100, Committed: 99}
	limited := Bidder{Paddle: "A", Limit: 100, Committed: 99}
	paused, _ := l.Pause(noon, "")
	held := l
	held.Held = true
	upcoming := Lot{State: Upcoming, OpensAt: noon}
	for _, c := range []struct {
		l    Lot
		at   time.Time
		b    Bid
		want Reason
	}{
		{upcoming, late, Bid{By: own, Amount: 0}, BadAmount},
		{upcoming, late, Bid{By: own, Amount: MaxMoney + 1}, BadAmount},
		{upcoming, late, Bid{By: own, Amount: 1, Kind: "half"}, BadAmount},
		{upcoming, late, Bid{Amount: 1}, BadAmount},
		{upcoming, late, Bid{By: own, Amount: 50000}, NotOpen},
		{paused, late, Bid{By: own, Amount: 50000}, Paused},
		{held, late, Bid{By: own, Amount: 50000}, Paused},
		{l, late, Bid{By: own, Amount: 50000}, Closed},
		{l, noon, Bid{By: own, Amount: 50000}, OwnLot},
		{l, noon, Bid{By: Bidder{Paddle: "A", Own: true, Blocked: true}, Amount: 50000}, OwnLot},
		{l, noon, Bid{By: Bidder{Paddle: "A", Blocked: true}, Amount: 50000}, Blocked},
		{l, noon, Bid{By: Bidder{Paddle: "A", Blocked: true}, Amount: 6000}, Blocked},
		{l, noon, Bid{By: limited, Amount: 50000}, BuyNowInstead},
		{l, noon, Bid{By: limited, Amount: 49999, Kind: BuyNow}, BadAmount},
		{l, noon, Bid{By: limited, Amount: 50000, Kind: BuyNow}, OverLimit},
		{l, noon, Bid{By: Bidder{Paddle: "B", Limit: 100}, Amount: 5000}, BelowOwnMax},
		{l, noon, Bid{By: Bidder{Paddle: "B", Limit: 100}, Amount: 5001}, OverLimit},
		{l, noon, Bid{By: limited, Amount: 5001}, BelowAsk},
		{l, noon, Bid{By: limited, Amount: 5100}, OverLimit},
		{l, noon, Bid{By: Bidder{Paddle: "A", Limit: 5100}, Amount: 5100}, ""},
	} {
		next, events, a := Decide(c.l, terms, c.at, c.b)
		if a.Reason != c.want || (a.Outcome == Refused) != (c.want != "") {
			t.Errorf("%+v on a lot that is %s: %s %q, want %q", c.b, c.l.State, a.Outcome, a.Reason, c.want)
		}
		if c.want != "" && (next != c.l || events != nil) {
			t.Errorf("%+v was refused and changed the lot", c.b)
		}
	}
}
