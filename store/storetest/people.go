package storetest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"outcry/auction"
	"outcry/store"
)

var peopleTests = []conformance{
	{"every field of a user comes back", func(h *house) {
		var want auction.User
		Fill(h.T, &want)
		want.Email, want.Role = "ann@example.org", auction.RoleOrganiser
		u, err := h.AddUser(h.ctx, want)
		h.ok(err)
		want.ID = u.ID
		Same(h.T, "AddUser", u, want)
		got, err := h.UserByEmail(h.ctx, " ANN@Example.org")
		h.ok(err)
		Same(h.T, "UserByEmail", got, want)
		h.ok(h.SetPassword(h.ctx, u.ID, "$argon2id$…"))
		h.ok(h.SetRole(h.ctx, u.ID, auction.RoleOwner))
		h.ok(h.SetName(h.ctx, u.ID, "Ann"))
		h.ok(h.SetLang(h.ctx, u.ID, "de"))
		want.Password, want.Role, want.Name, want.Lang = "$argon2id$…", auction.RoleOwner, "Ann", "de"
		got, err = h.UserByID(h.ctx, u.ID)
		h.ok(err)
		Same(h.T, "UserByID", got, want)
		list, err := h.Users(h.ctx)
		h.ok(err)
		Same(h.T, "Users", list, []auction.User{want})
	}},
	{"an e-mail address is somebody's own, having none is not", func(h *house) {
		_, err := h.AddUser(h.ctx, auction.User{Email: "ann@example.org", Role: auction.RoleBidder})
		h.ok(err)
		_, err = h.AddUser(h.ctx, auction.User{Email: "Ann@example.org", Role: auction.RoleBidder})
		h.is("an address that is taken", err, store.ErrConflict)
		for range 2 {
			u, err := h.AddUser(h.ctx, auction.User{Name: "Guest", Role: auction.RoleBidder})
			h.ok(err)
			Same(h.T, "a guest's address", u.Email, "")
			if time.Since(u.At) > time.Minute {
				h.Errorf("a guest of %v", u.At)
			}
		}
		_, err = h.UserByEmail(h.ctx, "")
		h.is("somebody without an address", err, store.ErrNotFound)
		_, err = h.UserByID(h.ctx, 99)
		h.is("nobody", err, store.ErrNotFound)
		h.is("nobody's language", h.SetLang(h.ctx, 99, "de"), store.ErrNotFound)
		h.is("nobody's password", h.SetPassword(h.ctx, 99, "x"), store.ErrNotFound)
	}},
	{"a house has one first owner, whoever asks at the same time", func(h *house) {
		for round := range 10 { // the first only opens connections
			var mu sync.Mutex
			var made []auction.User
			var asked sync.WaitGroup
			for i := range 4 {
				asked.Go(func() {
					u, err := h.AddFirstOwner(h.ctx, auction.User{Name: "Ann", Email: fmt.Sprintf("ann%d-%d@example.org", round, i)})
					if err == nil {
						mu.Lock()
						defer mu.Unlock()
						made = append(made, u)
					} else if !errors.Is(err, store.ErrNotFound) {
						h.Errorf("an owner after the first: %v", err)
					}
				})
			}
			asked.Wait()
			if len(made) != 1 || made[0].Role != auction.RoleOwner {
				h.Fatalf("of 4 at the same time %v became the first owner, want one", made)
			}
			h.ok(h.SetRole(h.ctx, made[0].ID, auction.RoleBidder))
		}
	}},
	{"sessions end", func(h *house) {
		u, err := h.AddUser(h.ctx, auction.User{Role: auction.RoleBidder})
		h.ok(err)
		var want auction.Session
		Fill(h.T, &want)
		want.UserID, want.Until = u.ID, time.Now().Add(time.Hour).Truncate(time.Millisecond).UTC()
		h.ok(h.AddSession(h.ctx, want))
		spring, autumn := h.sale("spring"), h.sale("autumn")
		h.paddle(spring.ID, "bob")
		seat, err := h.Register(h.ctx, spring.ID, u.ID, "Ann", true)
		h.ok(err)
		for sale, place := range map[int64]auction.Holder{spring.ID: seat, autumn.ID: {}, 0: {}} {
			got, err := h.Visitor(h.ctx, want.Token, sale)
			h.ok(err)
			Same(h.T, "Visitor", got, auction.Visitor{Session: want, User: u, Holder: place})
		}
		second, old := want, want
		second.Token[0], old.Token[0] = 2, 3
		old.Until = time.Now().Add(-time.Second)
		h.ok(h.AddSession(h.ctx, second))
		h.ok(h.AddSession(h.ctx, old))
		_, err = h.Visitor(h.ctx, old.Token, spring.ID)
		h.is("a session that ran out", err, store.ErrNotFound)
		asked := []auction.Hash{want.Token, old.Token, {9}}
		for i := range 2 * 100 { // more than one statement asks for
			asked = append(asked, auction.Hash{31: byte(i + 1)})
		}
		asked = append(asked, second.Token)
		alive, err := h.SessionsAlive(h.ctx, asked, time.Now())
		h.ok(err)
		Same(h.T, "SessionsAlive", alive, map[auction.Hash]bool{want.Token: true, second.Token: true})
		later, sooner := want.Until.Add(time.Hour), want.Until.Add(-time.Minute)
		for token, until := range map[auction.Hash]time.Time{want.Token: later, second.Token: sooner, old.Token: later, {9}: later} {
			h.ok(h.ProlongSession(h.ctx, token, until))
		}
		prolonged, err := h.SessionsOf(h.ctx, u.ID)
		h.ok(err)
		moved := want
		moved.Until = later
		Same(h.T, "SessionsOf, one prolonged, one not shortened, one over", prolonged, []auction.Session{second, moved})
		h.ok(h.SweepSessions(h.ctx, time.Now()))
		h.ok(h.EndSession(h.ctx, want.Token))
		h.ok(h.EndSession(h.ctx, want.Token))
		_, err = h.Visitor(h.ctx, want.Token, 0)
		h.is("a session that was ended", err, store.ErrNotFound)
		_, err = h.Visitor(h.ctx, second.Token, 0)
		h.ok(err)
		third := second
		third.Token[0], third.Created = 4, second.Created.Add(time.Second)
		h.ok(h.AddSession(h.ctx, third))
		list, err := h.SessionsOf(h.ctx, u.ID)
		h.ok(err)
		Same(h.T, "SessionsOf", list, []auction.Session{third, second})
		ended, err := h.EndSessionsOf(h.ctx, u.ID, third.Token)
		h.ok(err)
		Same(h.T, "EndSessionsOf all but the third", ended, []auction.Hash{second.Token})
		_, err = h.Visitor(h.ctx, third.Token, 0)
		h.ok(err)
		ended, err = h.EndSessionsOf(h.ctx, u.ID, auction.Hash{})
		h.ok(err)
		Same(h.T, "EndSessionsOf", ended, []auction.Hash{third.Token})
		_, err = h.Visitor(h.ctx, third.Token, 0)
		h.is("after all were ended", err, store.ErrNotFound)
		want.UserID = 99
		h.is("nobody's session", h.AddSession(h.ctx, want), store.ErrNotFound)
	}},
	{"every field of a holder comes back", func(h *house) {
		s := h.sale("spring")
		u, err := h.AddUser(h.ctx, auction.User{Email: "ann@example.org", Role: auction.RoleBidder})
		h.ok(err)
		p, err := h.Register(h.ctx, s.ID, u.ID, "Ann", false)
		h.ok(err)
		var want auction.Holder
		Fill(h.T, &want, "ID", "SaleID", "UserID", "Paddle", "Email", "At", "BlockedAt")
		want.ID, want.SaleID, want.UserID, want.Paddle, want.Email, want.At = p.ID, s.ID, u.ID, "101", u.Email, p.At
		if time.Since(p.At) > time.Minute {
			h.Errorf("registered at %v", p.At)
		}
		h.ok(h.SaveHolder(h.ctx, want))
		for what, read := range map[string]func() (auction.Holder, error){
			"Holder":         func() (auction.Holder, error) { return h.Holder(h.ctx, s.ID, u.ID) },
			"HolderByID":     func() (auction.Holder, error) { return h.HolderByID(h.ctx, p.ID) },
			"HolderByPaddle": func() (auction.Holder, error) { return h.HolderByPaddle(h.ctx, s.ID, "101") },
		} {
			got, err := read()
			h.ok(err)
			Same(h.T, what, got, want)
		}
		_, err = h.Holder(h.ctx, s.ID, 99)
		h.is("a user without a paddle", err, store.ErrNotFound)
		h.is("saving nobody", h.SaveHolder(h.ctx, auction.Holder{ID: 99}), store.ErrNotFound)
	}},
	{"everybody gets a paddle, and keeps it", testRegister},
	{"paddles are looked up together", func(h *house) {
		s, other := h.sale("spring"), h.sale("autumn")
		ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
		h.paddle(other.ID, "cleo") // has the number of ann, elsewhere
		n, err := h.Waiting(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "Waiting", n, 0)
		bob.Approved = false
		h.ok(h.SaveHolder(h.ctx, bob))
		n, err = h.Waiting(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "Waiting", n, 1)
		asked := []auction.Paddle{bob.Paddle, "999", ann.Paddle}
		got, err := h.HoldersByPaddle(h.ctx, s.ID, asked)
		h.ok(err)
		Same(h.T, "HoldersByPaddle", got, map[auction.Paddle]auction.Holder{ann.Paddle: ann, bob.Paddle: bob})
		got, err = h.HoldersByPaddle(h.ctx, s.ID, nil)
		h.ok(err)
		Same(h.T, "HoldersByPaddle of none", got, map[auction.Paddle]auction.Holder{})
	}},
	{"a list of bidders adds, approves and changes nothing twice", testImportHolders},
}

