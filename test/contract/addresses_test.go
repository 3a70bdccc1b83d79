// Package contract drives the built program from outside and holds it to what
// other programs rely on: addresses, answers, frames, logs and commands.
package contract

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"outcry/test/house"
)

func TestAddresses(t *testing.T) {
	s := spring(t)
	c := s.guest()
	ids := c.lotIDs("spring")
	first := lotPath(ids[0])
	for _, x := range []struct {
		path, accept string
		status       int
		kind, holds  string
	}{
		{"/healthz", "", 200, "text/plain", "ok"},
		{"/readyz", "", 200, "text/plain", ""},
		{"/metrics", "", 404, "text/html", ""},
		{"/", "", 200, "text/html", "Spring Sale"},
		{"/sales/spring", "", 200, "text/html", "Two herons"},
		{"/sales/spring", "text/html,application/xhtml+xml,*/*;q=0.8", 200, "text/html", "Two herons"},
		{"/sales/spring", "application/json", 200, "application/json", `"slug":"spring"`},
		{"/sales/autumn", "", 404, "text/html", ""},
		{"/sales/autumn", "application/json", 404, "application/json", `"reason":"not_found"`},
		{first, "", 200, "text/html", "A box of keys"},
		{first, "application/json", 200, "application/json", `"title":"A box of keys"`},
		{first + "/log", "", 200, "application/jsonl", "lot.opened"},
		{"/lots/999", "application/json", 404, "application/json", `"reason":"not_found"`},
		{"/lots/999/log", "", 404, "text/html", ""},
		{"/lots/x", "", 404, "text/html", ""},
		{"/enter/nonsense", "", 404, "text/html", ""},
		{"/nowhere", "", 404, "text/html", ""},
		{"/sign-in", "", 200, "text/html", "<form"},
		{"/sign-up", "", 200, "text/html", "<form"},
	} {
		a := c.get(x.path, "Accept: "+x.accept)
		if a.status != x.status || a.kind() != x.kind || !strings.Contains(a.body, x.holds) {
			t.Errorf("GET %s (Accept %q): %d %s, want %d %s with %q; body %.200s", x.path, x.accept, a.status, a.kind(), x.status, x.kind, x.holds, a.body)
		}
	}
	if a := c.post(first, nil); a.status != http.StatusMethodNotAllowed || !strings.Contains(a.header.Get("Allow"), "GET") {
		t.Errorf("POST to a lot: %d, Allow %q; want 405 and GET", a.status, a.header.Get("Allow"))
	}
}

func TestMetrics(t *testing.T) {
	s := newSite(t)
	s.Start("--metrics")
	a := s.guest().get("/metrics")
	if a.status != 200 || a.kind() != "text/plain" {
		t.Fatalf("%d %s", a.status, a.kind())
	}
	for line := range strings.Lines(a.body) {
		if line[0] == '#' {
			continue
		}
		if f := strings.Fields(line); len(f) != 2 || !strings.HasPrefix(f[0], "outcry_") {
			t.Errorf("a line of /metrics is %q, want a name and a number", line)
		}
	}
}

// lotShape is the public lot of the contract.
var lotShape = map[string]string{
	"id": "number", "sale": "string", "number": "string", "title": "string", "state": "string", "seq": "number",
	"opening": "number", "price": "number", "ask": "number", "bids": "number", "lead": "string?", "reserve_met": "bool?",
	"opens_at": "number", "closes_at": "number", "extended": "number", "buy_now": "number?", "currency": "string", "hammer": "number?",
}

func TestPublicLot(t *testing.T) {
	s := spring(t)
	c, ann := s.guest(), s.enter("spring", "101")
	ids := c.lotIDs("spring")
	for _, id := range ids {
		shape(t, c.get(lotPath(id), asJSON).body, lotShape)
	}
	plain, reserved, buy := c.lot(ids[0]), c.lot(ids[1]), c.lot(ids[2])
	if plain.State != "open" || plain.Seq != 1 || plain.Opening != 1000 || plain.Price != 0 || plain.Ask != 1000 || plain.Lead != nil || plain.ReserveMet != nil || plain.BuyNow != nil || plain.Hammer != nil {
		t.Errorf("a lot without bids: %+v", plain)
	}
	if plain.ClosesAt-plain.OpensAt != (90 * 60 * 1000) {
		t.Errorf("opens %d, closes %d, want 90 minutes between", plain.OpensAt, plain.ClosesAt)
	}
	if reserved.ReserveMet == nil || *reserved.ReserveMet {
		t.Errorf("reserve_met is %v before any bid, want false", reserved.ReserveMet)
	}
	if buy.BuyNow == nil || *buy.BuyNow != 5000 {
		t.Errorf("buy_now is %v, want 5000", buy.BuyNow)
	}
	ann.bid(ids[0], "30.00", "")
	ann.bid(ids[1], "150.00", "")
	ann.bid(ids[2], "6.00", "")
	if l := c.lot(ids[0]); l.Price != 1000 || l.Ask != 1050 || l.Bids != 1 || *l.Lead != "101" || l.Seq != 2 {
		t.Errorf("after a first bid: %+v", l)
	}
	if l := c.lot(ids[1]); l.Price != 10000 || l.ReserveMet == nil || !*l.ReserveMet {
		t.Errorf("a maximum above the reserve: %+v, want 100.00 and the reserve met", l)
	}
	if l := c.lot(ids[2]); l.BuyNow != nil {
		t.Errorf("buy_now is %d after a bid, want null", *l.BuyNow)
	}
}

func TestSale(t *testing.T) {
	s := spring(t)
	a := s.guest().get("/sales/spring", asJSON)
	var sale struct {
		Slug, Title, Currency string
		Lots                  []json.RawMessage
	}
	if err := json.Unmarshal([]byte(a.body), &sale); err != nil {
		t.Fatal(err)
	}
	if sale.Slug != "spring" || sale.Title != "Spring Sale" || sale.Currency != "GBP" || len(sale.Lots) != 3 {
		t.Errorf("sale %+v", sale)
	}
	for i, raw := range sale.Lots {
		shape(t, string(raw), lotShape)
		var l house.PublicLot
		if err := json.Unmarshal(raw, &l); err != nil || l.Number != fmt.Sprint(i+1) {
			t.Errorf("lot %d of the catalogue is %q, %v", i+1, l.Number, err)
		}
	}
}

// TestCrossSite: what another site makes a browser send is refused.
func TestCrossSite(t *testing.T) {
	s := spring(t)
	ann := s.enter("spring", "101")
	id := ann.lotIDs("spring")[0]
	form := url.Values{"amount": {"20"}, "key": {"0123456789abcdef"}}
	for _, header := range []string{"Sec-Fetch-Site: cross-site", "Origin: http://evil.example"} {
		a := ann.post(lotPath(id)+"/bids", form, asJSON, header)
		if a.status != http.StatusForbidden {
			t.Errorf("a bid with %s: %d %s, want 403", header, a.status, a.body)
		}
	}
	if l := ann.lot(id); l.Bids != 0 {
		t.Errorf("the lot has %d bids, want 0", l.Bids)
	}
}
