package saleroom_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/store"
)

// hall is a sale room over a real SQLite file.
type hall struct {
	t     *testing.T
	dir   string
	store *store.Store
	room  *saleroom.Room
	sale  auction.Sale
	lots  []int64
	mail  bool // the house sends mails
	push  bool // and tells phones

	mu      sync.Mutex // guards changes
	changes []saleroom.Change
}

var gbp, _ = auction.CurrencyOf("GBP")

// newHall opens a house with one published sale of lots that are open now and
// close after closes, and paddles "1" to "9".
func newHall(t *testing.T, lots int, closes time.Duration, terms auction.Terms) *hall {
	t.Helper()
	h := &hall{t: t, dir: t.TempDir()}
	h.open()
	ctx := t.Context()
	steps, err := auction.Preset("ebay-uk", gbp)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	h.sale, err = h.store.CreateSale(ctx, auction.Sale{
		Slug: "spring", Title: "Spring", Currency: gbp, Zone: "UTC", Steps: steps, StepsName: "ebay-uk",
		OpensAt: now, ClosesAt: now.Add(closes),
	})
	if err != nil {
		t.Fatal(err)
	}
	if terms.Opening == 0 {
		terms.Opening = 100
	}
	terms.Steps = steps
	drafts := make([]auction.Draft, lots)
	for i := range drafts {
		drafts[i] = auction.Draft{Words: auction.Words{Number: fmt.Sprint(i + 1), Title: fmt.Sprint("Lot ", i+1)}, Terms: terms, OpensAt: now, ClosesAt: now.Add(closes)}
	}
	fates, err := h.store.ImportLots(ctx, h.sale.ID, drafts, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fates {
		h.lots = append(h.lots, f.ID)
	}
	rows := make([]auction.HolderRow, 9)
	for i := range rows {
		rows[i] = auction.HolderRow{Name: fmt.Sprint("Bidder ", i+1), Email: fmt.Sprintf("b%d@example.org", i+1), Paddle: auction.Paddle(fmt.Sprint(i + 1))}
	}
	if _, err := h.store.ImportHolders(ctx, h.sale.ID, rows, false); err != nil {
		t.Fatal(err)
	}
	if err := h.store.PublishSale(ctx, h.sale.ID); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *hall) open() {
	h.t.Helper()
	var err error
	if h.store, err = store.Open(context.Background(), store.Config{Dir: h.dir}); err != nil {
		h.t.Fatal(err)
	}
}

// start begins the sale over the hall's store, or over one that misbehaves.
func (h *hall) start(over func(saleroom.Store) saleroom.Store) {
	h.t.Helper()
	s := saleroom.Over(h.store)
	if over != nil {
		s = over(s)
	}
	h.room = saleroom.New(saleroom.Config{
		Store:    s,
		Announce: h.announce,
		Mail:     h.mail,
		Push:     h.push,
		Fatal:    func(err error) { h.t.Errorf("fatal: %v", err) },
	})
	if err := h.room.Start(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hall) stop() {
	h.t.Helper()
	if h.room != nil {
		h.room.Stop()
	}
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
}

func (h *hall) announce(c []saleroom.Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changes = append(h.changes, c...)
}

func (h *hall) bid(paddle auction.Paddle, lot int, amount auction.Money, key string) (auction.Answer, error) {
	return h.room.Bid(context.Background(), h.lots[lot], auction.Bid{
		By: auction.Bidder{Paddle: paddle}, Amount: amount, Kind: auction.Maximum, Key: key,
	})
}

func (h *hall) mustBid(paddle auction.Paddle, lot int, amount auction.Money, key string) auction.Answer {
	h.t.Helper()
	a, err := h.bid(paddle, lot, amount, key)
	if err != nil {
		h.t.Fatalf("bid %s %d: %v", paddle, amount, err)
	}
	return a
}

// check holds every lot against its log.
func (h *hall) check() (events int) {
	h.t.Helper()
	err := h.store.EachLot(context.Background(), func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		events += len(log)
		return auction.Check(l, t, log)
	})
	if err != nil {
		h.t.Error(err)
	}
	return events
}

func (h *hall) entry(lot int) auction.Entry {
	h.t.Helper()
	e, err := h.store.Entry(context.Background(), h.lots[lot])
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

func TestAnswerAndAnnouncementFollowTheCommit(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	var seen atomic.Int64
	h.start(nil)
	defer h.stop()
	committed := func(seq int64) {
		if e := h.entry(0); e.Seq < seq {
			t.Errorf("seq %d was told before it was committed: the store has %d", seq, e.Seq)
		}
		seen.Add(1)
	}
	for i, amount := range []auction.Money{2000, 900, 2001} {
		a := h.mustBid(auction.Paddle(fmt.Sprint(i+1)), 0, amount, fmt.Sprintf("key-%012d", i))
		committed(a.Seq)
	}
	h.mu.Lock()
	last := h.changes[len(h.changes)-1]
	h.mu.Unlock()
	if got := h.entry(0); got.Price != 2001 || got.Lead != "3" || last.Lot.Seq != got.Seq {
		t.Errorf("after the bids: price %d, lead %s, announced seq %d of %d; want 2001, 3", got.Price, got.Lead, last.Lot.Seq, got.Seq)
	}
	if fmt.Sprint(last.Standing) != "[3 1]" {
		t.Errorf("standing changed for %v, want the new leader 3 and the outbid 1", last.Standing)
	}
	h.check()
}

func TestBidsThatWaitAreCommittedTogetherAndInOrder(t *testing.T) {
	h := newHall(t, 3, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	var wg sync.WaitGroup
	seqs := make([]map[int64]bool, len(h.lots))
	var mu sync.Mutex
	for i := range seqs {
		seqs[i] = map[int64]bool{}
	}
	for n := range 300 {
		wg.Go(func() {
			lot := n % len(h.lots)
			a, err := h.bid(auction.Paddle(fmt.Sprint(n%9+1)), lot, auction.Money(100+n*37%5000), fmt.Sprintf("key-%012d", n))
			if err != nil {
				t.Errorf("bid %d: %v", n, err)
				return
			}
			if a.Outcome == auction.Refused {
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if seqs[lot][a.Seq] {
				t.Errorf("lot %d: two answers with seq %d", lot, a.Seq)
			}
			seqs[lot][a.Seq] = true
		})
	}
	wg.Wait()
	h.check()
	for i := range h.lots {
		if got := h.entry(i); int64(len(seqs[i])) != got.Seq-1 { // the opening is seq 1
			t.Errorf("lot %d: %d taken bids were answered, the log has %d", i, len(seqs[i]), got.Seq-1)
		}
	}
}

func TestTheSameKeyHearsTheSameAnswer(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	first := h.mustBid("1", 0, 2000, "key-of-the-first-1")
	h.mustBid("2", 0, 900, "key-of-the-second-")
	again := h.mustBid("1", 0, 2000, "key-of-the-first-1")
	if first != again {
		t.Errorf("the same submission heard\n%+v\nthen\n%+v", first, again)
	}
	refused := h.mustBid("3", 0, 900, "key-of-the-third-1")
	if refused.Reason != auction.BelowAsk {
		t.Fatalf("below the ask: %+v", refused)
	}
	if err := h.room.Void(t.Context(), 0, h.lots[0], 3, "a slip of the tongue"); err != nil {
		t.Fatal(err)
	}
	if again := h.mustBid("3", 0, 900, "key-of-the-third-1"); again != refused {
		t.Errorf("a refused submission heard %+v, then %+v", refused, again)
	}
	events := h.check()
	if other := h.mustBid("1", 0, 3000, "key-of-the-first-1"); other.Reason != auction.KeyReused {
		t.Errorf("the same key with another amount: %+v, want key_reused", other)
	}
	if after := h.check(); after != events {
		t.Errorf("a reused key made %d events", after-events)
	}
}

// A bid by hand that is far above the ask is not made, and leaves its key free;
// one that was made is not asked about again.
func TestABidByHandFarAboveTheAsk(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	before := h.check()
	b := auction.Bid{By: auction.Bidder{Paddle: "1"}, Amount: 200_000, Kind: auction.Maximum, Key: "key-of-the-first-1"}
	_, err := h.room.BidByHand(t.Context(), h.lots[0], b)
	if far, ok := errors.AsType[saleroom.FarAboveError](err); !ok || far.Ask != 100 || far.Bid.Amount != b.Amount || far.Bid.Key != b.Key {
		t.Errorf("a bid of 2,000 where 1 is asked: %v", err)
	}
	if after := h.check(); after != before {
		t.Errorf("the question made %d events", after-before)
	}
	a := h.mustBid("1", 0, b.Amount, b.Key) // said twice
	if a.Outcome != auction.Leading {
		t.Fatalf("said twice: %+v", a)
	}
	if again, err := h.room.BidByHand(t.Context(), h.lots[0], b); err != nil || again != a {
		t.Errorf("the same again: %+v, %v; want %+v", again, err, a)
	}
	b.Amount, b.Key, b.By.Paddle = 150, "key-of-the-second-", "2"
	if a, err := h.room.BidByHand(t.Context(), h.lots[0], b); err != nil || a.Outcome != auction.Outbid {
		t.Errorf("a bid like others: %+v, %v", a, err)
	}
	if _, err := h.room.BidByHand(t.Context(), 99, b); !errors.Is(err, auction.ErrNotFound) {
		t.Errorf("a lot that is not there: %v", err)
	}
}

var errUnknown = errors.New("connection lost while waiting for the commit")

// burning is a store whose transactions all fail, while it is on fire.
type burning struct {
	saleroom.Store
	fire atomic.Bool
}

func (b *burning) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return b.Store.Update(ctx, func(tx saleroom.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if b.fire.Load() {
			return errors.New("the disk is on fire")
		}
		return nil
	})
}

// unheard is a store that says of one commit of a bid, which succeeds, that
// nobody knows.
type unheard struct {
	saleroom.Store
	next atomic.Bool
}

func (u *unheard) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	kept, err := updateWithBid(ctx, u.Store, fn)
	if err == nil && kept && u.next.CompareAndSwap(true, false) {
		return errUnknown
	}
	return err
}

func (u *unheard) Unknown(err error) bool { return errors.Is(err, errUnknown) || u.Store.Unknown(err) }

func TestAFailedCommitChangesNothing(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	b := &burning{}
	h.start(func(s saleroom.Store) saleroom.Store { b.Store = s; return b })
	defer h.stop()
	h.mustBid("1", 0, 2000, "key-of-the-first-1")
	was := h.entry(0)
	h.mu.Lock()
	told := len(h.changes)
	h.mu.Unlock()

	b.fire.Store(true)
	if _, err := h.bid("2", 0, 3000, "key-of-the-second-"); !errors.Is(err, saleroom.ErrNotAccepted) {
		t.Fatalf("with a failing commit: %v, want ErrNotAccepted", err)
	}
	b.fire.Store(false)
	if now := h.entry(0); now.Seq != was.Seq || now.Lead != was.Lead || now.Price != was.Price {
		t.Errorf("the lot moved from %+v to %+v", was.Public, now.Public)
	}
	h.mu.Lock()
	if len(h.changes) != told {
		t.Errorf("%d changes were announced that never happened", len(h.changes)-told)
	}
	h.mu.Unlock()
	a := h.mustBid("2", 0, 3000, "key-of-the-second-")
	if a.Outcome != auction.Leading || a.Seq != was.Seq+1 {
		t.Errorf("the same key afterwards: %+v, want leading at seq %d", a, was.Seq+1)
	}
	if err := h.room.Ready(); err != nil {
		t.Errorf("not ready after a commit that worked: %v", err)
	}
	h.check()
}

func TestAnUnknownCommitIsReadBack(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	b := &unheard{}
	h.start(func(s saleroom.Store) saleroom.Store { b.Store = s; return b })
	defer h.stop()
	b.next.Store(true)
	a := h.mustBid("1", 0, 2000, "key-of-the-first-1")
	if a.Outcome != auction.Leading || h.entry(0).Bids != 1 {
		t.Errorf("answer %+v with %d bids, want leading with 1", a, h.entry(0).Bids)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if last := h.changes[len(h.changes)-1]; last.Lot.Seq != a.Seq || !last.Everyone {
		t.Errorf("announced %+v, want seq %d to everyone", last, a.Seq)
	}
}

// keepsBids notes whether a transaction keeps a bid: a heartbeat, which comes
// when it likes, does not.
type keepsBids struct {
	saleroom.Tx
	kept *bool
}

func (k keepsBids) KeepBid(ctx context.Context, lot int64, b auction.Bid, a auction.Answer) error {
	*k.kept = true
	return k.Tx.KeepBid(ctx, lot, b, a)
}

// updateWithBid is Update of a store, and reports whether it kept a bid.
func updateWithBid(ctx context.Context, s saleroom.Store, fn func(saleroom.Tx) error) (kept bool, err error) {
	err = s.Update(ctx, func(tx saleroom.Tx) error { return fn(keepsBids{tx, &kept}) })
	return kept, err
}

// cutOff is a store that loses its connection in a commit which succeeds.
type cutOff struct {
	saleroom.Store
	after atomic.Bool // the next commit of a bid succeeds, and nobody hears of it
	gone  atomic.Bool // there is no connection, until the test gives it back
}

func (c *cutOff) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	if c.gone.Load() {
		return errors.New("connection refused")
	}
	kept, err := updateWithBid(ctx, c.Store, fn)
	if err == nil && kept && c.after.CompareAndSwap(true, false) {
		c.gone.Store(true)
		return errUnknown
	}
	return err
}

func (c *cutOff) Unknown(err error) bool { return errors.Is(err, errUnknown) }

func TestACommitInDoubtIsNotToldAsNothing(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	c := &cutOff{}
	h.start(func(s saleroom.Store) saleroom.Store { c.Store = s; return c })
	defer h.stop()
	c.after.Store(true)
	_, err := h.bid("1", 0, 2000, "key-of-the-first-1")
	if !errors.Is(err, saleroom.ErrInDoubt) || errors.Is(err, saleroom.ErrNotAccepted) {
		t.Errorf("a bid whose commit nobody can read back: %v, want ErrInDoubt", err)
	}
	if e := h.entry(0); e.Bids != 1 {
		t.Fatalf("%d bids stand: the test tests nothing", e.Bids)
	}
	if err := h.room.Ready(); err == nil {
		t.Error("ready without a connection")
	}
	h.mu.Lock()
	told := len(h.changes)
	h.mu.Unlock()
	c.gone.Store(false)
	var last saleroom.Change
	for last.Lot.ID == 0 {
		time.Sleep(10 * time.Millisecond) // until it is told, as late as that may be
		h.mu.Lock()
		if len(h.changes) > told {
			last = h.changes[len(h.changes)-1]
		}
		h.mu.Unlock()
	}
	if err := h.room.Ready(); err != nil {
		t.Errorf("not ready with a connection: %v", err)
	}
	if last.Lot.Bids != 1 || !last.Everyone || last.Quiet {
		t.Errorf("once there is a connection, announced %+v; want the bid, to everyone", last)
	}
	if a := h.mustBid("1", 0, 2000, "key-of-the-first-1"); a.Outcome != auction.Leading || h.entry(0).Bids != 1 {
		t.Errorf("the same bid again: %+v with %d bids, want the answer of then and one bid", a, h.entry(0).Bids)
	}
	h.check()
}

// spoiling is a store that cannot keep the bids of one paddle.
type spoiling struct {
	saleroom.Store
	paddle auction.Paddle
}

type spoiledTx struct {
	saleroom.Tx
	paddle auction.Paddle
}

func (s spoiling) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return s.Store.Update(ctx, func(tx saleroom.Tx) error { return fn(spoiledTx{tx, s.paddle}) })
}

func (s spoiledTx) KeepBid(ctx context.Context, lot int64, b auction.Bid, a auction.Answer) error {
	if b.By.Paddle == s.paddle {
		return errors.New("this bid cannot be kept")
	}
	return s.Tx.KeepBid(ctx, lot, b, a)
}

func TestOneBidThatBreaksSpoilsNoOther(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(func(s saleroom.Store) saleroom.Store { return spoiling{s, "9"} })
	defer h.stop()
	if _, err := h.bid("9", 0, 2000, "key-of-the-first-1"); !errors.Is(err, saleroom.ErrNotAccepted) {
		t.Errorf("the bid that breaks: %v, want ErrNotAccepted", err)
	}
	if err := h.room.Ready(); err != nil {
		t.Errorf("the house is not ready because of one bid: %v", err)
	}
	var wg sync.WaitGroup
	for n := range 40 {
		wg.Go(func() {
			paddle := auction.Paddle(fmt.Sprint(n%9 + 1))
			_, err := h.bid(paddle, 0, auction.Money(1000+n*100), fmt.Sprintf("key-%012d", n))
			if broke := errors.Is(err, saleroom.ErrNotAccepted); broke != (paddle == "9") {
				t.Errorf("bid %d of paddle %s: %v", n, paddle, err)
			}
		})
	}
	wg.Wait()
	h.check()
}

func TestWhoMayNotBid(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	defer h.stop()
	if _, err := h.bid("77", 0, 2000, "key-of-the-first-1"); !errors.Is(err, saleroom.ErrNotRegistered) {
		t.Errorf("a paddle that nobody has: %v, want ErrNotRegistered", err)
	}
	if _, err := h.room.Bid(t.Context(), 99999, auction.Bid{By: auction.Bidder{Paddle: "1"}, Amount: 1, Kind: auction.Maximum, Key: "k"}); !errors.Is(err, auction.ErrNotFound) {
		t.Errorf("a lot that is not there: %v, want ErrNotFound", err)
	}
}

func TestALimitHoldsWithinOneBatch(t *testing.T) {
	h := newHall(t, 2, time.Hour, auction.Terms{})
	holders, err := h.store.Holders(t.Context(), h.sale.ID)
	if err != nil {
		t.Fatal(err)
	}
	holders[0].Limit = 5000
	if err := h.store.SaveHolder(t.Context(), holders[0]); err != nil {
		t.Fatal(err)
	}
	h.start(nil)
	defer h.stop()
	var taken atomic.Int32
	var wg sync.WaitGroup
	for lot := range 2 {
		wg.Go(func() {
			a, err := h.bid("1", lot, 3000, fmt.Sprintf("key-of-the-lot-%d-", lot))
			if err != nil {
				t.Error(err)
			}
			if a.Outcome == auction.Leading {
				taken.Add(1)
			} else if a.Reason != auction.OverLimit {
				t.Errorf("lot %d: %+v, want over_limit", lot, a)
			}
		})
	}
	wg.Wait()
	if taken.Load() != 1 {
		t.Errorf("%d bids of 30 were taken from a limit of 50, want 1", taken.Load())
	}
}

func TestStopDecidesWhatWaits(t *testing.T) {
	h := newHall(t, 1, time.Hour, auction.Terms{})
	h.start(nil)
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			_, err := h.bid(auction.Paddle(fmt.Sprint(n%9+1)), 0, auction.Money(1000+n*100), fmt.Sprintf("key-%012d", n))
			if err != nil && !errors.Is(err, saleroom.ErrNotAccepted) {
				t.Error(err)
			}
		})
	}
	h.room.Stop()
	wg.Wait()
	if _, err := h.bid("1", 0, 90000, "key-after-the-end-"); !errors.Is(err, saleroom.ErrNotAccepted) {
		t.Errorf("after Stop: %v, want ErrNotAccepted", err)
	}
	h.check()
	if err := h.store.Close(); err != nil {
		t.Error(err)
	}
}
