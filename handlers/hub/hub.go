// Package hub pushes to browsers. It knows which socket watches which topic
// and keeps the newest frame of each key of a topic: never a queue. A socket
// that was busy gets, once it can take bytes again, the newest frame of every
// key that changed meanwhile. It knows nothing of what the frames say.
//
// A delivery is one write(2) of bytes that all sockets share, tried without
// waiting by one of a few writers. Only a socket that does not take them gets
// a goroutine of its own, until it has caught up or is let go.
package hub

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

var (
	// ErrClosed says that the hub takes no more sockets: answer 503.
	ErrClosed = errors.New("hub is closed")
	// ErrFull says that Config.MaxSockets is reached: answer 503.
	ErrFull = errors.New("too many sockets")
	// ErrTooMany says that Config.MaxPerPeer is reached: answer 429.
	ErrTooMany = errors.New("too many sockets of one peer")
)

// snapshotTimeout bounds the making of a snapshot.
const snapshotTimeout = 10 * time.Second

// Config is how a hub works. The zero value is good for a server.
type Config struct {
	// Beat is how often each socket is told the time; 0 = 10 s.
	Beat time.Duration

	// WriteTimeout is how long a socket may take no byte of what is due before
	// it is let go with 1013; 0 = 3 s. It is gone a second later.
	WriteTimeout time.Duration

	// MinGap is the least time between two pushes of one key of a topic. What
	// comes faster is held back, and the newest of it sent when the gap has
	// passed; 0 = nothing is held back.
	MinGap time.Duration

	// MaxSockets bounds the sockets in all; 0 = no bound.
	MaxSockets int

	// MaxPerPeer bounds the sockets with the same Watch.Peer; 0 = no bound.
	MaxPerPeer int

	// Writers is how many goroutines write; 0 = one for each processor, at
	// most 4.
	Writers int
}

// Hub is the sockets and their topics. Its methods may be called from
// anywhere at any time.
type Hub struct {
	cfg     Config
	writers []*writer
	beats   *metronome
	batches sync.Pool // *batch, for those who are not writers
	scrap   sync.Pool // *[readLimit+1]byte, for messages that are thrown away

	ctx    context.Context // ends when the hub closes
	cancel context.CancelFunc
	quit   chan struct{}  // closed when writers and metronome are to stop
	crew   sync.WaitGroup // writers and metronome
	guests sync.WaitGroup // sockets, until their last goroutine is done

	mu      sync.RWMutex // guards the following; taken before a topic's
	closed  bool
	full    bool // Drain has begun: nobody is let in any more
	cut     bool // Close has no time left: whoever still comes is cut off
	topics  map[string]*topic
	sockets map[*socket]struct{} // that have a connection
	groups  map[string][]*socket
	peers   map[string]int
	count   int    // sockets admitted, including those still shaking hands
	arrived uint64 // sockets ever, to spread them over writers and beats

	published, delivered, evicted, refused atomic.Uint64
}

// New returns a hub at work. Close stops it.
func New(cfg Config) *Hub {
	if cfg.Beat <= 0 {
		cfg.Beat = 10 * time.Second
	}
	if cfg.WriteTimeout <= 0 {
		cfg.WriteTimeout = 3 * time.Second
	}
	if cfg.Writers <= 0 {
		cfg.Writers = min(4, runtime.GOMAXPROCS(0))
	}
	h := &Hub{
		cfg:     cfg,
		quit:    make(chan struct{}),
		topics:  make(map[string]*topic),
		sockets: make(map[*socket]struct{}),
		groups:  make(map[string][]*socket),
		peers:   make(map[string]int),
	}
	h.ctx, h.cancel = context.WithCancel(context.Background())
	h.batches.New = func() any { return newBatch() }
	h.scrap.New = func() any { return new([readLimit + 1]byte) }
	h.beats = newMetronome(cfg.Beat, cfg.Writers)
	for i := range cfg.Writers {
		wr := newWriter(i)
		h.writers = append(h.writers, wr)
		h.crew.Go(func() { wr.run(h.quit) })
	}
	h.crew.Go(func() { h.beats.run(h.quit, h) })
	return h
}

// Publish makes payload, a UTF-8 text, the newest message of a key of a
// topic, and has it sent to everyone who watches the topic. It does not wait
// for them, and keeps no reference to payload. A seq that is lower than the
// one held is ignored; the same replaces. What is published must already be
// what a snapshot shows. A topic that nobody watches keeps nothing.
func (h *Hub) Publish(name string, key, seq int64, payload []byte) {
	t := h.topic(name)
	if t == nil {
		return
	}
	h.published.Add(1)
	later := func(e *entry) {
		if t.pushHeld(e) {
			h.announce(t)
		}
	}
	if t.put(key, seq, textFrame(payload), h.cfg.MinGap, later) {
		h.announce(t)
	}
}

