package handlers_test

import (
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"outcry/auction"
)

func TestClosingsForACalendar(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(3, published)
	if err := s.room.Withdraw(t.Context(), s.owner.user.ID, lots[1], "broken"); err != nil {
		t.Fatal(err)
	}
	got := s.person("Ann", auction.RoleBidder).do("GET", "/sales/"+sale.Slug+"/closings.ics", nil)
	if kind := got.header.Get("Content-Type"); got.status != 200 || kind != "text/calendar; charset=utf-8" {
		t.Fatalf("%d %s", got.status, kind)
	}
	c, err := ical.ParseCalendar(strings.NewReader(got.text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, got.text)
	}
	events := c.Events()
	if len(events) != 2 {
		t.Fatalf("%d closings, want those of the 2 lots that are still to close", len(events))
	}
	e := s.entry(lots[0])
	at, err := events[0].GetStartAt()
	if err != nil || !at.Equal(e.ClosesAt.Truncate(time.Second)) {
		t.Errorf("lot 1 closes at %v in the calendar, %v; want %v", at, err, e.ClosesAt)
	}
	for property, want := range map[ical.ComponentProperty]string{
		ical.ComponentPropertySummary: "Lot 1 closes: Vase 1",
		ical.ComponentPropertyUrl:     s.URL + lotPath(lots[0], ""),
	} {
		if p := events[0].GetProperty(property); p == nil || p.Value != want {
			t.Errorf("%s is %v, want %s", property, p, want)
		}
	}
	german := s.person("Gerd", auction.RoleBidder).do("GET", "/sales/"+sale.Slug+"/closings.ics", nil, inGerman...)
	if n := strings.Count(german.text, "\n"); n == 0 || n != strings.Count(german.text, "\r\n") {
		t.Errorf("%d lines of the calendar, of which %d end in CR LF", n, strings.Count(german.text, "\r\n"))
	}
	unfolded := strings.ReplaceAll(german.text, "\r\n ", "")
	for _, text := range []string{"SUMMARY:Los 1 endet: Vase 1", "Ein spätes Gebot kann das Ende verschieben", "DESCRIPTION:Los 1 endet in 15 Minuten"} {
		if !strings.Contains(unfolded, text) {
			t.Errorf("the calendar in German does not say %q:\n%s", text, unfolded)
		}
	}
}
