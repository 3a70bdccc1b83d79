package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

func TestTheControlPageRunsTheNight(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, published)
	guest := &person{site: s}
	act := func(what string, form url.Values, says string) {
		t.Helper()
		got := s.owner.do("POST", "/desk/sales/spring/"+what, form)
		if got.status != 303 {
			t.Fatalf("%s: %d %s", what, got.status, tags.ReplaceAllString(got.text, ""))
		}
		s.owner.get(got.header.Get("Location")).says(t, what, 200, says)
	}
	before := s.entry(lots[0]).ClosesAt
	act("extend", url.Values{"minutes": {"5"}}, "All open lots close later.")
	if moved := s.entry(lots[1]).ClosesAt.Sub(before); moved != 5*time.Minute {
		t.Errorf("extended by %s", moved)
	}
	act("close", url.Values{"minutes": {"15"}}, "Call it off")
	e := s.entry(lots[0])
	if left := time.Until(e.ClosesAt); left > 15*time.Minute+time.Second || !e.ClosesAt.Equal(s.entry(lots[1]).ClosesAt) {
		t.Errorf("announced to close in 15 minutes, closes in %s", left)
	}
	for _, path := range []string{"/sales/spring", lotPath(lots[0], ""), "/sales/spring/conditions"} {
		guest.get(path).says(t, path, 200, "All open lots close at", "All open lots close in")
	}
	act("message", url.Values{"message": {`Supper <b>is</b> served.`}}, "Every page of the sale says so now.")
	if text := guest.get("/sales/spring").text; !strings.Contains(text, "Supper &lt;b&gt;is&lt;/b&gt; served.") {
		t.Error("the catalogue does not say the message")
	}
	act("call-off", url.Values{"reason": {"we may stay"}}, "called off")
	if !s.entry(lots[0]).ClosesAt.Equal(before.Add(5 * time.Minute)) {
		t.Errorf("called off, and it closes at %s, want %s", s.entry(lots[0]).ClosesAt, before.Add(5*time.Minute))
	}
	act("message", url.Values{"message": {""}}, "taken away")
	if text := guest.get("/sales/spring").text; strings.Contains(text, "Supper") || strings.Contains(text, "All open lots close") {
		t.Error("the catalogue still says what was taken away")
	}
	s.owner.do("POST", "/desk/sales/spring/close", url.Values{"minutes": {"0"}}).says(t, "without notice", 422)
	got := s.owner.do("POST", "/desk/lots/"+num(lots[0])+"/pause", url.Values{"reason": {"a question"}})
	s.owner.get(got.header.Get("Location")).says(t, "a lot paused", 200, "Resume lot")
	ann := s.bidder("Ann", sale)
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("50")).says(t, "a bid on it", 422, "paused")
	if got := ann.do("POST", lotPath(lots[1], "/bids"), bidForm("50")); got.status != 303 {
		t.Errorf("a bid on the other: %d", got.status)
	}
	s.owner.do("POST", "/desk/lots/"+num(lots[0])+"/resume", url.Values{})
	if !s.entry(lots[0]).PausedAt.IsZero() {
		t.Error("the lot did not go on")
	}
	s.owner.get("/desk/sales/spring/audit").says(t, "the audit list", 200, "extended the open lots", "announced the close",
		"called the announced close off", "we may stay", "wrote to all pages", "paused the lot", "resumed the lot", "a question")
	if p := s.person("Clem", auction.RoleClerk).do("POST", "/desk/sales/spring/message", url.Values{"message": {"x"}}); p.status != 403 {
		t.Errorf("a clerk's message: %d", p.status)
	}
}
