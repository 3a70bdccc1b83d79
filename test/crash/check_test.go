package crash

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"outcry/test/house"
)

// settle asks again for every bid that was not answered.
func (e *evening) settle() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 30*time.Second)
	defer cancel()
	asked, taken, err := e.ledger.Settle(func(b *entry) (house.Answer, error) {
		return e.clients[b.Bidder].BidKey(ctx, b.Lot, b.Amount, b.Key, b.Kind)
	})
	if err != nil {
		e.wrong("%v", err)
	}
	e.tally.unknown += asked
	e.tally.unknownTaken += taken
}

// look reads every lot and every log that has grown, and checks that nothing
// of what was read before is gone.
func (e *evening) look() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 30*time.Second)
	defer cancel()
	all, err := e.clients[0].Lots(ctx, "evening")
	if err != nil {
		e.t.Fatal(err)
	}
	e.open = e.open[:0]
	for _, l := range all {
		if e.asks[l.ID] == nil {
			e.asks[l.ID] = new(atomic.Int64)
		}
		if l.State == "open" {
			e.asks[l.ID].Store(l.Ask)
			e.open = append(e.open, l)
		}
		if int64(strings.Count(e.logs[l.ID], "\n")) == l.Seq {
			continue
		}
		text, err := e.clients[0].Get(ctx, "/lots/"+strconv.FormatInt(l.ID, 10)+"/log", "")
		if err != nil {
			e.t.Fatal(err)
		}
		if !strings.HasPrefix(string(text), e.logs[l.ID]) {
			e.wrong("lot %d: the log was\n%s\nand is\n%s", l.ID, e.logs[l.ID], text)
		}
		e.logs[l.ID] = string(text)
	}
}

// check holds the logs against the ledger.
func (e *evening) check() {
	e.t.Helper()
	sums, logs := e.ledger.Check(e.logs, e.wrong)
	e.tally.sent, e.tally.taken, e.tally.refused = sums.Sent, sums.Taken, sums.Refused
	e.tally.closed, e.tally.closedWhileDown = sums.Closed, 0
	for _, log := range logs {
		var last house.Event
		if len(log) > 0 {
			last = log[len(log)-1]
		}
		if last.Event != "lot.sold" && last.Event != "lot.passed" {
			continue
		}
		if slices.ContainsFunc(e.downs, func(d down) bool { return last.ClosesAt >= d.from && last.ClosesAt <= d.to }) {
			e.tally.closedWhileDown++
		}
	}
}
