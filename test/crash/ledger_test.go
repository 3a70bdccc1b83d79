package crash

import (
	"fmt"
	"sync"

	"outcry/test/house"
)

// entry is one bid as its sender knows it: what was sent, and what was heard.
type entry struct {
	bidder int // place in evening.clients
	paddle string
	lot    int64
	amount string
	kind   string
	key    string

	heard  house.Answer // the answer, once known
	known  bool
	killed bool // the house was killed before it answered
}

func (e *entry) String() string {
	return fmt.Sprintf("%s by %s on lot %d under %s", e.amount, e.paddle, e.lot, e.key)
}

// ledger is all that was sent to one house.
type ledger struct {
	mu      sync.Mutex // guards entries and shown; an entry belongs to its sender until the round ends
	entries []*entry
	shown   map[house.Shown]bool // what frames told
}

func (l *ledger) add(e *entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entries = append(l.entries, e)
}

func (l *ledger) saw(shown []house.Shown) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, s := range shown {
		l.shown[s] = true
	}
}

// unknown are the entries whose fate nobody knows yet.
func (l *ledger) unknown() []*entry {
	var all []*entry
	for _, e := range l.entries {
		if !e.known {
			all = append(all, e)
		}
	}
	return all
}

// tally counts what a run went through.
type tally struct {
	sent, taken, refused, unknown int // unknown: killed before the answer
	unknownTaken                  int // of those, had been or were then taken
	closed, closedWhileDown       int // lots
}

func (t *tally) add(o tally) {
	t.sent += o.sent
	t.taken += o.taken
	t.refused += o.refused
	t.unknown += o.unknown
	t.unknownTaken += o.unknownTaken
	t.closed += o.closed
	t.closedWhileDown += o.closedWhileDown
}

func (t tally) String() string {
	return fmt.Sprintf("%d bids sent, %d taken, %d refused; %d of them not answered before a kill, %d of these taken; %d lots closed, %d of them while the house was down",
		t.sent, t.taken, t.refused, t.unknown, t.unknownTaken, t.closed, t.closedWhileDown)
}
