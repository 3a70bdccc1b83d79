package linear

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

const (
	bidders    = 200
	operations = 100_000          // of the long form
	within     = 20 * time.Second // the ordinary form stops then
)

// TestSequence lets 200 people bid on one lot as fast as they can. The answers
// carry the one order in which they were decided, so that the model can follow
// however many there are.
func TestSequence(t *testing.T) {
	t.Parallel()
	rounds := 1
	if long() {
		rounds = 100
	}
	total, bids, spent := 0, 0, time.Duration(0)
	for i := range rounds {
		p := open(t, 1, bidders, 5*time.Hour)[0]
		p.most, p.spread = operations, 400
		ctx, cancel := context.WithTimeout(t.Context(), within)
		if long() {
			cancel()
			ctx, cancel = context.WithCancel(t.Context())
		}
		began := time.Now()
		p.run(ctx, rand.Uint64(), 0)
		took := time.Since(began)
		cancel()
		taken, err := follow(p.closes, p.history)
		if err != nil {
			t.Fatalf("history %d: %v", i, err)
		}
		total += len(p.history)
		bids += taken
		spent += took
		if taken < 50 {
			t.Errorf("%d bids taken prove little", taken)
		}
	}
	t.Attr("figure", fmt.Sprintf("%d histories, %d operations of %d people each on one lot in %v, %d bids taken; none illegal", rounds, total, bidders, spent.Round(time.Second), bids))
}

// follow checks a history by the order that its answers tell: seqs are those
// of one log without gaps, the model gives every answer as it was given, and
// nothing was decided before it was sent or after it was answered.
func follow(closes int64, history []porcupine.Operation) (taken int, err error) {
	bids := map[int64]porcupine.Operation{} // taken, by seq
	byState := map[int64][]porcupine.Operation{}
	for _, o := range history {
		out := o.Output.(told)
		if out.outcome != "" && out.outcome != "refused" {
			if other, twice := bids[out.seq]; twice {
				return 0, fmt.Errorf("%+v and %+v were both told to be seq %d", o.Input, other.Input, out.seq)
			}
			bids[out.seq] = o
			continue
		}
		byState[out.seq] = append(byState[out.seq], o)
	}
	s := state{seq: 1, closes: closes}
	for {
		for _, o := range byState[s.seq] {
			if ok, _ := s.next(o.Input.(asked), o.Output.(told)); !ok {
				return taken, fmt.Errorf("in %+v, %+v was answered with %+v", s, o.Input, o.Output)
			}
		}
		delete(byState, s.seq)
		o, ok := bids[s.seq+1]
		if !ok {
			break
		}
		good, n := s.next(o.Input.(asked), o.Output.(told))
		if !good {
			return taken, fmt.Errorf("in %+v, %+v was answered with %+v", s, o.Input, o.Output)
		}
		taken++
		s = n
	}
	if taken != len(bids) || len(byState) > 0 {
		return taken, fmt.Errorf("the seqs have a gap after %d: %d of %d bids follow, %d states were told that never were", s.seq, taken, len(bids), len(byState))
	}
	return taken, inTime(history)
}

// inTime: what was answered before something else was sent, came before it.
func inTime(history []porcupine.Operation) error {
	byCall := slices.SortedFunc(slices.Values(history), func(a, b porcupine.Operation) int { return cmp.Compare(a.Call, b.Call) })
	byReturn := slices.SortedFunc(slices.Values(history), func(a, b porcupine.Operation) int { return cmp.Compare(a.Return, b.Return) })
	newest, i := int64(0), 0
	for _, o := range byCall {
		for ; i < len(byReturn) && byReturn[i].Return < o.Call; i++ {
			newest = max(newest, byReturn[i].Output.(told).seq)
		}
		out := o.Output.(told)
		bid := out.outcome != "" && out.outcome != "refused"
		if out.seq < newest || bid && out.seq == newest {
			return fmt.Errorf("%+v was answered with %+v, after somebody had been told of seq %d", o.Input, o.Output, newest)
		}
	}
	return nil
}

// TestSequenceSees: a history out of order, with a gap or with an answer that
// the rules do not give is not followed.
func TestSequenceSees(t *testing.T) {
	const closes = 100_000
	legal := func() []porcupine.Operation {
		return []porcupine.Operation{
			{Call: 0, Return: 10, Input: asked{"1", 20_00, false}, Output: told{outcome: "leading", seq: 2, at: 1000, price: 10_00, ask: 11_00, closes: closes, lead: "1"}},
			{Call: 20, Return: 30, Input: asked{"2", 15_00, false}, Output: told{outcome: "outbid", seq: 3, at: 1001, price: 16_00, ask: 17_00, closes: closes, lead: "1"}},
			{Call: 40, Return: 50, Input: asked{"3", 12_00, false}, Output: told{outcome: "refused", reason: "below_ask", seq: 3, at: 1002, price: 16_00, ask: 17_00, closes: closes, lead: "1"}},
		}
	}
	if n, err := follow(closes, legal()); n != 2 || err != nil {
		t.Fatalf("a legal history: %d bids, %v", n, err)
	}
	for what, change := range map[string]func(h []porcupine.Operation) []porcupine.Operation{
		"a bid is missing":     func(h []porcupine.Operation) []porcupine.Operation { return h[1:] },
		"a bid is there twice": func(h []porcupine.Operation) []porcupine.Operation { return append(h, h[1]) },
		"an old state was told": func(h []porcupine.Operation) []porcupine.Operation {
			h[2].Call, h[2].Return = 60, 70
			o := h[2].Output.(told)
			o.seq, o.price, o.ask = 2, 10_00, 11_00
			h[2].Output = o
			return h
		},
		"told before it was": func(h []porcupine.Operation) []porcupine.Operation { h[2].Call, h[2].Return = -20, -10; return h },
		"another price": func(h []porcupine.Operation) []porcupine.Operation {
			o := h[1].Output.(told)
			o.price++
			h[1].Output = o
			return h
		},
	} {
		if _, err := follow(closes, change(legal())); err == nil {
			t.Errorf("%s: not seen", what)
		}
	}
}
