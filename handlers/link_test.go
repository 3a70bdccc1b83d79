package handlers_test

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers/mail/mailtest"
)

var linkIn = regexp.MustCompile(`http://[^\s"<>]+/link/[^\s"<>]+`)

// link is the way of the one link in a mail.
func (s *site) link(m mailtest.Mail) string {
	s.t.Helper()
	found := linkIn.FindString(m.Text)
	if !strings.HasPrefix(found, s.URL+"/link/") || !strings.Contains(m.HTML, found) {
		s.t.Fatalf("the mail has no link to the house in both parts: %s", m.Raw)
	}
	return strings.TrimPrefix(found, s.URL)
}

// signedInBy is who a cookie of an answer belongs to, "" for nobody.
func (s *site) signedInBy(got page) string {
	s.t.Helper()
	p := &person{site: s, cookie: cookieOf(got)}
	if text := p.do("GET", "/account", nil); text.status == 200 {
		return text.filled(s.t, "email")
	}
	return ""
}

func TestANewBidderComesBackToTheLotByALink(t *testing.T) {
	s := mailed(t)
	_, lots := s.sale(1, published)
	zoe := &person{site: s}
	got := zoe.do("POST", lotPath(lots[0], "/bids"), bidForm("55.50"))
	back := lotPath(lots[0], "?amount=55.50")
	if want := "/sign-in?next=" + url.QueryEscape(back); got.header.Get("Location") != want {
		t.Fatalf("the first bid leads to %q, want %q", got.header.Get("Location"), want)
	}
	zoe.get(got.header.Get("Location")).says(t, "signing in", 200, "Mail me a link", "next="+url.QueryEscape(back))
	got = zoe.do("POST", "/sign-up?next="+url.QueryEscape(back), url.Values{"name": {"Zoë"}, "email": {"Zoe@Example.org"}, "password": {"a password of a thief"}})
	got.says(t, "signing up", 200, "a mail is on its way")
	if _, err := s.store.UserByEmail(t.Context(), "zoe@example.org"); err == nil || s.signedInBy(got) != "" {
		t.Error("the account is there before its address was confirmed")
	}
	mails := s.send(0)
	only(t, "after signing up", mails, "zoe@example.org: Confirm your address")
	link := s.link(mails["zoe@example.org: Confirm your address"])
	for range 2 { // a filter looks at it, twice
		zoe.get(link).says(t, "the link", 200, "Yes, this is my address")
	}
	got = zoe.do("POST", link, url.Values{})
	if got.status != 303 || got.header.Get("Location") != back || s.signedInBy(got) != "zoe@example.org" {
		t.Errorf("the tap: %d to %q as %q, want 303 to %q", got.status, got.header.Get("Location"), s.signedInBy(got), back)
	}
	if again := zoe.do("POST", link, url.Values{}); again.status != 410 || s.signedInBy(again) != "" {
		t.Errorf("the same link again: %d as %q", again.status, s.signedInBy(again))
	}
	u, err := s.store.UserByEmail(t.Context(), "zoe@example.org")
	if err != nil || u.Verified.IsZero() || u.Password != "" || u.Role != auction.RoleBidder || u.Name != "Zoë" {
		t.Errorf("the account is %+v, %v", u, err)
	}
}

// The page says the same, byte for byte, whether anybody has the address.
func TestAskingForALinkTellsNothing(t *testing.T) {
	s := mailed(t)
	s.person("Ann", auction.RoleBidder)
	nobody := &person{site: s}
	ask := func(path, email, want string) string {
		got := nobody.do("POST", path, url.Values{"name": {"X"}, "email": {email}, "want": {want}})
		if got.status != 200 {
			t.Errorf("%s for %s: %d", path, email, got.status)
		}
		return strings.ReplaceAll(got.text, email, "…")
	}
	for _, path := range []string{"/sign-in/link", "/sign-up"} {
		for _, want := range []string{"", "password"} {
			if a, b := ask(path, "ann@example.org", want), ask(path, "bob@example.org", want); a != b {
				t.Errorf("%s %q tells whether somebody has the address", path, want)
			}
		}
	}
	only(t, "after all that", s.send(0), "ann@example.org: Sign in to 127.0.0.1", "ann@example.org: A new password",
		"ann@example.org: You have an account already", "bob@example.org: Confirm your address")
	got := nobody.do("POST", "/sign-in/link", url.Values{"email": {"ann@example.org"}})
	if got.status != 429 {
		t.Errorf("the fifth link in a moment: %d, want 429", got.status)
	}
}

