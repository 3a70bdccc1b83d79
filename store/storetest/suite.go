package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
)

// Opener makes an empty store that is closed when the test ends.
type Opener func(t *testing.T) *store.Store

// Run runs the whole suite; each of its tests gets a store of its own.
func Run(t *testing.T, open Opener) {
	for _, part := range [][]conformance{saleTests, lotTests, bidTests, holdTests, peopleTests, moneyTests, nightTests, deskTests, mailTests, pushTests, accountTests, watchTests, uploadTests, rehearsalTests, organiserTests} {
		for _, c := range part {
			t.Run(c.name, func(t *testing.T) { c.test(&house{T: t, Store: open(t), ctx: context.Background()}) })
		}
	}
}

type conformance struct {
	name string
	test func(h *house)
}

// house is a store under test, with what the tests say often.
type house struct {
	*testing.T
	*store.Store
	ctx context.Context
}

// ok fails the test when something that must work does not.
func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.T.Fatal(err)
	}
}

// is fails the test when an error is not of the kind it has to be.
func (h *house) is(what string, got, want error) {
	h.Helper()
	if !errors.Is(got, want) {
		h.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

// start is the moment the tests' sales begin at.
var start = time.UnixMilli(1_790_000_000_000).UTC()

var pounds = auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}

// sale makes a published sale.
func (h *house) sale(slug string) auction.Sale {
	h.Helper()
	s, err := h.CreateSale(h.ctx, auction.Sale{Slug: slug, Title: "The " + slug + " sale", Currency: pounds, Zone: "Europe/London",
		Published: true, OpensAt: start, ClosesAt: start.Add(time.Hour), Steps: auction.Table{{Step: 100}}, StepsName: "own"})
	h.ok(err)
	return s
}

// lot adds a lot to a sale; "" is given the next number.
func (h *house) lot(saleID int64, number, title string) int64 {
	h.Helper()
	id, err := h.AddLot(h.ctx, saleID, draft(number, title))
	h.ok(err)
	return id
}

func draft(number, title string) auction.Draft {
	return auction.Draft{
		Words:   auction.Words{Number: number, Title: title},
		Terms:   auction.Terms{Opening: 1000, Steps: auction.Table{{Step: 100}}},
		OpensAt: start, ClosesAt: start.Add(time.Hour),
	}
}

// paddle registers a new bidder.
func (h *house) paddle(saleID int64, name string) auction.Holder {
	h.Helper()
	u, err := h.AddUser(h.ctx, auction.User{Name: name, Email: name + "@example.org", Role: auction.RoleBidder})
	h.ok(err)
	p, err := h.Register(h.ctx, saleID, u.ID, name, true)
	h.ok(err)
	return p
}

// change moves a lot on by a rule, as the saleroom does.
func (h *house) change(lot int64, rule func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event)) []auction.Event {
	h.Helper()
	var events []auction.Event
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		l, t, err := tx.Lot(h.ctx, lot)
		if err != nil {
			return err
		}
		var next auction.Lot
		next, events = rule(l, t)
		return tx.KeepLot(h.ctx, next, l.Seq, [16]byte{15: 1}, events)
	}))
	return events
}

// open opens a lot at the start.
func (h *house) open(lot int64) {
	h.Helper()
	h.change(lot, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.Open(t, start, [16]byte{15: 1})
	})
}

// bid places a bid so many seconds after the start and returns its answer.
func (h *house) bid(lot int64, p auction.Paddle, amount auction.Money, second int, key string) auction.Answer {
	h.Helper()
	var a auction.Answer
	h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
		a, err = PlaceBid(h.ctx, tx, lot, p, amount, start.Add(time.Duration(second)*time.Second), key)
		return err
	}))
	return a
}

// PlaceBid does with one bid, in a transaction, what the saleroom does.
func PlaceBid(ctx context.Context, tx *store.Tx, lot int64, p auction.Paddle, amount auction.Money, now time.Time, key string) (auction.Answer, error) {
	if _, a, err := tx.Answered(ctx, lot, p, key); err == nil || !errors.Is(err, store.ErrNotFound) {
		return a, err
	}
	l, t, err := tx.Lot(ctx, lot)
	if err != nil {
		return auction.Answer{}, err
	}
	by, err := tx.Bidder(ctx, lot, p)
	if err != nil {
		return auction.Answer{}, err
	}
	b := auction.Bid{By: by, Amount: amount, Kind: auction.Maximum, Key: key, Nonce: [16]byte{0: byte(amount), 15: 7}}
	next, events, a := auction.Decide(l, t, now, b)
	if err := tx.KeepBid(ctx, lot, b, a); err != nil {
		return a, err
	}
	if len(events) == 0 {
		return a, nil
	}
	return a, tx.KeepLot(ctx, next, l.Seq, [16]byte{}, events)
}

// row reads a lot as the saleroom has it.
func (h *house) row(lot int64) (l auction.Lot, t auction.Terms) {
	h.Helper()
	h.ok(h.Update(h.ctx, func(tx *store.Tx) (err error) {
		l, t, err = tx.Lot(h.ctx, lot)
		return err
	}))
	return l, t
}

// sound replays every lot from what the store kept: the rules have to find
// again, to the last hash, what they decided.
func (h *house) sound() {
	h.Helper()
	h.ok(h.EachLot(h.ctx, func(l auction.Lot, t auction.Terms, log []auction.Record) error {
		if err := auction.Check(l, t, log); err != nil {
			h.Errorf("lot %d: %v", l.ID, err)
		}
		return nil
	}))
}

func key(n int) string { return fmt.Sprintf("key-%012d", n) }

// OneBid puts a sale with one lot and one bid into a store and returns the
// lot.
func OneBid(t *testing.T, s *store.Store) int64 {
	t.Helper()
	h := &house{T: t, Store: s, ctx: t.Context()}
	sale := h.sale("spring")
	p := h.paddle(sale.ID, "ann")
	id := h.lot(sale.ID, "1", "Vase")
	h.open(id)
	h.bid(id, p.Paddle, 2000, 1, key(1))
	return id
}
