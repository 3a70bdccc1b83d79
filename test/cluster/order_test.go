package cluster

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/house"
)

// TestOrder: a page that hops between the sockets of three processes, while
// bids come in at each, starts at every connect with a state that is no older
// than what was acknowledged or shown to it before.
func TestOrder(t *testing.T) {
	t.Parallel()
	c := open(t, database(t), 3, catalogue(2), 4, "--closes-in", "1h")
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	lot := all[0].ID
	var acked atomic.Int64 // newest seq of the lot that a bidder was told
	w := gather(c, manner{gap: 40 * time.Millisecond, enough: 1_000_000_00, heard: func(a house.Answer) {
		for a.Lot == lot {
			if was := acked.Load(); was >= a.Seq || acked.CompareAndSwap(was, a.Seq) {
				return
			}
		}
	}})
	var shown int64
	connects, frames := 0, 0
	proves := func() bool { return acked.Load() >= 50 && connects >= 20 }
	for began := time.Now(); time.Since(began) < 4*time.Second || !proves() && time.Since(began) < time.Minute; connects++ {
		told := acked.Load()
		h := hop{t: t, c: c, lot: lot}
		first, newest, n := h.visit(c.houses[rand.IntN(len(c.houses))].URL(""), rand.N(150*time.Millisecond))
		if first < told {
			t.Errorf("connect %d: the snapshot is at seq %d, a bidder had been told of %d before", connects, first, told)
		}
		if first < shown {
			t.Errorf("connect %d: the snapshot is at seq %d after %d was shown", connects, first, shown)
		}
		shown = newest
		frames += n
	}
	w.settle()
	if !proves() {
		t.Errorf("%d changes and %d connects prove little", acked.Load(), connects)
	}
	t.Logf("%d connects, %d frames, %d changes", connects, frames, acked.Load())
}

// hop is a page's stay at one process.
type hop struct {
	t   *testing.T
	c   *cluster
	lot int64
}

// visit stays for a while after the snapshot, and returns the seqs of the
// lot's first and newest frame, and how many came. An older frame after a newer
// one is an error. What is published while the snapshot is made follows it and
// may be older than it is: a page drops that by its data-seq, and so does visit.
func (h *hop) visit(base string, stay time.Duration) (first, newest int64, frames int) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	conn, err := house.Guest(base).Watch(ctx, "sale="+slug)
	if err != nil {
		h.t.Fatal(err)
	}
	defer conn.CloseNow()
	var pushed int64 // seq of the last frame after the snapshot
	for ctx.Err() == nil {
		m, err := house.Next(ctx, conn)
		if err != nil && frames > 0 {
			break // the stay is over
		}
		if err != nil {
			h.t.Fatal(err)
		}
		for _, s := range m.Shown {
			if s.Lot != h.lot {
				continue
			}
			if s.Seq < pushed {
				h.t.Errorf("seq %d after %d on one socket", s.Seq, pushed)
			}
			if frames++; frames == 1 {
				first = s.Seq
				time.AfterFunc(stay, cancel)
			} else {
				pushed = s.Seq
			}
			newest = max(newest, s.Seq)
		}
	}
	return first, newest, frames
}
