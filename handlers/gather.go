package handlers

import (
	"context"
	"sync"
)

// gather makes one answer for all who ask at the same time. Who asks while an
// answer is being made does not get that one, which may be older than the
// question, but shares the next with all others who came meanwhile: a thousand
// pages that come back at once cost two answers, not a thousand.
type gather struct {
	mu      sync.Mutex // guards running and next
	running bool
	next    *gathering // what those who came during the running one wait for; nil = nobody
}

type gathering struct {
	done   chan struct{} // closed when answer and err stand
	answer []byte
	err    error
}

// get returns an answer that was begun after the call. make may run in another
// caller's time, and must not keep to one caller's context. ctx ends the wait.
func (g *gather) get(ctx context.Context, make func() ([]byte, error)) ([]byte, error) {
	g.mu.Lock()
	if g.next == nil {
		g.next = newGathering()
	}
	mine := g.next
	if !g.running {
		g.running = true
		go g.run(make) // ends when nobody waits any more
	}
	g.mu.Unlock()
	select {
	case <-mine.done:
		return mine.answer, mine.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func newGathering() *gathering { return &gathering{done: make(chan struct{})} }

// run makes answers as long as somebody waits for one.
func (g *gather) run(make func() ([]byte, error)) {
	for {
		g.mu.Lock()
		now := g.next
		g.next = nil
		g.running = now != nil
		g.mu.Unlock()
		if now == nil {
			return
		}
		now.answer, now.err = make()
		close(now.done)
	}
}
