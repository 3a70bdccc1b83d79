package word_test

import (
	"context"
	"log/slog"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"outcry/handlers/word"
)

// natsServer starts a real server on loopback; port 0 chooses one.
func natsServer(t *testing.T, port int) *server.Server {
	t.Helper()
	if port == 0 {
		port = server.RANDOM_PORT
	}
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: port, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the NATS server does not start")
	}
	return s
}

// listener is one process's end.
type listener struct {
	*word.Line
	heard chan word.Note
	ended chan [32]byte
	woken chan struct{}
	stars chan [2]int64
	after chan [2]int64
}

func listen(t *testing.T, url, house string) listener {
	t.Helper()
	l := listener{heard: make(chan word.Note, 100), ended: make(chan [32]byte, 100), woken: make(chan struct{}, 100), stars: make(chan [2]int64, 100), after: make(chan [2]int64, 100)}
	line, err := word.Dial(word.Config{
		URL: url, House: house, Log: slog.New(slog.DiscardHandler),
		Heard: func(n word.Note) { l.heard <- n }, Ended: func(s [32]byte) { l.ended <- s },
		Woken: func() { l.woken <- struct{}{} }, Starred: func(sale, user int64) { l.stars <- [2]int64{sale, user} },
		Decided: func(sale, lot int64) { l.after <- [2]int64{sale, lot} },
	})
	if err != nil {
		t.Fatal(err)
	}
	l.Line = line
	t.Cleanup(func() { line.Close(context.Background()) })
	return l
}

// until tells again and again until it is heard, because a subscription takes
// a moment to be known.
func until(t *testing.T, tell func() error, heard func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !heard() {
		if time.Now().After(deadline) {
			t.Fatal("nothing was heard within 20 s")
		}
		if err := tell(); err != nil {
			t.Fatal(err)
		}
	}
}

func hears(l listener, want word.Note) func() bool {
	return func() bool {
		select {
		case n := <-l.heard:
			return n == want
		case <-time.After(20 * time.Millisecond):
			return false
		}
	}
}

func TestANoteReachesTheOthersOfTheHouseOnly(t *testing.T) {
	s := natsServer(t, 0)
	defer s.Shutdown()
	a, b, other := listen(t, s.ClientURL(), "spring"), listen(t, s.ClientURL(), "spring"), listen(t, s.ClientURL(), "autumn")
	n := word.Note{Sale: 7, Lot: 42, Seq: 17}
	until(t, func() error { return a.Tell(n) }, hears(b, n))
	until(t, func() error { return a.End([32]byte{1, 2, 3}) }, func() bool {
		select {
		case got := <-b.ended:
			return got == [32]byte{1, 2, 3}
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
	until(t, a.Wake, func() bool {
		select {
		case <-b.woken:
			return true
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
	until(t, func() error { return a.Decide(7, 42) }, func() bool {
		select {
		case got := <-b.after:
			return got == [2]int64{7, 42}
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
	until(t, func() error { return a.Star(7, 1<<40) }, func() bool {
		select {
		case got := <-b.stars:
			return got == [2]int64{7, 1 << 40}
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
	select {
	case <-other.stars:
		t.Error("another house heard of a watch list")
	case <-other.woken:
		t.Error("another house was woken")
	case n := <-a.heard:
		t.Errorf("who told heard their own note %+v", n)
	case n := <-other.heard:
		t.Errorf("another house heard %+v", n)
	default:
	}
}

func TestMalformedNotesAreNobodys(t *testing.T) {
	s := natsServer(t, 0)
	defer s.Shutdown()
	a, b := listen(t, s.ClientURL(), "spring"), listen(t, s.ClientURL(), "spring")
	raw, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for subject, data := range map[string][]byte{
		"outcry.spring.sale.7":   []byte("short"),
		"outcry.spring.sale.xyz": make([]byte, 16),
		"outcry.spring.ended":    []byte("short"),
		"outcry.spring.sale.8":   nil,
		"outcry.spring.star":     []byte("short"),
	} {
		if err := raw.Publish(subject, data); err != nil {
			t.Fatal(err)
		}
	}
	if err := raw.Flush(); err != nil {
		t.Fatal(err)
	}
	n := word.Note{Sale: 1, Lot: 2, Seq: 3}
	until(t, func() error { return a.Tell(n) }, func() bool {
		select {
		case got := <-b.heard:
			if got != n {
				t.Errorf("heard %+v of a malformed note", got)
			}
			return got == n
		case got := <-b.ended:
			t.Errorf("heard the end of %x", got)
			return false
		case <-time.After(20 * time.Millisecond):
			return false
		}
	})
}

func TestTheLineComesUpLateAndComesBack(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	url := "nats://127.0.0.1:" + strconv.Itoa(port)
	a, b := listen(t, url, "spring"), listen(t, url, "spring")
	if a.Up() {
		t.Error("the line is up without a server")
	}
	n := word.Note{Sale: 1, Lot: 2, Seq: 3}
	if err := a.Tell(n); err != nil {
		t.Errorf("telling on a line that is down: %v, want nothing: a lost note is a delay", err)
	}
	for round := range 2 {
		s := natsServer(t, port)
		n.Seq++
		until(t, func() error { return a.Tell(n) }, hears(b, n))
		s.Shutdown()
		s.WaitForShutdown()
		if err := a.Tell(n); err != nil {
			t.Errorf("round %d, after the server has gone: %v", round, err)
		}
	}
}

// TestANoteIsLotAndSeqAndNothingElse listens on the wire itself.
func TestANoteIsLotAndSeqAndNothingElse(t *testing.T) {
	s := natsServer(t, 0)
	defer s.Shutdown()
	a := listen(t, s.ClientURL(), "spring")
	raw, err := nats.Connect(s.ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	wire, err := raw.SubscribeSync("outcry.>")
	if err != nil {
		t.Fatal(err)
	}
	want := string([]byte{7: 42, 15: 17}) // lot and seq, eight bytes each
	until(t, func() error { return a.Tell(word.Note{Sale: 7, Lot: 42, Seq: 17}) }, func() bool {
		m, err := wire.NextMsg(20 * time.Millisecond)
		if err != nil {
			return false
		}
		if m.Subject != "outcry.spring.sale.7" || string(m.Data) != want || len(m.Header) > 0 {
			t.Errorf("on the wire is %s %x %v, want outcry.spring.sale.7 %x", m.Subject, m.Data, m.Header, want)
		}
		return true
	})
}
