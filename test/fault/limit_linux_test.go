package fault

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"outcry/test/house"
)

// TestFileSizeLimit: a limit on how large a file may grow (ulimit -f, a quota)
// is a disk without room: bids hear that they are not accepted, everything can
// be read, lots close, and a higher limit is enough to go on.
func TestFileSizeLimit(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	n := fillings()
	c := gather(t, h, n*15+3, 8, "--closes-in", "8s", "--stagger", "2s", "--soft-close", "0")
	stop := c.begin(c.lots[len(c.lots)-3:], 4*time.Millisecond)
	defer stop()
	closed := 0
	for range n {
		c.grows(20)
		// The file itself may grow a little: into it the log is emptied.
		setLimit(t, h.PID(), max(size(t, h.Dir+"/outcry.db-wal"), size(t, h.Dir+"/outcry.db")+256<<10))
		c.await("the house says that it can take no bid", func() bool { return !c.ready() })
		was := c.over()
		c.onlyNotNow()
		c.reads()
		if was+3 < len(c.lots)-3 {
			c.await("a lot closes under the limit", func() bool { return c.over() > was })
			closed++
		}
		c.onlyNotNow()
		setLimit(t, h.PID(), unix.RLIM_INFINITY)
		c.await("the house takes bids again by itself", c.ready)
	}
	c.grows(20)
	stop()
	c.settle()
	t.Attr("figure", fmt.Sprintf("%d times at its limit", n))
	if closed == 0 || c.notNow.Load() == 0 {
		t.Errorf("%d lots closed under a limit, %d bids heard 503: this proves little", closed, c.notNow.Load())
	}
}

// setLimit changes a running process's RLIMIT_FSIZE.
func setLimit(t *testing.T, pid int, to uint64) {
	t.Helper()
	was := unix.Rlimit{}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &was); err != nil {
		t.Fatal(err)
	}
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: to, Max: was.Max}, nil); err != nil {
		t.Fatal(err)
	}
}

func size(t *testing.T, name string) uint64 {
	t.Helper()
	var st unix.Stat_t
	if err := unix.Stat(name, &st); err != nil {
		t.Fatal(err)
	}
	return uint64(st.Size)
}
