//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strconv"
	"time"
	"unsafe"
)

func pointer(p []byte) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(p))) }

// screens counts one frame after the other to the last of its watchers, and
// holds each copy against the first.
type screens struct {
	*watchers
	seq         int64  // that is on its way
	frame       []byte // the first copy of it
	got         int
	first, last time.Time
}

// await reads until every watcher has the frame of seq.
func (s *screens) await(seq int64) error {
	s.seq, s.frame, s.got = seq, nil, 0
	err := s.read(time.Minute, s.note, func() bool { return s.got == len(s.conns) })
	if err != nil {
		return fmt.Errorf("seq %d, %d of %d watchers: %w", seq, s.got, len(s.conns), err)
	}
	return nil
}

func (s *screens) note(_ *watching, f []byte) error {
	switch {
	case s.frame == nil:
		if got := numberIn(f, `data-seq="`); got != s.seq {
			return fmt.Errorf("a frame of seq %d came, not of %d", got, s.seq)
		}
		s.frame, s.first = bytes.Clone(f), time.Now()
	case !bytes.Equal(f, s.frame):
		return fmt.Errorf("two watchers got different frames of seq %d", s.seq)
	}
	s.got++
	s.last = time.Now()
	return nil
}

// delivered is what one round took.
type delivered struct {
	rate float64 // deliveries a second, from the first watcher to the last
	late float64 // ms from the cause to the last watcher
	cpu  float64 // µs of the server's a delivery
}

// fanout measures one bid to the last of many watchers.
func (b *bench) fanout(ctx context.Context) error {
	for _, n := range []int{100, 1000, 10_000} {
		if n > 100 && b.short {
			break
		}
		// Ours and one baseline at least are open at once.
		if err := b.fanoutTo(ctx, min(n, (files()-500)/2)); err != nil {
			return fmt.Errorf("%d watchers: %w", n, err)
		}
	}
	return nil
}

func (b *bench) fanoutTo(ctx context.Context, n int) error {
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
	defer s.stop()
	ours, err := b.watchLot(s, n)
	if err != nil {
		return err
	}
	defer ours.close()
	rivals, err := b.bidders(ctx, dir, s, 2)
	if err != nil {
		return err
	}
	defer closeAll(rivals)
	bare, bareScreens, err := barely("write", n)
	if err != nil {
		return err
	}
	defer bare.stop()
	defer bareScreens.close()
	bases := []bareLoop{{bare, bareScreens}}
	if files() > 3*n+500 {
		conn, connScreens, err := barely("netconn", n)
		if err != nil {
			return err
		}
		defer conn.stop()
		defer connScreens.close()
		bases = append(bases, bareLoop{conn, connScreens})
	}

	var got [3][]delivered
	rounds := b.rounds() * b.size(max(6, min(40, 20_000/n)), 2)
	stop := b.profiling(s, fmt.Sprintf("fanout-%d", n), 1+rounds*3*n/150_000)
	for i := range rounds {
		one, err := b.ownRound(s, rivals[i%2], ours, int64(1000+100*i))
		if err != nil {
			return err
		}
		got[0] = append(got[0], one)
		for j, base := range bases {
			if one, err = bareRound(base.baseline, base.screens, ours.frame, ours.seq); err != nil {
				return err
			}
			got[j+1] = append(got[j+1], one)
		}
	}
	if err := stop(); err != nil {
		return err
	}
	b.addFanout(n, got, len(ours.frame))
	return nil
}

// bareLoop is a baseline with its watchers.
type bareLoop struct {
	*baseline
	*screens
}

// watchLot opens n sockets that watch the first lot, all snapshots read.
func (b *bench) watchLot(s *server, n int) (*screens, error) {
	w, err := newWatchers()
	if err != nil {
		return nil, err
	}
	for range n {
		if err := w.dial(s.addr, upgradeRequest(s.addr, "lot=1", "")); err != nil {
			return nil, err
		}
	}
	sc := &screens{watchers: w}
	return sc, sc.await(1) // the snapshot: the lot has opened
}

