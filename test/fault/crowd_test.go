// Package fault runs the house on a disk and behind a network that misbehave,
// and holds it to what it said: no bid that it acknowledged is lost, none that
// it could not keep is acknowledged, and it goes on, or stops, as it promises.
package fault

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/test/house"
	"outcry/test/ledger"
)

func TestMain(m *testing.M) { house.Main(m) }

// long reports whether the long forms are wanted: make crash.
func long() bool { return os.Getenv("OUTCRY_CRASH_ROUNDS") != "" }

// patience is how long a busy machine may take for what happens at once.
const patience = 30 * time.Second

// crowd is people who bid on some lots of one house, and note what they hear.
type crowd struct {
	t       *testing.T
	house   *house.House
	ledger  *ledger.Ledger
	clients []*house.Client
	paddles []string
	lots    []int64                 // in the order of their closes
	asks    map[int64]*atomic.Int64 // newest heard, minor units; its keys never change

	mu     sync.Mutex      // guards newest
	newest map[int64]int64 // seq of the newest bid on a lot that was acknowledged

	taken  atomic.Int64 // bids
	notNow atomic.Int64 // answers 503
	broken atomic.Int64 // requests without a whole answer
}

// limit is one that a crowd does not meet.
var limit = []string{"--bids-per-second", "100000"}

// gather fills a house, which must not run, starts it and signs people in.
// flags are those of import, besides those of a soft close that never moves.
func gather(t *testing.T, h *house.House, lots, people int, flags ...string) *crowd {
	t.Helper()
	c := &crowd{t: t, house: h, ledger: ledger.New(), asks: map[int64]*atomic.Int64{}, newest: map[int64]int64{}}
	list := make([]house.Lot, lots)
	for i := range list {
		list[i] = house.Lot{Title: fmt.Sprintf("Lot %d", i+1), Opening: "10"}
	}
	h.Import("sale", list, flags...)
	bidders := h.Bidders("sale", people)
	h.Start(limit...)
	for _, b := range bidders {
		c.clients = append(c.clients, h.Client(b))
		c.paddles = append(c.paddles, b.Paddle)
	}
	all, err := c.clients[0].Lots(t.Context(), "sale")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		c.lots = append(c.lots, l.ID)
		c.asks[l.ID] = new(atomic.Int64)
		c.asks[l.ID].Store(l.Ask)
	}
	return c
}

