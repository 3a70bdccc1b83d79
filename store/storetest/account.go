package storetest

import (
	"sync"
	"sync/atomic"
	"time"

	"outcry/auction"
	"outcry/store"
)

var accountTests = []conformance{
	{"a link is used once, and in time", testLink},
	{"invitations and agreements are kept once", func(h *house) {
		s := h.sale("spring")
		ann := h.paddle(s.ID, "ann")
		emails := []string{"Ann@example.org", "bob@example.org"}
		for i, want := range []int{2, 0} {
			links := 0
			n, err := h.Invite(h.ctx, s.ID, emails, start, func(email string) *auction.Link {
				links++
				return &auction.Link{Purpose: auction.LinkInvite, Email: email, SaleID: s.ID, At: start, Until: start.Add(time.Hour)}
			})
			h.ok(err)
			if n != want {
				h.Errorf("invitation %d: %d new, want %d", i, n, want)
			}
		}
		list, err := h.Invitations(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "Invitations", list, []auction.Invitation{{Email: "ann@example.org", At: start, Paddle: ann.Paddle}, {Email: "bob@example.org", At: start}})
		c, err := h.MailCounts(h.ctx, start)
		h.ok(err)
		if c.Waiting != 2 {
			h.Errorf("%d invitations are mailed, want 2", c.Waiting)
		}
		for _, words := range []string{"A bid is a promise.", "Something else."} {
			h.ok(h.Agree(h.ctx, s.ID, ann.UserID, words, start))
		}
		agreed, err := h.Agreements(h.ctx, ann.UserID)
		h.ok(err)
		Same(h.T, "Agreements", agreed, []auction.Agreement{{SaleID: s.ID, Words: "A bid is a promise.", At: start}})
	}},
	{"somebody is removed, their bids are not", testRemovePerson},
	{"a second step is used once a code", testSecondStep},
	{"tries at a second step are counted for all processes", testTryCode},
	{"lots are watched, letters are counted", func(h *house) {
		s := h.sale("spring")
		ann := h.paddle(s.ID, "ann")
		a, b := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Chair")
		for _, lot := range []int64{a, a, b} {
			h.ok(h.Watch(h.ctx, ann.UserID, lot, true, start))
		}
		h.ok(h.Watch(h.ctx, ann.UserID, b, false, start))
		got, err := h.Watched(h.ctx, s.ID, ann.UserID)
		h.ok(err)
		Same(h.T, "Watched", got, map[int64]bool{a: true})
		marks := func(users ...int64) map[int64]auction.WatchMark {
			m, err := h.WatchMarks(h.ctx, users)
			h.ok(err)
			return m
		}
		Same(h.T, "WatchMarks", marks(ann.UserID+99, ann.UserID), map[int64]auction.WatchMark{ann.UserID: {UserID: ann.UserID, Lots: 1, Sum: a, At: start}})
		h.ok(h.Watch(h.ctx, ann.UserID, b, true, start))
		h.ok(h.Watch(h.ctx, ann.UserID, a, false, start))
		Same(h.T, "WatchMarks after another star", marks(ann.UserID)[ann.UserID], auction.WatchMark{UserID: ann.UserID, Lots: 1, Sum: b, At: start})
		Same(h.T, "WatchMarks of many", len(marks(append(make([]int64, 250), ann.UserID)...)), 1)
		want := auction.Letter{SaleID: s.ID, ByID: ann.UserID, Key: "k", Subject: "Doors", Words: "At six.", At: start}
		h.ok(h.AddLetter(h.ctx, want, start.Add(time.Hour)))
		h.is("the same letter", h.AddLetter(h.ctx, want, start.Add(time.Hour)), store.ErrConflict)
		list, err := h.Letters(h.ctx, s.ID)
		h.ok(err)
		want.ID, want.Key, want.Mails.Waiting = list[0].ID, "", 1
		Same(h.T, "Letters", list, []auction.Letter{want})
	}},
}