// Nobody can put a password of theirs on an account that the desk made.
func TestAnImportedAccountIsItsAddresss(t *testing.T) {
	s := mailed(t)
	sale, _ := s.sale(1, published)
	rows := []auction.HolderRow{{Name: "Ann", Email: "ann@example.org"}}
	if _, err := s.store.ImportHolders(t.Context(), sale.ID, rows, false); err != nil {
		t.Fatal(err)
	}
	thief := &person{site: s}
	thief.do("POST", "/sign-up", url.Values{"name": {"Thief"}, "email": {"ann@example.org"}, "password": {"a password of a thief"}})
	mails := s.send(0)
	got := thief.do("POST", s.link(mails["ann@example.org: You have an account already"]), url.Values{"password": {"a password of a thief"}})
	if s.signedInBy(got) != "ann@example.org" { // it was Ann who opened it
		t.Fatalf("the link signs in %q", s.signedInBy(got))
	}
	got = thief.do("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {"a password of a thief"}})
	if got.status != 422 {
		t.Errorf("the thief's password: %d, want 422", got.status)
	}
	u, err := s.store.UserByEmail(t.Context(), "ann@example.org")
	if err != nil || u.Name != "Ann" || u.Verified.IsZero() {
		t.Errorf("the account is %+v, %v", u, err)
	}
}

func TestAForgottenPassword(t *testing.T) {
	s := mailed(t)
	ann := s.person("Ann", auction.RoleBidder)
	(&person{site: s}).do("POST", "/sign-in/link", url.Values{"email": {"ann@example.org"}, "want": {"password"}})
	link := s.link(s.send(0)["ann@example.org: A new password"])
	nobody := &person{site: s}
	nobody.do("POST", link, url.Values{"password": {"short"}}).says(t, "a short password", 422, "twelve letters")
	got := nobody.do("POST", link, url.Values{"password": {"correct horse battery"}})
	if s.signedInBy(got) != "ann@example.org" {
		t.Fatalf("a new password: %d as %q", got.status, s.signedInBy(got))
	}
	if got := ann.do("GET", "/account", nil); got.status != 303 {
		t.Errorf("the session of before goes on: %d", got.status)
	}
	got = nobody.do("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {"correct horse battery"}})
	if got.status != 303 {
		t.Errorf("the new password: %d", got.status)
	}
}

func TestALinkRunsOutAndCannotBeForged(t *testing.T) {
	s := mailed(t)
	s.person("Ann", auction.RoleBidder)
	nobody := &person{site: s}
	nobody.do("POST", "/sign-in/link", url.Values{"email": {"ann@example.org"}})
	link := s.link(s.send(0)["ann@example.org: Sign in to 127.0.0.1"])
	for _, path := range []string{link[:len(link)-2] + "AA", "/link/x", "/link/AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA"} {
		if got := nobody.do("POST", path, url.Values{}); got.status != 404 {
			t.Errorf("%s: %d, want 404", path, got.status)
		}
	}
	if l, err := s.store.Link(t.Context(), 1); err != nil || l.Until.Sub(l.At) != 10*time.Minute {
		t.Errorf("the link lasts %s, %v; want ten minutes", l.Until.Sub(l.At), err)
	}
	old := auction.Link{Purpose: auction.LinkSignIn, Email: "ann@example.org", At: time.Now().Add(-11 * time.Minute), Until: time.Now().Add(-time.Minute)}
	if err := s.store.AddLink(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.UseLink(t.Context(), 2, time.Now()); err == nil {
		t.Error("a link that has run out is used")
	}
	only(t, "of a link that ran out", s.send(0))
}

func TestTheAddressAndTheHouseCanBeChanged(t *testing.T) {
	s := mailed(t)
	s.owner.do("POST", "/account/house", url.Values{"house": {"  The   New House "}})
	s.owner.get("/").says(t, "the cover", 200, "The New House")
	ann := s.person("Ann", auction.RoleBidder)
	ann.do("POST", "/account/house", url.Values{"house": {"Ann's"}}).says(t, "a bidder names the house", 403)
	ann.do("POST", "/account/email", url.Values{"email": {"ann@elsewhere.example"}}).says(t, "a new address", 200, "a mail is on its way")
	link := s.link(s.send(0)["ann@elsewhere.example: Confirm your address"])
	if u, _ := s.store.UserByID(t.Context(), ann.user.ID); u.Email != "ann@example.org" {
		t.Errorf("before it is confirmed the address is %s", u.Email)
	}
	(&person{site: s}).do("POST", link, url.Values{})
	if u, _ := s.store.UserByID(t.Context(), ann.user.ID); u.Email != "ann@elsewhere.example" || u.Verified.IsZero() {
		t.Errorf("confirmed, the account is %+v", u)
	}
	ann.do("POST", "/account/mails", url.Values{"topic": {"news", "results"}}).says(t, "choosing mails", 303)
	stops, err := s.store.MailStops(t.Context(), ann.user.ID)
	if err != nil || !slices.Equal(stops, []string{"changes", "money", "outbid"}) {
		t.Errorf("no mails about %v, %v", stops, err)
	}
}

func TestInvitationsLetInWhoProvesTheAddress(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(1, func(x *auction.Sale) {
		published(x)
		x.Registration, x.Private = auction.RegisterInvite, true
	})
	s.owner.do("POST", "/desk/sales/spring/invitations", url.Values{"emails": {"Zoë <zoe@example.org>; ann@example.org\nnot-an@address"}}).
		says(t, "a list with a slip", 422, "not-an@address")
	list := url.Values{"emails": {"Zoë <zoe@example.org>; ann@example.org\nzoe@example.org"}}
	s.owner.do("POST", "/desk/sales/spring/invitations", list).says(t, "a list", 303)
	s.owner.do("POST", "/desk/sales/spring/invitations", list).says(t, "the same list", 303)
	mails := s.send(0)
	only(t, "after two lists", mails, "zoe@example.org: An invitation: Spring Sale", "ann@example.org: An invitation: Spring Sale")
	ann := s.person("Ann", auction.RoleBidder) // who says that this is her address
	ann.do("GET", "/sales/spring/register", nil).says(t, "an address that nobody has confirmed", 403)
	got := ann.do("POST", s.link(mails["zoe@example.org: An invitation: Spring Sale"]), url.Values{})
	if got.header.Get("Location") != "/sales/spring/register" || s.signedInBy(got) != "zoe@example.org" {
		t.Fatalf("the invitation leads to %q as %q", got.header.Get("Location"), s.signedInBy(got))
	}
	zoe := &person{site: s, cookie: cookieOf(got)}
	zoe.do("GET", "/sales/spring", nil).says(t, "a private sale before the paddle", 303)
	zoe.do("POST", "/sales/spring/register", url.Values{"name": {"Zoë"}, "agree": {"1"}}).says(t, "the paddle", 303)
	zoe.do("POST", lotPath(lots[0], "/bids"), bidForm("20")).says(t, "a bid", 303)
	u, _ := s.store.UserByEmail(t.Context(), "zoe@example.org")
	agreed, err := s.store.Agreements(t.Context(), u.ID)
	if err != nil || len(agreed) != 1 || !strings.Contains(agreed[0].Words, "A bid is a promise to buy") || agreed[0].SaleID != sale.ID || time.Since(agreed[0].At) > time.Minute {
		t.Errorf("what Zoë agreed to: %+v, %v", agreed, err)
	}
	s.owner.get("/desk/sales/spring/invitations").says(t, "the list", 200, "paddle 101", "not yet")
}

// cookieOf is the session that an answer gives its browser, "" for none.
func cookieOf(got page) string {
	for _, c := range got.header.Values("Set-Cookie") {
		if value, ok := strings.CutPrefix(c, "outcry="); ok {
			if value, _, _ = strings.Cut(value, ";"); value != "" {
				return value
			}
		}
	}
	return ""
}

func TestALetterGoesToEveryBidderOnce(t *testing.T) {
	s := mailed(t)
	sale, _ := s.sale(1, published)
	s.bidder("Ann", sale)
	bob := s.bidder("Bob", sale)
	s.person("Eve", auction.RoleBidder)
	if err := s.store.StopMails(t.Context(), bob.user.ID, "news", true); err != nil {
		t.Fatal(err)
	}
	letter := url.Values{"subject": {"Doors open at six"}, "words": {"Dear all,\n\nplease come."}, "key": {s.owner.get("/desk/sales/spring/letters").filled(t, "key")}}
	for range 2 {
		s.owner.do("POST", "/desk/sales/spring/letters", letter).says(t, "the letter", 303)
	}
	s.owner.get("/desk/sales/spring/letters").says(t, "before", 200, "2 on their way")
	got := s.send(0)
	only(t, "the letter", got, "ann@example.org: Doors open at six")
	if m := got["ann@example.org: Doors open at six"]; !strings.Contains(m.Text, "please come.") || m.Header.Get("List-Unsubscribe") == "" {
		t.Errorf("the mail: %s", m.Raw)
	}
	s.owner.get("/desk/sales/spring/letters").says(t, "after", 200, "1 mail sent, 1 not wanted")
}

func TestAPersonsDataAndItsEnd(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(2, published)
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	ann.bid(lots[0], "5555")
	got := ann.get("/account/data.json")
	got.says(t, "the data", 200, "ann@example.org", `"Amount": 555500`, `"paddle": "101"`)
	bob.bid(lots[1], "7777")
	if strings.Contains(ann.get("/account/data.json").text, "7777") {
		t.Error("Ann's data has Bob's maximum")
	}
	sure := url.Values{"sure": {"1"}}
	ann.do("POST", "/account/remove", sure).says(t, "while she leads", 409, "still open")
	bob.bid(lots[0], "6000")
	ann.do("POST", "/account/remove", sure).says(t, "afterwards", 303)
	ann.do("GET", "/account", nil).says(t, "her session", 303)
	for _, path := range []string{"/desk/sales/spring/bidders", lotPath(lots[0], ""), "/desk/sales/spring/results"} {
		if text := s.owner.get(path).text; strings.Contains(text, "Ann") || strings.Contains(text, "ann@example.org") {
			t.Errorf("%s still names her", path)
		}
	}
	s.owner.get(lotPath(lots[0], "")).says(t, "the history", 200, "101")
	err := s.store.EachLot(t.Context(), func(l auction.Lot, terms auction.Terms, log []auction.Record) error {
		return auction.Check(l, terms, log)
	})
	if err != nil {
		t.Errorf("the chain is broken: %v", err)
	}
	only(t, "to her", s.send(time.Hour))
	s.owner.do("POST", "/account/remove", sure).says(t, "the owner", 422, "Make somebody else its owner first")
}
