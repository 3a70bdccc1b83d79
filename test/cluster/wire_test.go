package cluster

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// wire is the network between one process and a server, which a test can hold
// (a partition: what is sent waits, nobody is told) or cut (as when a firewall
// resets what it does not know).
type wire struct {
	ln net.Listener
	to string // host:port

	mu   sync.Mutex // guards what follows
	flow *sync.Cond // of mu: held or shut has changed
	held bool
	shut bool
	ends map[net.Conn]bool // both ends of what is connected
}

// stretch opens a wire to a server; it is cut with the test's end.
func stretch(t *testing.T, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, to: to, ends: map[net.Conn]bool{}}
	w.flow = sync.NewCond(&w.mu)
	go w.accept() // ends with the listener
	t.Cleanup(func() {
		ln.Close()
		w.mu.Lock()
		w.shut = true
		w.mu.Unlock()
		w.flow.Broadcast()
		w.cut()
	})
	return w
}

func (w *wire) addr() string { return w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		in, err := w.ln.Accept()
		if err != nil {
			return
		}
		go w.join(in)
	}
}

// join connects what came in with the server, once the wire lets through.
func (w *wire) join(in net.Conn) {
	if !w.note(in) || !w.pass() {
		in.Close()
		return
	}
	out, err := net.DialTimeout("tcp", w.to, 5*time.Second)
	if err != nil {
		w.drop(in)
		return
	}
	if !w.note(out) {
		w.drop(in)
		out.Close()
		return
	}
	go w.carry(out, in)
	w.carry(in, out)
}

// note keeps a connection to be cut; false when the wire is gone.
func (w *wire) note(c net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shut {
		return false
	}
	w.ends[c] = true
	return true
}

func (w *wire) drop(c net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.ends, c)
	c.Close()
}

// pass waits while the wire is held; false when it is gone.
func (w *wire) pass() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.held && !w.shut {
		w.flow.Wait()
	}
	return !w.shut
}

// carry moves bytes one way until an end closes; nothing is lost while held.
func (w *wire) carry(to, from net.Conn) {
	defer w.drop(to)
	defer w.drop(from)
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if err != nil || !w.pass() {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// hold lets nothing through until mend. Connections are taken, and are silent.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = true
}

// mend lets through again, what waited first.
func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.held = false
	w.flow.Broadcast()
}

// cut ends what is connected, as seen from both sides.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.ends {
		c.Close()
		delete(w.ends, c)
	}
}

// echo is a server that says again what it hears.
func echo(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() { // ends with the listener
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c) // until the wire ends
			}()
		}
	}()
	return ln.Addr().String()
}

// TestWire: held it is silent and loses nothing, cut it ends what is connected,
// and what connects afterwards goes through.
func TestWire(t *testing.T) {
	w := stretch(t, echo(t))
	dial := func() net.Conn {
		c, err := net.Dial("tcp", w.addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	hear := func(c net.Conn, within time.Duration) (string, error) {
		c.SetReadDeadline(time.Now().Add(within))
		buf := make([]byte, 3)
		n, err := io.ReadFull(c, buf)
		return string(buf[:n]), err
	}
	c := dial()
	io.WriteString(c, "one")
	if got, err := hear(c, 10*time.Second); got != "one" {
		t.Fatalf("through the wire came %q, %v", got, err)
	}
	w.hold()
	io.WriteString(c, "two")
	late := dial()
	io.WriteString(late, "new")
	if got, err := hear(c, 200*time.Millisecond); got != "" || err == nil {
		t.Errorf("through a held wire came %q", got)
	}
	if got, err := hear(late, 50*time.Millisecond); got != "" || err == nil {
		t.Errorf("through a held wire came %q", got)
	}
	w.mend()
	if got, err := hear(c, 10*time.Second); got != "two" {
		t.Errorf("after mend came %q, %v", got, err)
	}
	if got, err := hear(late, 10*time.Second); got != "new" {
		t.Errorf("after mend came %q, %v to who connected meanwhile", got, err)
	}
	w.cut()
	if got, err := hear(c, 10*time.Second); err != io.EOF && got != "" {
		t.Errorf("a cut connection said %q, %v", got, err)
	}
	again := dial()
	io.WriteString(again, "end")
	if got, err := hear(again, 10*time.Second); got != "end" {
		t.Errorf("after a cut came %q, %v", got, err)
	}
}
