//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"outcry/auction"
	"outcry/store"
)

// memory measures what a watching socket costs, beside a bare connection with
// one goroutine.
func (b *bench) memory(ctx context.Context) error {
	n := b.size(10_000, 50)
	var ours, base, kernel, kernelBase sample
	for range b.size(max(2, b.turns/2), 1) {
		dir, err := b.dir()
		if err != nil {
			return err
		}
		if err := furnish(ctx, dir, 2, 2); err != nil {
			return err
		}
		s, err := b.serve(ctx, dir)
		if err != nil {
			return err
		}
		rss, slab, err := grown(s.pid(), func() (*watchers, error) {
			sc, err := b.watchLot(s, n)
			if err != nil {
				return nil, err
			}
			return sc.watchers, nil
		})
		if e := b.save(s, "heap", "memory"); err == nil {
			err = e
		}
		s.stop()
		if err != nil {
			return err
		}
		bare, err := startBaseline("goroutine")
		if err != nil {
			return err
		}
		bareRSS, bareSlab, err := grown(bare.pid(), func() (*watchers, error) {
			w, err := newWatchers()
			for i := 0; i < n && err == nil; i++ {
				err = w.dial(bare.addr, "")
			}
			return w, err
		})
		bare.stop()
		if err != nil {
			return err
		}
		k := float64(n) * 1000
		ours, base = append(ours, rss/k), append(base, bareRSS/k)
		kernel, kernelBase = append(kernel, slab/k), append(kernelBase, bareSlab/k)
	}
	section, name := "Memory of a watching socket", fmt.Sprintf("%d sockets", n)
	b.report.add(figure{Section: section, Name: name + ", resident", Unit: "KB/socket", Ours: ours, Want: 14, Most: true})
	b.report.add(figure{Section: section, Name: name + ", resident", Unit: "KB/socket", Ours: ours, Base: base, Against: "TCP connection and goroutine"})
	b.report.add(figure{Section: section, Name: name + ", kernel, both ends", Unit: "KB/socket", Ours: kernel, Base: kernelBase, Against: "TCP connection and goroutine"})
	return nil
}

// grown is what the process and the kernel hold more once all are there and
// things have settled.
func grown(pid int, open func() (*watchers, error)) (rss, kernel float64, err error) {
	before, err := statusOf(pid, "VmRSS")
	if err != nil {
		return 0, 0, err
	}
	slab, err := kernelMemory()
	if err != nil {
		return 0, 0, err
	}
	w, err := open()
	if err != nil {
		return 0, 0, err
	}
	defer w.close()
	pause()
	after, err := statusOf(pid, "VmRSS")
	if err != nil {
		return 0, 0, err
	}
	more, err := kernelMemory()
	return after - before, more - slab, err
}

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

// shim is preloaded to make a disk as slow as one can be.
const shim = `#define _GNU_SOURCE
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
static void slow(void) { struct timespec t = {0, %d}; nanosleep(&t, 0); }
int fsync(int fd) { slow(); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { slow(); return syscall(SYS_fdatasync, fd); }
`

func buildShim(ctx context.Context, path string, by time.Duration) (string, error) {
	source := path + ".c"
	if err := os.WriteFile(source, fmt.Appendf(nil, shim, by.Nanoseconds()), 0o600); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "gcc", "-shared", "-fPIC", "-O1", "-o", path, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the slow disk: %w\n%s", err, out)
	}
	return path, nil
}

// slow measures bids over a disk whose sync takes five milliseconds more.
func (b *bench) slow(ctx context.Context) error {
	library, err := b.slowDisk(ctx, 5*time.Millisecond)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, bidders := range []int{1, 1000} {
		cmd := exec.CommandContext(ctx, self, "-baseline", fmt.Sprintf("hall-%d-%d-%d", bidders, b.size(map[int]int{1: 100, 1000: 15}[bidders], 2), b.rounds()))
		cmd.Env = append(os.Environ(), "LD_PRELOAD="+library)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var p50, p99, rate sample
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			var a, b, c float64
			if _, err := fmt.Sscan(lines.Text(), &a, &b, &c); err != nil {
				return err
			}
			p50, p99, rate = append(p50, a), append(p99, b), append(rate, c)
		}
		if len(rate) < 2 {
			return fmt.Errorf("the slow disk measured %d rounds", len(rate))
		}
		f := figure{Section: "A disk whose sync takes 5 ms, through the saleroom", Name: fmt.Sprintf("%d bidders, p99", bidders), Unit: "ms", Ours: p99[1:], Most: true,
			Note: fmt.Sprintf("p50 %s ms, %s bids/s", number(p50[1:].median()), number(rate[1:].median()))}
		if bidders == 1000 {
			f.Want = 50
		}
		b.report.add(f)
	}
	return nil
}

// runHall is the saleroom in a process of its own: it prints p50, p99 and bids
// a second of each round.
func runHall(spec string) error {
	var bidders, each, rounds int
	if _, err := fmt.Sscanf(spec, "hall-%d-%d-%d", &bidders, &each, &rounds); err != nil {
		return err
	}
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outcry-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := furnish(ctx, dir, 1, bidders); err != nil {
		return err
	}
	h, err := openHall(ctx, dir)
	if err != nil {
		return err
	}
	for range rounds {
		b, err := h.crowd(ctx, bidders, each)
		if err != nil {
			return err
		}
		fmt.Println(b.p(0.5), b.p(0.99), b.rate())
	}
	return h.close()
}