// begin lets everybody bid on these lots until stop, which waits for them.
func (c *crowd) begin(lots []int64, pause time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(c.t.Context())
	var all sync.WaitGroup
	for i := range c.clients {
		all.Go(func() {
			for ctx.Err() == nil {
				wait := pause
				if !c.bid(ctx, i, lots[rand.IntN(len(lots))]) {
					wait = 200 * time.Millisecond // as it was told to
				}
				time.Sleep(rand.N(wait) + time.Microsecond) // people think
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// bid sends one bid and takes down what is heard of it. It reports whether the
// bid was judged.
func (c *crowd) bid(ctx context.Context, who int, lot int64) bool {
	amount := c.asks[lot].Load() + int64(rand.IntN(6)-1)*100 // at times below the ask
	e := &ledger.Entry{Bidder: who, Paddle: c.paddles[who], Lot: lot, Kind: "max", Key: house.NewKey(), Amount: decimal(amount)}
	c.ledger.Add(e)
	a, err := c.clients[who].BidKey(ctx, lot, e.Amount, e.Key, e.Kind)
	c.took(e, a, err)
	return e.Known
}

// took notes an answer. One that did not judge the bid leaves its fate open.
func (c *crowd) took(e *ledger.Entry, a house.Answer, err error) {
	switch {
	case err != nil:
		c.broken.Add(1)
		return
	case a.Status == http.StatusServiceUnavailable:
		c.notNow.Add(1)
		return
	case a.Outcome == "":
		c.broken.Add(1)
		return
	}
	e.Heard, e.Known = a, true
	if a.Taken() {
		c.taken.Add(1)
		c.mu.Lock()
		c.newest[e.Lot] = max(c.newest[e.Lot], a.Seq)
		c.mu.Unlock()
	}
	if a.Ask > 0 {
		c.asks[e.Lot].Store(a.Ask)
	}
}

// acknowledged is the seq of the newest bid on each lot that somebody was told
// is taken.
func (c *crowd) acknowledged() map[int64]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.newest)
}

// settle asks again for every bid of which nobody knows what became of it, and
// holds everything that was heard against the logs and against verify.
func (c *crowd) settle() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Minute)
	defer cancel()
	asked, taken, err := c.ledger.Settle(func(e *ledger.Entry) (house.Answer, error) {
		return c.clients[e.Bidder].BidKey(ctx, e.Lot, e.Amount, e.Key, e.Kind)
	})
	if err != nil {
		c.t.Fatal(err)
	}
	logs := map[int64]string{}
	for _, id := range c.lots {
		text, err := c.clients[0].Get(ctx, "/lots/"+strconv.FormatInt(id, 10)+"/log", "")
		if err != nil {
			c.t.Fatal(err)
		}
		logs[id] = string(text)
	}
	sums, _ := c.ledger.Check(logs, c.t.Errorf)
	if err := c.house.Verify(); err != nil {
		c.t.Error(err)
	}
	c.t.Attr("figure", fmt.Sprintf("%d bids sent, %d taken, %d refused, %d lots closed; %d answers were 503, %d not whole; of %d unknown %d were taken",
		sums.Sent, sums.Taken, sums.Refused, sums.Closed, c.notNow.Load(), c.broken.Load(), asked, taken))
}

// await waits for what must come by itself.
func (c *crowd) await(what string, ok func() bool) {
	c.t.Helper()
	began := time.Now()
	defer func() { c.t.Logf("%v until %s", time.Since(began).Round(time.Millisecond), what) }()
	if err := house.Wait(c.t.Context(), patience, what, ok); err != nil {
		c.t.Fatalf("%v\n%s", err, c.house.Log())
	}
}

// grows waits until so many more bids are taken.
func (c *crowd) grows(by int64) {
	c.t.Helper()
	was := c.taken.Load()
	c.await(fmt.Sprintf("%d more bids are taken", by), func() bool { return c.taken.Load() >= was+by })
}

// ready reports whether the house says that a bid could be committed.
func (c *crowd) ready() bool {
	_, err := c.clients[0].Get(c.t.Context(), "/readyz", "")
	return err == nil
}

// reads fails the test unless everything can be read.
func (c *crowd) reads() {
	c.t.Helper()
	lot := "/lots/" + strconv.FormatInt(c.lots[0], 10)
	for _, path := range []string{"/", "/sales/sale", lot, lot + "/log", "/healthz"} {
		if _, err := c.clients[0].Get(c.t.Context(), path, ""); err != nil {
			c.t.Errorf("reading goes on, but: %v", err)
		}
	}
	conn, err := c.clients[0].Watch(c.t.Context(), "sale=sale")
	if err != nil {
		c.t.Errorf("sockets open still, but: %v", err)
		return
	}
	defer conn.CloseNow()
	if m, err := house.Next(c.t.Context(), conn); err != nil || len(m.Shown) == 0 {
		c.t.Errorf("a socket's first message: %.100q, %v; want what there is", m.Text, err)
	}
}

// onlyNotNow sends some bids, which must all hear that they are not accepted.
func (c *crowd) onlyNotNow() {
	c.t.Helper()
	for i := range 5 {
		lot := c.lots[len(c.lots)-1]
		e := &ledger.Entry{Bidder: i, Paddle: c.paddles[i], Lot: lot, Kind: "max", Key: house.NewKey(), Amount: decimal(c.asks[lot].Load() + 10_000)}
		c.ledger.Add(e)
		a, err := c.clients[i].BidKey(c.t.Context(), lot, e.Amount, e.Key, e.Kind)
		if err != nil || a.Status != http.StatusServiceUnavailable || !strings.Contains(a.Raw, "not_accepted") {
			c.t.Errorf("a bid that cannot be kept was answered with %d %s%v, want 503", a.Status, a.Raw, err)
		}
		c.took(e, a, err)
	}
}

// decimal writes minor units of the sale's currency.
func decimal(minor int64) string { return fmt.Sprintf("%d.%02d", minor/100, minor%100) }
