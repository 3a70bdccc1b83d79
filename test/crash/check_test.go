package crash

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"outcry/test/house"
)

// settle asks again for every bid that was not answered: twice, and both
// answers are one.
func (e *evening) settle() {
	e.t.Helper()
	ctx, cancel := context.WithTimeout(e.t.Context(), 30*time.Second)
	defer cancel()
	for _, b := range e.ledger.unknown() {
		e.tally.unknown++
		first, err := e.clients[b.bidder].BidKey(ctx, b.lot, b.amount, b.key, b.kind)
		if err != nil || first.Outcome == "" {
			e.t.Fatalf("bid %v, asked for again: %v %d %s", b, err, first.Status, first.Raw)
		}
		second, err := e.clients[b.bidder].BidKey(ctx, b.lot, b.amount, b.key, b.kind)
		if err != nil || second.Raw != first.Raw || second.Status != first.Status {
			e.t.Errorf("bid %v: the same key heard two answers:\n%s%s%v", b, first.Raw, second.Raw, err)
		}
		b.heard, b.known = first, true
		if first.Taken() {
			e.tally.unknownTaken++
		}
	}
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
			e.t.Errorf("lot %d: the log was\n%s\nand is\n%s", l.ID, e.logs[l.ID], text)
		}
		e.logs[l.ID] = string(text)
	}
}

// check holds the logs against the ledger.
func (e *evening) check() {
	e.t.Helper()
	taken := map[int64]map[int64]*entry{} // by lot and seq
	e.tally.sent, e.tally.taken, e.tally.refused = len(e.ledger.entries), 0, 0
	for _, b := range e.ledger.entries {
		if !b.heard.Taken() {
			e.tally.refused++
			continue
		}
		e.tally.taken++
		if taken[b.lot] == nil {
			taken[b.lot] = map[int64]*entry{}
		}
		if other := taken[b.lot][b.heard.Seq]; other != nil {
			e.t.Errorf("bids %v and %v were both told to be seq %d", b, other, b.heard.Seq)
		}
		taken[b.lot][b.heard.Seq] = b
	}
	logs := map[int64][]house.Event{}
	e.tally.closed, e.tally.closedWhileDown = 0, 0
	for id, text := range e.logs {
		logs[id] = e.readLog(id, text)
		e.checkLog(id, logs[id], taken[id])
	}
	for s := range e.ledger.shown {
		if log := logs[s.Lot]; s.Seq > int64(len(log)) || s.Seq > 0 && log[s.Seq-1].Price != s.Price {
			e.t.Errorf("a frame showed what never happened: %+v; the log has %d events", s, len(log))
		}
	}
}

// readLog takes a log apart and checks that its seqs are 1 to n.
func (e *evening) readLog(id int64, text string) []house.Event {
	e.t.Helper()
	var log []house.Event
	for line := range bytes.Lines([]byte(text)) {
		var ev house.Event
		if err := json.Unmarshal(line, &ev); err != nil {
			e.t.Fatalf("lot %d: %v in %s", id, err, line)
		}
		log = append(log, ev)
		if ev.Seq != int64(len(log)) {
			e.t.Errorf("lot %d: seq %d where %d belongs", id, ev.Seq, len(log))
		}
	}
	return log
}

// checkLog: every acknowledged bid is there as it was acknowledged, no other
// is, and the lot closed at most once, as its last event.
func (e *evening) checkLog(id int64, log []house.Event, taken map[int64]*entry) {
	e.t.Helper()
	for seq, b := range taken {
		if seq > int64(len(log)) {
			e.t.Errorf("an acknowledged bid is not in the log: %v, seq %d of %d", b, seq, len(log))
			continue
		}
		ev := log[seq-1]
		if ev.Event != "bid.taken" || ev.Paddle != b.paddle || ev.Price != b.heard.Price || ev.At != b.heard.At || deref(ev.Lead) != deref(b.heard.Lead) {
			e.t.Errorf("an acknowledged bid is not in the log as it was told: %v heard %sthe log has %+v", b, b.heard.Raw, ev)
		}
	}
	if n := house.Count(log, "bid.taken"); n != len(taken) {
		e.t.Errorf("lot %d: %d bids in the log, %d were told to be taken", id, n, len(taken))
	}
	for i, ev := range log {
		if ev.Event != "lot.sold" && ev.Event != "lot.passed" {
			continue
		}
		e.tally.closed++
		if i != len(log)-1 || ev.At < ev.ClosesAt {
			e.t.Errorf("lot %d closed as event %d of %d, at %d for a close at %d", id, i+1, len(log), ev.At, ev.ClosesAt)
		}
		if slices.ContainsFunc(e.downs, func(d down) bool { return ev.ClosesAt >= d.from && ev.ClosesAt <= d.to }) {
			e.tally.closedWhileDown++
		}
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
