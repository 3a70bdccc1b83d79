package fanout

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// never is later than anything.
const never = time.Duration(math.MaxInt64)

// Result is what a run came to.
type Result struct {
	Told      int // deliveries from process to process
	Delivered int // deliveries to watchers, snapshots included
	Older     int // of these, older than what the page showed: it drops them
	Missing   int // watchers whose page does not end on the newest
	Overdone  int // processes that made more deliveries than one a frame to each they serve

	Half, Last time.Duration // from the last bid to half of the screens, to the last
}

// what can happen at a moment.
type kind int

const (
	bid     kind = iota // process 0 decides one
	arrive              // a process hears of a frame
	release             // a process's gap has passed
	tell                // a process has told its next child
	poll                // a process asks the one above it
	hop                 // a watcher goes to another process
)

type event struct {
	at    time.Duration
	order int // of making, so that a run is the same every time
	kind  kind
	node  int    // the process; of a hop, the watcher
	seq   uint32 // the frame that arrives
}

type events []event

func (e events) Len() int      { return len(e) }
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].order < e[j].order
}
func (e *events) Push(x any) { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}

// page is what a watcher's browser knows.
type page struct {
	round int           // the last of its process's rounds that it was part of
	shown uint32        // the newest that it shows
	last  time.Duration // when its socket delivered last: a socket keeps order
	done  time.Duration // when it showed the last bid
	home  int32         // the process it watches at
}

type sim struct {
	Config
	tree  []process
	pages []page
	queue events
	made  int // events ever
	rand  *rand.Rand
	final uint32
	ended time.Duration // when the last bid was decided
	r     Result

	// careless processes hand on whatever arrives last, also when it is older:
	// the mistake that a test of the test makes.
	careless bool
}

// Run simulates until every frame has arrived.
func Run(c Config) Result { return run(c, false) }

func run(c Config, careless bool) Result {
	s := &sim{Config: c, tree: grow(c), pages: make([]page, c.Watchers), final: uint32(c.Bids), careless: careless}
	s.rand = rand.New(rand.NewPCG(c.Seed, 1))
	for i := range s.tree {
		s.tree[i].pushed = -c.Gap
		for _, w := range s.tree[i].watchers {
			s.pages[w].home = int32(i)
		}
		if c.Poll > 0 && i > 0 {
			s.add(event{at: time.Duration(s.rand.Int64N(int64(c.Poll))), kind: poll, node: i})
		}
	}
	for range c.Bids {
		s.ended += time.Duration(s.rand.ExpFloat64() * float64(c.Every))
		s.add(event{at: s.ended, kind: bid})
	}
	for range c.Hops {
		at := time.Duration(s.rand.Int64N(int64(s.ended) + 1))
		s.add(event{at: at, kind: hop, node: s.rand.IntN(c.Watchers)})
	}
	for len(s.queue) > 0 {
		s.happen(heap.Pop(&s.queue).(event))
	}
	for i := range s.tree {
		s.serve(&s.tree[i], never)
	}
	return s.sum()
}

func (s *sim) add(e event) {
	s.made++
	e.order = s.made
	heap.Push(&s.queue, e)
}

func (s *sim) happen(e event) {
	switch e.kind {
	case bid:
		s.heard(0, s.tree[0].latest()+1, e.at)
	case arrive:
		s.heard(e.node, e.seq, e.at)
	case release:
		p := &s.tree[e.node]
		seq := p.held
		p.held = 0
		s.push(e.node, seq, e.at)
	case tell:
		s.tellNext(e.node, e.at)
	case poll:
		s.ask(e.node, e.at)
	case hop:
		s.move(e.node, s.rand.IntN(len(s.tree)), e.at)
	}
}

func (p *process) latest() uint32 { return max(p.newest, p.held) }

// heard takes a frame. What is not newer than the newest is dropped; what
// comes within the gap is held, and the newest of it handed on after it.
func (s *sim) heard(node int, seq uint32, at time.Duration) {
	p := &s.tree[node]
	switch {
	case s.careless && seq != p.newest:
		s.push(node, seq, at)
	case s.careless || seq <= p.latest():
	case p.held != 0:
		p.held = seq
	case at < p.pushed+s.Gap:
		p.held = seq
		s.add(event{at: p.pushed + s.Gap, kind: release, node: node})
	default:
		s.push(node, seq, at)
	}
}

