//go:build linux

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strconv"
	"time"
)

// durable measures bids through the saleroom, and beside them, by turns, the
// same rows written by themselves.
func (b *bench) durable(ctx context.Context) error {
	for _, lots := range []int{1, b.size(500, 5)} {
		for _, bidders := range []int{1, 64, 1000} {
			if err := b.durableOf(ctx, lots, bidders); err != nil {
				return fmt.Errorf("%d bidders on %d lots: %w", bidders, lots, err)
			}
		}
	}
	return nil
}

func (b *bench) durableOf(ctx context.Context, lots, bidders int) error {
	each := b.size(map[int]int{1: 1000, 64: 150, 1000: 20}[bidders], 3)
	ours, twin, err := b.twins(ctx, lots, bidders)
	if err != nil {
		return err
	}
	h, err := openHall(ctx, ours)
	if err != nil {
		return err
	}
	defer h.close()
	r, err := openRows(ours, twin)
	if err != nil {
		return err
	}
	defer r.close()
	if err := r.open(ctx); err != nil {
		return err
	}
	var rate, base, cpu, baseCPU, p50, p99 sample
	refused, bids := 0, 0
	for range b.rounds() { // the first fills the caches and is not counted
		got, err := h.crowd(ctx, bidders, each)
		if err != nil {
			return err
		}
		w, err := r.take(ctx)
		if err != nil {
			return err
		}
		if len(w.bids) != got.bids || len(w.events) != got.bids-got.refused {
			return fmt.Errorf("%d bids and %d events in the file after %d bids, %d of them refused", len(w.bids), len(w.events), got.bids, got.refused)
		}
		runtime.GC()
		bare, err := r.write(w, bidders, manyRows)
		if err != nil {
			return err
		}
		rate, base = append(rate, got.rate()), append(base, bare.rate())
		cpu, baseCPU = append(cpu, got.perBid()), append(baseCPU, bare.perBid())
		p50, p99 = append(p50, got.p(0.5)), append(p99, got.p(0.99))
		refused, bids = refused+got.refused, bids+got.bids
	}
	if err := r.check(ctx, twin); err != nil {
		return err
	}
	name := strconv.Itoa(bidders) + " bidders, " + strconv.Itoa(lots) + " lots"
	f := figure{Section: "Durable bids, through the saleroom", Name: name, Unit: "bids/s", Ours: rate[1:], Base: base[1:],
		Against: "same rows in batches", Note: fmt.Sprintf("p50 %s ms, p99 %s ms, %.1f%% refused", number(p50[1:].median()), number(p99[1:].median()), 100*float64(refused)/float64(bids))}
	if bidders == 1000 {
		f.Want = 0.6
	}
	b.report.add(f)
	b.report.add(figure{Section: f.Section, Name: name + ", processor", Unit: "µs/bid", Ours: cpu[1:], Base: baseCPU[1:], Against: "same rows in batches"})
	return nil
}

// twins are two copies of one furnished house.
func (b *bench) twins(ctx context.Context, lots, paddles int) (ours, twin string, err error) {
	dir, err := b.dir()
	if err != nil {
		return "", "", err
	}
	ours, twin = filepath.Join(dir, "ours"), filepath.Join(dir, "twin")
	if err := furnish(ctx, ours, lots, paddles); err != nil {
		return "", "", err
	}
	return ours, twin, copyHouse(ours, twin)
}

// pause lets the machine settle between two figures.
func pause() { time.Sleep(200 * time.Millisecond) }
