package hub

// How much goes into one write(2). Frames of one socket that are due together
// travel together: where a hundred keys change at once, copying sixteen
// kilobytes costs a fraction of the system calls that it saves.
const (
	batchBytes  = 16 << 10
	batchFrames = 64
)

// A batch is what one write takes to one socket. It belongs to the goroutine
// that writes, and is used again for the next socket.
type batch struct {
	limit  int // frames; 1 where it may wait long and must not hold a buffer
	parts  []part
	size   int
	joined []byte // the parts in a row, when they are several
	try    attempt
}

// A part is one frame, and what the watcher will have got with it.
type part struct {
	watch   *watch
	at      *entry
	version uint64
	frame   []byte
}

func (b *batch) full() bool { return len(b.parts) >= b.limit || b.size >= batchBytes }

func (b *batch) add(w *watch, e *entry) {
	b.parts = append(b.parts, part{w, e, e.version, e.frame})
	b.size += len(e.frame)
}

// fill collects what s has not got and reports whether there is any.
func (b *batch) fill(s *socket) bool {
	b.reset()
	for i := range s.watches {
		w := &s.watches[i]
		w.topic.collect(w, b)
		if b.full() {
			break
		}
	}
	return len(b.parts) > 0
}

// bytes returns what to write.
func (b *batch) bytes() []byte {
	if len(b.parts) == 1 {
		return b.parts[0].frame
	}
	b.joined = b.joined[:0]
	for _, p := range b.parts {
		b.joined = append(b.joined, p.frame...)
	}
	return b.joined
}

// taken moves the cursors past the first n bytes. It returns how many frames
// are on their way, and of the last of them what is still to be written: a
// frame once begun must be ended, however old it has become.
func (b *batch) taken(n int) (frames int, rest []byte) {
	for _, p := range b.parts {
		if n <= 0 {
			break
		}
		p.watch.cursor, p.watch.at = p.version, p.at
		frames++
		if n < len(p.frame) {
			return frames, p.frame[n:]
		}
		n -= len(p.frame)
	}
	return frames, nil
}

// reset lets go of frames and sockets, which may end before the batch is used
// again. A buffer that one giant frame has blown up is not kept.
func (b *batch) reset() {
	clear(b.parts)
	b.parts, b.size = b.parts[:0], 0
	if cap(b.joined) > 4*batchBytes {
		b.joined = nil
	}
}

func newBatch() *batch { return &batch{limit: batchFrames} }