func testRegister(h *house) {
	s := h.sale("spring")
	user := func() int64 {
		u, err := h.AddUser(h.ctx, auction.User{Role: auction.RoleBidder})
		h.ok(err)
		return u.ID
	}
	first := user()
	p, err := h.Register(h.ctx, s.ID, first, "Ann", true)
	h.ok(err)
	again, err := h.Register(h.ctx, s.ID, first, "Other", false)
	h.ok(err)
	Same(h.T, "Register again", again, p)
	vip, err := h.RegisterAs(h.ctx, s.ID, user(), "7", "Bob", true)
	h.ok(err)
	Same(h.T, "RegisterAs", vip.Paddle, auction.Paddle("7"))
	_, err = h.RegisterAs(h.ctx, s.ID, user(), "7", "Cid", true)
	h.is("a paddle that is taken", err, store.ErrConflict)
	_, err = h.RegisterAs(h.ctx, s.ID, first, "8", "Ann", true)
	h.is("a second paddle", err, store.ErrConflict)
	_, err = h.Register(h.ctx, s.ID, 99, "Nobody", true)
	h.is("nobody", err, store.ErrNotFound)
	_, err = h.Register(h.ctx, 99, first, "Ann", true)
	h.is("no sale", err, store.ErrNotFound)

	var wg sync.WaitGroup
	for range 8 {
		id := user()
		wg.Go(func() {
			if _, err := h.Register(h.ctx, s.ID, id, "x", true); err != nil {
				h.Errorf("Register beside others: %v", err)
			}
		})
	}
	wg.Wait()
	_, err = h.RegisterAs(h.ctx, s.ID, user(), "101A", "Dee", true)
	h.ok(err)
	list, err := h.Holders(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "Holders", paddlesOf(list), "7 101 101A 102 103 104 105 106 107 108 109 ")
}

