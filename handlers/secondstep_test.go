package handlers_test

import (
	"crypto/sha256"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/test/house"
)

var typedSecret = regexp.MustCompile(`Or type it: ([A-Z2-7 ]+)<`)

// reads takes the secret from a page, as letters and as the link, which agree.
func reads(t testing.TB, p page) house.App {
	t.Helper()
	m := typedSecret.FindStringSubmatch(p.text)
	if m == nil {
		t.Fatalf("no second step is offered (%d): %s", p.status, p.text)
	}
	letters := strings.ReplaceAll(m[1], " ", "")
	if !strings.Contains(html.UnescapeString(p.text), "secret="+letters) {
		t.Error("the link has another secret than the letters")
	}
	return house.App(letters)
}

// withStep gives somebody a password and a second step by their account's page.
func (s *site) withStep(p *person) (a house.App, spare []string) {
	s.t.Helper()
	s.withPassword(p)
	offer := p.do("GET", "/account/second-step", nil)
	a = reads(s.t, offer)
	got := p.do("POST", "/account/second-step", url.Values{"nonce": {offer.filled(s.t, "nonce")}, "code": {a.Code(-1)}, "current": {password}})
	got.says(s.t, "a second step taken up", 200, "Spare codes")
	for _, m := range regexp.MustCompile(`<code>([^<]+)</code>`).FindAllStringSubmatch(got.text, -1) {
		spare = append(spare, m[1])
	}
	if len(spare) != 10 || got.header.Get("Cache-Control") != "no-store" {
		s.t.Errorf("%d spare codes, %q", len(spare), got.header.Get("Cache-Control"))
	}
	return a, spare
}

func TestASecondStep(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 1e9 })
	ann := s.person("Ann", auction.RoleOrganiser)
	elsewhere := s.browser(ann.user, "elsewhere")
	a, spare := s.withStep(ann)
	if got := elsewhere.do("GET", "/account", nil); got.status != 303 {
		t.Errorf("another browser of hers after it: %d, want to sign in again", got.status)
	}
	half := s.signIn("ann@example.org", password)
	half.says(t, "after the password", 200, "One more step")
	if s.signedInBy(half) != "" || strings.Contains(strings.Join(half.header.Values("Set-Cookie"), ""), "known") {
		t.Fatal("the password alone lets her in")
	}
	nobody := &person{site: s}
	step := func(code string) page {
		return nobody.do("POST", "/sign-in/step?next=/desk/audit", url.Values{"proof": {half.filled(t, "proof")}, "code": {code}})
	}
	step("000000").says(t, "a wrong code", 422, "That code is not right")
	step(a.Code(-1)).says(t, "the code that set it up", 422, "was used already")
	step(a.Code(-9)).says(t, "an old code", 422, "not right")
	step("").says(t, "no code", 422, "not right")
	code := a.Code(0)
	got := step(code[:3] + " " + code[3:])
	if got.status != 303 || got.header.Get("Location") != "/desk/audit" || s.signedInBy(got) != "ann@example.org" {
		t.Errorf("the code with a space: %d to %q as %q", got.status, got.header.Get("Location"), s.signedInBy(got))
	}
	step(code).says(t, "the same code again", 422, "was used already")
	if got := step(strings.ToLower(spare[3])); got.status != 303 || s.signedInBy(got) != "ann@example.org" {
		t.Errorf("a spare code: %d", got.status)
	}
	step(spare[3]).says(t, "the same spare code again", 422, "not right")
	ann.do("GET", "/account/second-step", nil).says(t, "her page", 200, "9 spare codes are left")
	if s.signIn("ann@example.org", "a wrong password").status != 422 {
		t.Error("a wrong password goes on to the second step")
	}
	data := ann.do("GET", "/account/data.json", nil)
	if !strings.Contains(data.text, `"second_step"`) || strings.Contains(data.text, string(a)) {
		t.Error("her own data should say that there is a second step, and not its secret")
	}
}

func TestProgramsSendTheCodeAlong(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 1e9 })
	a, _ := s.withStep(s.person("Ann", auction.RoleOrganiser))
	got := s.signIn("ann@example.org", password, "Accept", "application/json")
	if got.status != 401 || !strings.Contains(got.text, `"second_step"`) || s.signedInBy(got) != "" {
		t.Errorf("without a code: %d %s", got.status, got.text)
	}
	got = (&person{site: s}).do("POST", "/sign-in", url.Values{"email": {"ann@example.org"}, "password": {password}, "code": {a.Code(0)}}, "Accept", "application/json")
	if got.status != 200 || s.signedInBy(got) != "ann@example.org" {
		t.Errorf("with it: %d %s", got.status, got.text)
	}
}

