package browser

import (
	"net"
	"strings"
	"sync"
	"testing"
)

// wire is the network between a browser and a house, which a test can mute or
// cut. Both sides see what they would see of a real one: muted, a socket stays
// open and silent.
type wire struct {
	ln    net.Listener
	house string // host:port

	mu    sync.Mutex // guards what follows
	still *sync.Cond // of mu: held has changed
	held  bool
	muted bool
	down  bool
	ends  map[net.Conn]bool // both ends of what is connected
}

// stretch opens a wire to a house; it is cut with the test's end.
func stretch(t *testing.T, base string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, house: strings.TrimPrefix(base, "http://"), ends: map[net.Conn]bool{}}
	w.still = sync.NewCond(&w.mu)
	go w.accept() // ends with the listener
	t.Cleanup(func() {
		ln.Close()
		w.mend() // lets go of what is held
		w.cut()
	})
	return w
}

// url is the house's address through the wire.
func (w *wire) url() string { return "http://" + w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		browser, err := w.ln.Accept()
		if err != nil {
			return
		}
		house, err := net.Dial("tcp", w.house)
		w.mu.Lock()
		down := w.down
		w.mu.Unlock()
		if down && err == nil {
			house.Close()
		}
		if down || err != nil {
			browser.Close()
			continue
		}
		w.mu.Lock()
		w.ends[browser], w.ends[house] = true, true
		w.mu.Unlock()
		go w.carry(house, browser, false)
		go w.carry(browser, house, true)
	}
}

// carry moves bytes until an end closes. What comes from the house is lost
// while the wire is muted, and so is everything after it on that connection: a
// stream with a hole is no stream.
func (w *wire) carry(to, from net.Conn, fromHouse bool) {
	defer to.Close()
	defer from.Close()
	buf := make([]byte, 32<<10)
	lost := false
	for {
		n, err := from.Read(buf)
		if err != nil {
			return
		}
		w.mu.Lock()
		for fromHouse && w.held {
			w.still.Wait()
		}
		lost = lost || fromHouse && w.muted
		w.mu.Unlock()
		if lost {
			continue
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// mute lets nothing of the house through any more: what is connected now is
// dead for ever, and so is what connects until mend.
func (w *wire) mute() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.muted = true
}

// hold keeps back what the house says until mend; nothing is lost.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = true
}

// cut closes what is connected, as seen by both sides, and what connects until
// mend.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = true
	for c := range w.ends {
		c.Close()
		delete(w.ends, c)
	}
}

// mend lets new connections through again, and what was held.
func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.muted, w.down, w.held = false, false, false
	w.still.Broadcast()
}
