package storetest

import (
	"errors"
	"time"

	"outcry/auction"
	"outcry/store"
)

var mailTests = []conformance{
	{"every field of a mail comes back, once", testKeepMail},
	{"a mail is one sender's at a time", testTakeMails},
	{"an outage is mailed to all who bid, and no event twice", testMailsOfLot},
	{"who offers a lot is found by address or name", testConsignorOf},
	{"a reminder is written once, with its note", func(h *house) {
		s := h.sale("spring")
		ann, cleo := h.paddle(s.ID, "ann"), h.clerk("cleo")
		m := auction.Mail{Kind: auction.MailInvoice, Once: "reminder 1", SaleID: s.ID, Paddle: ann.Paddle, Due: start, Until: start.Add(time.Hour), At: start}
		act := auction.Act{SaleID: s.ID, UserID: cleo.ID, Kind: auction.ActReminded, Paddle: ann.Paddle}
		h.ok(h.Remind(h.ctx, m, act))
		h.is("the same again", h.Remind(h.ctx, m, act), store.ErrConflict)
		mails, err := h.MailsOfPaddle(h.ctx, auction.MailInvoice, s.ID, ann.Paddle)
		h.ok(err)
		acts, err := h.Acts(h.ctx, auction.ActQuery{SaleID: s.ID})
		h.ok(err)
		if len(mails) != 1 || len(acts) != 1 {
			h.Errorf("%d mails and %d notes, want one of each", len(mails), len(acts))
		}
	}},
	{"mails about a topic can be stopped", func(h *house) {
		u, err := h.AddUser(h.ctx, auction.User{Role: auction.RoleBidder})
		h.ok(err)
		h.ok(h.StopMails(h.ctx, u.ID, "news", true))
		h.ok(h.StopMails(h.ctx, u.ID, "news", true))
		h.ok(h.StopMails(h.ctx, u.ID, "money", true))
		got, err := h.MailStops(h.ctx, u.ID)
		h.ok(err)
		Same(h.T, "MailStops", got, []string{"money", "news"})
		h.ok(h.StopMails(h.ctx, u.ID, "money", false))
		got, err = h.MailStops(h.ctx, u.ID)
		h.ok(err)
		Same(h.T, "MailStops", got, []string{"news"})
	}},
}

func testKeepMail(h *house) {
	var want auction.Mail
	Fill(h.T, &want, "State", "Tries", "Fails", "Error", "Done")
	want.Email, want.State = "ann@example.org", auction.MailWaiting
	h.ok(h.AddMail(h.ctx, want))
	h.ok(h.AddMail(h.ctx, want)) // the same Once: not again
	want.Due = want.Due.Add(-time.Hour)
	due, err := h.MailDue(h.ctx, want.Due)
	h.ok(err)
	if due {
		h.Error("a mail is due before its time")
	}
	now := want.Due.Add(time.Hour)
	list, err := h.TakeMails(h.ctx, now, now.Add(time.Minute), 10)
	h.ok(err)
	if len(list) != 1 {
		h.Fatalf("took %d mails, want 1", len(list))
	}
	want.ID, want.Tries, want.Due = list[0].ID, 1, now
	Same(h.T, "TakeMails", list[0], want)
	h.ok(h.EndMail(h.ctx, list[0], auction.MailFailed, "gone", now))
	want.State, want.Error, want.Done = auction.MailFailed, "gone", now
	list, err = h.TroubledMails(h.ctx, 10)
	h.ok(err)
	Same(h.T, "TroubledMails", list, []auction.Mail{want})
	c, err := h.MailCounts(h.ctx, now)
	h.ok(err)
	Same(h.T, "MailCounts", c, auction.MailCounts{Failed: 1})
	h.ok(h.SweepMails(h.ctx, now))
	h.ok(h.SweepMails(h.ctx, now.Add(time.Millisecond)))
	c, err = h.MailCounts(h.ctx, now)
	h.ok(err)
	Same(h.T, "MailCounts after a sweep", c, auction.MailCounts{})
	h.is("a mail in a transaction that fails", h.Update(h.ctx, func(tx *store.Tx) error {
		h.ok(tx.KeepMails(h.ctx, []auction.Mail{{Kind: auction.MailNews, Email: "bob@example.org"}}))
		return errStop
	}), errStop)
	c, err = h.MailCounts(h.ctx, now)
	h.ok(err)
	Same(h.T, "MailCounts after a transaction that failed", c, auction.MailCounts{})
}

var errStop = errors.New("stop here")

