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
	many := b.size(500, 20)
	var cpus sample
	for _, pace := range []int{b.size(250, 50), b.size(1000, 100)} {
		all, err := b.conflationAt(ctx, pace, many)
		if err != nil {
			return err
		}
		one, err := b.conflationAt(ctx, pace, 1)
		if err != nil {
			return err
		}
		cpus = append(cpus, all-one)
	}
	b.report.add(figure{Section: "A hot lot's frames", Name: fmt.Sprintf("processor of the server for %d watchers more, faster beside slower pace", many-1), Unit: "ms a second",
		Ours: cpus[1:], Base: cpus[:1], Against: "a quarter of the bids"})
	return nil
}

// conflationAt has rivals bid so often a second before n watchers, and returns
// the server's processor in ms a second.
func (b *bench) conflationAt(ctx context.Context, pace, n int) (cpuMS float64, err error) {
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
	span := time.Duration(b.size(5, 1)) * time.Second
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
	var amount, made, taken atomic.Int64
	amount.Store(1000)
	done := make(chan error, rivals)
	end := time.Now().Add(span)
	for i, h := range who {
		go func() { done <- paced(h, i, pace/rivals, end, &amount, &made, &taken) }()
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
	final := taken.Load() + 1 // the lot's opening is an event too
	got := func() bool {
		return !slices.ContainsFunc(latest, func(q int64) bool { return q < most }) && most >= final
	}
	frames := slices.Max(seen)
	if err := sc.read(time.Minute, note, got); err != nil {
		return 0, fmt.Errorf("after %d bids the newest seq that was seen is %d: %w", taken.Load(), most, err)
	}
	b.report.add(figure{Section: "A hot lot's frames", Name: fmt.Sprintf("most frames a second of %d watchers at %.0f bids/s, %.0f of them taken", n, float64(made.Load())/span.Seconds(), float64(taken.Load())/span.Seconds()),
		Unit: "frames/s", Ours: sample{float64(frames) / span.Seconds()}, Want: 20 + 1/span.Seconds(), Most: true})
	return float64((after - before).Milliseconds()) / span.Seconds(), nil
}

// paced bids so often a second, as long as it keeps up, and counts the bids and
// those that were taken.
func paced(h *httpBidder, nth, perSecond int, end time.Time, amount, made, taken *atomic.Int64) error {
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for i := 0; time.Now().Before(end); i++ {
		a, err := h.bid(1, amount.Add(2), fmt.Sprintf("paced-%d-%d-0123456789", nth, i))
		if err != nil {
			return err
		}
		made.Add(1)
		if a.Outcome != "refused" {
			taken.Add(1)
		}
		<-tick.C
	}
	return nil
}
