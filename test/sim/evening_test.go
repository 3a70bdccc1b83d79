package sim

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

const (
	lots    = 100              // of an evening
	bidders = 6                // people
	lasts   = 15 * time.Minute // until people go home and nothing fails any more
	saleID  = 1
)

// evening is one sale in a bubble: everything in it follows from its seed.
// Whatever happens does so at an instant of its own, so that the order in which
// goroutines are run decides nothing.
type evening struct {
	store *store
	begun time.Time
	bids  [bidders][]*entry // of each, touched by them alone until all are gone
	fatal chan error

	mu     sync.Mutex // guards what follows
	room   *saleroom.Room
	public map[int64]auction.Public // as announced last
	told   []saleroom.Change        // all that was announced
	wrong  []string
	starts int
}

// entry is one bid as its bidder knows it.
type entry struct {
	lot    int64
	bid    auction.Bid
	heard  auction.Answer // when it was judged
	judged bool
	not    bool // it was told that nothing happened, the last time it was sent
}

func (e *evening) fail(format string, args ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.wrong = append(e.wrong, fmt.Sprintf(format, args...))
}

// newEvening makes a sale of a seed: lots of all kinds, people with limits.
func newEvening(seed uint64) *evening {
	random := rand.New(rand.NewPCG(seed, 0))
	now := time.Now().UTC()
	e := &evening{begun: now, fatal: make(chan error, 1), public: map[int64]auction.Public{}, store: &store{
		random: rand.New(rand.NewPCG(seed, 1)), lots: map[int64]*row{}, limits: map[auction.Paddle]auction.Money{},
	}}
	gbp, _ := auction.CurrencyOf("GBP")
	steps, err := auction.Preset("house", gbp)
	if err != nil {
		panic(err)
	}
	for i := range int64(lots) {
		id := i + 1
		t := auction.Terms{Opening: auction.Money(100 * (1 + random.IntN(50))), Steps: steps}
		if random.IntN(3) == 0 {
			t.Reserve = t.Opening * auction.Money(1+random.IntN(5))
		}
		if random.IntN(5) == 0 {
			t.BuyNow = max(t.Opening, t.Reserve) * 4
		}
		if random.IntN(3) > 0 {
			t.SoftClose = auction.SoftClose{Window: time.Duration(1+random.IntN(120)) * time.Second, Extension: time.Duration(1+random.IntN(120)) * time.Second}
		}
		if random.IntN(5) == 0 {
			t.Group = strconv.Itoa(random.IntN(2))
		}
		opens := now.Add(time.Duration(random.Int64N(int64(lasts / 3))))
		closes := opens.Add(30*time.Second + time.Duration(random.Int64N(int64(lasts/2))))
		if random.IntN(6) == 0 {
			t.SoftClose.Latest = closes.Add(3 * time.Minute).Truncate(time.Millisecond)
		}
		e.store.ids = append(e.store.ids, id)
		e.store.lots[id] = &row{terms: t, bids: map[kept]submission{}, lot: auction.Lot{ID: id, SaleID: saleID, State: auction.Upcoming,
			OpensAt: opens.Truncate(time.Millisecond), ClosesAt: closes.Truncate(time.Millisecond)}}
	}
	for i := range bidders {
		limit := auction.Money(0)
		if random.IntN(3) == 0 {
			limit = auction.Money(1+random.IntN(20)) * 100_00
		}
		e.store.limits[paddle(i)] = limit
	}
	return e
}

func paddle(i int) auction.Paddle { return auction.Paddle(strconv.Itoa(101 + i)) }

