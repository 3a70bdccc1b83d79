package views

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// told is a lot decided by the rules, with the sentences that its log tells.
type told struct {
	t     *testing.T
	lot   auction.Lot
	terms auction.Terms
	log   []auction.Record
}

func (l *told) add(lot auction.Lot, events []auction.Event, bid *auction.Bid) {
	l.lot = lot
	for _, e := range events {
		r := auction.Record{Event: e}
		if e.Kind == auction.BidTaken {
			r.Bid = bid
		}
		l.log = append(l.log, r)
	}
}

func (l *told) bid(p auction.Paddle, amount auction.Money, at time.Time, without string) {
	l.t.Helper()
	b := auction.Bid{By: auction.Bidder{Paddle: p}, Amount: amount, Kind: auction.Maximum, Key: fmt.Sprintf("key-of-the-bid-%06d", len(l.log)), Without: without}
	lot, events, err := l.lot.Bid(l.terms, at, b)
	if err != nil {
		l.t.Fatalf("%s bids %d: %v", p, amount, err)
	}
	l.add(lot, events, &b)
}

func (l *told) act(lot auction.Lot, events []auction.Event, err error) {
	l.t.Helper()
	if err != nil || len(events) == 0 {
		l.t.Fatalf("%d events, %v", len(events), err)
	}
	l.add(lot, events, nil)
}

func (l *told) sentences() []string {
	events := make([]auction.Event, len(l.log))
	for i, r := range l.log {
		events[i] = r.Event
	}
	var all []string
	for _, s := range auction.Story(events) {
		all = append(all, stepSentence(context.Background(), s, gbp, london))
	}
	return all
}

func newTold(t *testing.T, terms auction.Terms) *told {
	t.Helper()
	var err error
	if terms.Steps, err = auction.Preset("charity", gbp); err != nil {
		t.Fatal(err)
	}
	l := &told{t: t, terms: terms, lot: auction.Lot{ID: 42, SaleID: 1, State: auction.Upcoming, OpensAt: closes.Add(-time.Hour), ClosesAt: closes}}
	lot, events := l.lot.Open(terms, closes.Add(-time.Hour), [16]byte{1})
	l.act(lot, events, nil)
	l.log[0].Terms, l.log[0].Nonce = &terms, [16]byte{1}
	return l
}

func (l *told) want(want ...string) {
	l.t.Helper()
	if got := l.sentences(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		l.t.Errorf("the story:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestStoryOfBids(t *testing.T) {
	l := newTold(t, auction.Terms{Opening: 1000, SoftClose: auction.SoftClose{Window: 2 * time.Minute, Extension: 2 * time.Minute}})
	at := closes.Add(-30 * time.Minute)
	l.bid("112", 5000, at, "")
	l.bid("112", 6000, at, "") // a raise that nobody sees
	l.bid("214", 4000, at, "")
	l.bid("87", 6000, at, "")
	l.bid("87", 6100, at, "the hammer was up") // below the ask of £65
	l.bid("131", 7000, closes.Add(-time.Minute), "")
	lot, events, err := l.lot.Void(l.terms, l.log, l.lot.Seq-1, closes.Add(-50*time.Second), "Wrong paddle.")
	l.act(lot, events, err)
	lot, events = l.lot.KnockDown(l.terms, closes.Add(time.Minute))
	l.act(lot, events, nil)
	l.want(
		"Bidding opens.",
		"112 bids first and leads at £10.",
		"214 bids £40 and is outbid at once: 112’s automatic bid answers with £41.",
		"87 bids £60. 112’s automatic bid met it; the earlier maximum leads.",
		"87 bids more than 112 had authorised, and leads at £61. The desk took it below the ask: the hammer was up.",
		"131 bids more than 87 had authorised, and leads at £66. Struck out since.",
		"That bid came late: the close moves from 20:47:00 to 20:48:00.",
		"131’s bid is struck out: Wrong paddle. By the bids that stand, 87 leads at £61.",
		"Sold to 87 for £61.",
	)
}

func TestStoryOfTheClock(t *testing.T) {
	l := newTold(t, auction.Terms{Opening: 1000, Reserve: 9000})
	at := closes.Add(-30 * time.Minute)
	l.bid("112", 5000, at, "")
	l.bid("112", 6000, at, "")
	lot, events := l.lot.Pause(at, "The fire alarm rang.")
	l.act(lot, events, nil)
	lot, events = l.lot.Resume(l.terms, at.Add(10*time.Minute))
	l.act(lot, events, nil)
	lot, events, err := l.lot.Reschedule(at.Add(11*time.Minute), closes.Add(24*time.Hour), "snow")
	l.act(lot, events, err)
	lot, events = l.lot.Outage(l.terms, closes.Add(24*time.Hour-time.Minute), closes.Add(24*time.Hour+time.Minute), auction.DefaultOutagePolicy())
	l.act(lot, events, nil)
	lot, events = l.lot.KnockDown(l.terms, closes.Add(25*time.Hour))
	l.act(lot, events, nil)
	l.want(
		"Bidding opens.",
		"112 bids first and leads at £50.",
		"112 raises their own maximum; as the reserve is not met, the price follows to £60.",
		"The clock stops: The fire alarm rang.",
		"The clock runs again; the lot closes at 20:57:00.",
		"By the organiser, the close moves from 20:57:00 to 20:47:00 on Sunday 6 December 2026: snow.",
		"No bid could be taken from 20:46:00 on: the close moves from 20:47:00 to 20:58:00.",
		"Passed: the best bid, £60 by 112, is below the reserve.",
	)
}
