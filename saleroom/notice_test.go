package saleroom_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"outcry/auction"
	"outcry/saleroom"
)

// doubtful is a store whose every third commit breaks in a way that leaves open
// whether it happened: every sixth did, the others did not.
type doubtful struct {
	saleroom.Store
	n int
}

var errDoubt, errRolledBack = errors.New("nobody knows"), errors.New("rolled back")

func (d *doubtful) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	d.n++
	lost := d.n%6 == 3
	err := d.Store.Update(ctx, func(tx saleroom.Tx) error {
		if err := fn(tx); err != nil || !lost {
			return err
		}
		return errRolledBack
	})
	if lost || d.n%6 == 0 {
		return errDoubt
	}
	return err
}

func (d *doubtful) Unknown(err error) bool { return errors.Is(err, errDoubt) }
func (d *doubtful) Away(error) bool        { return false }

// Every lead lost is told once, and nothing else is, whatever becomes of the
// commits; so are the ends of lots.
func TestEveryLeadLostIsMailedOnce(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 2, time.Hour, auction.Terms{})
		h.mail = true
		h.start(func(s saleroom.Store) saleroom.Store { return &doubtful{Store: s} })
		defer h.stop()
		for i := range 60 {
			p := auction.Paddle(fmt.Sprint(1 + i*7%5))
			if _, err := h.bid(p, i%2, auction.Money(1000+i*i*37%20_000+i*900), fmt.Sprintf("key-of-the-bid-%04d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.room.Void(t.Context(), 0, h.lots[0], h.entry(0).Seq, "a slip"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Hour)
		h.room.Wake()
		h.room.Wake()
		want := h.leadsLost()
		got := map[string]int{}
		for _, m := range h.mails() {
			got[fmt.Sprint(m.Kind, m.LotID, m.Seq, m.Paddle)]++
		}
		for k := range want {
			if got[k] != 1 {
				t.Errorf("%s: %d mails, want 1", k, got[k])
			}
		}
		if len(got) != len(want) || len(want) < 20 {
			t.Errorf("%d mails, want %d (20 at least): %v", len(got), len(want), got)
		}
	})
}

// leadsLost reads from the logs whom a mail has to tell what.
func (h *hall) leadsLost() map[string]bool {
	h.t.Helper()
	want := map[string]bool{}
	for _, lot := range h.lots {
		events, err := h.store.Events(context.Background(), lot)
		if err != nil {
			h.t.Fatal(err)
		}
		var lead auction.Paddle
		for _, e := range events {
			switch {
			case e.Kind == auction.BidTaken && lead != "" && lead != e.Lead:
				want[fmt.Sprint(auction.MailOutbid, lot, e.Seq, lead)] = true
			case e.Kind == auction.BidVoided:
				want[fmt.Sprint(auction.MailVoided, lot, e.Seq, e.Paddle)] = true
			case e.Kind == auction.LotSold:
				want[fmt.Sprint(auction.MailWon, lot, e.Seq, e.Lead)] = true
				want[fmt.Sprint(auction.MailConsign, lot, e.Seq, "")] = true
			}
			lead = e.Lead
		}
	}
	return want
}

// mails are all that wait in the outbox.
func (h *hall) mails() []auction.Mail {
	h.t.Helper()
	at := time.Now().Add(time.Hour)
	list, err := h.store.TakeMails(context.Background(), at, at, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func TestAnOutageAndAReserveAreMailed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, 10*time.Minute, auction.Terms{Reserve: 1_000_000})
		h.mail = true
		h.start(nil)
		h.mustBid("1", 0, 2000, "key-of-the-first-1")
		h.mustBid("2", 0, 3000, "key-of-the-second-")
		if a := h.mustBid("2", 0, 4000, "key-of-the-third--"); a.Outcome != auction.Raised {
			t.Fatalf("the raise: %+v", a)
		}
		h.room.Stop()
		time.Sleep(15 * time.Minute)
		h.start(nil)
		time.Sleep(time.Hour)
		got := map[string]int{}
		for _, m := range h.mails() {
			got[fmt.Sprint(m.Kind, " ", m.Paddle)]++
		}
		for _, k := range []string{"outbid 1", "outage 1", "outage 2", "passed 2", "consign "} {
			if got[k] != 1 {
				t.Errorf("%s: %d mails, want 1", k, got[k])
			}
		}
		if len(got) != 5 {
			t.Errorf("mails: %v", got)
		}
		h.stop()
	})
}

func TestAHouseWithoutMailsKeepsNone(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		h := newHall(t, 1, time.Minute, auction.Terms{})
		h.start(nil)
		defer h.stop()
		h.mustBid("1", 0, 2000, "key-of-the-first-1")
		h.mustBid("2", 0, 3000, "key-of-the-second-")
		time.Sleep(2 * time.Minute)
		if got := h.mails(); len(got) != 0 {
			t.Errorf("%d mails wait for ever", len(got))
		}
	})
}
