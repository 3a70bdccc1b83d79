package linear

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

// long reports whether the long forms are wanted: make crash.
func long() bool { return os.Getenv("OUTCRY_CRASH_ROUNDS") != "" }

// play is some people who bid on one lot, and all that they sent and heard.
type play struct {
	t       *testing.T
	lot     int64
	closes  int64
	people  []house.Bidder
	clients []*house.Client
	ask     atomic.Int64
	enough  int64 // nobody wants it for more, so that it closes; 0 = no matter
	most    int64 // operations
	spread  int   // how far bids lie apart
	count   atomic.Int64

	mu      sync.Mutex // guards history
	history []porcupine.Operation
}

// open begins a house with some lots, each with people of its own.
func open(t *testing.T, lots, people int, closesIn time.Duration) []*play {
	t.Helper()
	h := house.New(t)
	list := make([]house.Lot, lots)
	for i := range list {
		list[i] = house.Lot{Title: fmt.Sprintf("Lot %d", i+1), Opening: "10"}
	}
	h.Import("sale", list, "--soft-close", fmt.Sprintf("%dms/%dms", window, extension), "--closes-in", closesIn.String())
	bidders := h.Bidders("sale", lots*people)
	h.Start("--bids-per-second", "100000")
	all, err := h.Client(house.Bidder{}).Lots(t.Context(), "sale")
	if err != nil {
		t.Fatal(err)
	}
	var plays []*play
	for i, l := range all {
		if l.Seq != 1 { // a machine so busy that the sale was over before it began
			return open(t, lots, people, 10*closesIn)
		}
		p := &play{t: t, people: bidders[i*people : (i+1)*people], lot: l.ID, closes: l.ClosesAt}
		for _, b := range p.people {
			p.clients = append(p.clients, h.Client(b))
		}
		p.ask.Store(l.Ask)
		plays = append(plays, p)
	}
	return plays
}

// run lets everybody bid until ctx ends, the operations are used up, or the
// lot is over.
func (p *play) run(ctx context.Context, seed uint64, think time.Duration) {
	var all sync.WaitGroup
	began := time.Now()
	for i := range p.people {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		all.Go(func() {
			for last := 0; last < 3 && ctx.Err() == nil && p.count.Add(1) <= p.most; { // three more after the end
				if think > 0 {
					time.Sleep(time.Duration(random.Int64N(int64(think))))
				}
				in := asked{}
				if random.IntN(8) > 0 {
					in = asked{p.people[i].Paddle, p.ask.Load() + int64(random.IntN(p.spread)-2)*50, random.IntN(6) == 0}
					if p.enough > 0 {
						in.amount = min(in.amount, p.enough)
					}
				}
				call := time.Since(began)
				out, err := p.send(i, in)
				back := time.Since(began)
				if err != nil {
					p.t.Errorf("%+v: %v", in, err)
					return
				}
				if out.reason == "closed" || out.state == "sold" {
					last++
				}
				p.mu.Lock()
				p.history = append(p.history, porcupine.Operation{ClientId: i, Input: in, Call: int64(call), Output: out, Return: int64(back)})
				p.mu.Unlock()
			}
		})
	}
	all.Wait()
}

// send asks the house, and notes the newest ask.
func (p *play) send(who int, in asked) (told, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if in.paddle == "" {
		l, err := p.clients[who].Lot(ctx, p.lot)
		return seen(l), err
	}
	kind := "max"
	if in.exact {
		kind = "exact"
	}
	a, err := p.clients[who].BidKey(ctx, p.lot, fmt.Sprintf("%d.%02d", in.amount/100, in.amount%100), house.NewKey(), kind)
	if err == nil && a.Outcome == "" {
		err = fmt.Errorf("answered with %d %s", a.Status, a.Raw)
	}
	if a.Ask > 0 {
		p.ask.Store(max(a.Ask, p.ask.Load())) // it only rises; who is late by a moment bids too little
	}
	return heard(a), err
}

// TestLinear plays small histories, close and all, and asks whether some order
// of its operations explains every answer.
func TestLinear(t *testing.T) {
	t.Parallel()
	rounds := 1
	if long() {
		rounds = 10
	}
	late, events := 0, int64(0)
	for range rounds {
		seed := rand.Uint64()
		plays := open(t, 10, 6, 8*time.Second)
		var all sync.WaitGroup
		for i, p := range plays {
			p.most, p.enough, p.spread = 20_000, 60_00, 9
			all.Go(func() { p.run(t.Context(), seed+uint64(i), 150*time.Millisecond) })
		}
		all.Wait()
		for i, p := range plays {
			verdict, info := porcupine.CheckOperationsVerbose(model(p.closes), p.history, time.Minute)
			if verdict != porcupine.Ok {
				t.Errorf("history %d (seed %d) of %d operations is %s", i, seed, len(p.history), verdict)
				show(t, p.closes, info, p.history)
			}
			for _, o := range p.history {
				out := o.Output.(told)
				events = max(events, out.seq)
				if out.reason == "closed" {
					late++
				}
			}
		}
	}
	t.Attr("figure", fmt.Sprintf("%d histories, up to %d events; %d bids came too late; none illegal", 10*rounds, events, late))
	if late == 0 || events < 10 {
		t.Errorf("%d bids came too late, the longest log has %d events: this proves little", late, events)
	}
}

