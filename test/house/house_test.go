package house_test

import (
	"strings"
	"testing"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

// TestHouse goes once through everything that other tests build on.
func TestHouse(t *testing.T) {
	ctx := t.Context()
	h := house.New(t)
	h.AddUser("ruth@example.org", "Ruth", "owner", "a long enough password")
	h.Import("spring", []house.Lot{{Title: "A vase", Opening: "10"}, {Number: "7A", Title: "A chair"}}, "--closes-in", "1h")
	bidders := h.Bidders("spring", 2)
	if len(bidders) != 2 || bidders[0].Paddle != "101" || !strings.HasPrefix(bidders[1].Link, "/enter/") {
		t.Fatalf("Bidders = %+v", bidders)
	}
	h.Start()
	a, b, guest := h.Client(bidders[0]), h.Client(bidders[1]), h.Client(house.Bidder{})
	lots, err := guest.Lots(ctx, "spring")
	if err != nil || len(lots) != 2 || lots[1].Number != "7A" {
		t.Fatalf("Lots = %+v, %v", lots, err)
	}
	lot := lots[0].ID
	if got, err := guest.Bid(ctx, lot, "10"); err != nil || got.Status != 401 || got.Taken() {
		t.Errorf("a guest's bid = %+v, %v, want 401", got, err)
	}
	key := house.NewKey()
	first, err := a.BidKey(ctx, lot, "20", key, "max")
	if err != nil || !first.Taken() || first.Outcome != "leading" {
		t.Fatalf("Bid 20 = %+v, %v, want leading", first, err)
	}
	if got, err := b.Bid(ctx, lot, "5"); err != nil || got.Status != 422 || got.Reason != "below_ask" {
		t.Errorf("Bid 5 = %+v, %v, want refused below_ask", got, err)
	}
	h.Kill()
	if _, err := b.Bid(ctx, lot, "15"); err == nil {
		t.Error("a bid after Kill was answered")
	}
	h.Start()
	if again, err := a.BidKey(ctx, lot, "20", key, "max"); err != nil || again.Raw != first.Raw {
		t.Errorf("the same bid after a restart = %s, %v, want %s", again.Raw, err, first.Raw)
	}
	if got, err := b.Bid(ctx, lot, "15"); err != nil || got.Outcome != "outbid" {
		t.Errorf("Bid 15 = %+v, %v, want outbid", got, err)
	}
	if log, err := guest.Log(ctx, lot); err != nil || house.Count(log, "bid.taken") != 2 {
		t.Errorf("Log = %+v, %v, want two bids", log, err)
	}
	if l, err := guest.Lot(ctx, lot); err != nil || l.Price != 1600 || l.Lead == nil || *l.Lead != "101" {
		t.Errorf("Lot = %+v, %v, want 16.00 led by 101", l, err)
	}
	if err := guest.SignIn(ctx, "ruth@example.org", "a long enough password"); err != nil {
		t.Error(err)
	}
	if _, err := guest.Get(ctx, "/desk", ""); err != nil {
		t.Error(err)
	}
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
	if err := h.Stop(); err != nil {
		t.Error(err)
	}
}
