package cluster

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/store/storetest"
	"outcry/test/house"
)

// TestRollingUpgrade stops one process after the other as an operator does who
// brings a newer version, while people bid and pages are open: no bid is
// refused or left open for it, and pages land on another process.
func TestRollingUpgrade(t *testing.T) {
	t.Parallel()
	open(t, database(t), 3, catalogue(4), 8, "--closes-in", "1h").upgrade(times(t, 1), 12)
}

// upgrade restarts so many processes in turn, with so many pages open.
func (c *cluster) upgrade(rounds, sockets int) {
	t := c.t
	t.Helper()
	w := gather(c, manner{gap: 100 * time.Millisecond, enough: 1_000_000_00})
	ctx, leave := context.WithCancel(t.Context())
	var pages sync.WaitGroup
	var here, moved atomic.Int64 // pages that are open for the first time; that had to move
	machine := storetest.WatchMachine(t)
	for range sockets {
		pages.Go(func() { wander(ctx, c, machine, &here, &moved) })
	}
	if err := house.Wait(ctx, time.Minute, "all pages are open", func() bool { return here.Load() == int64(sockets) }); err != nil {
		t.Fatal(err)
	}
	for i := range rounds {
		n := i % len(c.houses)
		began := time.Now()
		if err := c.houses[n].Stop(); err != nil {
			t.Errorf("process %d: %v", n, err)
		}
		t.Logf("process %d made way in %v", n, time.Since(began).Round(10*time.Millisecond))
		c.start(n)
		w.back(time.Now())
	}
	leave()
	pages.Wait()
	w.settle()
	if n := w.notNow.Load() + w.open.Load(); n > 0 && machine.Late() < 2*time.Second {
		t.Errorf("%d bids were not judged because a process was stopped", n)
	}
	if moved.Load() == 0 {
		t.Error("no page had to move: this proves nothing")
	}
	t.Logf("%d pages moved", moved.Load())
}

// wander keeps a page open through the balancer. A process that stops tells it
// so, and within a second it is at another one: it may have to knock twice,
// because the balancer does not know at once who is on the way out.
func wander(ctx context.Context, c *cluster, machine *storetest.Machine, here, moved *atomic.Int64) {
	var ended *storetest.Stopwatch // since the socket ended; nil while there is one
	first := true
	for ctx.Err() == nil {
		conn, err := house.Guest(c.door).Watch(ctx, "sale="+slug)
		if err != nil {
			time.Sleep(50 * time.Millisecond)
			if ctx.Err() == nil && ended != nil && ended.Took() > time.Second {
				c.t.Errorf("a page finds no process: %v", err)
				return
			}
			continue
		}
		code := stay(ctx, conn, func() {
			if first {
				here.Add(1)
				first = false
			}
			if ended == nil {
				return
			}
			if gap := ended.Took(); gap > time.Second {
				c.t.Errorf("a page that had to move was without prices for %v", gap)
			}
			moved.Add(1)
			ended = nil
		})
		if ctx.Err() == nil && code != websocket.StatusServiceRestart {
			c.t.Errorf("a page's socket ended with %v, want 1012", code)
			return
		}
		watch := machine.Start()
		ended = &watch
	}
}

// stay reads a socket until it ends, and returns with which code; shown is
// called when it shows lots.
func stay(ctx context.Context, conn *websocket.Conn, shown func()) websocket.StatusCode {
	defer conn.CloseNow()
	for {
		m, err := house.Next(ctx, conn)
		if err != nil {
			return websocket.CloseStatus(err)
		}
		if len(m.Shown) > 0 {
			shown()
		}
	}
}

// TestMakeWay: a process that is told to stop first says that it is not ready,
// and serves whoever still comes, with bids and sockets, until the balancer
// has heard; then it sends its sockets elsewhere.
func TestMakeWay(t *testing.T) {
	t.Parallel()
	const wait = 6 * time.Second
	h := house.New(t)
	h.Database = database(t)
	h.Import(slug, catalogue(1), "--closes-in", "1h")
	people := h.Bidders(slug, 1)
	h.Start("--drain", wait.String()+"/1s")
	c := h.Client(people[0])
	all, err := c.Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	stopped := make(chan error, 1)
	go func() { stopped <- h.Stop() }() // ends with the process
	if err := house.Wait(t.Context(), wait, "it is not ready any more", func() bool {
		_, err := house.Guest(h.URL("")).Get(t.Context(), "/readyz", "")
		return err != nil
	}); err != nil {
		t.Error(err)
	}
	conn, err := c.Watch(t.Context(), "sale="+slug)
	if err != nil {
		t.Fatalf("a new socket at a process that waits for its balancer, after %v of %v: %v", time.Since(began), wait, err)
	}
	if a, err := c.Bid(t.Context(), all[0].ID, "20"); err != nil || !a.Taken() {
		t.Errorf("a bid at a process that waits for its balancer: %+v, %v", a, err)
	}
	if code := stay(t.Context(), conn, func() {}); code != websocket.StatusServiceRestart {
		t.Errorf("the socket ended with %v, want 1012", code)
	}
	if gone := time.Since(began); gone < wait {
		t.Errorf("the socket was ended %v after the signal, want not before %v", gone, wait)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
