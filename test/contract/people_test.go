package contract

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestEnter: a paddle's link is a sheet of paper. It works as often as it is
// used, for its paddle alone, until the desk makes it void.
func TestEnter(t *testing.T) {
	s := spring(t)
	ann, again := s.enter("spring", "101"), s.enter("spring", "101")
	id := ann.lotIDs("spring")[0]
	ann.bid(id, "20", "")
	if a := again.bid(id, "30", ""); again.told(a).Outcome != "raised" {
		t.Errorf("a bid from a second phone with the link: %d %s, want raised", a.status, a.body)
	}
	link := s.bidders["spring/101"].Link
	cookie := s.guest().get(link).header.Get("Set-Cookie")
	for _, part := range []string{"outcry=", "Path=/", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie is %q, want %s in it", cookie, part)
		}
	}
	last := "x"
	if strings.HasSuffix(link, last) { // one link in 64
		last = "y"
	}
	for _, forged := range []string{link[:len(link)-1] + last, link + "A", "/enter/" + strings.Repeat("A", 32)} {
		if a := s.guest().get(forged); a.status != 404 || a.header.Get("Set-Cookie") != "" {
			t.Errorf("a forged link: %d, cookie %q; want 404", a.status, a.header.Get("Set-Cookie"))
		}
	}
	olga := s.signIn(organiser)
	form := paddleForm(t, olga.get("/desk/sales/spring/bidders").body, "Bidder 1")
	if a := olga.post(form, url.Values{"relink": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatalf("make the link void: %d", a.status)
	}
	if a := s.guest().get(link); a.status != 404 {
		t.Errorf("a link made void: %d, want 404", a.status)
	}
	fresh := s.Links("spring")[0]
	if a := s.guest().get(fresh.Link); fresh.Link == link || a.status != http.StatusSeeOther {
		t.Errorf("the new link %s: %d, want 303", fresh.Link, a.status)
	}
}

func TestSignUpInOut(t *testing.T) {
	s := spring(t)
	form := func(email, password, name string) url.Values {
		return url.Values{"email": {email}, "password": {password}, "name": {name}}
	}
	una := s.guest()
	for name, bad := range map[string]url.Values{
		"no name":        form("una@example.org", password, ""),
		"no email":       form("", password, "Una"),
		"a bad email":    form("una@", password, "Una"),
		"short password": form("una@example.org", "short", "Una"),
		"taken email":    form(organiser, password, "Una"),
	} {
		a := s.guest().post("/sign-up", bad, asJSON)
		if a.status != 422 || a.kind() != "application/json" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("sign up with %s: %d %s, want 422", name, a.status, a.body)
		}
	}
	if a := una.post("/sign-up", form("Una@Example.org", password, "Una"), asJSON); a.status != 200 {
		t.Fatalf("sign up: %d %s", a.status, a.body)
	}
	id := una.lotIDs("spring")[0]
	if a := una.bid(id, "20", ""); a.status != 403 {
		t.Errorf("a bid before registering: %d, want 403", a.status)
	}
	if a := una.post("/sales/spring/register", url.Values{"name": {"Una"}, "agree": {"1"}}); a.status != http.StatusSeeOther {
		t.Fatalf("register: %d %.300s", a.status, a.body)
	}
	if a := una.bid(id, "20", ""); a.status != 200 || lead(una.told(a).Lead) != "105" {
		t.Errorf("a bid after registering: %d %s, want paddle 105 to lead", a.status, a.body)
	}
	if a := una.post("/sign-out", nil, asJSON); a.status != 200 {
		t.Errorf("sign out: %d", a.status)
	}
	if a := una.bid(id, "30", ""); a.status != 401 {
		t.Errorf("a bid after signing out: %d, want 401", a.status)
	}
	wrong := s.guest().post("/sign-in", form("una@example.org", "not the right one", ""), asJSON)
	unknown := s.guest().post("/sign-in", form("nobody@example.org", "not the right one", ""), asJSON)
	if wrong.status != 422 || wrong.body != unknown.body || wrong.status != unknown.status {
		t.Errorf("a wrong password hears %d %s, an unknown address %d %s; want the same 422", wrong.status, wrong.body, unknown.status, unknown.body)
	}
	if a := una.post("/sign-in", form("UNA@example.org", password, ""), asJSON); a.status != 200 {
		t.Errorf("sign in: %d %s", a.status, a.body)
	}
	if a := una.bid(id, "30", ""); una.told(a).Outcome != "raised" {
		t.Errorf("a bid after signing in again: %d %s, want raised", a.status, a.body)
	}
	if a := s.guest().post("/sign-in?x=1", form("una@example.org", password, "")); a.status != http.StatusSeeOther {
		t.Errorf("sign in from a page: %d, want 303", a.status)
	}
}