// TestHalfWayIsNotIn: the proof of a password is good for ten minutes, for its
// own account, with that password.
func TestHalfWayIsNotIn(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 1e9 })
	ann := s.person("Ann", auction.RoleOrganiser)
	a, _ := s.withStep(ann)
	proof := s.signIn("ann@example.org", password).filled(t, "proof")
	nobody := &person{site: s}
	try := func(proof string) page {
		return nobody.do("POST", "/sign-in/step", url.Values{"proof": {proof}, "code": {a.Code(0)}})
	}
	for _, forged := range []string{"", "AAAA", strings.Repeat("A", len(proof)), "B" + proof[1:], proof[:len(proof)-2] + "AA"} {
		try(forged).says(t, "a forged proof "+forged, 422, "Sign in once more")
	}
	if got := nobody.do("GET", "/account", nil, "Cookie", "outcry="+proof); got.status != 303 {
		t.Errorf("the proof as a session: %d", got.status)
	}
	if err := s.store.SetPassword(t.Context(), ann.user.ID, handlers.HashPassword("another sentence works")); err != nil {
		t.Fatal(err)
	}
	try(proof).says(t, "the proof of an old password", 422, "Sign in once more")
}

// TestCodesAreNotGuessed: five tries, then one a minute, wherever from.
func TestCodesAreNotGuessed(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 0.001 })
	a, spare := s.withStep(s.person("Ann", auction.RoleOrganiser)) // one of the five
	proof := s.signIn("ann@example.org", password).filled(t, "proof")
	step := func(code string) int {
		return (&person{site: s}).do("POST", "/sign-in/step", url.Values{"proof": {proof}, "code": {code}}).status
	}
	for i := range 4 {
		if got := step("000000"); got != 422 {
			t.Fatalf("wrong code %d: %d", i, got)
		}
	}
	for _, code := range []string{a.Code(0), spare[0]} {
		if got := step(code); got != http.StatusTooManyRequests {
			t.Errorf("after five tries, %s: %d, want 429", code, got)
		}
	}
}

// TestCodesAreNotGuessedAtManyProcesses: a house of several processes gives no
// more tries than one.
func TestCodesAreNotGuessedAtManyProcesses(t *testing.T) {
	s := newSite(t)
	a, _ := s.withStep(s.person("Ann", auction.RoleOrganiser))
	proof := s.signIn("ann@example.org", password).filled(t, "proof")
	processes := []*person{{site: s}, s.process(t), s.process(t), s.process(t), s.process(t), s.process(t)}
	for i, p := range processes {
		p.cookie = ""
		want, code := 422, "000000"
		if i == len(processes)-1 {
			want, code = http.StatusTooManyRequests, a.Code(0)
		}
		if got := p.do("POST", "/sign-in/step", url.Values{"proof": {proof}, "code": {code}}).status; got != want {
			t.Errorf("try %d, at a process of its own: %d, want %d", i+1, got, want)
		}
	}
}

