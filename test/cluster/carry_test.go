package cluster

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
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
		before, seq := c.nats.Notes(t), int64(0)
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
		return float64(c.nats.Notes(t)-before) / bids
	}
	few, more := perBid(3), perBid(150)
	t.Logf("notes a bid: %.2f with 3 watchers, %.2f with 150 more", few, more)
	// Pings of the connections are a few; a note for each watcher would be 50 times as many.
	if few < 0.9 || more > few+1 {
		t.Errorf("notes a bid: %.2f with 3 watchers, %.2f with 150 more; want about one", few, more)
	}
}

// TestCarry prints what one process on SQLite, and one, two and three on
// PostgreSQL carry, in turns, with the spread of the rounds. It asserts the
// bookkeeping and no speed: all of it runs on this one machine, the database
// too. What a process needs for a watcher is counted in its own CPU time, so
// that it can be compared although all processes share the machine's cores.
func TestCarry(t *testing.T) {
	if os.Getenv("OUTCRY_CLUSTER_CARRY") == "" {
		t.Skip("figures only: set OUTCRY_CLUSTER_CARRY=1")
	}
	const watchers, bids = 600, 100
	settings := []*setting{
		{name: "SQLite, 1 process", processes: 1, sqlite: true}, {name: "PostgreSQL, 1 process", processes: 1},
		{name: "PostgreSQL, 2", processes: 2}, {name: "PostgreSQL, 3", processes: 3},
	}
	for round := range 3 {
		for _, s := range settings {
			var c *cluster
			if s.sqlite {
				c = openFile(t, catalogue(50), 64, "--closes-in", "1h", "--currency", "USD")
			} else {
				c = open(t, database(t), s.processes, catalogue(50), 64, "--closes-in", "1h", "--currency", "USD")
			}
			taken, seen := c.carry(3*time.Second, 300)
			f := c.fan(watchers, bids)
			s.keep(taken, seen, f)
			t.Logf("round %d  %-22s %6.0f bids/s  %6.0f frames/s on 300 sockets; %s", round+1, s.name, taken, seen, f)
			for _, h := range c.houses {
				h.Kill()
			}
		}
	}
	t.Logf("medians (least–most) of 3 rounds; fan-out: %d watchers of one lot, %d bids at 20 a second", watchers, bids)
	for _, s := range settings {
		t.Logf("%-22s %s bids/s  %s frames/s; a process: %s watchers, %s µs CPU a delivery, %s ms CPU for all bids; notes a bid %s", s.name,
			spread(s.taken), spread(s.seen), spread(s.watchers), spread(s.micros), spread(s.millis), spread(s.notes))
	}
}

// setting is what is measured, and the figures of its rounds.
type setting struct {
	name      string
	processes int
	sqlite    bool

	taken, seen, watchers, micros, millis, notes []float64
}

func (s *setting) keep(taken, seen float64, f fanOut) {
	s.taken, s.seen = append(s.taken, taken), append(s.seen, seen)
	s.watchers, s.micros = append(s.watchers, f.watchers), append(s.micros, f.micros)
	s.millis, s.notes = append(s.millis, f.millis), append(s.notes, f.notes)
}

// spread is a median with the least and the most.
func spread(all []float64) string {
	all = slices.Sorted(slices.Values(all))
	digits := 0
	if all[len(all)/2] < 20 {
		digits = 1
	}
	return fmt.Sprintf("%.*f (%.*f–%.*f)", digits, all[len(all)/2], digits, all[0], digits, all[len(all)-1])
}

// fanOut is what it costs to show bids on one lot to its watchers.
type fanOut struct {
	watchers float64 // of a process
	micros   float64 // CPU time of a process for one frame on one socket
	millis   float64 // CPU time of a process for all the bids, its part in deciding them included
	notes    float64 // over NATS, for a bid
}

func (f fanOut) String() string {
	return fmt.Sprintf("%.0f watchers a process, %.1f µs CPU a delivery, %.0f ms CPU a process, %.2f notes a bid", f.watchers, f.micros, f.millis, f.notes)
}

// fan lets watchers of one lot, spread over the processes, see bids at twenty a
// second, and counts CPU time and notes. Each watcher must see the last bid.
func (c *cluster) fan(watchers, bids int) fanOut {
	c.t.Helper()
	ctx := c.t.Context()
	lots, err := c.clients[0].Lots(ctx, slug)
	if err != nil {
		c.t.Fatal(err)
	}
	lot, seq := lots[len(lots)-1], int64(0)
	var pages []*page
	for i := range watchers {
		pages = append(pages, look(c, c.houses[i%len(c.houses)].URL(""), fmt.Sprintf("lot=%d", lot.ID)))
	}
	cpu, notes := c.cpu(), int64(0)
	if c.nats != nil {
		notes = c.nats.Notes(c.t)
	}
	beat := time.NewTicker(50 * time.Millisecond)
	defer beat.Stop()
	minor := lot.Ask + 1_000_000_00
	for i := range bids {
		<-beat.C
		minor += 10_000_00
		a, err := c.clients[i%2].BidKey(ctx, lot.ID, fmt.Sprintf("%d.%02d", minor/100, minor%100), house.NewKey(), "exact")
		if err != nil || a.Outcome != "leading" {
			c.t.Fatalf("bid %d: %+v, %v", i, a, err)
		}
		seq = a.Seq
	}
	frames := 0
	for _, p := range pages {
		if err := house.Wait(ctx, 20*time.Second, "every page shows the last bid", func() bool { return !p.since(lot.ID, seq).IsZero() }); err != nil {
			c.t.Fatal(err)
		}
		frames += p.count(lot.ID)
	}
	used := c.cpu() - cpu
	for _, p := range pages {
		p.leave()
	}
	n := float64(len(c.houses))
	f := fanOut{watchers: float64(watchers) / n, micros: float64(used.Microseconds()) / float64(frames), millis: float64(used.Milliseconds()) / n}
	if c.nats != nil {
		f.notes = float64(c.nats.Notes(c.t)-notes) / float64(bids)
	}
	return f
}

// cpu is the CPU time that the processes have used so far, in hundredths of a
// second.
func (c *cluster) cpu() time.Duration {
	c.t.Helper()
	var ticks int64
	for _, h := range c.houses {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.PID()))
		if err != nil {
			c.t.Skip("SKIPPED: CPU time is counted on Linux only")
		}
		_, rest, _ := strings.Cut(string(text), ") ") // a name may hold anything
		fields := strings.Fields(rest)
		for _, f := range fields[11:13] { // utime, stime
			n, err := strconv.ParseInt(f, 10, 64)
			if err != nil {
				c.t.Fatal(err)
			}
			ticks += n
		}
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// count is how many states of a lot the page has shown.
func (p *page) count(lot int64) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.when[lot])
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
