package store

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// silence is how long a server may say nothing to a question that a page or a
// bid waits for. A server that is frozen, or whose disk hangs, still
// acknowledges what it is sent: the network alone never tells that it is gone.
const silence = 5 * time.Second

// writeSilence is the same for what changes something. It is longer: a commit
// waits for the standby, and the saleroom gives up after ten seconds by itself.
const writeSilence = 12 * time.Second

// impatient gives every read of a connection a deadline, unless pgx has set
// one of its own.
type impatient struct {
	net.Conn
	silence time.Duration
	hurried *atomic.Bool // nil = always; false while a question may take its time

	mu  sync.Mutex // guards own, and the order in which deadlines are set
	own bool       // pgx has set a deadline: it ends what is under way
}

func (c *impatient) Read(b []byte) (int, error) {
	if err := c.limit(); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

func (c *impatient) limit() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.own {
		return nil
	}
	if c.hurried != nil && !c.hurried.Load() {
		return c.Conn.SetReadDeadline(time.Time{})
	}
	return c.Conn.SetReadDeadline(time.Now().Add(c.silence))
}

func (c *impatient) SetDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = !t.IsZero()
	return c.Conn.SetDeadline(t)
}

func (c *impatient) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own = !t.IsZero()
	return c.Conn.SetReadDeadline(t)
}

// dialImpatient is dialer for a house that is served: what reads from the
// server waits no longer than silence for it.
func dialImpatient(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := dialer().DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &impatient{Conn: conn, silence: silence}, nil
}

// dialToWrite is dialImpatient for what changes something, once the store is
// open: a migration may take its time.
func (e *postgres) dialToWrite(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := dialer().DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &impatient{Conn: conn, silence: writeSilence, hurried: &e.hurried}, nil
}
