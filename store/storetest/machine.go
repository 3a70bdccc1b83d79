package storetest

import (
	"sync/atomic"
	"testing"
	"time"
)

// Machine knows how long this machine kept those waiting who only wanted to
// wake up. A test that bounds how long something may take adds what the machine
// itself took meanwhile: beside other work that may be seconds.
type Machine struct{ late atomic.Int64 } // nanoseconds in all

// WatchMachine begins to measure, until the test ends.
func WatchMachine(t *testing.T) *Machine {
	m := &Machine{}
	quit := make(chan struct{})
	done := make(chan struct{})
	const nap = 2 * time.Millisecond
	go func() { // ends with the test
		defer close(done)
		for {
			began := time.Now()
			select {
			case <-quit:
				return
			case <-time.After(nap):
			}
			if late := time.Since(began) - nap; late > time.Millisecond {
				m.late.Add(int64(late))
			}
		}
	}()
	t.Cleanup(func() {
		close(quit)
		<-done
	})
	return m
}

// Late is the sum of all that it was late so far. What lies between two
// readings is no fault of what was measured between them.
func (m *Machine) Late() time.Duration { return time.Duration(m.late.Load()) }

// Stopwatch measures one thing.
type Stopwatch struct {
	m     *Machine
	began time.Time
	late  time.Duration
}

// Start starts a stopwatch.
func (m *Machine) Start() Stopwatch { return Stopwatch{m, time.Now(), m.Late()} }

// Took is how long it took, without what the machine was late meanwhile.
func (s Stopwatch) Took() time.Duration { return time.Since(s.began) - (s.m.Late() - s.late) }

// Stalled is what the machine was late since the start.
func (s Stopwatch) Stalled() time.Duration { return s.m.Late() - s.late }
