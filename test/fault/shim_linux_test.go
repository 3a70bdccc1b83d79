package fault

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"outcry/test/house"
)

// shim is a preloaded library between the house and its disk. Its fields are
// those of struct control in testdata/shim.c.
type shim struct {
	which  atomic.Int64 // 1 write-ahead log, 2 database, 0 both
	fail   atomic.Int64 // not 0: its syncs fail
	delay  atomic.Int64 // µs longer that each takes
	failed atomic.Int64 // ns since 1970: the first one that failed
	good   atomic.Int64 // the last one, of either file, before that which did not
	count  atomic.Int64 // syncs
}

// preload puts a shim before a house that is not started yet.
func preload(t *testing.T, h *house.House) *shim {
	t.Helper()
	dir := t.TempDir()
	library, file := filepath.Join(dir, "shim.so"), filepath.Join(dir, "control")
	if out, err := exec.Command("cc", "-shared", "-fPIC", "-O1", "-o", library, "testdata/shim.c", "-ldl").CombinedOutput(); err != nil {
		t.Skipf("SKIPPED: no C compiler that makes a library (%v %s): a disk that fails to sync is not tested", err, out)
	}
	if err := os.WriteFile(file, make([]byte, 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	memory, err := unix.Mmap(int(f.Fd()), 0, 4096, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Munmap(memory) })
	h.Env = append(h.Env, "LD_PRELOAD="+library, "SHIM_CONTROL="+file)
	return (*shim)(unsafe.Pointer(&memory[0]))
}

// failures is how often a sync fails.
func failures() int {
	if long() {
		return 20
	}
	return 5
}

// TestSyncFails lets a sync of the disk fail under load. Nothing of that
// transaction, and nothing after it, may be acknowledged; the process ends; and
// what was acknowledged is there when it is started again.
func TestSyncFails(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	s := preload(t, h)
	s.delay.Store(3000) // so that two transactions never fall into one millisecond
	c := gather(t, h, 4, 12, "--closes-in", "2h")
	slowest := time.Duration(0)
	for i := range failures() {
		s.failed.Store(0)
		s.which.Store(int64(1 + i%2))
		stop := c.begin(c.lots, 4*time.Millisecond)
		c.grows(30)
		s.fail.Store(1) // and it does not heal
		c.await(fmt.Sprintf("a sync of kind %d fails", 1+i%2), func() bool { return s.failed.Load() > 0 })
		select {
		case <-h.Ended():
			took := time.Since(time.Unix(0, s.failed.Load()))
			slowest = max(slowest, took.Round(time.Millisecond))
			if long() && took > time.Second {
				t.Errorf("it ended %v after the sync failed, want within a second", took)
			}
		case <-time.After(patience):
			t.Fatalf("the house goes on after a sync that failed:\n%s", h.Log())
		}
		stop()
		h.Kill()                    // it is gone; this takes note of it
		good := s.good.Load() / 1e6 // ms
		for _, e := range c.ledger.Judged() {
			if e.Heard.At > good {
				t.Errorf("bid %v was acknowledged, decided %d ms after the last sync that succeeded: %s", e, e.Heard.At-good, e.Heard.Raw)
			}
		}
		s.fail.Store(0)
		s.failed.Store(0)
		h.Start(limit...)
	}
	t.Attr("figure", fmt.Sprintf("%d syncs failed; the house ended within %v", failures(), slowest))
	c.settle()
}

// TestSlowSync: on a disk whose every sync takes 30 ms all is slower and
// nothing else is different.
func TestSlowSync(t *testing.T) {
	t.Parallel()
	h := house.New(t)
	s := preload(t, h)
	c := gather(t, h, 4, 20, "--closes-in", "2h")
	s.delay.Store(30_000)
	stop := c.begin(c.lots, 4*time.Millisecond)
	was := s.count.Load()
	c.grows(200)
	stop()
	syncs := s.count.Load() - was
	if bids := c.taken.Load(); syncs == 0 || syncs > bids {
		t.Errorf("%d syncs for %d bids: those that wait have to share one", syncs, bids)
	}
	s.delay.Store(0)
	c.settle()
}