// TestTheDeskNeedsASecondStep: who has none is signed out, and can do nothing
// at the desk before it stands.
func TestTheDeskNeedsASecondStep(t *testing.T) {
	s := configured(t, func(c *handlers.Config) { c.Limits.SignInsPerMinute = 1e9 })
	clerk, bidder := s.withPassword(s.person("Clem", auction.RoleClerk)), s.withPassword(s.person("Ben", auction.RoleBidder))
	desk := func(on string) page {
		return s.owner.do("POST", "/account/second-step/desk", url.Values{"desk": {on}})
	}
	desk("1").says(t, "an owner without one", 422, "yourself first")
	a, _ := s.withStep(s.owner)
	if got := desk("1"); got.status != 303 {
		t.Fatalf("asked of all: %d", got.status)
	}
	s.owner.do("GET", "/desk/audit", nil).says(t, "the audit list", 200, "second step: everybody at the desk")
	for who, want := range map[*person]int{clerk: 303, bidder: 200, s.owner: 200} {
		if got := who.do("GET", "/account", nil); got.status != want {
			t.Errorf("%s afterwards: %d, want %d", who.user.Name, got.status, want)
		}
	}
	s.owner.do("POST", "/account/second-step", url.Values{"current": {password}, "code": {a.Code(0)}}).says(t, "the owner gives it up", 422, "so it stays")
	half := s.signIn("clem@example.org", password)
	half.says(t, "the clerk signs in", 200, "Set it up now")
	if s.signedInBy(half) != "" {
		t.Fatal("a clerk without a second step is in")
	}
	if got := s.signIn("clem@example.org", password, "Accept", "application/json"); got.status != 401 {
		t.Errorf("the clerk's program: %d", got.status)
	}
	b := reads(t, half)
	form := url.Values{"proof": {half.filled(t, "proof")}, "nonce": {half.filled(t, "nonce")}, "code": {"000000"}}
	again := (&person{site: s}).do("POST", "/sign-in/step", form)
	again.says(t, "a wrong first code", 422, "not right")
	if reads(t, again).Code(0) != b.Code(0) {
		t.Error("after a wrong code the page offers another secret than the app has read")
	}
	form.Set("code", b.Code(0))
	got := (&person{site: s}).do("POST", "/sign-in/step?next=/desk", form)
	got.says(t, "the first code", 200, "Spare codes", `href="/desk"`)
	if s.signedInBy(got) != "clem@example.org" {
		t.Error("the first code does not let the clerk in")
	}
	if got := s.signIn("ben@example.org", password); got.status != 303 {
		t.Errorf("a bidder signs in: %d", got.status)
	}
	desk("")
	if got := s.owner.do("POST", "/account/second-step", url.Values{"current": {password}, "code": {a.Code(1)}}); got.status != 303 {
		t.Errorf("given up when nobody asks for it: %d", got.status)
	}
}

// TestALinkAsksForTheSecondStepToo: a mailed link is one factor as a password is;
// a paddle's link is a sheet of paper that opens no account.
func TestALinkAsksForTheSecondStepToo(t *testing.T) {
	s := mailed(t)
	ann := s.person("Ann", auction.RoleOrganiser)
	_, spare := s.withStep(ann)
	s.send(0)
	(&person{site: s}).do("POST", "/sign-in/link", url.Values{"email": {"ann@example.org"}})
	link := s.link(s.send(0)["ann@example.org: Sign in to 127.0.0.1"])
	got := (&person{site: s}).do("POST", link, url.Values{})
	got.says(t, "the link's tap", 200, "One more step")
	if s.signedInBy(got) != "" {
		t.Error("a mailed link passes by the second step")
	}
	(&person{site: s}).do("POST", "/sign-in/link", url.Values{"email": {"ann@example.org"}, "want": {"password"}})
	reset := s.link(s.send(0)["ann@example.org: A new password"])
	half := (&person{site: s}).do("POST", reset, url.Values{"password": {"another sentence works"}})
	half.says(t, "a new password by a link", 200, "One more step")
	got = (&person{site: s}).do("POST", "/sign-in/step", url.Values{"proof": {half.filled(t, "proof")}, "code": {spare[0]}})
	if got.status != 303 || s.signedInBy(got) != "ann@example.org" {
		t.Errorf("the code after a new password: %d", got.status)
	}
	sale, _ := s.sale(1, published)
	holder, err := s.store.Register(t.Context(), sale.ID, ann.user.ID, "Ann", true)
	if err != nil {
		t.Fatal(err)
	}
	if got := (&person{site: s}).do("GET", "/enter/"+handlers.EnterToken([]byte("a secret of the test"), holder), nil); got.status != 303 || (&person{site: s, cookie: cookieOf(got)}).do("GET", "/sales/"+sale.Slug+"/mine", nil).status != 200 {
		t.Errorf("a paddle's link: %d", got.status)
	}
}

// TestAnOpenBrowserTakesNoStepUp: who has no password shows by a fresh sign-in
// that it is them.
func TestAnOpenBrowserTakesNoStepUp(t *testing.T) {
	s := newSite(t)
	ben := s.person("Ben", auction.RoleBidder)
	take := func(cookie string, since time.Duration) page {
		p := &person{site: s, user: ben.user, cookie: cookie}
		err := s.store.AddSession(t.Context(), auction.Session{
			Token: sha256.Sum256([]byte(cookie)), UserID: ben.user.ID, Created: time.Now().Add(-since), Until: time.Now().Add(time.Hour),
		})
		if err != nil {
			t.Fatal(err)
		}
		offer := p.do("GET", "/account/second-step", nil)
		return p.do("POST", "/account/second-step", url.Values{"nonce": {offer.filled(t, "nonce")}, "code": {reads(t, offer).Code(0)}})
	}
	take("an hour ago", time.Hour).says(t, "an old session", 422, "no password to show")
	take("just now", 0).says(t, "a fresh one", 200, "Spare codes")
}