// show writes down a history that no order explains.
func show(t *testing.T, closes int64, info porcupine.LinearizationInfo, history []porcupine.Operation) {
	file, err := os.CreateTemp("", "outcry-history-*.html")
	if err == nil {
		err = porcupine.Visualize(model(closes), info, file)
		t.Logf("drawn in %s", file.Name())
		file.Close()
	}
	if err != nil {
		t.Log(err)
	}
	for _, o := range history {
		t.Logf("%d..%d %d: %+v -> %+v", o.Call, o.Return, o.ClientId, o.Input, o.Output)
	}
}

// TestLinearSees: a history that the house told is legal, and one in which a
// single answer is another is not.
func TestLinearSees(t *testing.T) {
	const closes = 100_000
	legal := []porcupine.Operation{
		{Call: 0, Return: 10, Input: asked{"1", 20_00, false}, Output: told{outcome: "leading", seq: 2, at: 1000, price: 10_00, ask: 11_00, closes: closes, lead: "1"}},
		{Call: 5, Return: 15, Input: asked{"2", 20_00, false}, Output: told{outcome: "outbid", seq: 3, at: 1000, price: 20_00, ask: 21_00, closes: closes, lead: "1"}},
		{Call: 20, Return: 25, Input: asked{"3", 20_50, false}, Output: told{outcome: "refused", reason: "below_ask", seq: 3, at: 1002, price: 20_00, ask: 21_00, closes: closes, lead: "1"}},
		{Call: 30, Return: 35, Input: asked{"3", 30_00, false}, Output: told{outcome: "leading", seq: 4, at: closes - window, price: 21_00, ask: 22_00, closes: closes, lead: "3"}},
		{Call: 36, Return: 37, Input: asked{"1", 25_00, false}, Output: told{outcome: "outbid", seq: 5, at: closes - 1, price: 26_00, ask: 27_00, closes: closes - 1 + extension, lead: "3"}},
		{Call: 40, Return: 50, Input: asked{}, Output: told{state: "sold", seq: 7, price: 26_00, closes: closes - 1 + extension, lead: "3"}},
		{Call: 45, Return: 55, Input: asked{"2", 90_00, false}, Output: told{outcome: "refused", reason: "closed", seq: 7, at: closes - 1 + extension, price: 26_00, closes: closes - 1 + extension, lead: "3"}},
	}
	check := func(h []porcupine.Operation) bool { return porcupine.CheckOperations(model(closes), h) }
	if !check(legal) {
		t.Fatal("a legal history is taken for an illegal one")
	}
	for _, c := range []struct {
		what   string
		at     int
		change func(*porcupine.Operation, *told)
	}{
		{"a lost bid", 0, func(_ *porcupine.Operation, o *told) { o.seq = 1 }},
		{"one seq twice", 1, func(_ *porcupine.Operation, o *told) { o.seq = 2 }},
		{"a tie to the later", 1, func(_ *porcupine.Operation, o *told) { o.lead, o.outcome = "2", "leading" }},
		{"a price without its step", 3, func(_ *porcupine.Operation, o *told) { o.price = 20_00 }},
		{"a bid below the ask is taken", 2, func(_ *porcupine.Operation, o *told) { o.outcome, o.reason, o.seq = "outbid", "", 4 }},
		{"no extension", 4, func(_ *porcupine.Operation, o *told) { o.closes = closes }},
		{"a bid at the close is taken", 6, func(_ *porcupine.Operation, o *told) { o.outcome, o.reason = "leading", "" }},
		{"the clock runs backwards", 1, func(_ *porcupine.Operation, o *told) { o.at = 1 }},
		{"an old state is read", 2, func(_ *porcupine.Operation, o *told) { o.seq, o.price, o.ask = 2, 10_00, 11_00 }},
		{"decided before it was sent", 0, func(op *porcupine.Operation, _ *told) { op.Call, op.Return = 100, 110 }},
	} {
		h := append([]porcupine.Operation(nil), legal...)
		out := h[c.at].Output.(told)
		c.change(&h[c.at], &out)
		h[c.at].Output = out
		if check(h) {
			t.Errorf("%s: not seen", c.what)
		}
	}
}
