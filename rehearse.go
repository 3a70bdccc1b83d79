package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/demo"
	"outcry/saleroom"
)

// rehearsalBots is how many invented guests bid in a rehearsal.
const rehearsalBots = 30

// cast is who bids in a rehearsal, with their paddles.
func cast() []auction.HolderRow {
	var rows []auction.HolderRow
	for _, who := range demo.People(rehearsalBots) {
		rows = append(rows, auction.HolderRow{Name: who.Name, Paddle: who.Paddle})
	}
	return rows
}

const (
	// lookAtRehearsals is how often a process looks which rehearsals run. One
	// that was made is bid in so long after, at the latest.
	lookAtRehearsals = 2 * time.Second
	// botsLease is for how long a process has a rehearsal's bots: so long after
	// it died another one takes over.
	botsLease = 10 * time.Second
)

// stage is where the rehearsals of a house run. Of several processes that serve
// it one at a time runs the bots of a rehearsal. After a restart they go on.
type stage struct {
	*house
	name    string                       // of this process, by which it has bots
	playing map[int64]context.CancelFunc // rehearsals whose bots bid here; of the one goroutine of run
	bots    sync.WaitGroup
}

// runRehearsals begins to run the bots of rehearsals; close ends it.
func (ho *house) runRehearsals(ctx context.Context) {
	st := &stage{house: ho, name: rand.Text(), playing: map[int64]context.CancelFunc{}}
	ho.crew.Go(func() { st.run(ctx) })
}

func (st *stage) run(ctx context.Context) {
	defer st.leave(context.WithoutCancel(ctx))
	defer st.bots.Wait() // whose context is ctx
	tick := time.NewTicker(lookAtRehearsals)
	defer tick.Stop()
	for {
		if err := st.look(ctx); err != nil && ctx.Err() == nil && !st.store.Away(err) {
			st.log.Warn("the rehearsals could not be looked at", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look begins with the bots of rehearsals that nobody has, keeps those that this
// process has, and ends those whose sale is over.
func (st *stage) look(ctx context.Context) error {
	sales, err := st.store.RunningRehearsals(ctx)
	if err != nil {
		return err // those who bid go on: their bids are refused or taken, as anybody's
	}
	running := map[int64]bool{}
	for _, s := range sales {
		mine, err := st.store.LeadBots(ctx, s.ID, st.name, time.Now(), time.Now().Add(botsLease))
		if err != nil {
			return err
		}
		running[s.ID] = mine
		if mine && st.playing[s.ID] == nil {
			if err := st.begin(ctx, s); err != nil {
				return err
			}
		}
	}
	for id, end := range st.playing {
		if !running[id] {
			end()
			delete(st.playing, id)
		}
	}
	return nil
}

// leave gives the rehearsals whose bots bid here to whoever wants them: another
// process, or this one after its next start, need not wait.
func (st *stage) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for id := range st.playing {
		if _, err := st.store.LeadBots(ctx, id, st.name, time.Now(), time.Now()); err != nil {
			st.log.Debug("the bots of a rehearsal are taken over later", "err", err)
		}
	}
}

// begin lets the bots of a rehearsal bid, until it is over or ctx ends.
func (st *stage) begin(ctx context.Context, s auction.Sale) error {
	in := &hall{house: st.house, sale: s.ID}
	entries, err := in.Catalogue(ctx)
	if err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	st.playing[s.ID] = end
	st.log.Info("a rehearsal runs", "sale", s.Slug, "lots", len(entries), "bots", rehearsalBots)
	for _, b := range demo.Bots(rehearsalBots, uint64(s.ID), demo.LotsOf(s, entries)) {
		st.bots.Go(func() { in.play(ctx, b) })
	}
	return nil
}

// wipe removes the rehearsals that ended a day ago.
func (ho *house) wipe(ctx context.Context, now time.Time) {
	list, err := ho.store.RehearsalsBefore(ctx, now.Add(-handlers.WipedAfter))
	for _, s := range list {
		if err == nil {
			err = ho.site.Load().Wipe(ctx, s, 0)
		}
		if errors.Is(err, auction.ErrNotFound) {
			err = nil // another process wiped it
		}
	}
	if err != nil && ctx.Err() == nil {
		ho.log.Warn("a rehearsal that is over could not be wiped; it is tried again in an hour", "err", err)
	}
}

// hall is a sale as bots come to it.
type hall struct {
	*house
	sale int64

	mu      sync.Mutex // guards the others
	entries []auction.Entry
	at      time.Time
}

// glance is for how long all bots see the same catalogue: what they do not know
// yet they are told by the answer to their bid, like everybody.
const glance = 500 * time.Millisecond

func (in *hall) Catalogue(ctx context.Context) ([]auction.Entry, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if time.Since(in.at) < glance {
		return in.entries, nil
	}
	entries, _, err := in.store.Entries(ctx, in.sale, auction.Query{})
	if err != nil {
		return nil, fmt.Errorf("read the catalogue: %w", err)
	}
	in.entries, in.at = entries, time.Now()
	return entries, nil
}

func (in *hall) Bid(ctx context.Context, lot int64, b auction.Bid) error {
	_, err := in.room.Bid(ctx, lot, b)
	if errors.Is(err, auction.ErrNotFound) || errors.Is(err, saleroom.ErrNotAccepted) || errors.Is(err, saleroom.ErrNotRegistered) {
		return nil // the rehearsal is being wiped, the house stops or waits for its database, the organiser shut the paddle out
	}
	return err
}

// play has a bot bid until ctx ends.
func (in *hall) play(ctx context.Context, b *demo.Bot) {
	demo.Play(ctx, b, in, func(err error) { in.log.Warn("a bot stumbled", "bot", b.Name, "err", err) })
}