func testLink(h *house) {
	var want auction.Link
	Fill(h.T, &want, "Used", "UserID", "Lang")
	want.Lang = "de"
	want.Email, want.Purpose = "ann@example.org", auction.LinkSignUp
	want.At, want.Until = start, start.Add(time.Minute)
	h.ok(h.AddLink(h.ctx, want))
	mails, err := h.TakeMails(h.ctx, start, start, 10)
	h.ok(err)
	if len(mails) != 1 || mails[0].Kind != auction.MailLink || mails[0].Email != want.Email || mails[0].Data != "de" {
		h.Fatalf("the link is mailed by %+v", mails)
	}
	want.ID, want.Lang = mails[0].Ref, ""
	got, err := h.Link(h.ctx, want.ID)
	h.ok(err)
	Same(h.T, "Link", got, want)
	_, err = h.UseLink(h.ctx, want.ID, want.Until)
	h.is("a link that has run out", err, store.ErrConflict)
	u, err := h.UseLink(h.ctx, want.ID, start.Add(time.Second))
	h.ok(err)
	kept, err := h.UserByEmail(h.ctx, "ann@example.org")
	h.ok(err)
	if u.ID != kept.ID || kept.Name != want.Name || !kept.Verified.Equal(start.Add(time.Second)) || kept.Role != auction.RoleBidder {
		h.Errorf("the account is %+v, and then %+v", u, kept)
	}
	_, err = h.UseLink(h.ctx, want.ID, start.Add(2*time.Second))
	h.is("a link that was used", err, store.ErrConflict)
	for i, c := range []struct {
		link auction.Link
		want error
	}{
		{auction.Link{Purpose: auction.LinkSignIn, Email: "nobody@example.org"}, store.ErrNotFound},
		{auction.Link{Purpose: auction.LinkAddress, UserID: u.ID, Email: "new@example.org"}, nil},
		{auction.Link{Purpose: auction.LinkSignIn, Email: "new@example.org"}, nil},
	} {
		c.link.At, c.link.Until = start, start.Add(time.Hour)
		h.ok(h.AddLink(h.ctx, c.link))
		_, err := h.UseLink(h.ctx, want.ID+int64(i)+1, start)
		h.is("link "+string(c.link.Purpose)+" to "+c.link.Email, err, c.want)
	}
	bob := h.paddle(h.sale("spring").ID, "bob")
	h.ok(h.AddLink(h.ctx, auction.Link{Purpose: auction.LinkAddress, UserID: bob.UserID, Email: "new@example.org", At: start, Until: start.Add(time.Hour)}))
	_, err = h.UseLink(h.ctx, want.ID+4, start)
	h.is("an address that is somebody's", err, store.ErrConflict)
	h.ok(h.SweepLinks(h.ctx, start.Add(2*time.Hour)))
	_, err = h.Link(h.ctx, want.ID)
	h.is("a link that was swept", err, store.ErrNotFound)
}

func testSecondStep(h *house) {
	ann, err := h.AddUser(h.ctx, auction.User{Name: "Ann", Role: auction.RoleClerk})
	h.ok(err)
	ben, err := h.AddUser(h.ctx, auction.User{Name: "Ben", Role: auction.RoleBidder})
	h.ok(err)
	_, err = h.SecondStep(h.ctx, ann.ID)
	h.is("nobody's second step", err, store.ErrNotFound)
	want := auction.SecondStep{UserID: ann.ID, Secret: []byte("12345678901234567890"), At: start, Used: 100}
	h.ok(h.AddSecondStep(h.ctx, want, []auction.Hash{{1}, {2}}))
	h.is("a second second step", h.AddSecondStep(h.ctx, want, nil), store.ErrConflict)
	h.is("nobody's", h.AddSecondStep(h.ctx, auction.SecondStep{UserID: 99, Secret: want.Secret}, nil), store.ErrNotFound)
	h.ok(h.AddSecondStep(h.ctx, auction.SecondStep{UserID: ben.ID, Secret: want.Secret, At: start}, []auction.Hash{{1}}))
	h.is("a code that was used", h.UseStep(h.ctx, ann.ID, 100), store.ErrNotFound)
	h.ok(h.UseStep(h.ctx, ann.ID, 102))
	h.is("an older one", h.UseStep(h.ctx, ann.ID, 101), store.ErrNotFound)
	h.is("another's spare code", h.UseSpareCode(h.ctx, ben.ID, auction.Hash{2}), store.ErrNotFound)
	h.ok(h.UseSpareCode(h.ctx, ann.ID, auction.Hash{1}))
	h.is("the same again", h.UseSpareCode(h.ctx, ann.ID, auction.Hash{1}), store.ErrNotFound)
	want.Used, want.Spare = 102, 1
	got, err := h.SecondStep(h.ctx, ann.ID)
	h.ok(err)
	Same(h.T, "SecondStep", got, want)
	list, err := h.StaffWithoutStep(h.ctx)
	h.ok(err)
	Same(h.T, "StaffWithoutStep", len(list), 0)
	h.ok(h.DropSecondStep(h.ctx, ann.ID))
	h.ok(h.DropSecondStep(h.ctx, ann.ID))
	list, err = h.StaffWithoutStep(h.ctx)
	h.ok(err)
	Same(h.T, "StaffWithoutStep", list, []auction.User{ann})
	_, err = h.RemovePerson(h.ctx, ben.ID)
	h.ok(err)
	_, err = h.SecondStep(h.ctx, ben.ID)
	h.is("of somebody removed", err, store.ErrNotFound)
}

