package crash

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/store"
	"outcry/test/disk"
	"outcry/test/house"
)

// TestReady measures how long a house with 100,000 bids takes from its start
// after a power cut until it takes bids again. It asserts no time: that would
// be one about the machine.
func TestReady(t *testing.T) {
	if asked(t) == 0 {
		t.Skip("100,000 bids are for the long form: make crash")
	}
	const bids = 100_000 // taken
	d := disk.New(t, 512)
	h := house.New(t)
	h.Dir = filepath.Join(d.Dir, "data")
	list := make([]house.Lot, 500)
	for i := range list {
		list[i] = house.Lot{Title: fmt.Sprintf("Lot %d", i+1), Opening: "10"}
	}
	h.Import("large", list, "--closes-in", "5h")
	people := h.Bidders("large", 200)
	fillHouse(t, h.Dir, people, bids)
	h.Start()
	c := h.Client(people[0])
	all, err := c.Lots(t.Context(), "large")
	if err != nil {
		t.Fatal(err)
	}
	var times []time.Duration
	for range 5 {
		told, err := c.Bid(t.Context(), all[0].ID, decimal(all[0].Ask+1_000_000))
		if err != nil || told.Outcome == "" {
			t.Fatalf("a bid before the cut: %+v, %v", told, err)
		}
		if err := h.Freeze(); err != nil {
			t.Fatal(err)
		}
		if err := d.Cut(); err != nil {
			t.Fatal(err)
		}
		h.Kill()
		d.Repower()
		began := time.Now()
		h.Start()
		times = append(times, time.Since(began).Round(time.Millisecond))
		if log, err := c.Log(t.Context(), all[0].ID); err != nil || int64(len(log)) < told.Seq {
			t.Fatalf("after the cut the log has %d events, %v; a bid was told to be %d", len(log), err, told.Seq)
		}
	}
	t.Attr("figure", fmt.Sprintf("with %d bids ready %v after the start", bids, times))
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
}

// fillHouse takes bids in this process, which is faster than over HTTP.
func fillHouse(t *testing.T, dir string, people []house.Bidder, bids int) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	var ids []int64
	if err := st.EachLot(ctx, func(l auction.Lot, _ auction.Terms, _ []auction.Record) error {
		ids = append(ids, l.ID)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	room := saleroom.New(saleroom.Config{Store: saleroom.Over(st)})
	if err := room.Start(ctx); err != nil {
		t.Fatal(err)
	}
	defer room.Stop()
	rising := make([]atomic.Int64, len(ids)) // how many have bid on a lot
	var taken atomic.Int64
	var all sync.WaitGroup
	for i, p := range people {
		all.Go(func() {
			for n := 0; taken.Load() < int64(bids); n++ {
				lot := (i + n) % len(ids)
				b := auction.Bid{By: auction.Bidder{Paddle: auction.Paddle(p.Paddle)}, Kind: auction.Maximum,
					Amount: auction.Money(1000 + 200_00*rising[lot].Add(1)), Key: fmt.Sprintf("fill-%08d-%08d", i, n)}
				a, err := room.Bid(ctx, ids[lot], b)
				if err != nil {
					t.Errorf("bid: %v", err)
					return
				}
				if a.Outcome != auction.Refused {
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
}
