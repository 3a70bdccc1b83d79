package handlers

import (
	"context"
	"sync"
	"time"

	"outcry/auction"
)

// placeCache spares the way of a bid, and each of its frames, a read of the
// whole lot for what hardly ever changes: its sale, and its number, which an
// organiser may correct. What was corrected is seen after a second.
type placeCache struct {
	store lotStore

	mu   sync.Mutex // guards kept
	kept map[int64]keptPlace
}

type keptPlace struct {
	place auction.Place
	until time.Time
}

// mostPlaces is how many lots are remembered before all are forgotten.
const mostPlaces = 10_000

func newPlaceCache(s lotStore) *placeCache { return &placeCache{store: s, kept: map[int64]keptPlace{}} }

func (c *placeCache) get(ctx context.Context, lot int64) (auction.Place, error) {
	c.mu.Lock()
	k, ok := c.kept[lot]
	c.mu.Unlock()
	if ok && time.Now().Before(k.until) {
		return k.place, nil
	}
	p, err := c.store.Place(ctx, lot)
	if err != nil {
		return p, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= mostPlaces {
		clear(c.kept)
	}
	c.kept[lot] = keptPlace{p, time.Now().Add(time.Second)}
	return p, nil
}
