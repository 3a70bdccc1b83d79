package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/house"
)

// TestNotesDoNotGrowWithWatchers counts what NATS carries: a bid is one note,
// however many watch its lot on however many processes.
func TestNotesDoNotGrowWithWatchers(t *testing.T) {
	c := open(t, database(t), 3, catalogue(1), 2, "--closes-in", "1h", "--currency", "USD")
	lots, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	lot := lots[0]
	const bids = 30
	perBid := func(watchers int) float64 {
		var pages []*page
		for i := range watchers {
			pages = append(pages, look(c, c.houses[i%len(c.houses)].URL(""), fmt.Sprintf("lot=%d", lot.ID)))
		}
		before, seq := c.nats.notes(t), int64(0)
		for i := range bids {
			now, err := c.clients[0].Lot(t.Context(), lot.ID)
			if err != nil {
				t.Fatal(err)
			}
			a, err := c.clients[i%2].Bid(t.Context(), lot.ID, fmt.Sprintf("%d.%02d", now.Ask/100, now.Ask%100))
			if err != nil || a.Outcome != "leading" {
				t.Fatalf("bid %d: %+v, %v", i, a, err)
			}
			seq = a.Seq
		}
		for _, p := range pages {
			if err := house.Wait(t.Context(), 10*time.Second, "every page shows the last bid", func() bool { return !p.since(lot.ID, seq).IsZero() }); err != nil {
				t.Fatal(err)
			}
		}
		return float64(c.nats.notes(t)-before) / bids
	}
	few, many := perBid(3), perBid(150)
	t.Logf("notes a bid: %.2f with 3 watchers, %.2f with 150 more", few, many)
	// Pings of the connections are a few; a note for each watcher would be 50 times as many.
	if few < 0.9 || many > few+1 {
		t.Errorf("notes a bid: %.2f with 3 watchers, %.2f with 150 more; want about one", few, many)
	}
}

// TestCarry prints what one process on SQLite, and one, two and three on
// PostgreSQL carry, in turns. It asserts the bookkeeping and no speed: all of
// it runs on this one machine, the database too.
func TestCarry(t *testing.T) {
	if os.Getenv("OUTCRY_CLUSTER_CARRY") == "" {
		t.Skip("figures only: set OUTCRY_CLUSTER_CARRY=1")
	}
	type setting struct {
		name      string
		processes int
		sqlite    bool
	}
	settings := []setting{{"SQLite, 1 process", 1, true}, {"PostgreSQL, 1 process", 1, false}, {"PostgreSQL, 2", 2, false}, {"PostgreSQL, 3", 3, false}}
	for round := range 3 {
		for _, s := range settings {
			var c *cluster
			if s.sqlite {
				c = openFile(t, catalogue(50), 64, "--closes-in", "1h", "--currency", "USD")
			} else {
				c = open(t, database(t), s.processes, catalogue(50), 64, "--closes-in", "1h", "--currency", "USD")
			}
			bids, seen := c.carry(3*time.Second, 300)
			t.Logf("round %d  %-24s %6.0f bids/s  %7.0f frames/s on 300 sockets", round+1, s.name, bids, seen)
			for _, h := range c.houses {
				if err := h.Stop(); err != nil {
					t.Error(err)
				}
			}
		}
	}
}

// openFile is open for one process on a SQLite file, without NATS.
func openFile(t *testing.T, lots []house.Lot, bidders int, flags ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, houses: []*house.House{house.New(t)}}
	c.houses[0].Import(slug, lots, flags...)
	c.people = c.houses[0].Bidders(slug, bidders)
	c.houses[0].Start("--bids-per-second", "1000")
	for _, p := range c.people {
		c.clients = append(c.clients, c.enter(c.houses[0].URL(""), p))
	}
	return c
}

// carry lets every bidder bid as fast as they are answered, with some sockets
// watching the catalogue, and counts taken bids and frames a second. Every
// taken bid must be in the lots' logs.
func (c *cluster) carry(span time.Duration, sockets int) (bids, frames float64) {
	c.t.Helper()
	lots, err := c.clients[0].Lots(c.t.Context(), slug)
	if err != nil {
		c.t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(c.t.Context(), span)
	defer stop()
	var taken, seen atomic.Int64
	var all sync.WaitGroup
	for i := range sockets {
		conn, err := house.Guest(c.houses[i%len(c.houses)].URL("")).Watch(c.t.Context(), "sale="+slug)
		if err != nil {
			c.t.Fatal(err)
		}
		all.Go(func() {
			defer conn.CloseNow()
			for {
				m, err := house.Next(ctx, conn)
				if err != nil {
					return // the time is over
				}
				seen.Add(int64(len(m.Shown)))
			}
		})
	}
	for i, client := range c.clients {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				lot := lots[(i*7+n)%len(lots)]
				amount := 10_00 + int64(n*100+i)*10
				// A bid under way when the time is over is still answered, so
				// that it is counted as what it was.
				a, err := client.Bid(context.WithoutCancel(ctx), lot.ID, fmt.Sprintf("%d.%02d", amount/100, amount%100))
				if err != nil || a.Status >= 500 {
					c.t.Errorf("a bid: %d, %v", a.Status, err)
					return
				}
				if a.Outcome != "refused" && a.Outcome != "" {
					taken.Add(1)
				}
			}
		})
	}
	all.Wait()
	logged := int64(0)
	for _, text := range c.logs() {
		logged += int64(strings.Count(text, `"event":"bid.taken"`))
	}
	if logged != taken.Load() {
		c.t.Errorf("%d bids were taken, the logs have %d", taken.Load(), logged)
	}
	return float64(taken.Load()) / span.Seconds(), float64(seen.Load()) / span.Seconds()
}
