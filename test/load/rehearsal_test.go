// Package load rehearses a whole evening against the built program: a real
// catalogue, a crowd that bids and watches, and a sale that ends by itself.
package load

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

const (
	lots       = 500
	registered = 200
	bidding    = 50
	onSale     = 50 // sockets that watch the catalogue
	onLots     = 50 // sockets that watch some lots each
	readers    = 5  // people who turn pages
	slug       = "rehearsal"
)

// TestRehearsal imports 500 lots, registers 200 bidders, lets 50 of them bid
// and 100 sockets watch for OUTCRY_REHEARSAL (20s unless it says otherwise)
// while the lots close one after another, and then holds the house to its
// logs. It prints what it measured; a busy machine fails it for nothing but
// wrong answers.
func TestRehearsal(t *testing.T) {
	span := 20 * time.Second
	if s := os.Getenv("OUTCRY_REHEARSAL"); s != "" {
		var err error
		if span, err = time.ParseDuration(s); err != nil || span < 5*time.Second {
			t.Fatalf("OUTCRY_REHEARSAL is %q, want a duration of 5s or more", s)
		}
	}
	h := house.New(t)
	f := &figures{span: span}
	began := time.Now()
	// The first lots close after a tenth of the time, the last at its end.
	h.ImportFile(slug, catalogue(t), "--currency", "USD", "--increments", "ebay-us",
		"--closes-in", (3*time.Second + span/10).String(), "--stagger", (span * 9 / 10 / lots).Truncate(time.Millisecond).String(),
		"--soft-close", fmt.Sprintf("%v/%v", span/40, span/40))
	f.imported = time.Since(began)
	people := h.Bidders(slug, registered)
	if len(people) != registered {
		t.Fatalf("%d bidders have links, want %d", len(people), registered)
	}
	h.Start()
	c := newCrowd(t, h, people[:bidding], span)
	c.run(span)
	f.rss = peakRSS(h.PID())
	final := c.final()
	f.check(t, h, c, final)
	if err := h.Verify(); err != nil {
		t.Errorf("verify beside the running house: %v", err)
	}
	if err := h.Stop(); err != nil {
		t.Error(err)
	}
	t.Log(f)
}

// catalogue is the file of 500 real lots, or one that is made up when that is
// missing.
func catalogue(t *testing.T) string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(root, "..", "shared", "data", "lots-500.csv")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	t.Log("NOTE: ../shared/data/lots-500.csv is not there; this rehearsal runs on 500 invented lots")
	var b strings.Builder
	b.WriteString("Lot,Title,Description,Opening bid\n")
	for i := range lots {
		fmt.Fprintf(&b, "%d,Invented lot %d,%s,%d.50\n", i+1, i+1, strings.Repeat("A thing as good as new. ", i%40), i%60+1)
	}
	path = filepath.Join(t.TempDir(), "lots.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run lets everybody in until every lot has closed.
func (c *crowd) run(span time.Duration) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 2*span+time.Minute)
	defer cancel()
	bidders, stop := context.WithTimeout(ctx, span+3*time.Second)
	defer stop()
	var all, sockets sync.WaitGroup
	watching, leave := context.WithCancel(ctx)
	defer leave()
	for _, w := range c.watchers {
		sockets.Go(func() { w.watch(watching, c) })
	}
	for _, b := range c.bidders {
		all.Go(func() { b.bid(bidders, c) })
	}
	for i := range readers {
		all.Go(func() { c.turnPages(bidders, uint64(i)) })
	}
	all.Wait()
	if err := house.Wait(ctx, span+time.Minute, "every lot closes", c.over); err != nil {
		c.t.Error(err)
	}
	// What was decided last is on its way to the sockets.
	if err := house.Wait(ctx, time.Minute, "every watcher sees the end", c.allSeen); err != nil {
		c.t.Errorf("%v: %s", err, c.unseen())
	}
	leave()
	sockets.Wait()
}
