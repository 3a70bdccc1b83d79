package storetest

import (
	"bytes"
	"time"

	"outcry/auction"
	"outcry/store"
)

var pushTests = []conformance{
	{"a browser is told while its session lasts", testPushTo},
	{"a lost lead is told to every browser of the paddle, once", testKeepPushes},
	{"a close is told once to those who care", testKeepClosing},
	{"a push message is one sender's at a time", testTakePushes},
	{"of many browsers of one person the newest are told", func(h *house) {
		s := h.sale("spring")
		ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
		other := h.browser(bob, 20, false)
		var all []auction.PushTo
		for n := range byte(7) {
			all = append(all, h.browser(ann, n+1, false))
		}
		list, err := h.PushesTo(h.ctx, ann.UserID)
		h.ok(err)
		Same(h.T, "PushesTo", list, all[2:])
		list, err = h.PushesTo(h.ctx, bob.UserID)
		h.ok(err)
		Same(h.T, "PushesTo of another", list, []auction.PushTo{other})
	}},
	{"a rehearsal tells no phone", func(h *house) {
		s := h.sale("spring")
		ann := h.paddle(s.ID, "ann")
		h.browser(ann, 1, false)
		s.Slug, s.Rehearses = "spring-rehearsal", s.ID
		r, err := h.CreateSale(h.ctx, s)
		h.ok(err)
		p, err := h.Register(h.ctx, r.ID, ann.UserID, "Ann", true)
		h.ok(err)
		m := auction.Push{Kind: auction.PushOutbid, SaleID: r.ID, LotID: 1, Seq: 1, Paddle: p.Paddle, Due: start, Until: start.Add(time.Hour), At: start}
		h.keep(m)
		if got := h.pushes(); len(got) != 0 {
			h.Errorf("phones are told %+v", got)
		}
		m.SaleID, m.Paddle = s.Rehearses, ann.Paddle
		h.keep(m)
		if got := h.pushes(); len(got) != 1 {
			h.Errorf("of the sale that counts phones are told %+v", got)
		}
	}},
	{"the key of push messages is made once", func(h *house) {
		a, err := h.PushKey(h.ctx)
		h.ok(err)
		b, err := h.PushKey(h.ctx)
		h.ok(err)
		if len(a) != 32 || !bytes.Equal(a, b) {
			h.Errorf("keys of %d and %d bytes, equal %v", len(a), len(b), bytes.Equal(a, b))
		}
	}},
}

// browser gives a holder a session, by their paddle's link or not, with a
// browser that is to be told.
func (h *house) browser(p auction.Holder, n byte, byLink bool) auction.PushTo {
	h.Helper()
	ses := auction.Session{Token: auction.Hash{n}, UserID: p.UserID, Device: "Firefox on Android", Created: start, Until: time.Now().Add(time.Hour)}
	if byLink {
		ses.ByLink, ses.Holder = true, p.ID
	}
	h.ok(h.AddSession(h.ctx, ses))
	to := auction.PushTo{UserID: p.UserID, Session: ses.Token, Holder: ses.Holder, Endpoint: "https://push.example.org/" + string('a'+n),
		Key: bytes.Repeat([]byte{n}, 65), Auth: bytes.Repeat([]byte{n}, 16), Device: ses.Device, At: start}
	h.ok(h.AddPushTo(h.ctx, to))
	list, err := h.PushesTo(h.ctx, p.UserID)
	h.ok(err)
	if len(list) == 0 {
		h.Fatalf("the browser is not listed")
	}
	to.ID = list[len(list)-1].ID
	Same(h.T, "PushesTo", list[len(list)-1], to)
	return to
}

