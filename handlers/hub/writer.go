package hub

import (
	"sync"
	"sync/atomic"
	"time"
)

// A writer hands the newest frames of its topics to its lane of their
// watchers. A hub has a few, each a goroutine that the hub starts, and stops
// and waits for in Close.
type writer struct {
	lane  int
	batch *batch
	pass  []*watch // of the pass under way

	mu     sync.Mutex // guards topics, and queued of the lane in each
	topics []*topic   // with news, in the order in which they had it
	wake   chan struct{}
}

func newWriter(lane int) *writer {
	return &writer{lane: lane, batch: newBatch(), wake: make(chan struct{}, 1)}
}

// queue has the writer visit t, whose mu the caller may hold. A topic that waits already is not queued
// again: the visit finds whatever is the newest by then.
func (wr *writer) queue(t *topic) {
	wr.mu.Lock()
	ln := &t.lanes[wr.lane]
	if !ln.queued {
		ln.queued = true
		wr.topics = append(wr.topics, t)
	}
	wr.mu.Unlock()
	select {
	case wr.wake <- struct{}{}:
	default: // it is awake, or will be
	}
}

// take empties the list into pending, which it returns.
func (wr *writer) take(pending []*topic) []*topic {
	clear(pending)
	wr.mu.Lock()
	defer wr.mu.Unlock()
	pending, wr.topics = wr.topics, pending[:0]
	return pending
}

// begin lets t be queued again: news from here on may be missed by the visit.
func (wr *writer) begin(t *topic) {
	wr.mu.Lock()
	t.lanes[wr.lane].queued = false
	wr.mu.Unlock()
}

// run visits topics until quit is closed.
func (wr *writer) run(quit <-chan struct{}) {
	var pending []*topic
	for {
		select {
		case <-quit:
			return
		case <-wr.wake:
		}
		pending = wr.take(pending)
		for _, t := range pending {
			wr.begin(t)
			wr.visit(t)
		}
	}
}

// visit offers each watcher what it has not got. A watcher that arrives or
// leaves meanwhile is no harm: the one starts at a later version, the other
// fails to be written to.
func (wr *writer) visit(t *topic) {
	t.mu.Lock()
	wr.pass = append(wr.pass[:0], t.lanes[wr.lane].watches...)
	t.mu.Unlock()
	for _, w := range wr.pass {
		if w.sock.own() {
			w.sock.offer(wr.batch)
		}
	}
	clear(wr.pass)
}

// A metronome beats for all sockets, which are spread over its topics so that
// they do not all get their beat in the same instant.
type metronome struct {
	topics []*topic
	every  time.Duration // between two topics
	stale  atomic.Bool   // said with every beat
}

// beatSlots is how many groups of sockets are told the time one after the
// other.
const beatSlots = 20

func newMetronome(interval time.Duration, writers int) *metronome {
	m := &metronome{every: interval / beatSlots}
	for range beatSlots {
		m.topics = append(m.topics, newTopic("", writers))
	}
	return m
}

// run beats until quit is closed.
func (m *metronome) run(quit <-chan struct{}, h *Hub) {
	tick := time.NewTicker(m.every)
	defer tick.Stop()
	for i := 0; ; i = (i + 1) % beatSlots {
		select {
		case <-quit:
			return
		case <-tick.C:
		}
		m.beat(m.topics[i], h)
	}
}

func (m *metronome) beat(t *topic, h *Hub) {
	now := time.Now()
	if t.put(0, now.UnixMilli(), appendBeat(nil, now, m.stale.Load()), 0, nil) {
		h.announce(t)
	}
}