// barely starts a baseline with n connections.
func barely(kind string, n int) (*baseline, *screens, error) {
	base, err := startBaseline(kind)
	if err != nil {
		return nil, nil, err
	}
	w, err := newWatchers()
	if err != nil {
		return nil, nil, err
	}
	for range n {
		if err := w.dial(base.addr, ""); err != nil {
			return nil, nil, err
		}
	}
	return base, &screens{watchers: w}, nil
}

func (b *bench) ownRound(s *server, who *httpBidder, ours *screens, amount int64) (delivered, error) {
	// Longer than the gap that the server keeps between two frames of a lot.
	time.Sleep(60 * time.Millisecond)
	runtime.GC() // now, not while it counts
	cpu, err := cpuOf(s.pid())
	if err != nil {
		return delivered{}, err
	}
	answered := make(chan error, 1)
	began := time.Now()
	go func() {
		a, err := who.bid(1, amount, "fanout-"+strconv.FormatInt(amount, 10)+"-0123456789")
		if err == nil && a.Outcome != "leading" {
			err = fmt.Errorf("the bid of %d is %s", amount, a.Outcome)
		}
		answered <- err
	}()
	err = ours.await(ours.seq + 1)
	if e := <-answered; e != nil {
		return delivered{}, e
	}
	if err != nil {
		return delivered{}, err
	}
	return ours.round(began, cpu, s.pid())
}

func bareRound(base *baseline, sc *screens, frame []byte, seq int64) (delivered, error) {
	time.Sleep(20 * time.Millisecond)
	runtime.GC()
	cpu, err := cpuOf(base.pid())
	if err != nil {
		return delivered{}, err
	}
	began := time.Now()
	if err := base.send(frame); err != nil {
		return delivered{}, err
	}
	if err := sc.await(seq); err != nil {
		return delivered{}, err
	}
	if _, err := base.answer(); err != nil {
		return delivered{}, err
	}
	return sc.round(began, cpu, base.pid())
}

func (s *screens) round(began time.Time, cpu time.Duration, pid int) (delivered, error) {
	after, err := cpuOf(pid)
	n := float64(len(s.conns))
	return delivered{rate: n / s.last.Sub(s.first).Seconds(), late: float64(s.last.Sub(began).Microseconds()) / 1000,
		cpu: float64((after - cpu).Nanoseconds()) / 1000 / n}, err
}

func (b *bench) addFanout(n int, got [3][]delivered, size int) {
	part := func(i int, of func(delivered) float64) sample {
		var s sample
		for j, d := range got[i] {
			if j > 0 { // the first is not counted
				s = append(s, of(d))
			}
		}
		return s
	}
	section := "Fan-out, one bid to its watchers"
	name := strconv.Itoa(n) + " watchers"
	want, most := 0.0, 0.0
	switch {
	case n >= 5000:
		want, most = 0.85, 1.2
	case n >= 1000:
		want, most = 0.9, 1.2
	}
	for _, m := range []struct {
		what, unit string
		of         func(delivered) float64
		want       float64
		most       bool
	}{
		{"", "deliveries/s", func(d delivered) float64 { return d.rate }, want, false},
		{", processor", "µs/delivery", func(d delivered) float64 { return d.cpu }, most, true},
		{", bid to last screen", "ms", func(d delivered) float64 { return d.late }, 0, true},
	} {
		for i, against := range []string{"write(2) loop", "net.Conn loop"} {
			if len(got[i+1]) == 0 {
				continue // there were not enough files for it
			}
			f := figure{Section: section, Name: name + m.what, Unit: m.unit, Ours: part(0, m.of), Base: part(i+1, m.of), Against: against, Most: m.most}
			if i == 0 {
				f.Want = m.want
			}
			if m.what == "" && i == 0 {
				f.Note = strconv.Itoa(size) + " bytes"
			}
			b.report.add(f)
		}
	}
}
