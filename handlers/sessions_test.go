package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/auction"
	"outcry/handlers"
)

const password = "a sentence works well"

// withPassword gives somebody a password.
func (s *site) withPassword(p *person) *person {
	s.t.Helper()
	if err := s.store.SetPassword(s.t.Context(), p.user.ID, handlers.HashPassword(password)); err != nil {
		s.t.Fatal(err)
	}
	return p
}

// signIn tries a password from a browser that is signed in to nothing.
func (s *site) signIn(email, secret string, header ...string) page {
	s.t.Helper()
	return (&person{site: s}).do("POST", "/sign-in", url.Values{"email": {email}, "password": {secret}}, header...)
}

// cookieNamed is a cookie that an answer sets, the last of its name.
func (p page) cookieNamed(t testing.TB, name string) *http.Cookie {
	t.Helper()
	for _, c := range slices.Backward((&http.Response{Header: p.header}).Cookies()) {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("the answer %d sets no cookie %s", p.status, name)
	return nil
}

// socket opens a socket of somebody and reads its snapshot.
func (p *person) socket(query string) *websocket.Conn {
	p.t.Helper()
	conn, _, err := websocket.Dial(p.t.Context(), p.URL+"/live?"+query, &websocket.DialOptions{HTTPHeader: http.Header{
		"Origin": {p.URL}, "Cookie": {"outcry=" + p.cookie},
	}})
	if err != nil {
		p.t.Fatalf("a socket of %s: %v", p.user.Name, err)
	}
	p.t.Cleanup(func() { conn.CloseNow() })
	if _, _, err := conn.Read(p.t.Context()); err != nil {
		p.t.Fatalf("the snapshot of %s: %v", p.user.Name, err)
	}
	return conn
}

// closed returns the code that a socket was closed with; frames that come
// before are read past.
func closed(t *testing.T, conn *websocket.Conn) websocket.StatusCode {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		if _, _, err := conn.Read(ctx); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, published)
	ann := s.withPassword(s.bidder("Ann", sale))
	phone := &person{site: s, user: ann.user, cookie: s.signIn("ann@example.org", password,
		"User-Agent", "Mozilla/5.0 (Android 16; Mobile; rv:140.0) <script> Firefox/140.0").cookieNamed(t, "outcry").Value}
	laptop := &person{site: s, user: ann.user, cookie: s.signIn("ann@example.org", password).cookieNamed(t, "outcry").Value}
	stranger := s.bidder("Stranger", sale)
	onPhone, onLaptop, hers := phone.socket("sale=spring"), laptop.socket("sale=spring"), stranger.socket("sale=spring")

	list := ann.get("/sessions")
	list.says(t, "the list", 200, "Firefox on Android", "This browser", "Sign out everywhere else")
	ids := regexp.MustCompile(`name="session" value="([0-9a-f]{16})"`).FindAllStringSubmatch(list.text, -1)
	if len(ids) != 2 {
		t.Fatalf("%d other sessions are listed, want 2:\n%s", len(ids), list.text)
	}
	for _, id := range ids {
		stranger.do("POST", "/sessions/end", url.Values{"session": {id[1]}})
	}
	phone.get("/sessions")
	laptop.get("/sessions")

	// The newest stands first: the laptop.
	if got := ann.do("POST", "/sessions/end", url.Values{"session": {ids[0][1]}}); got.status != 303 {
		t.Errorf("end the laptop's session: %d", got.status)
	}
	if code := closed(t, onLaptop); code != 1008 {
		t.Errorf("the laptop's socket was closed with %d, want 1008", code)
	}
	if got := laptop.do("GET", "/sessions", nil); got.status != 303 || !strings.HasPrefix(got.header.Get("Location"), "/sign-in") {
		t.Errorf("the laptop afterwards: %d to %s", got.status, got.header.Get("Location"))
	}
	phone.get("/sessions")
	if got := ann.do("POST", "/sessions/end", url.Values{"others": {"1"}}); got.status != 303 {
		t.Errorf("end all others: %d", got.status)
	}
	if code := closed(t, onPhone); code != 1008 {
		t.Errorf("the phone's socket was closed with %d, want 1008", code)
	}
	ann.get("/sessions").says(t, "the list afterwards", 200, "This browser")
	if strings.Contains(ann.get("/sessions").text, `name="session"`) {
		t.Error("after all others were ended, others are listed")
	}
	stranger.do("POST", "/sign-out", url.Values{})
	if code := closed(t, hers); code != 1008 {
		t.Errorf("the socket of who signed out was closed with %d, want 1008", code)
	}
}

