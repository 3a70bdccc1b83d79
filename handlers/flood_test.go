package handlers

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestLimiterRemembersLongKeysShort(t *testing.T) {
	l := newLimiter(1, 2)
	long := strings.Repeat("a", 200_000)
	for i, want := range []bool{true, true, false} {
		if got := l.allow(long); got != want {
			t.Errorf("try %d of a long key: %v, want %v", i+1, got, want)
		}
	}
	if !l.allow(long + "b") {
		t.Error("another long key was taken for the same")
	}
	for key := range l.seen {
		if len(key) > 32 {
			t.Errorf("a key of %d bytes is remembered", len(key))
		}
	}
}

func TestPasswordsTurnAFloodAway(t *testing.T) {
	p := &passwords{queue: make(chan struct{}, 2), turns: make(chan struct{}, 1)}
	release, err := p.turn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	left, leave := context.WithCancel(t.Context())
	waits := make(chan error)
	go func() {
		_, err := p.turn(left)
		waits <- err
	}()
	for len(p.queue) < 2 {
		time.Sleep(time.Millisecond)
	}
	if _, err := p.turn(t.Context()); !errors.Is(err, errTooMany) {
		t.Errorf("one too many: %v, want %v", err, errTooMany)
	}
	leave()
	if err := <-waits; !errors.Is(err, context.Canceled) {
		t.Errorf("who left while waiting: %v", err)
	}
	release()
	if len(p.queue)+len(p.turns) != 0 {
		t.Errorf("%d places and %d turns are still taken", len(p.queue), len(p.turns))
	}
}