func testPushTo(h *house) {
	s := h.sale("spring")
	ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	one, two := h.browser(ann, 1, false), h.browser(ann, 2, true)
	count := func(p auction.Holder, want int) {
		h.Helper()
		list, err := h.PushesTo(h.ctx, p.UserID)
		h.ok(err)
		if len(list) != want {
			h.Errorf("%s is told on %d browsers, want %d", p.Name, len(list), want)
		}
	}
	h.ok(h.EndPushTo(h.ctx, bob.UserID, one.ID)) // not his
	count(ann, 2)
	h.ok(h.EndPushTo(h.ctx, ann.UserID, one.ID))
	count(ann, 1)
	again := two
	again.Endpoint = "https://push.example.org/new"
	h.ok(h.AddPushTo(h.ctx, again)) // the same session: in its place
	count(ann, 1)
	h.ok(h.EndSession(h.ctx, two.Session))
	count(ann, 0)
	three := h.browser(ann, 3, false)
	bobs := h.browser(bob, 4, false)
	bobs.Endpoint = three.Endpoint // he signs in on her phone
	h.ok(h.AddPushTo(h.ctx, bobs))
	count(ann, 0)
	count(bob, 1)
	_, err := h.RemovePerson(h.ctx, bob.UserID)
	h.ok(err)
	count(bob, 0)
}

// pushes takes all that wait.
func (h *house) pushes() []auction.Push {
	h.Helper()
	list, err := h.TakePushes(h.ctx, start.Add(time.Hour), start.Add(2*time.Hour), 100)
	h.ok(err)
	return list
}

func (h *house) keep(list ...auction.Push) {
	h.Helper()
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error { return tx.KeepPushes(h.ctx, list) }))
}

func testKeepPushes(h *house) {
	s, other := h.sale("spring"), h.sale("autumn")
	ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	m := auction.Push{Kind: auction.PushOutbid, SaleID: s.ID, LotID: h.lot(s.ID, "1", "Vase"), Seq: 3, Paddle: ann.Paddle,
		Due: start.Add(time.Second), Until: start.Add(time.Hour), At: start}
	h.keep(m)
	if got := h.pushes(); len(got) != 0 {
		h.Fatalf("without a browser: %+v", got)
	}
	one, two := h.browser(ann, 1, false), h.browser(ann, 2, true)
	h.browser(bob, 3, false)
	h.keep(m, m)
	h.keep(m)
	elsewhere := m
	elsewhere.SaleID = other.ID // where the number is nobody's
	h.keep(elsewhere)
	got := h.pushes()
	if len(got) != 2 {
		h.Fatalf("%d messages, want one to each of two browsers", len(got))
	}
	want := m
	want.Paddle, want.State, want.Tries = "", auction.MailWaiting, 1
	for i, to := range []auction.PushTo{one, two} {
		want.ID, want.To = got[i].ID, to
		Same(h.T, "TakePushes", got[i], want)
	}
	list, err := h.PushesOf(h.ctx, one.ID, auction.PushOutbid, s.ID)
	h.ok(err)
	Same(h.T, "PushesOf", list, []auction.Push{got[0]})
	// A paddle's link is of one sale; the account's session hears of all.
	there, err := h.Register(h.ctx, other.ID, ann.UserID, "Ann", true)
	h.ok(err)
	elsewhere.Paddle, elsewhere.Seq = there.Paddle, 4
	h.keep(elsewhere)
	if got := h.pushes(); len(got) != 1 || got[0].To.ID != one.ID {
		h.Errorf("of another sale: %+v", got)
	}
	h.ok(h.EndSession(h.ctx, one.Session)) // takes what waits along
	list, err = h.PushesOf(h.ctx, one.ID, auction.PushOutbid, s.ID)
	h.ok(err)
	if len(list) != 0 {
		h.Errorf("after signing out there is %+v", list)
	}
}