// play runs the evening to its end.
func (e *evening) play(seed uint64) {
	e.start()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range bidders {
		all.Go(func() { e.bidder(ctx, i, rand.New(rand.NewPCG(seed, uint64(10+i)))) })
	}
	all.Go(func() { e.clerk(ctx, rand.New(rand.NewPCG(seed, 2))) })
	all.Go(func() { e.watchman(ctx, rand.New(rand.NewPCG(seed, 3))) })
	time.Sleep(lasts)
	cancel()
	all.Wait()
	e.halt()
	e.store.quiet, e.store.away = true, time.Time{}
	e.start()
	e.goHome()
	e.check()
	e.halt()
}

// start begins to decide, as a process does.
func (e *evening) start() {
	e.store.dead = false
	room := saleroom.New(saleroom.Config{Store: e.store, Announce: e.announce, Fatal: func(err error) {
		select {
		case e.fatal <- err:
		default: // one is enough
		}
	}})
	for {
		err := room.Start(context.Background())
		if err == nil {
			break
		}
		var broken *auction.Break
		if errors.As(err, &broken) {
			e.fail("a start finds: %v", err)
			panic(err) // nothing can be decided any more
		}
		e.store.dead = false
		time.Sleep(time.Second)
	}
	apart() // from its first round
	e.mu.Lock()
	defer e.mu.Unlock()
	e.room, e.starts = room, e.starts+1
}

// apart lets everybody else do what this instant has for them, so that what
// follows is at an instant of its own.
func apart() { time.Sleep(time.Microsecond) }

func (e *evening) halt() {
	apart() // from the round in which the disk lied, or the last bid was answered
	e.mu.Lock()
	room := e.room
	e.room = nil
	e.mu.Unlock()
	if room != nil {
		room.Stop()
	}
}

// watchman ends a process whose disk lied, or that is to be stopped, and
// starts another some time later.
func (e *evening) watchman(ctx context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-e.fatal:
		case <-time.After(time.Duration(random.Int64N(int64(15 * time.Minute)))):
		}
		e.halt()
		down := time.Duration(random.Int64N(int64(10 * time.Second)))
		if random.IntN(4) == 0 {
			down = time.Duration(random.Int64N(int64(8 * time.Minute)))
		}
		time.Sleep(down)
		select {
		case <-e.fatal:
		default:
		}
		e.start()
	}
}

func (e *evening) at() *saleroom.Room {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.room
}

// announce keeps what everybody may know.
func (e *evening) announce(list []saleroom.Change) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.told = append(e.told, list...)
	for _, c := range list {
		e.public[c.Lot.ID] = c.Lot
	}
}

// pick is a random lot as it was announced last.
func (e *evening) pick(random *rand.Rand) (auction.Public, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l, ok := e.public[1+random.Int64N(lots)]
	return l, ok
}

// bidder bids, and at times sends an earlier bid again.
func (e *evening) bidder(ctx context.Context, who int, random *rand.Rand) {
	for n := 0; ctx.Err() == nil; n++ {
		time.Sleep(time.Duration(random.Int64N(int64(6 * time.Second))))
		room := e.at()
		if room == nil {
			continue // nobody answers
		}
		if mine := e.bids[who]; len(mine) > 0 && random.IntN(8) == 0 {
			e.send(room, mine[random.IntN(len(mine))])
			continue
		}
		l, ok := e.pick(random)
		if !ok {
			continue
		}
		b := &entry{lot: l.ID, bid: auction.Bid{By: auction.Bidder{Paddle: paddle(who)}, Kind: auction.Maximum,
			Amount: l.Ask + auction.Money(random.IntN(2000)-300), Key: fmt.Sprintf("key-%04d-%08d", who, n)}}
		switch random.IntN(12) {
		case 0:
			b.bid.Kind = auction.Exact
		case 1:
			if l.BuyNow > 0 {
				b.bid.Kind, b.bid.Amount = auction.BuyNow, l.BuyNow
			}
		case 2:
			room.TakeBack(context.Background(), l.ID, paddle(who)) // refused, mostly
			continue
		}
		e.bids[who] = append(e.bids[who], b)
		e.send(room, b)
	}
}

