//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// conflation measures a lot that gets a thousand bids a second: no watcher
// sees more than twenty frames of it a second.
func (b *bench) conflation(ctx context.Context) error {
	var cpus sample
	for _, pace := range []int{b.size(250, 50), b.size(1000, 100)} {
		cpu, err := b.conflationAt(ctx, pace)
		if err != nil {
			return err
		}
		cpus = append(cpus, cpu)
	}
	b.report.add(figure{Section: "A hot lot's frames", Name: "processor of the server, faster beside slower pace", Unit: "ms a second",
		Ours: cpus[1:], Base: cpus[:1], Against: "a quarter of the bids"})
	return nil
}

func (b *bench) conflationAt(ctx context.Context, pace int) (cpuMS float64, err error) {
	dir, err := b.dir()
	if err != nil {
		return 0, err
	}
	const rivals = 16
	if err := furnish(ctx, dir, 1, rivals); err != nil {
		return 0, err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	n, span := b.size(500, 20), time.Duration(b.size(5, 1))*time.Second
	sc, err := b.watchLot(s, n)
	if err != nil {
		return 0, err
	}
	defer sc.close()
	// After the watchers: a connection that is silent for ten seconds is closed.
	who, err := b.bidders(ctx, dir, s, rivals)
	if err != nil {
		return 0, err
	}
	defer closeAll(who)
	before, err := cpuOf(s.pid())
	if err != nil {
		return 0, err
	}
	var amount, sent atomic.Int64
	amount.Store(1000)
	done := make(chan error, rivals)
	end := time.Now().Add(span)
	for i, h := range who {
		go func() { done <- paced(h, i, pace/rivals, end, &amount, &sent) }()
	}
	seen, latest := make([]int, n), make([]int64, n)
	most := int64(0)
	note := func(c *watching, f []byte) error {
		seq := numberIn(f, `data-seq="`)
		if seq < latest[c.nth] {
			return fmt.Errorf("watcher %d got seq %d after %d", c.nth, seq, latest[c.nth])
		}
		latest[c.nth], most = seq, max(most, seq)
		seen[c.nth]++
		return nil
	}
	if err := sc.read(span+time.Minute, note, func() bool { return time.Now().After(end) }); err != nil {
		return 0, err
	}
	for range who {
		if err := <-done; err != nil {
			return 0, err
		}
	}
	after, err := cpuOf(s.pid())
	if err != nil {
		return 0, err
	}
	// In the end everybody has the newest.
	final := sent.Load() + 1 // the lot's opening is an event too
	got := func() bool {
		return !slices.ContainsFunc(latest, func(q int64) bool { return q < most }) && most >= final
	}
	frames := slices.Max(seen)
	if err := sc.read(time.Minute, note, got); err != nil {
		return 0, fmt.Errorf("after %d bids the newest seq that was seen is %d: %w", sent.Load(), most, err)
	}
	b.report.add(figure{Section: "A hot lot's frames", Name: fmt.Sprintf("most frames a second of %d watchers at %.0f bids/s", n, float64(sent.Load())/span.Seconds()),
		Unit: "frames/s", Ours: sample{float64(frames) / span.Seconds()}, Want: 20 + 1/span.Seconds(), Most: true})
	return float64((after - before).Milliseconds()) / span.Seconds(), nil
}

// paced bids so often a second, as long as it keeps up, and counts what was
// taken.
func paced(h *httpBidder, nth, perSecond int, end time.Time, amount, taken *atomic.Int64) error {
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for i := 0; time.Now().Before(end); i++ {
		a, err := h.bid(1, amount.Add(2), fmt.Sprintf("paced-%d-%d-0123456789", nth, i))
		if err != nil {
			return err
		}
		if a.Outcome != "refused" {
			taken.Add(1)
		}
		<-tick.C
	}
	return nil
}
