package crash

import (
	"fmt"
	"time"

	"outcry/test/ledger"
)

// entry is one bid as its sender knows it.
type entry = ledger.Entry

// tally counts what a run went through.
type tally struct {
	sent, taken, refused, unknown int // unknown: killed before the answer
	unknownTaken                  int // of those, had been or were then taken
	closed, closedWhileDown       int // lots
	halfStarts                    int // starts that were ended, too
	backups, cutBackups           int // that were whole; that were cut short and left nothing
	slowest                       time.Duration
}

func (t *tally) add(o tally) {
	t.sent += o.sent
	t.taken += o.taken
	t.refused += o.refused
	t.unknown += o.unknown
	t.unknownTaken += o.unknownTaken
	t.closed += o.closed
	t.closedWhileDown += o.closedWhileDown
	t.halfStarts += o.halfStarts
	t.backups += o.backups
	t.cutBackups += o.cutBackups
	t.slowest = max(t.slowest, o.slowest)
}

func (t tally) String() string {
	return fmt.Sprintf("%d bids sent, %d taken, %d refused; %d of them not answered before the end, %d of these taken; %d lots closed, %d of them while the house was down; %d starts ended on the way; %d backups under way whole, %d cut short; the slowest start took %v",
		t.sent, t.taken, t.refused, t.unknown, t.unknownTaken, t.closed, t.closedWhileDown, t.halfStarts, t.backups, t.cutBackups, t.slowest.Round(time.Millisecond))
}