func TestANewLinkHangsUp(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	holder, err := s.store.Holder(t.Context(), sale.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	thief := s.byLink(ann.user, holder)
	conn := thief.socket("sale=spring")
	if got := s.owner.do("POST", fmt.Sprintf("/desk/paddles/%d", holder.ID), url.Values{"relink": {"1"}}); got.status != 303 {
		t.Fatalf("a new link: %d", got.status)
	}
	if code := closed(t, conn); code != 1008 {
		t.Errorf("the socket of who came by the old link was closed with %d, want 1008", code)
	}
}

func TestSigningInMakesANewSession(t *testing.T) {
	s := newSite(t)
	ann := s.withPassword(s.person("Ann", auction.RoleBidder))
	got := ann.do("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {password}})
	fresh := got.cookieNamed(t, "outcry").Value
	if fresh == ann.cookie || len(fresh) < 40 {
		t.Errorf("signed in, the session is %q", fresh)
	}
	if got := ann.do("GET", "/sessions", nil); got.status != 303 {
		t.Errorf("the session of before: %d, want 303 to the sign-in", got.status)
	}
	// A cookie that somebody else chose is never taken up.
	planted := &person{site: s, cookie: "chosen-by-somebody-else-and-long-enough-0000"}
	if got := planted.do("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {password}}).cookieNamed(t, "outcry"); got.Value == planted.cookie {
		t.Error("a planted cookie became the session")
	}
}

func TestTheSameWordsWhoeverSignsIn(t *testing.T) {
	s := newSite(t)
	s.withPassword(s.person("Ann", auction.RoleBidder))
	s.person("Guest", auction.RoleBidder) // has no password
	var first page
	for i, email := range []string{"ann@example.org", "nobody@example.org", "guest@example.org", "no address"} {
		got := s.signIn(email, "a wrong password", "Accept", "application/json")
		if i == 0 {
			first = got
		}
		if got.status != 422 || got.text != first.text {
			t.Errorf("%s with a wrong password: %d %s; want %d %s", email, got.status, got.text, first.status, first.text)
		}
	}
}

// TestGuessingLocksTheGuesserOut: strangers who guess an account's password
// run out of tries, and its owner gets in from the browser they always use.
func TestGuessingLocksTheGuesserOut(t *testing.T) {
	s := configured(t, func(c *handlers.Config) {
		c.Limits.SignInsPerMinute = 0.001
		c.Proxies = loopback
	})
	s.withPassword(s.person("Ann", auction.RoleBidder))
	s.withPassword(s.person("Bob", auction.RoleBidder))
	in := func(email, secret, from, known string) int {
		t.Helper()
		header := []string{"X-Forwarded-For", from}
		if known != "" {
			header = append(header, "Cookie", "outcry-known="+known)
		}
		return s.signIn(email, secret, header...).status
	}
	known := s.signIn("ann@example.org", password, "X-Forwarded-For", "192.0.2.1").cookieNamed(t, "outcry-known").Value
	for i := range 10 {
		if got := in("ann@example.org", "a wrong password", "198.51.100.7", ""); got != 422 {
			t.Fatalf("guess %d: %d", i, got)
		}
	}
	for what, c := range map[string]struct {
		email, secret, from, known string
		want                       int
	}{
		"the guesser":                        {"ann@example.org", password, "198.51.100.7", "", 429},
		"the guesser with a cookie of lies":  {"ann@example.org", password, "198.51.100.7", strings.Repeat("A", 43), 429},
		"the owner's new phone elsewhere":    {"ann@example.org", password, "192.0.2.2", "", 303},
		"the owner, at the guesser's side":   {"ann@example.org", password, "198.51.100.7", known, 303},
		"another person at the same address": {"bob@example.org", password, "198.51.100.7", "", 303},
		"another with the owner's cookie":    {"nobody@example.org", "a wrong password", "198.51.100.9", known, 422},
	} {
		if got := in(c.email, c.secret, c.from, c.known); got != c.want {
			t.Errorf("%s: %d, want %d", what, got, c.want)
		}
	}
	tries := 0
	for i := 0; in("ann@example.org", "a wrong password", fmt.Sprintf("203.0.113.%d", i), "") == 422 && tries < 100; i++ {
		tries++
	}
	if tries < 40 || tries > 60 {
		t.Errorf("from as many addresses as they like guessers had %d more tries, want some 48", tries)
	}
	if got := in("ann@example.org", password, "192.0.2.1", known); got != 303 {
		t.Errorf("the owner, while the account is under attack from everywhere: %d", got)
	}
}

// TestAHallSignsInThroughOneAddress: nobody is asked to wait for the others.
func TestAHallSignsInThroughOneAddress(t *testing.T) {
	s := newSite(t)
	for i := range 60 {
		email := fmt.Sprintf("hall%d@example.org", i)
		if got := s.signIn(email, "a wrong password"); got.status != 422 {
			t.Fatalf("person %d of the hall: %d", i, got.status)
		}
	}
}

func TestANewPasswordForgetsKnownBrowsers(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 0.001 })
	ann := s.withPassword(s.person("Ann", auction.RoleBidder))
	known := s.signIn("ann@example.org", password).cookieNamed(t, "outcry-known")
	if !known.HttpOnly || known.SameSite != http.SameSiteLaxMode || known.MaxAge <= 0 {
		t.Errorf("the cookie of known browsers: %+v", known)
	}
	if err := s.store.SetPassword(t.Context(), ann.user.ID, handlers.HashPassword("another sentence works")); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		s.signIn("ann@example.org", "a wrong password")
	}
	if got := s.signIn("ann@example.org", "another sentence works", "Cookie", "outcry-known="+known.Value); got.status != 429 {
		t.Errorf("a browser known by the old password: %d, want 429 like any other", got.status)
	}
}