// push makes a frame the newest: from now on everybody is behind.
func (s *sim) push(node int, seq uint32, at time.Duration) {
	p := &s.tree[node]
	s.serve(p, at)
	p.newest, p.pushed = seq, at
	p.free = max(p.free, at)
	p.taken++
	p.owed += len(p.children) + len(p.watchers)
	p.behind = len(p.watchers)
	telling := p.untold > 0
	p.untold = len(p.children)
	if p.untold > 0 && !telling {
		s.add(event{at: p.free + s.Cost, kind: tell, node: node})
	}
}

// tellNext ends the delivery to a child, which gets the newest of this moment.
func (s *sim) tellNext(node int, at time.Duration) {
	p := &s.tree[node]
	s.send(p, p.children[p.child], at)
	p.child = (p.child + 1) % len(p.children)
	p.free = max(p.free, at)
	p.untold--
	if p.untold > 0 {
		s.add(event{at: at + s.Cost, kind: tell, node: node})
	}
}

// send puts the newest on its way to another process, where it may overtake or
// get lost as a note may.
func (s *sim) send(p *process, to int, at time.Duration) {
	p.sent++
	s.r.Told++
	if s.rand.Float64() >= s.Lost {
		s.add(event{at: at + s.way(s.Link), kind: arrive, node: to, seq: p.newest})
	}
}

// ask is a process's look at the one above it, which nothing can lose. It ends
// when the process knows the last bid.
func (s *sim) ask(node int, at time.Duration) {
	above := &s.tree[(node-1)/s.Degree]
	if p := &s.tree[node]; above.newest > p.latest() {
		s.r.Told++
		s.add(event{at: at + 2*s.way(s.Link), kind: arrive, node: node, seq: above.newest})
	}
	if s.tree[node].latest() < s.final {
		s.add(event{at: at + s.Poll, kind: poll, node: node})
	}
}

// way is how long something is under way.
func (s *sim) way(least time.Duration) time.Duration {
	return least + time.Duration(s.rand.Float64()*s.Jitter*float64(least))
}

// serve makes the deliveries to watchers that a process ends until a moment.
// Children come first: while any is untold, watchers wait.
func (s *sim) serve(p *process, until time.Duration) {
	for p.behind > 0 && p.untold == 0 && p.free+s.Cost <= until {
		w := p.watchers[p.watcher]
		p.watcher = (p.watcher + 1) % len(p.watchers)
		if s.pages[w].round == p.taken {
			continue // its snapshot was as new
		}
		p.free += s.Cost
		p.behind--
		p.sent++
		s.deliver(p, w, p.free)
	}
}

// deliver sends the newest to a watcher.
func (s *sim) deliver(p *process, w int32, at time.Duration) {
	s.r.Delivered++
	g := &s.pages[w]
	g.round = p.taken
	g.last = max(g.last, at+s.way(s.LastMile))
	switch {
	case p.newest < g.shown:
		s.r.Older++
	case p.newest > g.shown:
		g.shown, g.done = p.newest, g.last
	}
}

// move takes a watcher to another process, which begins with its newest.
func (s *sim) move(w, to int, at time.Duration) {
	g := &s.pages[w]
	from, p := &s.tree[g.home], &s.tree[to]
	if from == p {
		return
	}
	s.serve(from, at)
	s.serve(p, at)
	place := slices.Index(from.watchers, int32(w))
	from.watchers = slices.Delete(from.watchers, place, place+1)
	if place < from.watcher {
		from.watcher-- // the round goes on where it was
	}
	if from.watcher >= len(from.watchers) {
		from.watcher = 0
	}
	if g.round != from.taken {
		from.behind--
	}
	p.watchers = append(p.watchers, int32(w))
	g.home = int32(to)
	p.free = max(p.free, at) + s.Cost
	s.deliver(p, int32(w), p.free)
}

// sum holds the end of a run against what a tree must do.
func (s *sim) sum() Result {
	for i := range s.pages {
		if s.pages[i].shown != s.final {
			s.r.Missing++
			continue
		}
		s.r.Last = max(s.r.Last, s.pages[i].done-s.ended)
	}
	s.r.Half = s.half()
	for i := range s.tree {
		p := &s.tree[i]
		if p.sent > p.owed {
			s.r.Overdone++
		}
	}
	return s.r
}

// half is when half of the pages that end on the newest showed it, to the ms:
// counted, because to sort a million takes longer than to simulate them.
func (s *sim) half() time.Duration {
	const step = time.Millisecond
	counts := make([]int, s.r.Last/step+1)
	for i := range s.pages {
		if s.pages[i].shown == s.final {
			counts[max(0, s.pages[i].done-s.ended)/step]++
		}
	}
	left := (len(s.pages) - s.r.Missing + 1) / 2
	for i, n := range counts {
		if left -= n; left <= 0 {
			return time.Duration(i) * step
		}
	}
	return 0
}
