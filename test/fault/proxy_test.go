package fault

import (
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// How a connection through the proxy misbehaves. Each happens from a random
// byte of what the house answers on.
type ill int

const (
	well     ill = iota
	slow         // every piece takes up to a fifth of a second
	cut          // it ends, as if everything had been said
	reset        // it ends in the middle
	halfOpen     // nothing comes through any more, and nobody is told
	trickle      // a byte a second
	deaf         // what the client sends does not arrive, and nobody is told
	ills
)

// proxy stands between people and the house, and spoils their connections
// until it is healed.
type proxy struct {
	to      string
	ln      net.Listener
	healthy atomic.Bool

	mu    sync.Mutex // guards conns
	conns map[net.Conn]ill
	count [ills]atomic.Int64
	all   sync.WaitGroup
}

// newProxy begins to forward to an address until the test ends.
func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{to: to, ln: ln, conns: map[net.Conn]ill{}}
	p.all.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			p.all.Go(func() { p.serve(conn) })
		}
	})
	t.Cleanup(func() {
		ln.Close()
		p.drop(func(ill) bool { return true })
		p.all.Wait()
	})
	return p
}

// heal lets everything through from now on; connections that were spoilt are
// reset, as those are that a network forgot.
func (p *proxy) heal() {
	p.healthy.Store(true)
	p.drop(func(how ill) bool { return how != well })
}

func (p *proxy) drop(which func(ill) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn, how := range p.conns {
		if which(how) {
			end(conn)
		}
	}
}

// end resets a connection.
func end(conn net.Conn) {
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func (p *proxy) serve(client net.Conn) {
	house, err := net.Dial("tcp", p.to)
	if err != nil {
		end(client)
		return
	}
	how := well
	if !p.healthy.Load() && rand.IntN(3) > 0 {
		how = ill(rand.IntN(int(ills)))
	}
	p.count[how].Add(1)
	p.mu.Lock()
	p.conns[client] = how
	p.mu.Unlock()
	if !p.healthy.Load() { // none lives long, or the well ones would carry everything
		defer time.AfterFunc(rand.N(3*time.Second), func() { end(client) }).Stop()
	}
	var both sync.WaitGroup
	both.Go(func() { // what the client sends
		if how == deaf {
			io.CopyN(house, client, rand.Int64N(2000))
			io.Copy(io.Discard, client)
		} else {
			io.Copy(house, client)
		}
		house.Close()
	})
	p.answer(client, house, how)
	both.Wait()
	p.mu.Lock()
	delete(p.conns, client)
	p.mu.Unlock()
}

// answer forwards what the house says, and ends the client's connection.
func (p *proxy) answer(client, house net.Conn, how ill) {
	defer house.Close()
	defer client.Close()
	if how == well {
		io.Copy(client, house)
		return
	}
	if how != slow {
		if _, err := io.CopyN(client, house, rand.Int64N(3000)); err != nil {
			return
		}
	}
	switch how {
	case reset:
		end(client)
	case halfOpen:
		io.Copy(io.Discard, house)
	case slow, deaf:
		creep(client, house, 32<<10, func() time.Duration { return rand.N(200 * time.Millisecond) })
	case trickle:
		creep(client, house, 1, func() time.Duration { return time.Second })
	}
}

// creep forwards pieces of a size with pauses.
func creep(to, from net.Conn, size int, pause func() time.Duration) {
	piece := make([]byte, size)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			time.Sleep(pause())
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