func testKeepClosing(h *house) {
	s := h.sale("spring")
	ann, bob, cat, dan := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob"), h.paddle(s.ID, "cat"), h.paddle(s.ID, "dan")
	lot, quiet := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
	soon := start.Add(50 * time.Minute)
	closing := func(now time.Time) []auction.Closing {
		list, err := h.ClosingLots(h.ctx, now, now.Add(10*time.Minute))
		h.ok(err)
		return list
	}
	h.open(lot)
	if list := closing(soon); len(list) != 0 {
		h.Errorf("with nobody to tell: %+v", list)
	}
	var to []auction.PushTo
	for i, p := range []auction.Holder{ann, bob, cat, dan} {
		to = append(to, h.browser(p, byte(i+1), i%2 == 1))
	}
	h.ok(h.Watch(h.ctx, ann.UserID, lot, true, start))
	h.bid(lot, ann.Paddle, 2000, 1, key(1)) // and bids: one message all the same
	h.bid(lot, bob.Paddle, 3000, 2, key(2))
	h.ok(h.Watch(h.ctx, cat.UserID, lot, true, start.Add(55*time.Minute))) // has just looked at it
	h.ok(h.Watch(h.ctx, dan.UserID, quiet, true, start))
	Same(h.T, "a minute before", closing(soon.Add(-time.Minute)), []auction.Closing(nil))
	Same(h.T, "at the close", closing(start.Add(time.Hour)), []auction.Closing(nil))
	want := auction.Closing{LotID: lot, ClosesAt: start.Add(time.Hour)}
	Same(h.T, "ClosingLots", closing(soon), []auction.Closing{want})
	for range 2 {
		h.ok(h.KeepClosing(h.ctx, want, soon, soon))
	}
	got := h.pushes()
	if len(got) != 2 || got[0].To.ID != to[0].ID || got[1].To.ID != to[1].ID {
		h.Fatalf("told are %+v, want ann and bob", got)
	}
	if m := got[0]; m.Kind != auction.PushClosing || m.SaleID != s.ID || m.LotID != lot || !m.Until.After(want.ClosesAt) || !m.At.Equal(soon) {
		h.Errorf("the message is %+v", m)
	}
}

func testTakePushes(h *house) {
	s := h.sale("spring")
	ann := h.paddle(s.ID, "ann")
	to := h.browser(ann, 1, false)
	for seq := range 3 {
		h.keep(auction.Push{Kind: auction.PushOutbid, SaleID: s.ID, LotID: 1, Seq: int64(seq + 1), Paddle: ann.Paddle, Due: start, Until: start.Add(time.Hour), At: start})
	}
	lease := start.Add(time.Minute)
	first, err := h.TakePushes(h.ctx, start, lease, 2)
	h.ok(err)
	second, err := h.TakePushes(h.ctx, start, lease, 2)
	h.ok(err)
	if len(first) != 2 || len(second) != 1 {
		h.Fatalf("two senders took %d and %d of three", len(first), len(second))
	}
	due, err := h.PushDue(h.ctx, lease.Add(-time.Millisecond))
	h.ok(err)
	if due {
		h.Error("a message that somebody has is due")
	}
	h.ok(h.PutOffPush(h.ctx, first[0], start.Add(time.Second), 1, "busy"))
	again, err := h.TakePushes(h.ctx, start.Add(time.Second), lease, 5)
	h.ok(err)
	if len(again) != 1 || again[0].ID != first[0].ID || again[0].Fails != 1 || again[0].Error != "busy" || again[0].Tries != 2 {
		h.Fatalf("after it was put off: %+v", again)
	}
	h.is("what another has by now", h.EndPush(h.ctx, first[0], auction.MailSent, "", start), store.ErrConflict)
	h.ok(h.EndPush(h.ctx, again[0], auction.MailSent, "", start))
	list, err := h.PushesOf(h.ctx, to.ID, auction.PushOutbid, s.ID)
	h.ok(err)
	if len(list) != 3 || list[0].State != auction.MailSent || !list[0].Done.Equal(start) {
		h.Errorf("in the outbox: %+v", list)
	}
	h.ok(h.SweepPushes(h.ctx, start.Add(time.Millisecond)))
	if list, err = h.PushesOf(h.ctx, to.ID, auction.PushOutbid, s.ID); err != nil || len(list) != 2 {
		h.Errorf("after a sweep %d are left, %v", len(list), err)
	}
	h.ok(h.EndPushTo(h.ctx, ann.UserID, to.ID))
	h.is("of a browser that is gone", h.EndPush(h.ctx, second[0], auction.MailSent, "", start), store.ErrConflict)
}
