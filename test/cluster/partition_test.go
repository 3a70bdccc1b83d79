package cluster

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
)

// freshness is how old a page may be, whatever happens to NATS: every process
// looks each second for what nobody told it.
const freshness = 1500 * time.Millisecond

// TestNATS: while NATS is there pages of every process follow at once; while
// it is partitioned from one process or from all, or is gone, they follow
// within 1.5 s; and when it is back, at once again. With the look each second
// taken out of the program, the first hold leaves a page behind.
func TestNATS(t *testing.T) {
	t.Parallel()
	c := open(t, database(t), 3, catalogue(4), 4, "--closes-in", "1h")
	f := follow(c)
	f.bid("with NATS", time.Second)
	f.quickAgain("with NATS") // by looking alone one in four bids is that quick
	c.wires[1].hold()
	f.bid("NATS held from one process", 3*time.Second)
	c.wires[1].mend()

	for _, w := range c.wires {
		w.hold()
	}
	f.bid("NATS held from all", 12*time.Second)
	for _, w := range c.wires {
		w.mend()
	}
	f.quickAgain("after the partition")

	c.nats.Stop()
	f.bid("NATS gone", 2*time.Second)
	c.nats.Start(t)
	f.quickAgain("after NATS came back")

	for _, w := range c.wires {
		w.cut()
	}
	f.bid("NATS cut", time.Second)
	c.verify()
}

// follower bids at one process and looks how late pages at the others are.
type follower struct {
	t       *testing.T
	machine *storetest.Machine
	bidders [2]*house.Client // who outbid each other, so that each bid is seen
	lots    []house.PublicLot
	pages   []*page
	n       int // bids so far
}

// follow opens pages at every process but the first, where the bids come in.
func follow(c *cluster) *follower {
	c.t.Helper()
	all, err := c.clients[0].Lots(c.t.Context(), slug)
	if err != nil {
		c.t.Fatal(err)
	}
	f := &follower{t: c.t, machine: storetest.WatchMachine(c.t), lots: all[:2]}
	for i := 1; i < len(c.houses); i++ {
		for _, query := range []string{"sale=" + slug, fmt.Sprintf("lot=%d&lot=%d", all[0].ID, all[1].ID)} {
			f.pages = append(f.pages, look(c, c.houses[i].URL(""), query))
		}
	}
	for i := range f.bidders {
		f.bidders[i] = c.enter(c.houses[0].URL(""), c.people[i])
	}
	return f
}

// bid bids for a while, at any moment of a second, and returns how late the latest
// page showed the latest bid. Later than freshness is an error, apart from what
// the machine itself came too late: this test shares it with five processes.
func (f *follower) bid(when string, span time.Duration) time.Duration {
	f.t.Helper()
	var late []time.Duration
	stalled := f.machine.Start()
	for began := time.Now(); time.Since(began) < span; time.Sleep(rand.N(400 * time.Millisecond)) {
		late = append(late, f.one())
	}
	worst := slices.Max(late)
	slices.Sort(late)
	f.t.Logf("%-28s %3d bids, pages elsewhere followed after %v, at most %v (without the %v that the machine itself was late)",
		when+":", len(late), late[len(late)/2].Round(time.Millisecond), worst.Round(time.Millisecond), stalled.Stalled().Round(time.Millisecond))
	if worst > freshness {
		f.t.Errorf("%s: a page was %v old, want at most %v", when, worst, freshness)
	}
	return worst
}

// one places one bid and returns how long after its answer the last page
// showed it, without what the machine was late meanwhile.
func (f *follower) one() time.Duration {
	f.t.Helper()
	f.n++
	lot, amount := f.lots[f.n%2].ID, fmt.Sprint(1000+100*f.n)
	a, err := f.bidders[f.n/2%2].Bid(f.t.Context(), lot, amount)
	told, watch := time.Now(), f.machine.Start()
	if err != nil || a.Outcome != "leading" {
		f.t.Fatalf("%s on lot %d: %+v, %v", amount, lot, a, err)
	}
	var latest time.Duration
	for _, p := range f.pages {
		err := house.Wait(f.t.Context(), 20*time.Second, fmt.Sprintf("%s shows seq %d of lot %d", p.name, a.Seq, lot), func() bool {
			return !p.since(lot, a.Seq).IsZero()
		})
		if err != nil {
			f.t.Fatal(err)
		}
		latest = max(latest, p.since(lot, a.Seq).Sub(told))
	}
	return max(0, latest-watch.Stalled())
}

// quickAgain waits until pages follow at once again, by notes.
func (f *follower) quickAgain(when string) {
	f.t.Helper()
	began, quick := time.Now(), 0
	for quick < 4 {
		if f.one() < 250*time.Millisecond {
			quick++
		} else {
			quick = 0
		}
		if time.Since(began) > 30*time.Second {
			f.t.Fatalf("%s: pages still do not follow at once after %v", when, time.Since(began))
		}
	}
	f.t.Logf("%-28s pages follow at once within %v", when+":", time.Since(began).Round(time.Millisecond))
}
