package hub

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSnapshotThenNewer(t *testing.T) {
	ho := open(t, Config{})
	c := ho.dial(t, "topic=a&topic=b", 0)
	for i, want := range []string{"snapshot", `{"t":`} {
		op, got, err := c.frame()
		if err != nil || op != 1 || !strings.HasPrefix(got, want) {
			t.Fatalf("message %d = %d %q, %v; want %q", i, op, got, err, want)
		}
	}
	ho.Publish("a", 1, 5, []byte("a5"))
	c.want("a5")
	ho.Publish("a", 1, 4, []byte("a4")) // late: ignored
	ho.Publish("c", 1, 1, []byte("c1")) // not watched
	ho.Publish("a", 2, 1, []byte("other key"))
	if got := c.next(); got != "other key" {
		t.Fatalf("got %q; want the other key's frame, for a4 is older than a5", got)
	}
	ho.Publish("a", 1, 5, []byte("a5 again"))
	if got := c.next(); got != "a5 again" {
		t.Fatalf("got %q; want the same seq to replace", got)
	}
	ho.Publish("b", 9, 1, []byte("b1"))
	if got := c.next(); got != "b1" {
		t.Fatalf("got %q", got)
	}
}

// What is published while a snapshot is taken is not in it, and follows it.
func TestWhatHappensDuringTheSnapshotFollowsIt(t *testing.T) {
	ho := open(t, Config{})
	ho.snapshot = func(context.Context) ([]byte, error) {
		ho.Publish("t", 1, 2, []byte("newer than the snapshot"))
		return []byte("snapshot"), nil
	}
	c := ho.dial(t, "topic=t", 0)
	c.want("newer than the snapshot")
}

// Publishes hammer while sockets connect. Whatever the order, each must end
// on the newest.
func TestPublishWhileConnecting(t *testing.T) {
	ho := open(t, Config{})
	var n counter
	ho.snapshot = func(context.Context) ([]byte, error) {
		p := n.text()
		runtime.Gosched() // let a publish in between
		return p, nil
	}
	stop := make(chan struct{})
	var publisher sync.WaitGroup
	publisher.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			v := n.Add(1)
			ho.Publish("t", 1, v, n.text())
			if v%64 == 0 {
				runtime.Gosched()
			}
		}
	})
	const clients = 200
	socks := make([]*client, clients)
	var dialling sync.WaitGroup
	for part := range 4 {
		dialling.Go(func() {
			for i := part; i < clients; i += 4 {
				c, status, err := ho.tryDial("topic=t", 0, "")
				if err != nil || status != 101 {
					t.Errorf("dial: %d, %v", status, err)
					continue
				}
				c.t, socks[i] = t, c
			}
		})
	}
	dialling.Wait()
	close(stop)
	publisher.Wait()
	want := string(n.text())
	for i, c := range socks {
		if c == nil {
			continue
		}
		if first := c.next(); !strings.HasPrefix(first, "n ") {
			t.Fatalf("socket %d begins with %q", i, first)
		} else if first != want {
			c.want(want)
		}
		c.Close()
	}
}

func TestCloseSays1012AndRefuses(t *testing.T) {
	t.Parallel()
	ho := open(t, Config{WriteTimeout: time.Second})
	polite := make([]*client, 20)
	for i := range polite {
		polite[i] = ho.dial(t, "topic=t", 0)
	}
	ho.dial(t, "topic=t", 0) // does not answer the close frame
	stalled := ho.dial(t, "topic=s", 4<<10)
	stalled.next()
	for i := range int64(50) {
		ho.Publish("s", i, 1, make([]byte, 4000))
	}
	var waiting sync.WaitGroup
	for _, c := range polite {
		waiting.Go(func() {
			if code, err := c.end(); code != 1012 || err != nil {
				t.Errorf("close code %d, %v; want 1012", code, err)
			}
			c.Close()
		})
	}
	start := time.Now()
	if err := ho.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("Close took %v", d)
	}
	waiting.Wait()
	if got := ho.Stats(); got.Sockets != 0 || got.Topics != 0 {
		t.Errorf("Stats after Close = %+v", got)
	}
	if _, status, err := ho.tryDial("topic=t", 0, ""); status != http.StatusServiceUnavailable {
		t.Errorf("dial after Close = %d, %v; want 503", status, err)
	}
	if err := <-ho.errs; !errors.Is(err, ErrClosed) {
		t.Errorf("Serve after Close = %v; want ErrClosed", err)
	}
	ho.Publish("t", 1, 1, []byte("to nobody"))
}

func TestCloseGivesUpWithItsContext(t *testing.T) {
	ho := open(t, Config{})
	for range 5 {
		ho.dial(t, "topic=t", 0) // none answers
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	start := time.Now()
	if err := ho.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close = %v; want the context's error", err)
	}
	if d := time.Since(start); d > time.Second || ho.Stats().Sockets != 0 {
		t.Errorf("after %v: %+v", d, ho.Stats())
	}
}

