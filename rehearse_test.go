package main

import (
	"errors"
	"io"
	"log/slog"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// TestARehearsalIsWipedADayAfterItsEnd: by the house itself, and not before.
func TestARehearsalIsWipedADayAfterItsEnd(t *testing.T) {
	set := serveSettings()
	if err := set.parseAll("serve", serveUsage, []string{"--data", t.TempDir(), "--listen", "127.0.0.1:0"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	ho, err := openHouse(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ho.close)
	ended := time.Now().UTC().Truncate(time.Millisecond).Add(-time.Hour)
	of, err := ho.store.CreateSale(t.Context(), auction.Sale{Slug: "spring", Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	try, err := ho.store.CreateSale(t.Context(), auction.Sale{Slug: "spring-rehearsal", Zone: "UTC", Rehearses: of.ID, OpensAt: ended.Add(-time.Hour), ClosesAt: ended})
	if err != nil {
		t.Fatal(err)
	}
	st := &stage{house: ho}
	st.wipe(t.Context(), ended.Add(24*time.Hour))
	if _, err := ho.store.SaleByID(t.Context(), try.ID); err != nil {
		t.Fatalf("a day after its end: %v", err)
	}
	st.wipe(t.Context(), ended.Add(24*time.Hour+time.Millisecond))
	if _, err := ho.store.SaleByID(t.Context(), try.ID); !errors.Is(err, auction.ErrNotFound) {
		t.Errorf("more than a day after its end it is there: %v", err)
	}
	acts, err := ho.store.Acts(t.Context(), auction.ActQuery{SaleID: of.ID})
	if err != nil || len(acts) != 1 || acts[0].Kind != auction.ActRehearsed || acts[0].UserID != 0 {
		t.Errorf("the audit list says %+v, %v", acts, err)
	}
}

// TestBotsAreNotTroubledByTheEnd: a bid on a lot that was wiped under a bot, or
// that the house cannot take just now, is no trouble.
func TestBotsAreNotTroubledByTheEnd(t *testing.T) {
	set := serveSettings()
	if err := set.parseAll("serve", serveUsage, []string{"--data", t.TempDir(), "--listen", "127.0.0.1:0"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	ho, err := openHouse(t.Context(), set, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	in := &hall{house: ho, sale: 1}
	bid := auction.Bid{By: auction.Bidder{Paddle: "20"}, Amount: 1, Kind: auction.Maximum, Key: "key-of-a-bot-000001"}
	if err := in.Bid(t.Context(), 99, bid); err != nil {
		t.Errorf("a bid on no lot: %v", err)
	}
	ho.close()
	if err := in.Bid(t.Context(), 99, bid); err != nil {
		t.Errorf("a bid after the stop: %v", err)
	}
	if _, err := ho.room.Bid(t.Context(), 99, bid); !errors.Is(err, saleroom.ErrNotAccepted) {
		t.Errorf("the room says %v after the stop", err)
	}
}