// send sends a bid, which must hear what it heard before.
func (e *evening) send(room *saleroom.Room, b *entry) {
	a, err := room.Bid(context.Background(), b.lot, b.bid)
	switch {
	case errors.Is(err, saleroom.ErrNotAccepted):
		b.not = true
	case errors.Is(err, saleroom.ErrInDoubt):
		b.not = false
	case err != nil:
		e.fail("bid %+v: %v", b.bid, err)
	case b.judged && a != b.heard && !sameRefusal(a, b.heard):
		e.fail("the same key heard\n%+v\nthen\n%+v", b.heard, a)
	default:
		b.heard, b.judged, b.not = a, true, false
	}
}

// sameRefusal compares answers that point to whether a reserve is met.
func sameRefusal(a, b auction.Answer) bool {
	if (a.ReserveMet == nil) != (b.ReserveMet == nil) || a.ReserveMet != nil && *a.ReserveMet != *b.ReserveMet {
		return false
	}
	a.ReserveMet, b.ReserveMet = nil, nil
	return a == b
}

// clerk does now and then what the desk can do, and gives lots that an outage
// holds a new close.
func (e *evening) clerk(ctx context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		time.Sleep(time.Duration(random.Int64N(int64(time.Minute))))
		room := e.at()
		l, ok := e.pick(random)
		if room == nil || !ok {
			continue
		}
		switch n := random.IntN(10); {
		case n < 4:
			room.Void(context.Background(), 1, l.ID, 1+random.Int64N(l.Seq+1), "a slip")
		case n == 4:
			room.Withdraw(context.Background(), 1, l.ID, "broken")
		case n < 7:
			room.Pause(context.Background(), 1, saleID, "a fire alarm")
			time.Sleep(time.Duration(random.Int64N(int64(3 * time.Minute))))
			e.resume(ctx)
		}
		e.release()
	}
}

// resume goes on until a process is there that does it.
func (e *evening) resume(ctx context.Context) {
	for ctx.Err() == nil {
		if room := e.at(); room != nil && room.Resume(context.Background(), 1, saleID) == nil {
			return
		}
		time.Sleep(time.Second + time.Microsecond)
	}
}

func (e *evening) release() {
	for id := range int64(lots) {
		e.mu.Lock()
		l, room := e.public[id+1], e.room
		e.mu.Unlock()
		if l.Held && room != nil {
			room.Release(context.Background(), 1, id+1, time.Now().Add(time.Duration(e.store.shift.Load())+10*time.Minute), "found again")
		}
	}
}

// goHome waits, with nothing failing any more, until every lot has ended, and
// settles every bid whose fate nobody knows.
func (e *evening) goHome() {
	if err := e.at().Resume(context.Background(), 1, saleID); err != nil {
		e.fail("nothing fails, but: %v", err)
	}
	for range 600 {
		if e.over() {
			break
		}
		e.release()
		time.Sleep(time.Minute + time.Microsecond)
	}
	for i := range bidders {
		for _, b := range e.bids[i] {
			if !b.judged {
				e.send(e.at(), b)
				e.send(e.at(), b)
			}
			if !b.judged {
				e.fail("bid %+v is not judged though nothing fails", b.bid)
			}
		}
	}
}

// over reports whether every lot has ended, as it was announced.
func (e *evening) over() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, id := range e.store.ids {
		if !e.public[id].State.Over() {
			return false
		}
	}
	return true
}

// digest is what a replay of the same seed must come to.
func (e *evening) digest() [32]byte {
	sum := sha256.New()
	for _, id := range e.store.ids {
		for _, r := range e.store.lots[id].log {
			fmt.Fprintln(sum, id, r.Seq, r.At.UnixMilli(), r.Kind, r.Paddle, r.Amount, r.Price, r.Lead, r.ClosesAt.UnixMilli(), r.Ref)
		}
	}
	return [32]byte(sum.Sum(nil))
}
