package crash

import (
	"fmt"

	"outcry/test/ledger"
)

// entry is one bid as its sender knows it.
type entry = ledger.Entry

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
