package fault

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"outcry/test/disk"
	"outcry/test/house"
)

// fillings is how often a disk runs full.
func fillings() int {
	if long() {
		return 50
	}
	return 5
}

// TestFullDisk fills the disk under load: bids hear that they are not accepted,
// everything can be read, lots that are due close all the same, and when there
// is room again the house goes on by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	d := disk.New(t, 96)
	h := house.New(t)
	h.Dir = filepath.Join(d.Dir, "data")
	n := fillings()
	c := gather(t, h, n*15+3, 8, "--closes-in", "8s", "--stagger", "2s", "--soft-close", "0")
	stop := c.begin(c.lots[len(c.lots)-3:], 4*time.Millisecond)
	defer stop()
	closed := 0
	for range n {
		c.grows(20)
		filler := filepath.Join(d.Dir, "filler")
		if err := d.Fill(filler, 256<<10); err != nil {
			t.Fatal(err)
		}
		c.await("the house says that it can take no bid", func() bool { return !c.ready() })
		was := c.over()
		c.onlyNotNow()
		c.reads()
		if was+3 < len(c.lots)-3 { // one that nobody bids on any more
			c.await("a lot closes on the full disk", func() bool { return c.over() > was })
			closed++
		}
		c.onlyNotNow()
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		c.await("the house takes bids again by itself", c.ready)
	}
	c.grows(20)
	stop()
	c.settle()
	t.Attr("figure", fmt.Sprintf("%d times full", n))
	if closed == 0 || c.notNow.Load() == 0 {
		t.Errorf("%d lots closed on a full disk, %d bids heard 503: this proves little", closed, c.notNow.Load())
	}
}

// over counts the lots that have ended.
func (c *crowd) over() int {
	c.t.Helper()
	all, err := c.clients[0].Lots(c.t.Context(), "sale")
	if err != nil {
		c.t.Fatal(err)
	}
	n := 0
	for _, l := range all {
		if l.State == "sold" || l.State == "passed" {
			n++
		}
	}
	return n
}
