// Package saleroom is the running sale: it decides by the rules, commits, and
// only then announces, in that order and in no other. It opens and closes lots
// on time and makes good what an outage did.
//
// It keeps no lot in memory. Every decision loads its lot inside the
// transaction that keeps the outcome, so a failed COMMIT has nothing to undo.
package saleroom

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"outcry/auction"
)

var (
	// ErrNotAccepted means that nothing happened and the same submission may
	// be sent again: the store could not commit, or the saleroom is full or
	// stopping.
	ErrNotAccepted = errors.New("not accepted, nothing happened")
	// ErrInDoubt means that nobody can say yet whether it happened: the
	// connection to the database, or the disk, broke under the commit and
	// could not be asked again. The same submission may be sent again.
	ErrInDoubt = errors.New("it is not known yet whether it was accepted")
	// ErrNotRegistered means that the paddle may not bid in the lot's sale.
	ErrNotRegistered = errors.New("not registered for this sale")
)

// Config is what a Room is made of.
type Config struct {
	Store    Store
	Announce func([]Change)       // told of every commit, in order; must return at once
	Fatal    func(error)          // told when the process must stop: the disk lied
	Away     func(bool)           // told when the database is lost, and when it is back; nil = nobody
	Outage   auction.OutagePolicy // zero = auction.DefaultOutagePolicy
	Mail     bool                 // write the mails that tell of what was decided; false where none is ever sent
	Push     bool                 // likewise of messages to phones
	Log      *slog.Logger
	Waiting  int           // orders that may wait at once, 0 = 20,000
	Batch    int           // orders committed together at most, 0 = 2,000
	Timeout  time.Duration // of one transaction, 0 = 10 s
	Patience time.Duration // how long the database may be away before bids are refused, 0 = 2 s
}

// Change is what a commit did to one lot, as everybody may know it.
type Change struct {
	SaleID   int64
	Lot      auction.Public
	Events   []auction.Event
	Standing []auction.Paddle // whose own standing changed, to be told apart
	Everyone bool             // the standing of all who bid on it changed
	Quiet    bool             // nothing that others can see changed: a raise of one's own maximum
}

// Room decides about the lots of a house.
type Room struct {
	cfg Config

	mu      sync.Mutex // guards queue, stopping and failing
	queue   []*order   // what waits for the next round, oldest first
	stop    bool       // no more orders are taken
	failing error      // why the last round could not commit; nil when it could

	wake chan struct{} // room for one: a round is wanted
	quit chan struct{} // closed by Stop
	done chan struct{} // closed when run has returned

	// Only run touches these.
	beaten time.Time     // when the heartbeat was last committed, by a clock that never jumps
	beatAt time.Time     // the same by the clock that decides, which jumps when the machine has slept
	next   time.Time     // when a lot is due next, by the clock that decides; zero = none
	ahead  time.Duration // how far the clock that decides is ahead of this machine's
	told   error         // the trouble that was logged last and has not passed
	doubt  []int64       // lots that were announced to nobody, because a commit's outcome is unknown
}

// order is one thing to decide. decide may run more than once, on different
// transactions, and changes nothing but what work holds; its error is this
// order's alone, unless it is a storeError, which fails the transaction.
type order struct {
	lot    int64              // that it is about, 0 = none
	sale   int64              // whose open lots it is about, 0 = none
	bid    auction.Submission // that it is; the zero value for anything else
	decide func(ctx context.Context, w *work) error
	result error
	done   chan struct{} // closed when result stands
}

// New returns a room that decides nothing until Start.
func New(cfg Config) *Room {
	if cfg.Outage == (auction.OutagePolicy{}) {
		cfg.Outage = auction.DefaultOutagePolicy()
	}
	if cfg.Waiting == 0 {
		cfg.Waiting = 20_000
	}
	if cfg.Batch == 0 {
		cfg.Batch = 2_000
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	if cfg.Patience == 0 {
		cfg.Patience = 2 * time.Second
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Room{
		cfg:  cfg,
		wake: make(chan struct{}, 1),
		quit: make(chan struct{}),
		done: make(chan struct{}),
	}
}

// Start checks every lot against its log, makes good what fell due while the
// house was down (rules §8), and then begins to take orders. It fails when a
// lot does not agree with its log: nothing may be decided on it.
func (r *Room) Start(ctx context.Context) error {
	if err := r.checkLots(ctx); err != nil {
		return fmt.Errorf("check before the start: %w", err)
	}
	if err := r.commit(nil); err != nil {
		return fmt.Errorf("first transaction: %w", err)
	}
	go r.run() // ended by Stop, which waits for it
	return nil
}

// Stop takes no more orders, decides those that wait, and returns when the
// last of them is answered.
func (r *Room) Stop() {
	r.mu.Lock()
	was := r.stop
	r.stop = true
	r.mu.Unlock()
	if !was {
		close(r.quit)
	}
	<-r.done
}

// Ready is nil while a bid could be committed.
func (r *Room) Ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop {
		return errors.New("the sale room is stopping")
	}
	return r.failing
}

// Wake makes the room look at its timetable again, after lots or sales were
// changed beside it.
func (r *Room) Wake() {
	r.submit(context.Background(), &order{decide: func(context.Context, *work) error { return nil }})
}

// submit queues an order and waits until it is decided and committed. When
// ctx ends first the order stands all the same: somebody will announce it.
func (r *Room) submit(ctx context.Context, o *order) error {
	o.done = make(chan struct{})
	r.mu.Lock()
	if r.stop || len(r.queue) >= r.cfg.Waiting {
		r.mu.Unlock()
		return ErrNotAccepted
	}
	r.queue = append(r.queue, o)
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default: // a round is already wanted
	}
	select {
	case <-o.done:
		return o.result
	case <-ctx.Done():
		return fmt.Errorf("waiting for the decision: %w", ctx.Err())
	}
}

// beat is how often a heartbeat is written, so that an outage can be seen
// after it (rules §8).
const beat = time.Second

// run is the one goroutine that decides.
func (r *Room) run() {
	defer close(r.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-r.quit:
		case <-r.wake:
		case <-timer.C:
			select {
			case <-r.wake: // the round that begins takes everything that waits
			default:
			}
		}
		// Asked before the last round: what waits is still decided.
		stopping := r.stopping()
		for r.round() {
		}
		if stopping {
			return
		}
		timer.Reset(r.pause())
	}
}

func (r *Room) stopping() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stop
}

// pause is how long nothing is due: until the next lot or the next heartbeat.
func (r *Room) pause() time.Duration {
	wait := time.Until(r.beaten.Add(beat))
	if !r.next.IsZero() {
		wait = min(wait, time.Until(r.next.Add(-r.ahead)))
	}
	if r.Ready() != nil {
		return max(wait, 100*time.Millisecond) // the store fails: do not spin
	}
	return max(wait, 0)
}

// round takes what waits, commits it and answers. It reports whether more
// waits already.
func (r *Room) round() bool {
	r.mu.Lock()
	n := min(len(r.queue), r.cfg.Batch)
	batch := r.queue[:n:n]
	r.queue = r.queue[n:]
	more := len(r.queue) > 0
	if !more {
		r.queue = nil
	}
	r.mu.Unlock()

	r.settle(batch)
	for _, o := range batch {
		close(o.done)
	}
	if len(batch) > 1 {
		// Whoever has just been answered and can run goes first: they may
		// bring the next bids, which one commit then takes together. This
		// waits for no clock, and a lone bid not at all.
		runtime.Gosched()
	}
	return more
}
