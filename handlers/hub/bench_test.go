package hub

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The watchers of a measurement live in a process of their own, so that only
// the hub is measured: TestMain makes it of the test binary.
const (
	sinkAddr = "OUTCRY_TEST_SINK"
	sinkSize = "OUTCRY_TEST_SINK_SOCKETS"
)

func TestMain(m *testing.M) {
	if addr := os.Getenv(sinkAddr); addr != "" {
		if err := sink(addr); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// sink opens sockets that watch "t" and reads whatever comes until its parent
// closes its standard input.
func sink(addr string) error {
	n, err := strconv.Atoi(os.Getenv(sinkSize))
	if err != nil {
		return err
	}
	ho := &house{addr: addr}
	for i := range n {
		c, status, err := ho.tryDial("topic=t", 0, "")
		if err != nil || status != 101 {
			return fmt.Errorf("socket %d: %d, %w", i, status, err)
		}
		if _, _, err := c.frame(); err != nil { // the snapshot: it watches
			return fmt.Errorf("socket %d: %w", i, err)
		}
		_ = c.SetDeadline(time.Time{})
		go io.Copy(io.Discard, c.Conn)
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// watchers starts a process with n sockets that watch "t" and returns once
// they all do. stop ends it.
func (ho *house) watchers(t testing.TB, n int) (stop func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), sinkAddr+"="+ho.addr, sinkSize+"="+strconv.Itoa(n))
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	stop = sync.OnceFunc(func() {
		in.Close()
		_ = cmd.Wait()
	})
	t.Cleanup(stop)
	line, _ := bufio.NewReader(out).ReadString('\n')
	if strings.TrimSpace(line) != "ready" {
		t.Fatalf("watchers: %q", line)
	}
	return stop
}

// bare writes p to every socket in turn, n rounds, with nothing between the
// loop and write(2), and returns how long it took.
func bare(t testing.TB, fds []int, p []byte, n int) time.Duration {
	start := time.Now()
	for range n {
		for _, fd := range fds {
			for {
				if _, err := syscall.Write(fd, p); err == nil {
					break
				} else if err != syscall.EAGAIN {
					t.Fatal(err)
				}
				runtime.Gosched()
			}
		}
	}
	return time.Since(start)
}

// through publishes p n times, each when all have the one before.
func (ho *house) through(t testing.TB, sockets int, p []byte, seq *int64, n int) time.Duration {
	start := time.Now()
	target := ho.delivered.Load()
	for range n {
		*seq++
		target += uint64(sockets)
		ho.Publish("t", 1, *seq, p)
		ho.reach(t, target)
	}
	return time.Since(start)
}

// reach waits until so many frames are delivered.
func (ho *house) reach(t testing.TB, target uint64) {
	for start := time.Now(); ho.delivered.Load() < target; time.Sleep(20 * time.Microsecond) {
		if time.Since(start) > time.Minute {
			t.Fatalf("delivered %d frames; want %d", ho.delivered.Load(), target)
		}
	}
}

func fds(t testing.TB, ho *house) []int {
	var fds []int
	for _, s := range ho.all() {
		if err := s.raw.Control(func(fd uintptr) { fds = append(fds, int(fd)) }); err != nil {
			t.Fatal(err)
		}
	}
	return fds
}

// BenchmarkPublish delivers one message of 700 bytes to every watcher, and in
// the same run, by turns, does the same with a bare loop of write(2). ratio
// is the hub's speed in parts of the bare loop's.
func BenchmarkPublish(b *testing.B) {
	for _, sockets := range []int{1000, 9000} {
		b.Run(strconv.Itoa(sockets), func(b *testing.B) {
			ho := open(b, Config{Beat: time.Hour})
			ho.watchers(b, sockets)
			p := []byte(strings.Repeat("m", 700))
			frame, fds := textFrame(p), fds(b, ho)
			var hub, loop time.Duration
			var seq int64
			ho.through(b, sockets, p, &seq, 2)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				hub += ho.through(b, sockets, p, &seq, 1)
				b.StopTimer()
				loop += bare(b, fds, frame, 1)
				b.StartTimer()
			}
			n := float64(b.N * sockets)
			b.ReportMetric(loop.Seconds()/hub.Seconds(), "ratio")
			b.ReportMetric(n/hub.Seconds(), "deliveries/s")
			b.ReportMetric(n/loop.Seconds(), "bare/s")
		})
	}
}

// rss returns the resident memory of this process, in bytes.
func rss(t testing.TB) int {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skipf("resident memory is read from /proc: %v", err)
	}
	var size, pages int
	if _, err := fmt.Sscan(string(b), &size, &pages); err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// BenchmarkMemory reports what a watching socket costs once everything has
// settled and two messages were delivered to all, and fails above 14 KB.
func BenchmarkMemory(b *testing.B) {
	const sockets = 5000
	for b.Loop() {
		ho := open(b, Config{})
		debug.FreeOSMemory()
		before := rss(b)
		stop := ho.watchers(b, sockets)
		var seq int64
		ho.through(b, sockets, []byte(strings.Repeat("m", 700)), &seq, 2)
		each := float64(rss(b)-before) / sockets
		b.ReportMetric(each, "B-rss/socket")
		if each > 14<<10 {
			b.Errorf("a socket costs %.0f bytes", each)
		}
		stop()
		until(b, "all have gone", func() bool { return ho.Stats().Sockets == 0 })
	}
}

// BenchmarkCatalogue changes a hundred keys at once, as when a sale opens:
// frames that are due together share a write(2).
func BenchmarkCatalogue(b *testing.B) {
	const sockets, keys = 1000, 100
	ho := open(b, Config{Beat: time.Hour})
	ho.watchers(b, sockets)
	p := []byte(strings.Repeat("m", 700))
	b.ResetTimer()
	for i := range b.N {
		target := ho.delivered.Load() + sockets*keys
		for key := range int64(keys) {
			ho.Publish("t", key, int64(i), p)
		}
		ho.reach(b, target)
	}
	b.ReportMetric(float64(b.N*sockets*keys)/b.Elapsed().Seconds(), "deliveries/s")
}

// What a publish allocates does not depend on how many watch.
func TestNoAllocationPerDelivery(t *testing.T) {
	p := []byte(strings.Repeat("m", 700))
	for _, sockets := range []int{1, 200} {
		ho := open(t, Config{Beat: time.Hour})
		ho.watchers(t, sockets)
		var seq int64
		ho.through(t, sockets, p, &seq, 10)
		got := testing.AllocsPerRun(50, func() { ho.through(t, sockets, p, &seq, 1) })
		if got > 5 {
			t.Errorf("a publish to %d sockets makes %v allocations", sockets, got)
		}
	}
}