// TestTheBrowserOfANewPasswordIsKnown: who changes their password is known by
// the new one, and everybody else is out.
func TestTheBrowserOfANewPasswordIsKnown(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 0.001 })
	ann := s.withPassword(s.person("Ann", auction.RoleBidder))
	elsewhere := &person{site: s, cookie: s.signIn("ann@example.org", password).cookieNamed(t, "outcry").Value}
	if got := ann.do("POST", "/account/password", url.Values{"current": {"not the one it is"}, "password": {"another sentence works"}}); got.status != 422 {
		t.Fatalf("with a wrong password of before: %d", got.status)
	}
	got := ann.do("POST", "/account/password", url.Values{"current": {password}, "password": {"another sentence works"}})
	if got.status != 303 {
		t.Fatalf("a new password: %d", got.status)
	}
	if got := elsewhere.do("GET", "/sessions", nil); got.status != 303 {
		t.Errorf("the other browser afterwards: %d, want 303 to the sign-in", got.status)
	}
	known := got.cookieNamed(t, "outcry-known").Value
	for range 10 {
		s.signIn("ann@example.org", "a wrong password")
	}
	if got := s.signIn("ann@example.org", "another sentence works", "Cookie", "outcry-known="+known); got.status != 303 {
		t.Errorf("the browser that set the password, under attack: %d, want 303", got.status)
	}
}
