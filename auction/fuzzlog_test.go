package auction

import (
	"bytes"
	"slices"
	"testing"
)

// FuzzLog gives whole logs to the check that everybody can run, as they came,
// and with their chain mended, as somebody would who forges one. Whatever a
// log says the check must not panic, and one that it takes must not be taken
// with an event less.
func FuzzLog(f *testing.F) {
	_, _, log := sampleLog(f)
	var all []byte
	for _, r := range log {
		all = append(append(all, r.Line()...), '\n')
	}
	f.Add(all, false)
	f.Add(all, true)
	f.Add(bytes.Join(bytes.SplitAfter(all, []byte("\n"))[:3], nil), true)
	f.Add(bytes.ReplaceAll(all, []byte(`"price":`), []byte(`"price":9`)), true)
	f.Fuzz(func(t *testing.T, text []byte, mend bool) {
		var events []Event
		for line := range bytes.Lines(text) {
			if e, err := ParseLine(bytes.TrimSuffix(line, []byte("\n"))); err == nil {
				events = append(events, e)
			}
		}
		if mend {
			events = chained(events)
		}
		if CheckPublic(events) != nil || len(events) < 3 {
			return
		}
		i := len(text) % (len(events) - 1)
		if less := slices.Delete(slices.Clone(events), i, i+1); CheckPublic(less) == nil {
			t.Fatalf("a log is taken without its event %d:\n%s", i+1, text)
		}
	})
}

// chained numbers events anew and hashes them so that their chain is whole.
func chained(events []Event) []Event {
	var prev Hash
	for i := range events {
		events[i].Seq, events[i].Prev = int64(i+1), prev
		events[i].Hash = events[i].sum()
		prev = events[i].Hash
	}
	return events
}
