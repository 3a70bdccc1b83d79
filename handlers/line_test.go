package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

const linePath = "/desk/sales/spring/line"

func lineForm(lot, paddle, amount string) url.Values {
	keys++
	return url.Values{"lot": {lot}, "paddle": {paddle}, "amount": {amount}, "key": {fmt.Sprintf("key-of-the-line-%06d", keys)}}
}

// enter types a line, and follows the clerk to the page that says what became
// of it.
func (p *person) enter(form url.Values) page {
	p.t.Helper()
	got := p.do("POST", linePath, form)
	if got.status == http.StatusSeeOther {
		return p.get(got.header.Get("Location"))
	}
	return got
}

func TestTheDeskEntersBids(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, published)
	clerk := s.person("Clem", auction.RoleClerk)
	s.bidder("Ann", sale)
	s.bidder("Bob", sale)
	first := lineForm("1", "101", "100")
	clerk.enter(first).says(t, "a bid in the room", 200, "Lot 1: paddle 101 leads at £100.", "Clem")
	if e := s.entry(lots[0]); e.Price != 10_000 || e.Lead != "101" {
		t.Errorf("the lot stands at %d, led by %s; want exactly 10000 by 101", e.Price, e.Lead)
	}
	clerk.enter(first).says(t, "the same line again", 200, "Lot 1: paddle 101 leads at £100.")
	if e := s.entry(lots[0]); e.Seq != 2 {
		t.Errorf("the same line again made event %d", e.Seq)
	}
	got := clerk.enter(lineForm("1", "102", "101"))
	got.says(t, "below the ask", 422, "Paddle 101 leads at £100. The next bid on lot 1 is £105.", "This once, without the rule")
	for name, want := range map[string]string{"lot": "1", "paddle": "102", "amount": "101"} {
		if is := got.filled(t, name); is != want {
			t.Errorf("after a refusal %s is %q, want %q", name, is, want)
		}
	}
	form := lineForm("1", "102", "101")
	form.Set("key", got.filled(t, "key"))
	form.Set("without", "the room waits")
	clerk.enter(form).says(t, "this once", 200, "Lot 1: paddle 102 leads at £101.", "without the rule: the room waits")
	log := clerk.get(lotPath(lots[0], "/log")).text
	if !strings.Contains(log, `"reason":"the room waits"`) {
		t.Errorf("the public log does not say why: %s", log)
	}
	clerk.enter(lineForm("1", "101", "500 m")).says(t, "a maximum", 200, "Lot 1: paddle 101 leads at £106.")
	clerk.enter(lineForm("1", "102", "300")).says(t, "outbid at once", 200, "taken, and outbid at once", "it leads at £310.")
	clerk.enter(lineForm("9", "101", "5")).says(t, "no such lot", 422, "There is no lot 9.")
	clerk.enter(lineForm("1", "77", "600")).says(t, "no such paddle", 403, "Paddle 77 is not registered")
	clerk.enter(lineForm("1", "101", "lots")).says(t, "no amount", 422)
	hidden := clerk.get(linePath+"?lot=1").text + clerk.enter(lineForm("1", "101", "450")).text
	if strings.Contains(hidden, "£500") || strings.Contains(hidden, "500.00") {
		t.Error("the desk's line shows a maximum")
	}
}

func TestTheDeskUndoesTheLast(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	clerk := s.person("Clem", auction.RoleClerk)
	ann := s.bidder("Ann", sale)
	s.bidder("Bob", sale)
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("50"))
	got := clerk.enter(lineForm("1", "102", "80"))
	act := got.filled(t, "act")
	got = clerk.do("POST", linePath+"/undo", url.Values{"act": {act}})
	clerk.get(got.header.Get("Location")).says(t, "undone", 200, "The last entry is undone", "Undone")
	if e := s.entry(lots[0]); e.Lead != "101" || e.Price != 1000 {
		t.Errorf("after the undo %s leads at %d, want 101 at 1000", e.Lead, e.Price)
	}
	clerk.do("POST", linePath+"/undo", url.Values{"act": {act}}).says(t, "twice", 422, "struck out already")
	clerk.do("POST", linePath+"/undo", url.Values{"act": {"999"}}).says(t, "what the desk did not enter", 409)
}

func TestBidsAreLeftAtTheDesk(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, func(sale *auction.Sale) {
		published(sale)
		sale.OpensAt = time.Now().Add(30 * time.Minute)
	})
	clerk := s.person("Clem", auction.RoleClerk)
	s.bidder("Ann", sale)
	clerk.enter(lineForm("1", "101", "77")).says(t, "a bid in the room before the opening", 422, "has not opened", "Tick")
	got := clerk.enter(lineForm("1", "101", "77.70 m"))
	got.says(t, "left", 200, "Left for lot 1, by paddle 101.", "left for the opening")
	if strings.Contains(got.text, "77.70") {
		t.Error("the line shows the maximum that was left")
	}
	clerk.enter(lineForm("1", "101", "5 max")).says(t, "below the opening", 422, "The next bid on lot 1 is £10.")
	if e := s.entry(lots[0]); e.Seq != 0 || e.Bids != 0 {
		t.Errorf("before it opens the lot has %d bids", e.Bids)
	}
	undo := clerk.do("POST", linePath+"/undo", url.Values{"act": {got.filled(t, "act")}})
	clerk.get(undo.header.Get("Location")).says(t, "taken back", 200, "Undone")
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