func testTryCode(h *house) {
	var ids []int64
	for _, name := range []string{"Ann", "Ben"} {
		u, err := h.AddUser(h.ctx, auction.User{Name: name, Role: auction.RoleClerk})
		h.ok(err)
		h.ok(h.AddSecondStep(h.ctx, auction.SecondStep{UserID: u.ID, Secret: []byte("12345678901234567890"), At: start}, nil))
		ids = append(ids, u.ID)
	}
	var may atomic.Int64
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			ok, err := h.TryCode(h.ctx, ids[0], time.Hour, 5)
			if err != nil {
				h.Error(err)
			}
			if ok {
				may.Add(1)
			}
		})
	}
	all.Wait()
	Same(h.T, "tries of twelve at once", may.Load(), int64(5))
	try := func(user int64, every time.Duration, burst int) bool {
		h.Helper()
		ok, err := h.TryCode(h.ctx, user, every, burst)
		h.ok(err)
		return ok
	}
	Same(h.T, "another's first", try(ids[1], 50*time.Millisecond, 1), true)
	for end := time.Now().Add(time.Minute); !try(ids[1], 50*time.Millisecond, 1); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			h.Fatalf("a try does not come back")
		}
	}
	Same(h.T, "of who has no second step", try(99, time.Hour, 5), false)
}

func testRemovePerson(h *house) {
	s := h.sale("spring")
	ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	lot := h.lot(s.ID, "1", "Vase")
	h.open(lot)
	h.bid(lot, ann.Paddle, 2000, 1, key(1))
	_, err := h.RemovePerson(h.ctx, ann.UserID)
	h.is("somebody who leads", err, store.ErrConflict)
	h.bid(lot, bob.Paddle, 9000, 2, key(2))
	ses := auction.Session{Token: auction.Hash{1}, UserID: ann.UserID, Until: time.Now().Add(time.Hour)}
	h.ok(h.AddSession(h.ctx, ses))
	ended, err := h.RemovePerson(h.ctx, ann.UserID)
	h.ok(err)
	Same(h.T, "ended", ended, []auction.Hash{ses.Token})
	u, err := h.UserByID(h.ctx, ann.UserID)
	h.ok(err)
	if u.Email != "" || u.Password != "" || u.Name != "Removed" {
		h.Errorf("what is left of them: %+v", u)
	}
	p, err := h.HolderByPaddle(h.ctx, s.ID, ann.Paddle)
	h.ok(err)
	if p.Name != "Removed" || p.Approved || p.Epoch == ann.Epoch {
		h.Errorf("their paddle is %+v", p)
	}
	bids, err := h.OwnBids(h.ctx, ann.UserID)
	h.ok(err)
	if len(bids) != 1 || bids[0].Amount != 2000 || bids[0].Lot != "1" || bids[0].Sale != "spring" || !bids[0].Taken || bids[0].Voided {
		h.Errorf("their bids are %+v", bids)
	}
	h.sound()
}