func TestSignInLimit(t *testing.T) {
	s := spring(t)
	var last answer
	for range 12 {
		last = s.guest().post("/sign-in", url.Values{"email": {organiser}, "password": {"guessed"}}, asJSON)
		if last.status == http.StatusTooManyRequests {
			break
		}
	}
	if last.status != 429 || last.header.Get("Retry-After") == "" {
		t.Errorf("guessing a password: %d, Retry-After %q; want 429", last.status, last.header.Get("Retry-After"))
	}
}

// TestNextStaysHere: signing in leads to no other site.
func TestNextStaysHere(t *testing.T) {
	s := spring(t)
	for _, next := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"} {
		a := s.guest().post("/sign-in", url.Values{"email": {organiser}, "password": {password}, "next": {next}})
		if to := a.header.Get("Location"); a.status != 303 || to != "/desk" {
			t.Errorf("sign in with next=%s leads to %q, want /desk", next, to)
		}
	}
	a := s.guest().post("/sign-in", url.Values{"email": {organiser}, "password": {password}, "next": {"/lots/1?amount=5"}})
	if to := a.header.Get("Location"); to != "/lots/1?amount=5" {
		t.Errorf("sign in with next=/lots/1?amount=5 leads to %q", to)
	}
}

// TestDesk is for staff; a paddle's link makes nobody staff.
func TestDesk(t *testing.T) {
	s := spring(t)
	s.must("user", "list") // works beside the running house
	guest, ann, olga := s.guest(), s.enter("spring", "101"), s.signIn(organiser)
	for _, path := range []string{"/desk", "/desk/sales/spring", "/desk/sales/spring/bidders", "/desk/sales/spring/results.csv", "/desk/lots/1"} {
		if a := guest.get(path); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/sign-in?next=") {
			t.Errorf("a guest at %s: %d to %q, want 303 to signing in", path, a.status, a.header.Get("Location"))
		}
		if a := guest.get(path, asJSON); a.status != 401 {
			t.Errorf("a guest's program at %s: %d, want 401", path, a.status)
		}
		if a := ann.get(path, asJSON); a.status != 403 || !strings.Contains(a.body, `"reason":"forbidden"`) {
			t.Errorf("a bidder at %s: %d %s, want 403", path, a.status, a.body)
		}
		if a := olga.get(path); a.status != 200 {
			t.Errorf("an organiser at %s: %d, want 200", path, a.status)
		}
	}
	for _, path := range []string{"/desk/sales/spring/pause", "/desk/lots/1/withdraw", "/desk/lots/1/void", "/desk/paddles/1", "/desk/sales/new"} {
		if a := ann.post(path, url.Values{"reason": {"because"}, "seq": {"2"}}); a.status != 403 {
			t.Errorf("a bidder posts to %s: %d, want 403", path, a.status)
		}
		if a := guest.post(path, nil, asJSON); a.status != 401 {
			t.Errorf("a guest posts to %s: %d, want 401", path, a.status)
		}
	}
}

// TestSetUp: the link that the first start prints makes the owner, once.
func TestSetUp(t *testing.T) {
	s := newSite(t)
	s.Start()
	_, rest, ok := strings.Cut(s.Log(), "/setup/")
	token, _, _ := strings.Cut(rest, "\n")
	if !ok || len(token) < 16 {
		t.Fatalf("the first start printed no link:\n%s", s.Log())
	}
	form := url.Values{"house": {"Marsh House"}, "name": {"Olga"}, "email": {organiser}, "password": {password}}
	if a := s.guest().post("/setup/"+strings.Repeat("x", len(token)), form); a.status != 404 {
		t.Errorf("a guessed link: %d, want 404", a.status)
	}
	owner := s.guest()
	if a := owner.post("/setup/"+token, form); a.status != 303 {
		t.Fatalf("set up: %d %.300s", a.status, a.body)
	}
	if a := owner.get("/desk"); a.status != 200 {
		t.Errorf("the owner at the desk: %d", a.status)
	}
	if a := s.guest().get("/setup/" + token); a.status != 404 {
		t.Errorf("the link a second time: %d, want 404", a.status)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	before := strings.Count(s.Log(), "/setup/")
	s.Start()
	if strings.Count(s.Log(), "/setup/") != before {
		t.Errorf("a start with an owner prints a link again:\n%s", s.Log())
	}
	if a := s.guest().get("/"); !strings.Contains(a.body, "Marsh House") {
		t.Error("the front page does not say the house's name")
	}
}
