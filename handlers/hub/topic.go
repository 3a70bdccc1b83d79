package hub

import (
	"sync"
	"sync/atomic"
	"time"
)

// A topic holds the newest frame of each of its keys. It numbers its pushes,
// and links its keys in the order of their last one, so that a socket needs
// to remember one number to know everything that it has missed.
type topic struct {
	name string

	// version is the number of the last push. It is written under mu; a
	// socket that has nothing to fetch finds that out without the lock.
	version atomic.Uint64

	mu       sync.Mutex // guards the rest, and is held for a few steps only
	keys     map[int64]*entry
	oldest   *entry // least recently pushed
	newest   *entry
	lanes    []lane // the watchers, by writer
	watchers int
	dead     bool // the last watcher has left; the hub has forgotten the topic
}

// A lane is the part of a topic's watchers that one writer serves.
type lane struct {
	watches []*watch // guarded by topic.mu
	queued  bool     // the writer has it on its list; guarded by writer.mu
}

// An entry is the newest frame of one key. Its topic's mu guards it.
type entry struct {
	key        int64
	seq        int64
	version    uint64 // of its last push
	frame      []byte // shared; never written after it was built
	prev, next *entry

	pushed time.Time   // when it was last pushed; kept only with a gap
	held   *time.Timer // set while a newer frame waits for the gap to pass
}

// A watch is one socket's place in one topic.
type watch struct {
	sock  *socket
	topic *topic
	place int // in the lane's list; guarded by topic.mu

	// What the socket has got, guarded by the ownership of its write side:
	// everything up to cursor. at is the entry that carried cursor: as long
	// as it does, the next to send follows it.
	cursor uint64
	at     *entry
}

func newTopic(name string, writers int) *topic {
	return &topic{name: name, lanes: make([]lane, writers)}
}

// add makes w a watcher of everything that is pushed from now on.
func (t *topic) add(w *watch, lane int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w.topic, w.cursor, w.at = t, t.version.Load(), t.newest
	w.place = len(t.lanes[lane].watches)
	t.lanes[lane].watches = append(t.lanes[lane].watches, w)
	t.watchers++
}

// remove takes w out and reports whether it was the last.
func (t *topic) remove(w *watch, lane int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	ws := t.lanes[lane].watches
	last := len(ws) - 1
	ws[w.place] = ws[last]
	ws[w.place].place = w.place
	ws[last] = nil
	t.lanes[lane].watches = ws[:last]
	t.watchers--
	return t.watchers == 0
}

// kill lets go of the frames. Timers that still fire find it dead.
func (t *topic) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dead = true
	for e := t.oldest; e != nil; e = e.next {
		if e.held != nil {
			e.held.Stop()
		}
	}
	t.keys, t.oldest, t.newest = nil, nil, nil
}

// put makes frame the newest of its key and reports whether it is to be sent
// now. It is not when a frame with a higher seq is held already, or when the
// key was pushed less than gap ago: then later runs once the gap has passed,
// with whatever is the newest by then.
func (t *topic) put(key, seq int64, frame []byte, gap time.Duration, later func(*entry)) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dead {
		return false
	}
	e := t.keys[key]
	if e == nil {
		if t.keys == nil {
			t.keys = make(map[int64]*entry)
		}
		e = &entry{key: key}
		t.keys[key] = e
	} else if seq < e.seq {
		return false
	}
	e.seq, e.frame = seq, frame
	if gap > 0 {
		if e.held != nil {
			return false
		}
		if wait := gap - time.Since(e.pushed); wait > 0 {
			e.held = time.AfterFunc(wait, func() { later(e) })
			return false
		}
		e.pushed = time.Now()
	}
	t.push(e)
	return true
}

// pushHeld sends what was held back for the gap, and reports whether there is
// anybody left to send it to.
func (t *topic) pushHeld(e *entry) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.dead {
		return false
	}
	e.held, e.pushed = nil, time.Now()
	t.push(e)
	return true
}

// push gives e the next number and the last place. Caller holds mu.
func (t *topic) push(e *entry) {
	e.version = t.version.Load() + 1
	if t.newest != e {
		t.unlink(e)
		e.prev, e.next = t.newest, nil
		if t.newest != nil {
			t.newest.next = e
		} else {
			t.oldest = e
		}
		t.newest = e
	}
	t.version.Store(e.version)
}

// unlink takes e out of the order; an entry that is in none stays as it is.
// Caller holds mu.
func (t *topic) unlink(e *entry) {
	if e.prev != nil {
		e.prev.next = e.next
	} else if t.oldest == e {
		t.oldest = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else if t.newest == e {
		t.newest = e.prev
	}
}

// collect adds to b the frames that w has not got, oldest push first, until b
// is full.
func (t *topic) collect(w *watch, b *batch) {
	if t.version.Load() == w.cursor {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for e := t.after(w); e != nil && !b.full(); e = e.next {
		b.add(w, e)
	}
}

// after returns the first entry pushed after w's cursor. Caller holds mu.
func (t *topic) after(w *watch) *entry {
	if w.at != nil && w.at.version == w.cursor {
		return w.at.next
	}
	var first *entry
	for e := t.newest; e != nil && e.version > w.cursor; e = e.prev {
		first = e
	}
	return first
}
