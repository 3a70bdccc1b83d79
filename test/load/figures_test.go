package load

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// figures are what a rehearsal measured.
type figures struct {
	span, imported       time.Duration
	sent, taken, refused int
	sold, passed, events int
	extended             int
	answers              []time.Duration // from sending a bid to its answer
	frames               []time.Duration // from sending a bid to a frame that shows it, for each socket
	late                 []time.Duration // from a lot's close to its fall
	pages                []time.Duration
	rss                  string
}

func (f *figures) String() string {
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "\n  %-22s %s", name, fmt.Sprintf(format, args...))
	}
	spread := func(name string, d []time.Duration) {
		row(name, "p50 %v, p99 %v, most %v (%d)", at(d, 50), at(d, 99), at(d, 100), len(d))
	}
	fmt.Fprintf(&b, "rehearsal of %v", f.span)
	row("import", "%d lots in %v", lots, f.imported.Round(time.Millisecond))
	row("bids", "%d sent, %d taken, %d refused, %.0f a second", f.sent, f.taken, f.refused, float64(f.sent)/f.span.Seconds())
	row("lots", "%d sold, %d passed; closes moved %d times; %d events", f.sold, f.passed, f.extended, f.events)
	spread("bid to answer", f.answers)
	spread("bid to frame", f.frames)
	spread("close to fall", f.late)
	spread("page", f.pages)
	row("most memory", "%s", f.rss)
	if slowed {
		row("NOTE", "the race detector slowed the crowd; these times are its own, not the house's")
	}
	return b.String()
}

// at is a percentile, 0 of nothing.
func at(d []time.Duration, percent int) time.Duration {
	if len(d) == 0 {
		return 0
	}
	return d[min(len(d)*percent/100, len(d)-1)].Round(10 * time.Microsecond)
}

// check holds the house's logs against what the crowd was told and shown, and
// takes the figures.
func (f *figures) check(t *testing.T, h *house.House, c *crowd, final []house.PublicLot) {
	t.Helper()
	if c.failed > 0 {
		t.Errorf("%d requests or sockets failed", c.failed)
	}
	taken := map[int64]map[int64]bid{} // by lot and seq
	for _, b := range c.sent {
		f.answers = append(f.answers, b.took)
		if !b.told.Taken() {
			f.refused++
			continue
		}
		f.taken++
		if taken[b.told.Lot] == nil {
			taken[b.told.Lot] = map[int64]bid{}
		}
		if _, twice := taken[b.told.Lot][b.told.Seq]; twice {
			t.Errorf("two bids on lot %d were told to be seq %d", b.told.Lot, b.told.Seq)
		}
		taken[b.told.Lot][b.told.Seq] = b
	}
	f.sent, f.pages = len(c.sent), c.pages
	for i, l := range final {
		f.checkLot(t, h, c, l, taken[l.ID], i%50 == 0)
	}
	f.checkFrames(t, c, final)
	for _, d := range [][]time.Duration{f.answers, f.frames, f.late, f.pages} {
		slices.Sort(d)
	}
	if f.taken == 0 || f.sold == 0 || f.extended == 0 {
		t.Errorf("this was no rehearsal: %v", f)
	}
	if worst := at(f.late, 100); worst > 10*time.Second {
		t.Errorf("a lot fell %v after its close", worst)
	}
}

// checkLot: closed once, as its last event; every bid that somebody was told
// is taken is in the log, as it was told. Some logs are verified by the
// program's command as well.
func (f *figures) checkLot(t *testing.T, h *house.House, c *crowd, l house.PublicLot, taken map[int64]bid, verify bool) {
	t.Helper()
	log, err := c.guest.Log(t.Context(), l.ID)
	if err != nil || len(log) == 0 {
		t.Errorf("the log of lot %s: %d events, %v", l.Number, len(log), err)
		return
	}
	f.events += len(log)
	f.extended += house.Count(log, "lot.extended")
	for i, e := range log {
		if e.Seq != int64(i+1) || i > 0 && e.Prev != log[i-1].Hash {
			t.Errorf("lot %s: seq %d where %d belongs, or its chain is broken", l.Number, e.Seq, i+1)
		}
	}
	last := log[len(log)-1]
	if n := house.Count(log, "lot.sold") + house.Count(log, "lot.passed"); n != 1 || last.Event != "lot."+l.State || last.Seq != l.Seq || last.At < last.ClosesAt {
		t.Errorf("lot %s is %s at seq %d and closed %d times; its log ends with %+v", l.Number, l.State, l.Seq, n, last)
	}
	f.late = append(f.late, time.Duration(last.At-last.ClosesAt)*time.Millisecond)
	switch {
	case l.State == "sold":
		f.sold++
		if l.Hammer == nil || *l.Hammer != last.Price || l.Lead == nil || *l.Lead != last.Paddle {
			t.Errorf("lot %s is sold as %+v, its log says %+v", l.Number, l, last)
		}
	default:
		f.passed++
	}
	for seq, b := range taken {
		if e := log[min(seq, last.Seq)-1]; e.Seq != seq || e.Event != "bid.taken" || e.Paddle != b.by || e.Price != b.told.Price || e.At != b.told.At {
			t.Errorf("lot %s: the bid that was told %s is %+v in the log", l.Number, b.told.Raw, e)
		}
	}
	if verify {
		verifyLog(t, h, c, l)
	}
}

// verifyLog saves a log as anybody may, and has it verified.
func verifyLog(t *testing.T, h *house.House, c *crowd, l house.PublicLot) {
	t.Helper()
	text, err := c.guest.Get(t.Context(), fmt.Sprintf("/lots/%d/log", l.ID), "")
	if err != nil {
		t.Error(err)
		return
	}
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if r := house.Run(t, house.Input{}, "verify", path); r.Code != 0 {
		t.Errorf("verify the log of lot %s: %s%s", l.Number, r.Out, r.Err)
	}
}

// checkFrames: every page ends on the last seq of each of its lots, and takes
// the time from each bid to the frame that shows it.
func (f *figures) checkFrames(t *testing.T, c *crowd, final []house.PublicLot) {
	t.Helper()
	ends := map[int64]house.PublicLot{}
	for _, l := range final {
		ends[l.ID] = l
	}
	for _, w := range c.watchers {
		for _, id := range w.lots {
			if s, l := w.latest[id], ends[id]; s.Seq != l.Seq || s.Price != l.Price || s.State != l.State {
				t.Errorf("the page of %.40s shows lot %s as %+v, it is %s at seq %d, price %d", w.query, l.Number, s, l.State, l.Seq, l.Price)
			}
		}
	}
	for _, b := range c.sent {
		if !b.told.Taken() || b.told.Outcome == "raised" {
			continue // a raise is nobody else's business
		}
		for _, w := range c.watchers {
			seen := w.seen[b.told.Lot]
			i, _ := slices.BinarySearchFunc(seen, b.told.Seq, func(s sight, seq int64) int { return int(s.seq - seq) })
			if i > 0 && i < len(seen) { // the first sight is the snapshot
				f.frames = append(f.frames, seen[i].at-b.at.Sub(c.began))
			}
		}
	}
}

// peakRSS is the most memory that a process held, as Linux tells it.
func peakRSS(pid int) string {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return "not known on this system"
	}
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte("VmHWM:")); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(string(rest)), " kB"))
			if err == nil {
				return fmt.Sprintf("%.0f MB", float64(kb)/1e3)
			}
		}
	}
	return "not known"
}
