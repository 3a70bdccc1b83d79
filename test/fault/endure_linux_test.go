package fault

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/test/house"
)

// TestEndurance keeps people bidding and pages coming and going for
// OUTCRY_ENDURANCE (an hour in the long form, not at all in the ordinary one):
// memory, threads and open files stay what they were.
func TestEndurance(t *testing.T) {
	lasts := time.Hour
	if s := os.Getenv("OUTCRY_ENDURANCE"); s != "" {
		var err error
		if lasts, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	} else if !long() {
		t.Skip("an hour is for the long form: make crash")
	}
	h := house.New(t)
	c := gather(t, h, 40, 30, "--closes-in", "300h")
	ctx, leave := context.WithCancel(t.Context())
	var pages sync.WaitGroup
	for range 150 {
		pages.Go(func() { comeAndGo(ctx, h) })
	}
	stop := c.begin(c.lots, 2*time.Second)
	var all []usage
	for range 12 {
		time.Sleep(lasts / 12)
		u := use(t, h.PID())
		t.Logf("after %v: %v; %d bids taken", lasts/12*time.Duration(len(all)+1), u, c.taken.Load())
		all = append(all, u)
	}
	stop()
	leave()
	pages.Wait()
	early, late := all[2], all[len(all)-1]
	t.Attr("figure", fmt.Sprintf("after a quarter of %v: %v; at the end: %v", lasts, early, late))
	if late.memory > early.memory*13/10+16<<20 || late.threads > early.threads+8 || late.files > early.files+100 {
		t.Errorf("it used %v after a quarter of the time, and %v at the end", early, late)
	}
	c.settle()
}

// comeAndGo opens the catalogue for up to a minute, again and again.
func comeAndGo(ctx context.Context, h *house.House) {
	for ctx.Err() == nil {
		stay, done := context.WithTimeout(ctx, rand.N(time.Minute))
		if conn, err := house.Guest(h.URL("")).Watch(stay, "sale=sale"); err == nil {
			for err == nil {
				_, err = house.Next(stay, conn)
			}
			conn.CloseNow()
		}
		done()
		time.Sleep(rand.N(time.Second))
	}
}

// usage is what a process holds.
type usage struct{ memory, threads, files int } // memory in bytes, resident and its own

func (u usage) String() string {
	return fmt.Sprintf("%.1f MB, %d threads, %d files and sockets", float64(u.memory)/1e6, u.threads, u.files)
}

func use(t *testing.T, pid int) (u usage) {
	t.Helper()
	dir := filepath.Join("/proc", strconv.Itoa(pid))
	text, err := os.ReadFile(filepath.Join(dir, "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(line, ":")
		n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(value), " kB"))
		switch name {
		case "RssAnon":
			u.memory = n << 10
		case "Threads":
			u.threads = n
		}
	}
	files, err := os.ReadDir(filepath.Join(dir, "fd"))
	if err != nil || u.memory == 0 || u.threads == 0 {
		t.Fatalf("what process %d uses: %v, %v", pid, u, err)
	}
	u.files = len(files)
	return u
}
