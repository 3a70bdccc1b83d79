package handlers_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"outcry/handlers"
)

func TestEveryRouteSaysWhoMayUseIt(t *testing.T) {
	for _, rt := range handlers.SiteMap() {
		if rt.Who == "" {
			t.Errorf("%s is for nobody in particular", rt.Pattern)
		}
		if strings.Contains(rt.Pattern, "/desk") && !slices.Contains([]string{"clerk", "maker", "organiser", "owner"}, rt.Who) {
			t.Errorf("%s belongs to the desk and is for %s", rt.Pattern, rt.Who)
		}
	}
}

// admitted is the table of kinds of routes and people, spelled out: whom each
// lets in. It is the promise; routes.go keeps it.
var admitted = map[string][]string{
	"nobody":    {"nobody", "bidder", "link", "clerk", "elsewhere", "organiser", "owner"},
	"anyone":    {"nobody", "bidder", "link", "clerk", "elsewhere", "organiser", "owner"},
	"bidding":   {"bidder", "link", "clerk", "elsewhere", "organiser", "owner"},
	"member":    {"bidder", "link", "clerk", "elsewhere", "organiser", "owner"},
	"account":   {"bidder", "clerk", "elsewhere", "organiser", "owner"},
	"clerk":     {"clerk", "elsewhere", "organiser", "owner"},
	"maker":     {"elsewhere", "organiser", "owner"},
	"organiser": {"organiser", "owner"},
	"owner":     {"owner"},
}

// mayUse reports whether a route is for somebody. Who came by a paddle's link
// is that and nothing else, whatever the account may do.
func mayUse(rt handlers.Route, v visitor) bool {
	kind := string(v.role)
	switch {
	case v.role == "":
		kind = "nobody"
	case v.link:
		kind = "link"
	case v.away:
		kind = "elsewhere"
	}
	return slices.Contains(admitted[rt.Who], kind)
}

// turnedAway is the reason for which somebody was not let in at all, "" for
// who was: what a handler says further in, such as that they have no paddle,
// is not about their role.
func turnedAway(p page) string {
	var said struct{ Reason string }
	_ = json.Unmarshal([]byte(p.text), &said) // pages are no JSON
	if p.status == http.StatusUnauthorized || p.status == http.StatusForbidden &&
		slices.Contains([]string{"forbidden", "link_only", "not_signed_in", "other_organisers"}, said.Reason) {
		return said.Reason
	}
	return ""
}

// TestWhoMayDoWhat walks every cell of the table of routes and people.
func TestWhoMayDoWhat(t *testing.T) {
	c := newCrowd(t, newSite(t), 2)
	for _, rt := range handlers.SiteMap() {
		for i, v := range c.people {
			got := v.ask(c.place(rt.Pattern))
			reason := turnedAway(got)
			if v.role != "" && (reason == "not_signed_in" || mayUse(rt, v) && reason != "") {
				// Somebody was signed out by an earlier form: a house as new.
				c = newCrowd(t, newSite(t), 2)
				v = c.people[i]
				got = v.ask(c.place(rt.Pattern))
				reason = turnedAway(got)
			}
			switch may := mayUse(rt, v); {
			case may && reason != "":
				t.Errorf("%s: %s is turned away: %d %s", rt.Pattern, v.name, got.status, reason)
			case !may && v.role == "" && (got.status != http.StatusUnauthorized || reason != "not_signed_in"):
				t.Errorf("%s: %s is answered %d %s, want 401", rt.Pattern, v.name, got.status, reason)
			case !may && v.role != "" && (got.status != http.StatusForbidden || reason == ""):
				t.Errorf("%s: %s is answered %d %s, want 403", rt.Pattern, v.name, got.status, reason)
			case got.status >= 500:
				t.Errorf("%s: %s is answered %d", rt.Pattern, v.name, got.status)
			}
		}
	}
}

// TestWhoIsTurnedAwayLearnsNothing: a refusal says the same of what is there
// and of what is not.
func TestWhoIsTurnedAwayLearnsNothing(t *testing.T) {
	c := newCrowd(t, newSite(t), 1)
	for _, rt := range handlers.SiteMap() {
		if rt.Who == "bidding" {
			continue // a lot that everybody sees is no secret
		}
		for _, v := range c.people {
			if mayUse(rt, v) || v.away { // who sees all sales at the desk is told when there is none
				continue
			}
			there := v.ask(c.place(rt.Pattern))
			none := v.ask(c.placeIn(rt.Pattern, "no-such-sale", 987654))
			if there.status != none.status || there.text != none.text {
				t.Errorf("%s tells %s what is there: %d %s, else %d %s", rt.Pattern, v.name, there.status, there.text, none.status, none.text)
			}
		}
	}
}

// TestADraftIsThereForStaffOnly: whatever is not the desk's says of a sale
// that is not published what it says of one that does not exist.
func TestADraftIsThereForStaffOnly(t *testing.T) {
	c := newCrowd(t, newSite(t), 1)
	walked := 0
	for _, rt := range handlers.SiteMap() {
		if !strings.Contains(rt.Pattern, " /sales/{slug}") && !strings.Contains(rt.Pattern, " /lots/{id}") {
			continue
		}
		for _, v := range c.people {
			if v.role.Staff() && !v.link {
				continue
			}
			draft := v.ask(c.placeIn(rt.Pattern, c.draft.Slug, c.draftLot))
			none := v.ask(c.placeIn(rt.Pattern, "no-such-sale", 987654))
			if draft.status != none.status || draft.text != none.text || draft.status != 404 && draft.status != 401 {
				t.Errorf("%s shows %s the draft: %d %.100s, else %d %.100s", rt.Pattern, v.name, draft.status, draft.text, none.status, none.text)
			}
			walked++
		}
	}
	for _, v := range c.people {
		if v.role.Staff() && !v.link {
			continue
		}
		for _, q := range []string{"sale=draft", fmt.Sprintf("lot=%d", c.draftLot)} {
			if got := v.do("GET", "/live?"+q, nil, "Origin", c.URL, "Accept", "application/json"); got.status != 404 {
				t.Errorf("a socket of the draft, %s: %s is answered %d", q, v.name, got.status)
			}
		}
	}
	if walked < 40 {
		t.Errorf("only %d cells were walked", walked)
	}
}