func testTakeMails(h *house) {
	for range 3 {
		h.ok(h.AddMail(h.ctx, auction.Mail{Kind: auction.MailNews, Email: "ann@example.org", Due: start}))
	}
	lease := start.Add(time.Minute)
	first, err := h.TakeMails(h.ctx, start, lease, 2)
	h.ok(err)
	second, err := h.TakeMails(h.ctx, start, lease, 2)
	h.ok(err)
	if len(first) != 2 || len(second) != 1 || second[0].ID == first[0].ID || second[0].ID == first[1].ID {
		h.Fatalf("two senders took %d and %d of three mails", len(first), len(second))
	}
	due, err := h.MailDue(h.ctx, lease.Add(-time.Millisecond))
	h.ok(err)
	if due {
		h.Error("a mail that somebody has is due")
	}
	h.ok(h.PutOffMail(h.ctx, first[0], start.Add(time.Second), 1, "busy"))
	again, err := h.TakeMails(h.ctx, start.Add(time.Second), lease, 5)
	h.ok(err)
	if len(again) != 1 || again[0].ID != first[0].ID || again[0].Fails != 1 || again[0].Error != "busy" || again[0].Tries != 2 {
		h.Fatalf("after it was put off: %+v", again)
	}
	h.is("what another has by now", h.EndMail(h.ctx, first[0], auction.MailSent, "", start), store.ErrConflict)
	h.ok(h.EndMail(h.ctx, again[0], auction.MailSent, "", start))
	h.is("a mail that is sent", h.PutOffMail(h.ctx, again[0], start, 0, ""), store.ErrConflict)
	left, err := h.TakeMails(h.ctx, lease, lease.Add(time.Minute), 5)
	h.ok(err)
	if len(left) != 2 {
		h.Errorf("after the lease %d mails are given out again, want 2", len(left))
	}
}

func testMailsOfLot(h *house) {
	s := h.sale("spring")
	ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	lot := h.lot(s.ID, "1", "Vase")
	h.open(lot)
	h.bid(lot, ann.Paddle, 2000, 1, key(1))
	h.bid(lot, bob.Paddle, 3000, 2, key(2))
	h.bid(lot, bob.Paddle, 100, 3, key(3)) // refused
	m := auction.Mail{Kind: auction.MailOutage, SaleID: s.ID, LotID: lot, Seq: 9, At: start}
	for range 2 {
		h.ok(h.AddMail(h.ctx, m))
	}
	m.Seq = 12
	h.ok(h.AddMail(h.ctx, m))
	won := auction.Mail{Kind: auction.MailWon, SaleID: s.ID, LotID: lot, Seq: 13, Paddle: ann.Paddle, At: start}
	h.ok(h.AddMail(h.ctx, won))
	h.ok(h.SaveHolder(h.ctx, ann, auction.Mail{Kind: auction.MailWon, SaleID: s.ID, Paddle: ann.Paddle, Data: "with the holder"}))
	list, err := h.MailsOfPaddle(h.ctx, auction.MailWon, s.ID, ann.Paddle)
	h.ok(err)
	if len(list) != 2 || list[0].LotID != lot || list[1].Data != "with the holder" {
		h.Errorf("mails to paddle %s: %+v", ann.Paddle, list)
	}
	for _, p := range []auction.Paddle{ann.Paddle, bob.Paddle} {
		list, err := h.MailsOfEvent(h.ctx, auction.MailOutage, lot, p)
		h.ok(err)
		if len(list) != 2 || list[0].Seq != 12 || list[1].Seq != 9 {
			h.Errorf("mails of two outages to paddle %s: %+v", p, list)
		}
	}
}

func testConsignorOf(h *house) {
	s := h.sale("spring")
	ann := h.paddle(s.ID, "ann")
	other := h.sale("autumn")
	for who, want := range map[string]error{
		"": store.ErrNotFound, "Somebody else": store.ErrNotFound, "ANN": nil, "Ann@example.org": nil,
	} {
		d := draft("", "Vase")
		d.Consignor = who
		id, err := h.AddLot(h.ctx, s.ID, d)
		h.ok(err)
		u, err := h.ConsignorOf(h.ctx, id)
		h.is("who offers the lot of "+who, err, want)
		if err == nil && u.ID != ann.UserID {
			h.Errorf("the lot of %q is user %d's, want %d", who, u.ID, ann.UserID)
		}
		if who == "ANN" {
			id, err = h.AddLot(h.ctx, other.ID, d)
			h.ok(err)
			_, err = h.ConsignorOf(h.ctx, id)
			h.is("a name of another sale", err, store.ErrNotFound)
		}
	}
}
