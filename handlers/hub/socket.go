package hub

import (
	"errors"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

var (
	errBusy    = errors.New("socket takes no more bytes at the moment")
	errStalled = errors.New("socket has taken no bytes for too long")
	errEnded   = errors.New("close frame is written")
)

// Who may write. The write side of a socket has one owner at a time: a writer
// in passing, the socket's own goroutine while it is slow (drain), the handler
// until the snapshot is out. Nobody waits for it. Whoever has something to
// send and finds it owned leaves a mark, and the owner looks again before it
// lets go. A socket that has ended is never let go of.
const (
	idle uint32 = iota
	owned
	marked // owned, and there is more since the owner looked last
)

// A socket is one browser. What is unchanged while it lives comes first.
type socket struct {
	hub     *Hub
	conn    net.Conn
	raw     syscall.RawConn // nil where bytes cannot be written beneath conn
	group   string
	peer    string
	lane    int // which writer serves it
	watches []watch
	readErr error // why reading the connection failed; the reader's alone

	state atomic.Uint32 // idle, owned or marked
	refs  atomic.Int32  // its reader, and its own writing goroutine if there is one

	// Guarded by the ownership of the write side.
	rest []byte // of a frame that is begun: goes before everything else
	last bool   // rest is the close frame, nothing comes after it

	mu   sync.Mutex // guards the following
	pong []byte     // to the newest ping; older ones need no answer (RFC 6455 §5.5.3)
	bye  []byte     // close frame, waiting or sent
}

// own makes the caller the owner, or leaves the mark and returns false.
func (s *socket) own() bool {
	for {
		if s.state.CompareAndSwap(idle, owned) {
			return true
		}
		if s.state.CompareAndSwap(owned, marked) || s.state.Load() == marked {
			return false
		}
	}
}

// release gives the ownership up. It returns false when it found the mark:
// the caller is still the owner and has to look again.
func (s *socket) release() bool {
	if s.state.CompareAndSwap(owned, idle) {
		return true
	}
	s.state.Store(owned)
	return false
}

// hold adds a reference, unless the last is gone already.
func (s *socket) hold() bool {
	for {
		n := s.refs.Load()
		if n == 0 {
			return false
		}
		if s.refs.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// drop takes a reference back; with the last one the hub forgets the socket.
func (s *socket) drop() {
	if s.refs.Add(-1) == 0 {
		s.hub.forget(s)
	}
}

// offer sends what the socket takes at once. It never waits: a socket that
// takes no more gets a goroutine of its own until it has caught up. Caller is
// the owner, and is not afterwards.
func (s *socket) offer(b *batch) {
	// A peer that pings without end would keep its mark set for ever, hence
	// the bound: after that it costs its own goroutine, not the writer.
	for range 4 {
		if err := s.flush(b, s.tryWrite); err != nil {
			if !errors.Is(err, errBusy) {
				s.fail(err)
				return
			}
			break
		}
		if s.release() {
			return
		}
	}
	if s.hold() {
		go s.drain()
	}
}

// drain sends with patience. It ends when the socket has caught up or has
// failed, within the write timeout after it has stopped taking bytes.
func (s *socket) drain() {
	defer s.drop()
	b := &batch{limit: 1}
	for {
		if err := s.flush(b, s.push); err != nil {
			s.fail(err)
			return
		}
		_ = s.conn.SetWriteDeadline(time.Time{})
		if s.release() {
			return
		}
	}
}

// flush writes what is due: the rest of a begun frame, then pong or close,
// then the newest frame of each key that the socket has not got. Caller is
// the owner.
func (s *socket) flush(b *batch, write func(*batch, []byte) (int, error)) error {
	defer b.reset()
	for {
		for s.urgent() {
			n, err := write(b, s.rest)
			s.rest = s.rest[n:]
			if err != nil {
				return err
			}
		}
		if s.last {
			endWrite(s.conn)
			return errEnded
		}
		if !b.fill(s) {
			return nil
		}
		more := b.full()
		n, err := write(b, b.bytes())
		var frames int
		frames, s.rest = b.taken(n)
		s.hub.delivered.Add(uint64(frames))
		if err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
}

// urgent reports whether rest is to be written first; when there is none it
// makes the waiting pong or close frame the rest. Caller is the owner.
func (s *socket) urgent() bool {
	if len(s.rest) > 0 {
		return true
	}
	s.rest = nil
	if s.last {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.bye != nil:
		s.rest, s.last = s.bye, true
	case s.pong != nil:
		s.rest, s.pong = s.pong, nil
	}
	return s.rest != nil
}

func (s *socket) tryWrite(b *batch, p []byte) (int, error) { return b.try.write(s.raw, p) }

// push writes p, waiting as long as the socket takes something in each period
// of the write timeout, and in all no longer than three periods and a second
// for each 4 KiB.
func (s *socket) push(b *batch, p []byte) (int, error) {
	period := s.hub.cfg.WriteTimeout
	end := time.Now().Add(3*period + time.Duration(len(p)>>12)*time.Second)
	taken := 0
	for {
		_ = s.conn.SetWriteDeadline(time.Now().Add(period))
		n, err := s.conn.Write(p[taken:])
		taken += n
		if err == nil || !errors.Is(err, os.ErrDeadlineExceeded) {
			return taken, err
		}
		// The poller reports room only when a third of the buffer is free; a
		// slow reader may have made some all the same.
		_ = s.conn.SetWriteDeadline(time.Time{})
		m, err := b.try.write(s.raw, p[taken:])
		taken += m
		switch {
		case err == nil:
			return taken, nil
		case !errors.Is(err, errBusy):
			return taken, err
		case n+m == 0 || time.Now().After(end):
			return taken, errStalled
		}
	}
}

// fail ends a socket after a write that did not succeed. Its reader notices
// and clears up. Caller is the owner and stays it.
func (s *socket) fail(err error) {
	switch {
	case errors.Is(err, errEnded):
	case errors.Is(err, errStalled):
		s.hub.evicted.Add(1)
		s.evict()
	default:
		abort(s.conn)
	}
}

// evict lets a stalled socket go with close code 1013. Its buffer is full, so
// it is given room for the rest of the frame and the close frame; a peer that
// wakes up while we wait for its answer then knows why. Caller is the owner.
func (s *socket) evict() {
	s.bid(closeFrame(websocket.StatusTryAgainLater))
	makeRoom(s.conn)
	_ = s.conn.SetReadDeadline(time.Now().Add(evictWait))
	_ = s.conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	for s.urgent() {
		n, err := s.conn.Write(s.rest)
		s.rest = s.rest[n:]
		if err != nil {
			abort(s.conn)
			return
		}
	}
	endWrite(s.conn)
}

// close asks the socket to end with code. It does not wait: the close frame
// goes out when the write side is free, and the peer has closeWait to answer.
func (s *socket) close(code websocket.StatusCode) {
	s.bid(closeFrame(code))
	s.kick()
}

// bid sets the close frame, unless there is one already.
func (s *socket) bid(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bye == nil {
		s.bye = frame
		_ = s.conn.SetReadDeadline(time.Now().Add(closeWait))
	}
}

// kick has the write side look at what is due.
func (s *socket) kick() {
	if s.own() {
		b := s.hub.batches.Get().(*batch)
		s.offer(b)
		s.hub.batches.Put(b)
	}
}

// control queues a pong or close frame that the websocket library wants to
// send. A newer pong takes the place of one that is still waiting, so that a
// peer which pings and does not read costs nothing.
func (s *socket) control(frame []byte) {
	switch frame[0] {
	case closeByte:
		if len(frame) > 4 && !utf8.Valid(frame[4:]) {
			frame = closeFrame(websocket.StatusInvalidFramePayloadData)
		}
		s.bid(slices.Clone(frame))
	case pongByte:
		s.mu.Lock()
		s.pong = slices.Clone(frame)
		s.mu.Unlock()
	}
	s.kick()
}