// Watched reports whether anybody watches a topic. When it returns false
// after a change was committed, the change need not be rendered: whoever
// comes next finds it in the snapshot.
func (h *Hub) Watched(name string) bool { return h.topic(name) != nil }

func (h *Hub) topic(name string) *topic {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.topics[name]
}

// announce wakes the writers that have watchers of t.
func (h *Hub) announce(t *topic) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, wr := range h.writers {
		if len(t.lanes[i].watches) > 0 {
			wr.queue(t)
		}
	}
}

// Names lists the topics that are watched at this moment, in no order.
func (h *Hub) Names() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Collect(maps.Keys(h.topics))
}

// Groups lists the groups that have a socket at this moment, in no order.
func (h *Hub) Groups() []string {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return slices.Collect(maps.Keys(h.groups))
}

// Stale tells every socket at once, and with every beat from then on, whether
// what its page shows may be out of date.
func (h *Hub) Stale(stale bool) {
	if h.beats.stale.Swap(stale) == stale {
		return
	}
	for _, t := range h.beats.topics {
		h.beats.beat(t, h)
	}
}

// Drop ends the sockets of a group with code, such as 1008 for "do not come
// back". It does not wait until they have gone, and returns their number.
func (h *Hub) Drop(group string, code websocket.StatusCode) int {
	if group == "" {
		return 0
	}
	h.mu.RLock()
	socks := slices.Clone(h.groups[group])
	h.mu.RUnlock()
	for _, s := range socks {
		s.close(code)
	}
	return len(socks)
}

// Drain takes no more sockets, and ends those there are with 1012 one after
// the other, evenly over a time, so that they do not all come to the next
// server in the same moment. It returns when that time is over or ctx ends;
// Close has to follow.
func (h *Hub) Drain(ctx context.Context, over time.Duration) {
	h.mu.Lock()
	h.full = true
	h.mu.Unlock()
	began := time.Now()
	socks := h.all()
	for i, s := range socks {
		at := began.Add(over * time.Duration(i) / time.Duration(len(socks)))
		select {
		case <-time.After(time.Until(at)):
			s.close(websocket.StatusServiceRestart)
		case <-ctx.Done():
			return
		}
	}
}

// Close takes no more sockets, ends all with 1012 (come back: the server
// restarts) and waits until they have gone, which takes about 3 s where a
// browser does not answer. When ctx ends first they are cut off, and ctx's
// error is returned. Close may be called again.
func (h *Hub) Close(ctx context.Context) error {
	h.mu.Lock()
	first := !h.closed
	h.closed = true
	h.mu.Unlock()
	h.cancel()
	for _, s := range h.all() {
		s.close(websocket.StatusServiceRestart)
	}
	gone := make(chan struct{})
	go func() { h.guests.Wait(); close(gone) }()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = ctx.Err()
		h.mu.Lock()
		h.cut = true
		h.mu.Unlock()
		for _, s := range h.all() {
			abort(s.conn)
		}
		// Only a snapshot that goes on after its context has ended can still
		// be under way; it is not worth waiting for.
		select {
		case <-gone:
		case <-time.After(closeWait):
		}
	}
	if first {
		close(h.quit)
	}
	h.crew.Wait()
	return err
}

func (h *Hub) all() []*socket {
	h.mu.RLock()
	defer h.mu.RUnlock()
	socks := make([]*socket, 0, len(h.sockets))
	for s := range h.sockets {
		socks = append(socks, s)
	}
	return socks
}

// Stats are counted since the hub was made, except Sockets and Topics, which
// are those of now.
type Stats struct {
	Sockets   int    // connected, those that are being let go included
	Topics    int    // watched by at least one socket
	Published uint64 // messages for topics that were watched
	Delivered uint64 // frames handed to the kernel, beats included, snapshots not
	Evicted   uint64 // sockets let go because they took no bytes
	Refused   uint64 // sockets not let in: closed, full, too many
}

// Stats returns the counters.
func (h *Hub) Stats() Stats {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return Stats{
		Sockets:   h.count,
		Topics:    len(h.topics),
		Published: h.published.Load(),
		Delivered: h.delivered.Load(),
		Evicted:   h.evicted.Load(),
		Refused:   h.refused.Load(),
	}
}
