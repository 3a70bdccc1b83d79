package handlers

import (
	"context"
	"sync"
	"time"

	"outcry/auction"
)

// countCache spares pages that a crowd opens at once the adding up of a sale,
// which reads all of its bids. What took long is kept for a while: it costs a
// twentieth of one core at most, however many look. Pages that act on the
// figures read them from the store.
type countCache struct {
	store saleStore

	mu   sync.Mutex // guards kept
	kept map[int64]*keptCounts
}

type keptCounts struct {
	mu     sync.Mutex // guards the rest; held while adding up, so that others wait for the same
	counts auction.Counts
	until  time.Time
}

// quickCounts is what may be added up anew for every page.
const quickCounts = 5 * time.Millisecond

func newCountCache(s saleStore) *countCache {
	return &countCache{store: s, kept: map[int64]*keptCounts{}}
}

func (c *countCache) get(ctx context.Context, saleID int64) (auction.Counts, error) {
	c.mu.Lock()
	k := c.kept[saleID]
	if k == nil {
		k = &keptCounts{}
		c.kept[saleID] = k
	}
	c.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	began := time.Now()
	if began.Before(k.until) {
		return k.counts, nil
	}
	counts, err := c.store.SaleCounts(ctx, saleID)
	if err != nil {
		return counts, err
	}
	if took := time.Since(began); took > quickCounts {
		k.counts, k.until = counts, time.Now().Add(20*took)
	}
	return counts, nil
}
