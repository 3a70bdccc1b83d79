package saleroom

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"outcry/auction"
)

// checkLots holds every lot against its log, on all processors while the store
// reads on: a restart in the middle of a sale must not take long.
func (r *Room) checkLots(ctx context.Context) error {
	type whole struct {
		lot   auction.Lot
		terms auction.Terms
		log   []auction.Record
	}
	lots := make(chan whole)      // no more are read than are looked at
	broken := make(chan error, 1) // the first break; others are dropped
	var all sync.WaitGroup        // ended by the closing of lots
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for w := range lots {
				if err := auction.Check(w.lot, w.terms, w.log); err != nil {
					select {
					case broken <- fmt.Errorf("lot %d does not agree with its log: %w", w.lot.ID, err):
					default:
					}
				}
			}
		})
	}
	err := r.cfg.Store.EachLot(ctx, func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		select {
		case err := <-broken:
			return err
		case lots <- whole{l, t, log}:
			return nil
		}
	})
	close(lots)
	all.Wait()
	if err == nil && len(broken) > 0 {
		err = <-broken
	}
	return err
}