func paddlesOf(list []auction.Holder) string {
	text := ""
	for _, p := range list {
		text += string(p.Paddle) + " "
	}
	return text
}

func testImportHolders(h *house) {
	s := h.sale("spring")
	known, err := h.AddUser(h.ctx, auction.User{Email: "ann@example.org", Name: "Ann", Role: auction.RoleBidder})
	h.ok(err)
	_, err = h.Register(h.ctx, s.ID, known.ID, "Ann", false)
	h.ok(err)
	rows := []auction.HolderRow{
		{Name: "Bob", Email: "Bob@example.org"}, {Name: "Ann", Email: "ann@example.org"},
		{Name: "Guest"}, {Name: "Guest"}, {Name: "Vip", Email: "vip@example.org", Paddle: "103"},
	}
	fates := func(dry bool) string {
		h.Helper()
		list, err := h.ImportHolders(h.ctx, s.ID, rows, dry)
		h.ok(err)
		text := ""
		for _, f := range list {
			text += fmt.Sprintf("%s %s, ", f.Number, f.Fate)
		}
		return text
	}
	const fresh = "102 new, 101 changed, 104 new, 105 new, 103 new, "
	Same(h.T, "a dry run", fates(true), fresh)
	Same(h.T, "the import", fates(false), fresh)
	Same(h.T, "the same file again", fates(false), "102 same, 101 same, 104 same, 105 same, 103 same, ")
	rows[0].Paddle, rows[4].Name = "9", "Victoria"
	Same(h.T, "with changes", fates(false), "102 kept, 101 same, 104 same, 105 same, 103 changed, ")
	list, err := h.Holders(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "Holders", paddlesOf(list), "101 102 103 104 105 ")
	for _, p := range list {
		if !p.Approved {
			h.Errorf("paddle %s is not approved", p.Paddle)
		}
	}
	for what, rows := range map[string][]auction.HolderRow{
		"a paddle that comes twice":   {{Name: "X", Paddle: "9"}, {Name: "Y", Paddle: "9"}},
		"an address that comes twice": {{Email: "x@example.org"}, {Email: "X@example.org"}},
		"somebody else's paddle":      {{Name: "New", Email: "new@example.org"}, {Name: "X", Paddle: "101"}},
	} {
		_, err := h.ImportHolders(h.ctx, s.ID, rows, false)
		h.is(what, err, store.ErrConflict)
	}
	_, err = h.UserByEmail(h.ctx, "new@example.org")
	h.is("somebody of a refused import", err, store.ErrNotFound)
}
