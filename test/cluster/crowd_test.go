package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"outcry/test/house"
	"outcry/test/ledger"
)

// manner is how a crowd bids.
type manner struct {
	gap    time.Duration      // at most so long between two bids of a person
	enough int64              // nobody wants a lot for more, minor units; 0 = 300.00, so that lots close under load, too
	heard  func(house.Answer) // told of every bid that was judged; nil = nobody is
}

// crowd bids on a cluster through its balancer and takes down what it hears.
type crowd struct {
	c      *cluster
	ledger *ledger.Ledger
	asks   map[int64]*ask // its keys never change
	lots   []int64
	manner manner

	stop context.CancelFunc
	all  sync.WaitGroup

	taken  atomic.Int64 // bids so far
	lastAt atomic.Int64 // when the last one that was taken was sent, ms UTC
	notNow atomic.Int64 // answers of 503: not accepted
	open   atomic.Int64 // bids whose fate was left open, by an error or in words

	mu     sync.Mutex // guards oddities
	oddity map[string]int
}

// ask is what the crowd heard last of a lot.
type ask struct {
	minor atomic.Int64
	over  atomic.Bool
}

// gather lets everybody bid until disperse.
func gather(c *cluster, m manner) *crowd {
	c.t.Helper()
	if m.enough == 0 {
		m.enough = 300_00
	}
	if m.heard == nil {
		m.heard = func(house.Answer) {}
	}
	ctx, stop := context.WithCancel(c.t.Context())
	w := &crowd{c: c, ledger: ledger.New(), asks: map[int64]*ask{}, manner: m, stop: stop, oddity: map[string]int{}}
	all, err := c.clients[0].Lots(ctx, slug)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, l := range all {
		a := &ask{}
		a.minor.Store(l.Ask)
		w.asks[l.ID], w.lots = a, append(w.lots, l.ID)
	}
	for i := range c.clients {
		w.all.Go(func() { w.bid(ctx, i, rand.New(rand.NewPCG(uint64(i), uint64(time.Now().UnixNano())))) })
	}
	c.t.Cleanup(w.disperse)
	return w
}

// disperse lets everybody hear what they wait for, and go.
func (w *crowd) disperse() {
	w.stop()
	w.all.Wait()
}

// bid bids until ctx ends. Every tenth bid is an earlier one sent again.
func (w *crowd) bid(ctx context.Context, who int, random *rand.Rand) {
	var mine []*ledger.Entry
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(random.Int64N(int64(w.manner.gap)))):
		}
		if len(mine) > 0 && random.IntN(10) == 0 {
			w.repeat(mine[random.IntN(len(mine))])
			continue
		}
		lot, ok := w.wanted(random)
		if !ok {
			continue
		}
		minor := w.asks[lot].minor.Load() + int64(random.IntN(8)-1)*100 // at times below the ask
		e := &ledger.Entry{Bidder: who, Paddle: w.c.people[who].Paddle, Lot: lot, Key: house.NewKey(), Kind: "max",
			Amount: fmt.Sprintf("%d.%02d", minor/100, minor%100)}
		if random.IntN(8) == 0 {
			e.Kind = "exact"
		}
		w.ledger.Add(e)
		if w.send(e) {
			mine = append(mine, e)
		}
	}
}

// wanted is one of the few lots that close next and are not too dear yet.
func (w *crowd) wanted(random *rand.Rand) (int64, bool) {
	var some []int64
	for _, id := range w.lots {
		if a := w.asks[id]; !a.over.Load() && a.minor.Load() <= w.manner.enough {
			some = append(some, id)
		}
		if len(some) == 8 {
			break
		}
	}
	if len(some) == 0 {
		return 0, false
	}
	return some[random.IntN(len(some))], true
}

// send sends a bid for the first time and takes down what it hears; it reports
// whether it was judged. A bidder waits for the answer even when the evening
// is over: a request that is broken off here would tell nothing of the house.
func (w *crowd) send(e *ledger.Entry) bool {
	sent := time.Now().UnixMilli()
	a, err := w.say(e)
	switch {
	case err != nil: // the process, or what lies between, is gone
		w.open.Add(1)
		w.odd("no answer, or not from the house")
		return false
	case a.Outcome != "":
		e.Heard, e.Known = a, true
	case a.Status == http.StatusServiceUnavailable && a.Reason != "": // the house says that nothing happened: it must never appear
		w.notNow.Add(1)
		e.Known = true
		return false
	default:
		w.open.Add(1)
		w.odd(fmt.Sprintf("%d %s", a.Status, a.Reason))
		return false
	}
	w.manner.heard(a)
	on := w.asks[e.Lot]
	on.minor.Store(a.Ask)
	if a.Reason == "closed" {
		on.over.Store(true)
	}
	if a.Taken() {
		w.taken.Add(1)
		w.lastAt.Store(max(w.lastAt.Load(), sent))
	}
	return true
}

// repeat sends a bid again, which must hear what it heard if it hears anything.
func (w *crowd) repeat(e *ledger.Entry) {
	a, err := w.say(e)
	if err == nil && a.Outcome != "" && a.Raw != e.Heard.Raw {
		w.c.t.Errorf("bid %v: the same key heard two answers:\n%s%s", e, e.Heard.Raw, a.Raw)
	}
}

func (w *crowd) say(e *ledger.Entry) (house.Answer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return w.c.clients[e.Bidder].BidKey(ctx, e.Lot, e.Amount, e.Key, e.Kind)
}

// odd counts answers that leave a bid's fate open.
func (w *crowd) odd(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.oddity[what]++
}

// back waits until a bid was taken that was sent after an instant, and returns
// how long that took.
func (w *crowd) back(after time.Time) time.Duration {
	w.c.t.Helper()
	err := house.Wait(w.c.t.Context(), 60*time.Second, "a bid is taken again", func() bool {
		return w.lastAt.Load() > after.UnixMilli()
	})
	if err != nil {
		w.c.t.Fatal(err)
	}
	return time.Since(after)
}

// settle sends everybody home, asks for every bid whose fate is open, and holds
// the logs against the ledger.
func (w *crowd) settle() ledger.Sums {
	t := w.c.t
	t.Helper()
	w.disperse()
	asked, taken, err := w.ledger.Settle(w.say)
	if err != nil {
		t.Fatal(err)
	}
	sums, _ := w.ledger.Check(w.c.logs(), t.Errorf)
	w.c.verify()
	t.Logf("%d bids sent, %d taken, %d refused; %d heard 503; of %d the fate was open, %d of these were taken (%v); %d lots closed",
		sums.Sent, sums.Taken, sums.Refused, w.notNow.Load(), asked, taken, w.oddity, sums.Closed)
	if sums.Taken == 0 {
		t.Error("no bid was taken: this proves nothing")
	}
	return sums
}
