package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"

	"outcry/test/house"
)

// Sums are what a ledger comes to.
type Sums struct {
	Sent, Taken, Refused int
	Closed               int // lots
}

// Check holds the logs, as /lots/{id}/log gives them by lot, against the
// ledger, and tells wrong of every difference. It returns the logs, read.
func (l *Ledger) Check(logs map[int64]string, wrong func(format string, args ...any)) (Sums, map[int64][]house.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	sums := Sums{Sent: len(l.entries)}
	taken := map[int64]map[int64]*Entry{} // by lot and seq
	for _, e := range l.entries {
		if !e.Heard.Taken() {
			sums.Refused++
			continue
		}
		sums.Taken++
		if taken[e.Lot] == nil {
			taken[e.Lot] = map[int64]*Entry{}
		}
		if other := taken[e.Lot][e.Heard.Seq]; other != nil {
			wrong("bids %v and %v were both told to be seq %d:\n%s%s", e, other, e.Heard.Seq, e.Heard.Raw, other.Heard.Raw)
		}
		taken[e.Lot][e.Heard.Seq] = e
	}
	read := map[int64][]house.Event{}
	for id, text := range logs {
		log, err := Read(text)
		if err != nil {
			wrong("lot %d: %v", id, err)
		}
		read[id] = log
		checkTaken(id, log, taken[id], wrong)
		if end(id, log, wrong) {
			sums.Closed++
		}
	}
	for s := range l.shown {
		if log := read[s.Lot]; s.Seq > int64(len(log)) || s.Seq > 0 && log[s.Seq-1].Price != s.Price {
			wrong("a frame showed what never happened: %+v; the log has %d events", s, len(log))
		}
	}
	return sums, read
}

// Read takes a log apart and checks that its seqs are 1 to n.
func Read(text string) ([]house.Event, error) {
	var log []house.Event
	for line := range bytes.Lines([]byte(text)) {
		var e house.Event
		if err := json.Unmarshal(line, &e); err != nil {
			return log, fmt.Errorf("%w in %s", err, line)
		}
		log = append(log, e)
		if e.Seq != int64(len(log)) {
			return log, fmt.Errorf("seq %d where %d belongs", e.Seq, len(log))
		}
	}
	return log, nil
}

// checkTaken: every acknowledged bid is in the log as it was acknowledged, and
// no other is.
func checkTaken(id int64, log []house.Event, taken map[int64]*Entry, wrong func(string, ...any)) {
	for seq, e := range taken {
		if seq > int64(len(log)) {
			wrong("an acknowledged bid is not in the log: %v, seq %d of %d", e, seq, len(log))
			continue
		}
		ev := log[seq-1]
		if ev.Event != "bid.taken" || ev.Paddle != e.Paddle || ev.Price != e.Heard.Price || ev.At != e.Heard.At || deref(ev.Lead) != deref(e.Heard.Lead) {
			wrong("an acknowledged bid is not in the log as it was told: %v heard %sthe log has %+v", e, e.Heard.Raw, ev)
		}
	}
	if n := house.Count(log, "bid.taken"); n != len(taken) {
		wrong("lot %d: %d bids in the log, %d were told to be taken", id, n, len(taken))
	}
}

// end reports whether a lot has ended by its clock, which happens once, not
// before its close, and as its last event.
func end(id int64, log []house.Event, wrong func(string, ...any)) bool {
	ended := false
	for i, ev := range log {
		if ev.Event != "lot.sold" && ev.Event != "lot.passed" {
			continue
		}
		ended = true
		if i != len(log)-1 || ev.At < ev.ClosesAt {
			wrong("lot %d closed as event %d of %d, at %d for a close at %d", id, i+1, len(log), ev.At, ev.ClosesAt)
		}
	}
	return ended
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
