//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/store"
)

// hall is a saleroom over a store of its own, in this process, without HTTP.
type hall struct {
	dir     string
	store   *store.Store
	room    *saleroom.Room
	lots    []int64
	next    []atomic.Int64 // by lot: the last amount that somebody named
	key     atomic.Int64
	commits atomic.Int64 // that changed a lot
	mark    int64        // tells this hall's keys from those of an earlier one
}

const hallSlug = "bench"

// furnish makes a house with a published sale of so many open lots and so
// many paddles, 101 and up, and leaves it closed. Lots close in an hour, hard.
func furnish(ctx context.Context, dir string, lots, paddles int) error {
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	now := time.Now()
	currency, ok := auction.CurrencyOf("USD")
	if !ok {
		return errors.New("there are no dollars")
	}
	sale, err := s.CreateSale(ctx, auction.Sale{Slug: hallSlug, Title: "Bench", Published: true, Currency: currency,
		Zone: "UTC", OpensAt: now.Add(-time.Minute), ClosesAt: now.Add(12 * time.Hour), Steps: auction.Table{{Step: 1}}, StepsName: "own"})
	if err != nil {
		return err
	}
	rows := make([]auction.HolderRow, paddles)
	for i := range rows {
		rows[i] = auction.HolderRow{Name: fmt.Sprintf("Bidder %d", i), Email: fmt.Sprintf("b%d@example.org", i)}
	}
	if _, err := s.ImportHolders(ctx, sale.ID, rows, false); err != nil {
		return err
	}
	drafts := make([]auction.Draft, lots)
	for i := range drafts {
		drafts[i] = auction.Draft{Words: auction.Words{Title: fmt.Sprintf("Lot %d of the bench", i+1),
			Category: fmt.Sprintf("Category %d", i%9), Description: descriptions[:200+i%len(descriptions[200:])]},
			Terms: auction.Terms{Opening: 100, Steps: auction.Table{{Step: 1}}}, OpensAt: sale.OpensAt, ClosesAt: sale.ClosesAt}
	}
	_, err = s.ImportLots(ctx, sale.ID, drafts, false)
	return err
}

// descriptions is cut to as many letters as a lot's description is to have.
var descriptions = func() string {
	text := ""
	for len(text) < 1200 {
		text += "A fine example of its kind, kept in a dry house and used on Sundays only, with the marks that one expects of its age. "
	}
	return text
}()

// openHall opens a furnished house and starts its saleroom, all lots open.
func openHall(ctx context.Context, dir string) (*hall, error) {
	h := &hall{dir: dir, mark: rand.Int64()}
	var err error
	if h.store, err = store.Open(ctx, store.Config{Dir: dir}); err != nil {
		return nil, err
	}
	h.room = saleroom.New(saleroom.Config{Store: saleroom.Over(h.store), Announce: func([]saleroom.Change) { h.commits.Add(1) },
		Fatal: func(err error) { fmt.Fprintln(os.Stderr, "the disk failed:", err); os.Exit(1) }})
	if err := h.room.Start(ctx); err != nil {
		h.store.Close()
		return nil, err
	}
	h.room.Wake() // what is due opens now
	sale, err := h.store.Sale(ctx, hallSlug)
	if err != nil {
		return nil, err
	}
	entries, _, err := h.store.Entries(ctx, sale.ID, auction.Query{})
	if err != nil {
		return nil, err
	}
	h.next = make([]atomic.Int64, len(entries))
	for i, e := range entries {
		h.lots = append(h.lots, e.ID)
		h.next[i].Store(int64(max(e.Ask, e.Price)) + 2)
	}
	return h, nil
}

func (h *hall) close() error {
	h.room.Stop()
	return h.store.Close()
}

// bid places one bid of a paddle on the nth lot, above all named so far.
func (h *hall) bid(ctx context.Context, paddle, lot int) (auction.Answer, error) {
	b := auction.Bid{By: auction.Bidder{Paddle: auction.Paddle(fmt.Sprint(101 + paddle))}, Kind: auction.Maximum,
		Amount: auction.Money(h.next[lot].Add(2)), Key: fmt.Sprintf("bench-%016x-%d", uint64(h.mark), h.key.Add(1))}
	return h.room.Bid(ctx, h.lots[lot], b)
}

// burst is what a crowd's bids took.
type burst struct {
	bids, refused int
	took, cpu     time.Duration
	answers       []time.Duration // sorted
}

func (b burst) rate() float64   { return float64(b.bids) / b.took.Seconds() }
func (b burst) perBid() float64 { return float64(b.cpu.Microseconds()) / float64(b.bids) }
func (b burst) p(part float64) float64 {
	return float64(b.answers[min(int(part*float64(len(b.answers))), len(b.answers)-1)].Microseconds()) / 1000
}

// crowd lets so many bidders bid at once, each again as soon as it has heard
// its answer, until all have placed each bids. With lots above 1 they spread.
func (h *hall) crowd(ctx context.Context, bidders, each int) (burst, error) {
	took := make([][]time.Duration, bidders)
	errs := make([]error, bidders)
	var refused atomic.Int64
	var all sync.WaitGroup
	began, cpu := time.Now(), ownCPU()
	for i := range bidders {
		all.Go(func() {
			for j := range each {
				sent := time.Now()
				a, err := h.bid(ctx, i, (i+j*7)%len(h.lots))
				if err != nil {
					errs[i] = err
					return
				}
				took[i] = append(took[i], time.Since(sent))
				if a.Outcome == auction.Refused {
					refused.Add(1)
				}
			}
		})
	}
	all.Wait()
	b := burst{bids: bidders * each, took: time.Since(began), cpu: ownCPU() - cpu, refused: int(refused.Load())}
	b.answers = slices.Concat(took...)
	slices.Sort(b.answers)
	for _, err := range errs {
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// ownCPU is how long this process has computed.
func ownCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for no process that asks of itself
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// copyHouse copies the files of a house that is closed.
func copyHouse(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	body, err := os.ReadFile(filepath.Join(from, "outcry.db"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(to, "outcry.db"), body, 0o600)
}
