// Package word carries the word of a change between the processes of one
// house, over NATS. A note says which lot has moved to which seq and nothing
// else: whoever hears it reads the lot. So a note that comes late, twice, out
// of order or never changes nothing but how soon a page follows.
package word

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
)

// Note is the word of one change.
type Note struct {
	Sale int64
	Lot  int64
	Seq  int64 // the lot stands at least here
}

// Config says whom to talk to.
type Config struct {
	URL   string // nats://…, several separated by commas
	House string // names the house among those that share the servers: [A-Za-z0-9_-]
	Heard func(Note)
	Ended func(session [32]byte) // a session was ended in another process
	Woken func()                 // the timetable was changed by somebody who opens no lots
	// Starred hears that somebody's watch list was changed in another process.
	Starred func(sale, user int64)
	// Decided hears that something was decided about a lot after its sale.
	Decided func(sale, lot int64)
	Log     *slog.Logger
}

// Line is the connection. It comes back by itself, for as long as the process
// lives; until then Tell is lost.
type Line struct {
	conn  *nats.Conn
	house string
}

// noteBytes is the size of a note on the wire: lot and seq. The sale is in the
// subject.
const noteBytes = 16

// Dial begins to listen. Servers that are away at the moment are no error: the
// line is up when they are.
func Dial(c Config) (*Line, error) {
	conn, err := nats.Connect(c.URL,
		nats.Name("outcry"),
		nats.RetryOnFailedConnect(true),
		nats.MaxReconnects(-1),
		nats.IgnoreAuthErrorAbort(), // a password that is put right later
		nats.ReconnectWait(250*time.Millisecond),
		nats.ReconnectJitter(100*time.Millisecond, 100*time.Millisecond),
		nats.ReconnectBufSize(-1), // an old note is worth nothing: the polls have been there
		nats.PingInterval(2*time.Second),
		nats.MaxPingsOutstanding(2),
		nats.Timeout(2*time.Second),
		nats.NoEcho(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				c.Log.Warn("NATS is away; pages follow by polling", "err", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { c.Log.Info("NATS is back") }),
		nats.ConnectHandler(func(*nats.Conn) { c.Log.Info("NATS is there") }),
	)
	if errors.As(err, new(*url.Error)) { // which would repeat its password
		return nil, errors.New("the NATS address cannot be read; it looks like nats://user:password@host:4222, several separated by commas")
	}
	if err != nil {
		return nil, fmt.Errorf("NATS: %w", err)
	}
	if !conn.IsConnected() {
		c.Log.Warn("NATS is away; pages follow by polling", "err", conn.LastError())
	}
	l := &Line{conn: conn, house: c.House}
	for subject, heard := range map[string]nats.MsgHandler{
		l.subject("sale", "*"): func(m *nats.Msg) { l.heard(m, c) },
		l.subject("ended"): func(m *nats.Msg) {
			if len(m.Data) == 32 {
				c.Ended([32]byte(m.Data))
			}
		},
		l.subject("star"): func(m *nats.Msg) {
			if len(m.Data) == noteBytes {
				c.Starred(twoOf(m.Data))
			}
		},
		l.subject("after"): func(m *nats.Msg) {
			if len(m.Data) == noteBytes {
				c.Decided(twoOf(m.Data))
			}
		},
		l.subject("timetable"): func(*nats.Msg) { c.Woken() },
	} {
		if _, err := conn.Subscribe(subject, heard); err != nil {
			conn.Close()
			return nil, fmt.Errorf("listen to NATS: %w", err)
		}
	}
	return l, nil
}

func (l *Line) subject(parts ...string) string {
	s := "outcry." + l.house
	for _, p := range parts {
		s += "." + p
	}
	return s
}

// heard hands a note on; one that is malformed is nobody's.
func (l *Line) heard(m *nats.Msg, c Config) {
	prefix := l.subject("sale", "")
	if len(m.Data) != noteBytes || len(m.Subject) <= len(prefix) {
		return
	}
	sale, err := strconv.ParseInt(m.Subject[len(prefix):], 10, 64)
	if err != nil {
		return
	}
	lot, seq := twoOf(m.Data)
	c.Heard(Note{Sale: sale, Lot: lot, Seq: seq})
}

// two is two numbers on the wire, of which twoOf gets them.
func two(a, b int64) []byte {
	var data [noteBytes]byte
	binary.BigEndian.PutUint64(data[:8], uint64(a))
	binary.BigEndian.PutUint64(data[8:], uint64(b))
	return data[:]
}

func twoOf(data []byte) (a, b int64) {
	return int64(binary.BigEndian.Uint64(data[:8])), int64(binary.BigEndian.Uint64(data[8:]))
}

// Tell sends a note, without waiting. It is lost while the line is down.
func (l *Line) Tell(n Note) error {
	return lost(l.conn.Publish(l.subject("sale", strconv.FormatInt(n.Sale, 10)), two(n.Lot, n.Seq)))
}

// End tells that a session was ended, so that its sockets close everywhere.
func (l *Line) End(session [32]byte) error {
	return lost(l.conn.Publish(l.subject("ended"), session[:]))
}

// Star tells that somebody's watch list was changed.
func (l *Line) Star(sale, user int64) error {
	return lost(l.conn.Publish(l.subject("star"), two(sale, user)))
}

// Decide tells that something was decided about a lot after its sale.
func (l *Line) Decide(sale, lot int64) error {
	return lost(l.conn.Publish(l.subject("after"), two(sale, lot)))
}

// Wake tells the processes to look at their timetable now, and not with their
// next heartbeat.
func (l *Line) Wake() error { return lost(l.conn.Publish(l.subject("timetable"), nil)) }

// lost drops the errors of a line that is down: a lost note is only a delay.
func lost(err error) error {
	if errors.Is(err, nats.ErrReconnectBufExceeded) || errors.Is(err, nats.ErrConnectionReconnecting) || errors.Is(err, nats.ErrConnectionClosed) {
		return nil
	}
	return err
}

// Up reports whether the line stands at this moment.
func (l *Line) Up() bool { return l.conn.IsConnected() }

// Close sends what is on its way and ends the line.
func (l *Line) Close(ctx context.Context) {
	if l.conn.IsConnected() {
		_ = l.conn.FlushWithContext(ctx) // notes that are lost are only late
	}
	l.conn.Close()
}
