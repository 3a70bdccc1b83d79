//go:build linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"outcry/auction"
	"outcry/store"
)

// evening is the last minute of a hot sale: everybody has the catalogue open,
// where each bid on each lot and each fall shows, and lots close one after the
// other until the last.
type evening struct {
	screens int
	lots    int
	span    time.Duration

	mu      sync.Mutex // guards waiting and bidErr
	waiting [][]*shownBid
	bidErr  error
	answers []time.Duration
	lasts   []time.Duration

	latest [][]int32 // by screen and lot; the reader's alone
	seed   maphash.Seed
	known  map[uint64]card // frames that were read before
	closed []atomic.Bool
}

// card is what a frame says.
type card struct {
	lot, seq int64
	over     bool
}

// shownBid is a bid on its way to every screen.
type shownBid struct {
	seq  int64
	sent time.Time
	left int
}

func (b *bench) evening(ctx context.Context) error {
	e := &evening{screens: b.size(5000, 40), lots: b.size(500, 10), span: time.Duration(b.size(60, 3)) * time.Second,
		seed: maphash.MakeSeed(), known: map[uint64]card{}}
	e.waiting, e.closed = make([][]*shownBid, e.lots+1), make([]atomic.Bool, e.lots+1)
	e.latest = make([][]int32, e.screens)
	for i := range e.latest {
		e.latest[i] = make([]int32, e.lots+1)
	}
	bidders := b.size(200, 10)
	dir, err := b.dir()
	if err != nil {
		return err
	}
	lead := time.Duration(b.size(75, 4)) * time.Second // until everybody is there
	if err := furnishClosing(ctx, dir, e.lots, bidders, time.Now().Add(lead), e.span/time.Duration(e.lots)); err != nil {
		return err
	}
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer s.stop()
	w, err := newWatchers()
	if err != nil {
		return err
	}
	defer w.close()
	for range e.screens {
		if err := w.dial(s.addr, upgradeRequest(s.addr, "sale="+hallSlug, "")); err != nil {
			return err
		}
	}
	who, err := b.bidders(ctx, dir, s, bidders)
	if err != nil {
		return err
	}
	defer closeAll(who)
	end := time.Now().Add(lead + e.span + 5*time.Second)
	var all sync.WaitGroup
	for i, h := range who {
		all.Go(func() { e.bid(h, i, end) })
	}
	stop := b.profiling(s, "evening", int(e.span.Seconds()))
	err = w.read(lead+e.span+time.Minute, e.note, e.over)
	all.Wait()
	if err == nil {
		err = e.bidErr
	}
	if e := stop(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return e.report(b, s)
}

// furnishClosing is furnish with lots that close one after the other.
func furnishClosing(ctx context.Context, dir string, lots, paddles int, first time.Time, stagger time.Duration) error {
	if err := furnish(ctx, dir, lots, paddles); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer s.Close()
	sale, err := s.Sale(ctx, hallSlug)
	if err != nil {
		return err
	}
	entries, _, err := s.Entries(ctx, sale.ID, auction.Query{})
	if err != nil {
		return err
	}
	for i, e := range entries {
		d, err := s.Draft(ctx, e.ID)
		if err != nil {
			return err
		}
		d.ClosesAt = first.Add(time.Duration(i) * stagger)
		if err := s.SaveDraft(ctx, e.ID, d); err != nil {
			return err
		}
	}
	return nil
}

// over reports whether the last lot is closed on every screen.
func (e *evening) over() bool {
	for lot := 1; lot <= e.lots; lot++ {
		if !e.closed[lot].Load() {
			return false
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.waiting {
		if len(l) > 0 {
			return false
		}
	}
	return true
}

// bid bids every two seconds or so on one of the lots that close next.
func (e *evening) bid(h *httpBidder, nth int, end time.Time) {
	random := rand.New(rand.NewPCG(uint64(nth), 5))
	next := map[int]int64{}
	for i := 0; time.Now().Before(end); i++ {
		time.Sleep(time.Duration(1000+random.IntN(2000)) * time.Millisecond / time.Duration(max(1, 6-int(e.span/(10*time.Second)))))
		lot := e.soon(random)
		if lot == 0 {
			return
		}
		amount := max(next[lot], 200) + int64(random.IntN(400))
		sent := time.Now()
		a, err := h.bid(int64(lot), amount, fmt.Sprintf("evening-%d-%d-0123456789", nth, i))
		took := time.Since(sent)
		e.mu.Lock()
		if err != nil {
			e.bidErr = err
			e.mu.Unlock()
			return
		}
		e.answers = append(e.answers, took)
		if a.Outcome == "leading" || a.Outcome == "outbid" {
			e.waiting[lot] = append(e.waiting[lot], &shownBid{a.Seq, sent, e.screensWithout(lot, a.Seq)})
		}
		e.mu.Unlock()
		next[lot] = a.Ask
	}
}

// screensWithout is how many screens do not show a lot's seq yet. A frame is
// often faster than the answer's reader. Caller holds mu, which the reader
// holds while it notes a frame.
func (e *evening) screensWithout(lot int, seq int64) (n int) {
	for i := range e.latest {
		if int64(e.latest[i][lot]) < seq {
			n++
		}
	}
	return n
}

// soon is one of the ten lots that close next, 0 when none is open.
func (e *evening) soon(random *rand.Rand) int {
	var open []int
	for lot := 1; lot <= e.lots && len(open) < 10; lot++ {
		if !e.closed[lot].Load() {
			open = append(open, lot)
		}
	}
	if len(open) == 0 {
		return 0
	}
	return open[random.IntN(len(open))]
}

// note takes one frame; the snapshot comes as one with all lots in it.
func (e *evening) note(c *watching, f []byte) error {
	if bytes.Count(f[:min(len(f), 1000)], []byte(`data-lot="`)) > 1 {
		for part := range bytes.SplitSeq(f, []byte("<hx-partial")) {
			if k, ok := e.read(part); ok {
				e.latest[c.nth][k.lot] = max(e.latest[c.nth][k.lot], int32(k.seq))
			}
		}
		return nil
	}
	sum := maphash.Bytes(e.seed, f)
	k, ok := e.known[sum]
	if !ok {
		if k, ok = e.read(f); !ok {
			return nil // not of a lot
		}
		e.known[sum] = k
	}
	was := int64(e.latest[c.nth][k.lot])
	if k.seq < was {
		return fmt.Errorf("screen %d got seq %d of lot %d after %d", c.nth, k.seq, k.lot, was)
	}
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.latest[c.nth][k.lot] = int32(k.seq)
	if k.over {
		e.closed[k.lot].Store(true)
	}
	left := e.waiting[k.lot][:0]
	for _, w := range e.waiting[k.lot] {
		if was < w.seq && w.seq <= k.seq {
			w.left--
		}
		if w.left > 0 {
			left = append(left, w)
			continue
		}
		e.lasts = append(e.lasts, now.Sub(w.sent))
	}
	e.waiting[k.lot] = left
	return nil
}

func (e *evening) read(f []byte) (card, bool) {
	k := card{lot: numberIn(f, `data-lot="`), seq: numberIn(f, `data-seq="`)}
	k.over = bytes.Contains(f, []byte(`data-state="sold"`)) || bytes.Contains(f, []byte(`data-state="passed"`))
	return k, k.lot > 0 && k.lot <= int64(e.lots)
}

// report takes how late lots fell from their logs.
func (e *evening) report(b *bench, s *server) error {
	var late []time.Duration
	for lot := 1; lot <= e.lots; lot++ {
		text, err := s.get(fmt.Sprintf("/lots/%d/log", lot), "")
		if err != nil {
			return err
		}
		var last struct {
			At       int64  `json:"at"`
			ClosesAt int64  `json:"closes_at"`
			Event    string `json:"event"`
		}
		lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
		if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
			return err
		}
		if last.Event != "lot.sold" && last.Event != "lot.passed" || last.At < last.ClosesAt {
			return fmt.Errorf("the log of lot %d ends with %s", lot, lines[len(lines)-1])
		}
		late = append(late, time.Duration(last.At-last.ClosesAt)*time.Millisecond)
	}
	section := fmt.Sprintf("The last minute: %d screens with the catalogue, %d lots closing in %v", e.screens, e.lots, e.span)
	for _, f := range []struct {
		name string
		of   []time.Duration
		part float64
		want float64
	}{
		{"bid to own answer, p99", e.answers, 0.99, 50}, {"bid to last screen, p99", e.lasts, 0.99, 250}, {"bid to last screen, median", e.lasts, 0.5, 0},
		{"a close, latest", late, 1, 100},
	} {
		if len(f.of) == 0 {
			return fmt.Errorf("nothing was measured of %s", f.name)
		}
		slices.Sort(f.of)
		at := f.of[min(int(f.part*float64(len(f.of))), len(f.of)-1)]
		b.report.add(figure{Section: section, Name: f.name, Unit: "ms", Ours: sample{float64(at.Microseconds()) / 1000}, Want: f.want, Most: true,
			Note: fmt.Sprintf("of %d", len(f.of))})
	}
	return nil
}
