// Package ledger keeps what bidders sent to a house and what they heard of it,
// and holds the house's logs to that: no bid that somebody was told is taken
// may be missing, no other may be there, and nothing that anybody was shown
// may not have happened.
package ledger

import (
	"fmt"
	"sync"

	"outcry/test/house"
)

// Entry is one bid as its sender knows it: what was sent, and what was heard.
// It belongs to its sender until all senders are done.
type Entry struct {
	Bidder int // place among the test's people
	Paddle string
	Lot    int64
	Amount string // decimal
	Kind   string // max or exact
	Key    string

	Heard house.Answer // the answer, once known
	Known bool         // a bid that was not answered, or not judged, is not
}

func (e *Entry) String() string {
	return fmt.Sprintf("%s by %s on lot %d under %s", e.Amount, e.Paddle, e.Lot, e.Key)
}

// Ledger is all that was sent to one house. It is safe for concurrent use as
// long as bids are sent; the rest is for afterwards.
type Ledger struct {
	mu      sync.Mutex // guards what follows
	entries []*Entry
	shown   map[house.Shown]bool // what frames told
}

// New returns an empty ledger.
func New() *Ledger { return &Ledger{shown: map[house.Shown]bool{}} }

// Add takes a bid down before it is sent.
func (l *Ledger) Add(e *Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

// Saw takes down what a frame showed.
func (l *Ledger) Saw(shown []house.Shown) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range shown {
		l.shown[s] = true
	}
}

// Len is how many bids were sent.
func (l *Ledger) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// Judged are the bids that were answered, in the order they were sent.
func (l *Ledger) Judged() []*Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*Entry
	for _, e := range l.entries {
		if e.Heard.Outcome != "" {
			all = append(all, e)
		}
	}
	return all
}

// unknown are the entries whose fate nobody knows yet.
func (l *Ledger) unknown() []*Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*Entry
	for _, e := range l.entries {
		if !e.Known {
			all = append(all, e)
		}
	}
	return all
}

// Settle asks again for every bid whose fate is unknown, twice, and both
// answers have to be one. It returns how many those were and how many of them
// are taken.
func (l *Ledger) Settle(ask func(*Entry) (house.Answer, error)) (asked, taken int, err error) {
	for _, e := range l.unknown() {
		asked++
		first, err := ask(e)
		if err != nil || first.Outcome == "" {
			return asked, taken, fmt.Errorf("bid %v, asked for again: %v %d %s", e, err, first.Status, first.Raw)
		}
		second, err := ask(e)
		if err != nil || second.Raw != first.Raw || second.Status != first.Status {
			return asked, taken, fmt.Errorf("bid %v: the same key heard two answers:\n%s%s%v", e, first.Raw, second.Raw, err)
		}
		e.Heard, e.Known = first, true
		if first.Taken() {
			taken++
		}
	}
	return asked, taken, nil
}