// A hub that closes does not wait for a snapshot that obeys its context.
func TestCloseDuringSnapshot(t *testing.T) {
	ho := open(t, Config{})
	begun := make(chan struct{})
	ho.snapshot = func(ctx context.Context) ([]byte, error) {
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	c := ho.dial(t, "topic=t", 0)
	<-begun
	done := make(chan error)
	go func() { done <- ho.Close(context.Background()) }()
	if code, err := c.end(); code != 1012 || err != nil {
		t.Errorf("close code %d, %v; want 1012", code, err)
	}
	c.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestDropEndsAGroup(t *testing.T) {
	ho := open(t, Config{})
	a1, a2 := ho.dial(t, "topic=t&group=a", 0), ho.dial(t, "group=a", 0)
	b, none := ho.dial(t, "topic=t&group=b", 0), ho.dial(t, "topic=t", 0)
	for _, c := range []*client{a1, a2, b, none} {
		c.next()
	}
	for group, want := range map[string]int{"a": 2, "": 0, "nobody": 0} {
		if got := ho.Drop(group, 1008); got != want {
			t.Errorf("Drop(%q) = %d; want %d", group, got, want)
		}
	}
	for _, c := range []*client{a1, a2} {
		if code, err := c.end(); code != 1008 || err != nil {
			t.Errorf("close code %d, %v; want 1008", code, err)
		}
		c.Close()
	}
	until(t, "two are left", func() bool { return ho.Stats().Sockets == 2 })
	ho.Publish("t", 1, 1, []byte("still here"))
	b.want("still here")
	none.want("still here")
	if got := ho.Drop("a", 1008); got != 0 {
		t.Errorf("Drop of a group that has gone = %d", got)
	}
}

func TestLimits(t *testing.T) {
	ho := open(t, Config{MaxSockets: 3, MaxPerPeer: 2})
	steps := []struct {
		query  string
		status int
		err    error
	}{
		{"peer=x", 101, nil},
		{"peer=x", 101, nil},
		{"peer=x", 429, ErrTooMany},
		{"peer=y", 101, nil},
		{"", 503, ErrFull},
	}
	var open []*client
	for i, step := range steps {
		c, status, err := ho.tryDial(step.query, 0, "")
		if err != nil || status != step.status {
			t.Fatalf("%d: dial(%q) = %d, %v; want %d", i, step.query, status, err, step.status)
		}
		if step.err == nil {
			open = append(open, c)
		} else if got := <-ho.errs; !errors.Is(got, step.err) {
			t.Errorf("%d: Serve = %v; want %v", i, got, step.err)
		}
	}
	if got := ho.Stats(); got.Sockets != 3 || got.Refused != 2 {
		t.Errorf("Stats = %+v; want 3 sockets, 2 refused", got)
	}
	open[0].Close()
	until(t, "there is room", func() bool { return ho.Stats().Sockets == 2 })
	again := ho.dial(t, "peer=x", 0)
	for _, c := range append(open[1:], again) {
		c.Close()
	}
	until(t, "all have gone", func() bool { return ho.Stats().Sockets == 0 })
	if len(ho.peers) != 0 || len(ho.sockets) != 0 || len(ho.groups) != 0 {
		t.Errorf("left behind: %v %v %v", ho.peers, ho.sockets, ho.groups)
	}
}

// A request that is no upgrade is answered, and takes nobody's place.
func TestNoUpgrade(t *testing.T) {
	ho := open(t, Config{MaxSockets: 1})
	for range 3 {
		resp, err := http.Get("http://" + ho.addr + "/?topic=t")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusUpgradeRequired {
			t.Fatalf("GET = %d; want 426", resp.StatusCode)
		}
	}
	ho.dial(t, "topic=t", 0).next()
}

func TestSnapshotFails(t *testing.T) {
	ho := open(t, Config{})
	boom := errors.New("boom")
	ho.snapshot = func(context.Context) ([]byte, error) { return nil, boom }
	c := ho.dial(t, "topic=t", 0)
	if code, err := c.end(); code != 1011 || err != nil {
		t.Errorf("close code %d, %v; want 1011", code, err)
	}
	if err := <-ho.errs; !errors.Is(err, boom) {
		t.Errorf("Serve = %v; want %v", err, boom)
	}
	c.Close()
	until(t, "gone", func() bool { return ho.Stats().Sockets == 0 })

	ho.snapshot = func(context.Context) ([]byte, error) { panic(http.ErrAbortHandler) }
	c = ho.dial(t, "topic=t", 0)
	if code, _ := c.end(); code != 0 {
		t.Errorf("close code %d after a panic; want none", code)
	}
	until(t, "gone", func() bool { return ho.Stats().Sockets == 0 && !ho.Watched("t") })
}

// A snapshot that is larger than all buffers arrives whole, and what was
// published meanwhile after it.
func TestLargeSnapshot(t *testing.T) {
	ho := open(t, Config{})
	big := strings.Repeat("catalogue ", 100_000)
	ho.snapshot = func(context.Context) ([]byte, error) {
		ho.Publish("t", 1, 1, []byte("news"))
		return []byte(big), nil
	}
	c := ho.dial(t, "topic=t", 4<<10)
	if got := c.next(); got != big {
		t.Fatalf("the snapshot has %d bytes; want %d", len(got), len(big))
	}
	if got := c.next(); got != "news" {
		t.Fatalf("got %.20q", got)
	}
}

func TestNoGoroutineIsLeft(t *testing.T) {
	ho := open(t, Config{})
	before := runtime.NumGoroutine()
	for i := range 1000 {
		c := ho.dial(t, "topic=t&group=g&peer=p&topic="+strconv.Itoa(i), 0)
		if i%3 == 0 {
			c.next()
			io.WriteString(c, masked(0x88, "\x03\xe8"))
			if code, err := c.end(); code != 1000 || err != nil {
				t.Fatalf("close code %d, %v; want 1000 back", code, err)
			}
		}
		c.Close()
	}
	until(t, "all have gone", func() bool {
		return ho.Stats().Sockets == 0 && ho.Stats().Topics == 0 && runtime.NumGoroutine() <= before
	})
	for _, b := range ho.beats.topics {
		if b.watchers != 0 {
			t.Errorf("a beat still has %d watchers", b.watchers)
		}
	}
}
