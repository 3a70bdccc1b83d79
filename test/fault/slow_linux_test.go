package fault

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/test/house"
)

// TestSlowReaders lets a tenth of all sockets stop reading while a lot is busy:
// the house lets go of them, and the others hardly notice. How fast is said, and
// held to the promise in the long form only, on a machine that does nothing else.
func TestSlowReaders(t *testing.T) {
	t.Parallel()
	healthy, stalled, calm := 270, 30, 3*time.Second
	if long() {
		healthy, stalled, calm = 4500, 500, 15*time.Second
	}
	h := house.New(t)
	h.Import("sale", []house.Lot{{Title: "The lot", Opening: "10"}}, "--closes-in", "5h")
	people := h.Bidders("sale", 2)
	h.Start("--metrics=true", "--bids-per-second", "100000")
	a := &audience{t: t, house: h, came: map[int64][]time.Time{}, sent: map[int64]time.Time{}}
	for _, p := range people {
		a.clients = append(a.clients, h.Client(p))
	}
	lots, err := a.clients[0].Lots(t.Context(), "sale")
	if err != nil {
		t.Fatal(err)
	}
	a.watch = "lot=" + strconv.FormatInt(lots[0].ID, 10)
	ctx, leave := context.WithCancel(t.Context())
	defer a.all.Wait()
	defer leave()
	for range healthy {
		a.listen(ctx)
	}
	a.bid(calm)
	before := a.percentiles()
	for range stalled {
		a.stall(ctx)
	}
	if got := a.sockets(); got != healthy+stalled {
		t.Fatalf("%d sockets are open, want %d", got, healthy+stalled)
	}
	began := time.Now()
	for a.sockets() > healthy && time.Since(began) < 4*patience {
		a.bid(200 * time.Millisecond)
	}
	took := time.Since(began)
	a.bid(calm / 4)
	during := a.percentiles()
	t.Attr("figure", fmt.Sprintf("%d of %d sockets stalled and were let go within %v; a price was everywhere after %v (p50 %v) before, %v (p50 %v) meanwhile",
		stalled, healthy+stalled, took.Round(time.Millisecond), before[1], before[0], during[1], during[0]))
	if got := a.sockets(); got != healthy {
		t.Errorf("%d sockets are open after %v, want the %d that read", got, took, healthy)
	}
	if long() && took > 10*time.Second {
		t.Errorf("it took %v to let go of stalled sockets, want 10 s", took)
	}
	if long() && during[1] > before[1]*12/10 {
		t.Errorf("the p99 of those that read went from %v to %v, want within 1.2 of it", before[1], during[1])
	}
}

// audience is sockets that watch one lot.
type audience struct {
	t       *testing.T
	house   *house.House
	clients []*house.Client
	watch   string // what the sockets watch
	turn    int    // bids so far: two people take turns
	all     sync.WaitGroup

	mu   sync.Mutex            // guards what follows
	came map[int64][]time.Time // by seq: when sockets showed it
	sent map[int64]time.Time   // by seq: when its bid was sent
}

// listen opens a socket that reads until ctx ends.
func (a *audience) listen(ctx context.Context) {
	a.t.Helper()
	conn, err := a.house.Client(house.Bidder{}).Watch(ctx, a.watch)
	if err != nil {
		a.t.Fatal(err)
	}
	a.all.Go(func() {
		defer conn.CloseNow()
		for {
			m, err := house.Next(ctx, conn)
			if err != nil && ctx.Err() == nil {
				a.t.Errorf("a socket that reads was let go: %v", err)
			}
			if err != nil {
				return
			}
			now := time.Now()
			a.mu.Lock()
			for _, s := range m.Shown {
				a.came[s.Seq] = append(a.came[s.Seq], now)
			}
			a.mu.Unlock()
		}
	})
}

// stall opens a socket that never reads, with little room for what comes.
func (a *audience) stall(ctx context.Context) {
	a.t.Helper()
	dialer := net.Dialer{Control: func(_, _ string, c syscall.RawConn) error {
		return c.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4<<10) })
	}}
	c := a.house.Client(house.Bidder{})
	conn, _, err := websocket.Dial(ctx, c.Live(a.watch), &websocket.DialOptions{HTTPHeader: c.Header(),
		HTTPClient: &http.Client{Transport: &http.Transport{DialContext: dialer.DialContext}}})
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { conn.CloseNow() })
}

// bid keeps the lot busy for a while, twenty prices a second.
func (a *audience) bid(during time.Duration) {
	a.t.Helper()
	lots, err := a.clients[0].Lots(a.t.Context(), "sale")
	if err != nil {
		a.t.Fatal(err)
	}
	ask := lots[0].Ask
	for began := time.Now(); time.Since(began) < during; a.turn++ {
		sent := time.Now()
		told, err := a.clients[a.turn%2].Bid(a.t.Context(), lots[0].ID, decimal(ask))
		if err != nil || !told.Taken() {
			a.t.Fatalf("bid: %+v, %v", told, err)
		}
		ask = told.Ask
		a.mu.Lock()
		a.sent[told.Seq] = sent
		a.mu.Unlock()
		time.Sleep(50*time.Millisecond - min(time.Since(sent), 50*time.Millisecond))
	}
}

// percentiles are the median and the 99th of the times from the sending of a
// bid to its price on a socket, since the last call.
func (a *audience) percentiles() [2]time.Duration {
	a.t.Helper()
	time.Sleep(200 * time.Millisecond) // the last frames are under way
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []time.Duration
	for seq, sent := range a.sent {
		for _, at := range a.came[seq] {
			all = append(all, at.Sub(sent))
		}
	}
	clear(a.sent)
	clear(a.came)
	if len(all) == 0 {
		a.t.Fatal("no socket showed a price")
	}
	slices.Sort(all)
	return [2]time.Duration{all[len(all)/2].Round(10 * time.Microsecond), all[len(all)*99/100].Round(10 * time.Microsecond)}
}

// sockets is how many the house has open, as it says itself.
func (a *audience) sockets() int {
	text, err := a.clients[0].Get(context.Background(), "/metrics", "")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if n, ok := strings.CutPrefix(line, "outcry_sockets "); ok {
				var v float64
				if v, err = strconv.ParseFloat(strings.TrimSpace(n), 64); err == nil {
					return int(v)
				}
			}
		}
		err = fmt.Errorf("no outcry_sockets: %v in %.300s", err, text)
	}
	a.t.Errorf("metrics: %v", err)
	return -1
}
