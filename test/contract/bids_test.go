package contract

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// takenShape and refusedShape are the answers to a bid of the contract.
var (
	takenShape = map[string]string{
		"outcome": "string", "lot": "number", "key": "string", "seq": "number", "at": "number", "price": "number",
		"ask": "number", "lead": "string?", "closes_at": "number", "reserve_met": "bool?",
	}
	refusedShape = func() map[string]string {
		m := maps.Clone(takenShape)
		m["reason"], m["message"] = "string", "string"
		return m
	}()
)

// lead is the leader's paddle in an answer, "" for nobody.
func lead(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func TestOutcomes(t *testing.T) {
	s := spring(t)
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	id := ann.lotIDs("spring")[0]
	for i, x := range []struct {
		who             *client
		amount, kind    string
		outcome         string
		price, ask, seq int64
		lead            string
	}{
		{who: ann, amount: "30.00", outcome: "leading", price: 1000, ask: 1050, seq: 2, lead: "101"},
		{who: bob, amount: "20", outcome: "outbid", price: 2050, ask: 2100, seq: 3, lead: "101"},
		{who: ann, amount: "£40.00", outcome: "raised", price: 2050, ask: 2100, seq: 4, lead: "101"},
		{who: bob, amount: "40,00", outcome: "outbid", price: 4000, ask: 4100, seq: 5, lead: "101"},
		{who: bob, amount: "45.50", kind: "exact", outcome: "leading", price: 4550, ask: 4650, seq: 6, lead: "102"},
		{who: ann, amount: "60", kind: "max", outcome: "leading", price: 4650, ask: 4750, seq: 7, lead: "101"},
	} {
		before := time.Now().UnixMilli()
		key := house.NewKey()
		form := url.Values{"amount": {x.amount}, "key": {key}}
		if x.kind != "" {
			form.Set("kind", x.kind)
		}
		a := x.who.post(lotPath(id)+"/bids", form, asJSON)
		shape(t, a.body, takenShape)
		got := x.who.told(a)
		if a.status != 200 || got.Outcome != x.outcome || got.Price != x.price || got.Ask != x.ask || got.Seq != x.seq || lead(got.Lead) != x.lead || got.Lot != id || got.Key != key {
			t.Errorf("bid %d, %s: %d %s, want %+v", i+1, x.amount, a.status, a.body, x)
		}
		if got.At < before || got.At > time.Now().UnixMilli() {
			t.Errorf("bid %d: at %d is not now", i+1, got.At)
		}
		if l := x.who.lot(id); l.Price != x.price || l.Seq != x.seq || lead(l.Lead) != x.lead || l.ClosesAt != got.ClosesAt {
			t.Errorf("bid %d: the lot is %+v after %s", i+1, l, a.body)
		}
	}
}

// refusals are bids that come to nothing, each for its reason. Those that need
// a moment of the sale that is not now have tests of their own.
func TestRefusals(t *testing.T) {
	s := newSite(t)
	s.lots("spring", threeLots, "--closes-in", "90m")
	s.lots("autumn", "Title,Opening bid\nA vase,10\n", "--opens-in", "1h")
	s.lots("winter", "Title,Opening bid\nA chair,10\n", "--closes-in", "1ms", "--soft-close", "0")
	for _, sale := range []string{"spring", "autumn", "winter"} {
		s.paddles(sale, 3)
	}
	s.must("bidders", "--sale", "spring", "import", file(t, "more.csv", "Name,Email,Paddle\nMarsh Trust,marsh@example.org,104\n"))
	for _, b := range s.Links("spring") {
		s.bidders["spring/"+b.Paddle] = b
	}
	s.Start()
	in := func(sale string, n int) int64 { return s.guest().lotIDs(sale)[n] }
	ann, bob, donor := s.enter("spring", "101"), s.enter("spring", "102"), s.enter("spring", "104")
	if o := ann.told(ann.bid(in("spring", 0), "30.00", "")); o.Outcome != "leading" {
		t.Fatalf("the bid to go against: %+v", o)
	}
	eventually(t, "the winter lot to close", func() bool { return ann.lot(in("winter", 0)).State == "passed" })
	for _, x := range []struct {
		reason string
		who    *client
		lot    int64
		amount string
		says   string
	}{
		{"below_ask", bob, in("spring", 0), "10.00", "10.50"},
		{"below_ask", bob, in("spring", 1), "19.99", "£20"},
		{"below_own_max", ann, in("spring", 0), "30.00", "£30"},
		{"below_own_max", ann, in("spring", 0), "29.00", "£30"},
		{"not_open", s.enter("autumn", "101"), in("autumn", 0), "20.00", ""},
		{"closed", s.enter("winter", "101"), in("winter", 0), "20.00", ""},
		{"own_lot", donor, in("spring", 2), "6.00", ""},
		{"buy_now_instead", bob, in("spring", 2), "50.00", "£50"},
		{"bad_amount", bob, in("spring", 0), "a lot", ""},
		{"bad_amount", bob, in("spring", 0), "", ""},
		{"bad_amount", bob, in("spring", 0), "-50", ""},
		{"bad_amount", bob, in("spring", 0), "0", ""},
		{"bad_amount", bob, in("spring", 0), "1.234", ""},
		{"bad_amount", bob, in("spring", 0), "1e9", ""},
		{"bad_amount", bob, in("spring", 0), "99999999999999999999", ""},
	} {
		before, log := x.who.lot(x.lot), x.who.get(lotPath(x.lot)+"/log").body
		key := house.NewKey()
		a := x.who.bid(x.lot, x.amount, key)
		shape(t, a.body, refusedShape)
		got := x.who.told(a)
		if a.status != http.StatusUnprocessableEntity || got.Outcome != "refused" || got.Reason != x.reason || got.Lot != x.lot || got.Key != key {
			t.Errorf("a bid of %q: %d %s, want 422 %s", x.amount, a.status, a.body, x.reason)
		}
		if got.Message == "" || !strings.Contains(got.Message, x.says) {
			t.Errorf("a bid of %q is told %q, want a sentence with %q", x.amount, got.Message, x.says)
		}
		if got.Seq != before.Seq || got.Price != before.Price || got.Ask != before.Ask || lead(got.Lead) != lead(before.Lead) || got.ClosesAt != before.ClosesAt {
			t.Errorf("refused %s tells %s, judged by %+v", x.reason, a.body, before)
		}
		if again := x.who.bid(x.lot, x.amount, key); again.body != a.body || again.status != a.status {
			t.Errorf("the same key heard %d %s, first %d %s", again.status, again.body, a.status, a.body)
		}
		if x.who.get(lotPath(x.lot)+"/log").body != log {
			t.Errorf("a bid refused as %s changed the log", x.reason)
		}
	}
}

// TestPausedAndLimit are the refusals that staff bring about.
func TestPausedAndLimit(t *testing.T) {
	s := spring(t)
	ann, olga := s.enter("spring", "101"), s.signIn(organiser)
	ids := ann.lotIDs("spring")
	limit := olga.get("/desk/sales/spring/bidders")
	form := paddleForm(t, limit.body, "Bidder 1")
	if a := olga.post(form, url.Values{"limit": {"25.00"}}); a.status != http.StatusSeeOther {
		t.Fatalf("set a limit: %d %.300s", a.status, a.body)
	}
	if a := ann.bid(ids[0], "15.00", ""); a.status != 200 {
		t.Errorf("a bid within the limit: %d %s", a.status, a.body)
	}
	if a := ann.bid(ids[2], "11.00", ""); ann.told(a).Reason != "over_limit" || a.status != 422 {
		t.Errorf("a bid over the limit: %d %s, want over_limit", a.status, a.body)
	}
	if a := ann.bid(ids[2], "10.00", ""); a.status != 200 {
		t.Errorf("a bid up to the limit: %d %s", a.status, a.body)
	}
	if a := olga.post("/desk/sales/spring/pause", nil); a.status != http.StatusSeeOther {
		t.Fatalf("pause: %d %.300s", a.status, a.body)
	}
	bob := s.enter("spring", "102")
	a := bob.bid(ids[0], "40.00", "")
	shape(t, a.body, refusedShape)
	if bob.told(a).Reason != "paused" || a.status != 422 {
		t.Errorf("a bid while paused: %d %s, want paused", a.status, a.body)
	}
	if a := olga.post("/desk/sales/spring/resume", nil); a.status != http.StatusSeeOther {
		t.Fatalf("resume: %d %.300s", a.status, a.body)
	}
	if a := bob.bid(ids[0], "40.00", ""); bob.told(a).Outcome != "leading" {
		t.Errorf("a bid after the pause: %d %s", a.status, a.body)
	}
}

// paddleForm is the address of the desk's form for the paddle of somebody.
func paddleForm(t *testing.T, page, name string) string {
	t.Helper()
	_, row, ok := strings.Cut(page, name)
	_, row, ok2 := strings.Cut(row, `action="/desk/paddles/`)
	id, _, ok3 := strings.Cut(row, `"`)
	if !ok || !ok2 || !ok3 {
		t.Fatalf("the desk has no form for %s", name)
	}
	return "/desk/paddles/" + id
}

// TestSameKey: a submission counts once, however often it is sent.
func TestSameKey(t *testing.T) {
	s := spring(t)
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	ids := ann.lotIDs("spring")
	key := house.NewKey()
	first := ann.bid(ids[0], "30.00", key)
	bob.bid(ids[0], "50.00", "") // the world moves on between the tries
	log := ann.get(lotPath(ids[0]) + "/log").body
	for _, amount := range []string{"30.00", "30", "£30", " 30.00 "} {
		if a := ann.bid(ids[0], amount, key); a.status != first.status || a.body != first.body {
			t.Errorf("the same key and content (%q): %d %s, first %d %s", amount, a.status, a.body, first.status, first.body)
		}
	}
	for name, a := range map[string]answer{
		"other amount": ann.bid(ids[0], "70.00", key),
		"other kind":   ann.bid(ids[0], "30.00", key, "kind=exact"),
	} {
		shape(t, a.body, refusedShape)
		if got := ann.told(a); a.status != 422 || got.Reason != "key_reused" || got.Seq != 3 || lead(got.Lead) != "102" {
			t.Errorf("the same key, %s: %d %s, want key_reused by the state of now", name, a.status, a.body)
		}
	}
	if now := ann.get(lotPath(ids[0]) + "/log").body; now != log {
		t.Errorf("the log changed:\n%s\nwas\n%s", now, log)
	}
	if a := bob.bid(ids[0], "60.00", key); bob.told(a).Outcome != "raised" {
		t.Errorf("somebody else's bid under the same key: %d %s, want raised", a.status, a.body)
	}
	if a := ann.bid(ids[1], "30.00", key); ann.told(a).Outcome != "leading" {
		t.Errorf("the same key on another lot: %d %s, want leading", a.status, a.body)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	s.Start()
	if a := ann.bid(ids[0], "30.00", key); a.body != first.body {
		t.Errorf("the same key after a restart: %d %s, first %s", a.status, a.body, first.body)
	}
}

// TestBuyNow ends a lot at its price.
func TestBuyNow(t *testing.T) {
	s := spring(t)
	ann := s.enter("spring", "101")
	id := ann.lotIDs("spring")[2]
	a := ann.bid(id, "50.00", "", "kind=buy")
	if got := ann.told(a); a.status != 200 || got.Outcome != "leading" || got.Price != 5000 {
		t.Errorf("buying now: %d %s", a.status, a.body)
	}
	if l := ann.lot(id); l.State != "sold" || l.Hammer == nil || *l.Hammer != 5000 || lead(l.Lead) != "101" {
		t.Errorf("bought, the lot is %+v", l)
	}
}

// TestNotJudged are submissions that the rules never see.
func TestNotJudged(t *testing.T) {
	s := newSite(t)
	s.lots("spring", threeLots, "--closes-in", "90m")
	s.lots("autumn", "Title,Opening bid\nA vase,10\n", "--closes-in", "90m")
	s.paddles("spring", 1)
	s.AddUser("una@example.org", "Una", "bidder", password)
	s.Start()
	ann, guest, una := s.enter("spring", "101"), s.guest(), s.signIn("una@example.org")
	id := ann.lotIDs("spring")[0]
	elsewhere := ann.lotIDs("autumn")[0]
	good := url.Values{"amount": {"20"}, "key": {house.NewKey()}}
	key := func(k string) url.Values { return url.Values{"amount": {"20"}, "key": {k}} }
	huge := url.Values{"amount": {strings.Repeat("2", 300<<10)}, "key": {house.NewKey()}}
	bids := func(id int64) string { return lotPath(id) + "/bids" }
	for _, x := range []struct {
		name   string
		a      answer
		status int
		reason string
	}{
		{"a guest", guest.post(bids(id), good, asJSON), 401, "not_signed_in"},
		{"somebody without a paddle", una.post(bids(id), good, asJSON), 403, "not_registered"},
		{"a paddle of another sale", ann.post(bids(elsewhere), good, asJSON), 403, "not_registered"},
		{"no such lot", ann.post(bids(999), good, asJSON), 404, "not_found"},
		{"a form of 300 KB", ann.post(bids(id), huge, asJSON), 413, "too_large"},
		{"a JSON body", ann.do("POST", bids(id), strings.NewReader(`{"amount":"20"}`), asJSON, "Content-Type: application/json"), 415, "media_type"},
		{"a body of no type", ann.do("POST", bids(id), strings.NewReader(good.Encode()), asJSON), 415, "media_type"},
		{"no key", ann.post(bids(id), url.Values{"amount": {"20"}}, asJSON), 400, "bad_key"},
		{"a key of 15", ann.post(bids(id), key(strings.Repeat("k", 15)), asJSON), 400, "bad_key"},
		{"a key of 65", ann.post(bids(id), key(strings.Repeat("k", 65)), asJSON), 400, "bad_key"},
		{"a key with a space", ann.post(bids(id), key("0123456789 abcdef"), asJSON), 400, "bad_key"},
		{"an unknown kind", ann.bid(id, "20", "", "kind=sealed"), 400, "bad_kind"},
	} {
		if x.a.status != x.status || x.a.kind() != "application/json" {
			t.Errorf("%s: %d %s %.200s, want %d in JSON", x.name, x.a.status, x.a.kind(), x.a.body, x.status)
			continue
		}
		if got := ann.told(x.a); got.Reason != x.reason || got.Message == "" {
			t.Errorf("%s: %s, want %s and a sentence", x.name, x.a.body, x.reason)
		}
	}
	if l := ann.lot(id); l.Bids != 0 || l.Seq != 1 {
		t.Errorf("after all that the lot is %+v, want no bid", l)
	}
	for _, k := range []string{strings.Repeat("k", 16), strings.Repeat("k", 64), "AZaz09_-AZaz09_-"} {
		if a := ann.bid(id, "1", k); ann.told(a).Reason != "below_ask" {
			t.Errorf("a bid under the key %s: %d %s, want it judged", k, a.status, a.body)
		}
	}
	multi := "--x\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n20\r\n--x\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\n0123456789abcdef\r\n--x--\r\n"
	if a := ann.do("POST", bids(id), strings.NewReader(multi), asJSON, "Content-Type: multipart/form-data; boundary=x"); a.status != 200 {
		t.Errorf("a bid as multipart/form-data: %d %s, want it taken", a.status, a.body)
	}
}

func TestNotApproved(t *testing.T) {
	s := spring(t)
	ann, olga := s.enter("spring", "101"), s.signIn(organiser)
	id := ann.lotIDs("spring")[0]
	form := paddleForm(t, olga.get("/desk/sales/spring/bidders").body, "Bidder 1")
	for _, x := range []struct {
		approved string
		status   int
		reason   string
	}{{"0", 403, "not_approved"}, {"1", 200, ""}} {
		olga.post(form, url.Values{"approved": {x.approved}})
		if a := ann.bid(id, "20", ""); a.status != x.status || ann.told(a).Reason != x.reason {
			t.Errorf("approved=%s: %d %s, want %d %s", x.approved, a.status, a.body, x.status, x.reason)
		}
	}
}

func TestTooMany(t *testing.T) {
	s := spring(t, "--bids-per-second", "1")
	ann, bob := s.enter("spring", "101"), s.enter("spring", "102")
	id := ann.lotIDs("spring")[0]
	var last answer
	for i := range 10 {
		if last = ann.bid(id, fmt.Sprint(20+i), ""); last.status == http.StatusTooManyRequests {
			break
		}
	}
	if last.status != 429 || last.header.Get("Retry-After") == "" || ann.told(last).Reason != "too_many" {
		t.Errorf("ten bids at once: %d, Retry-After %q, %s; want 429", last.status, last.header.Get("Retry-After"), last.body)
	}
	if a := bob.bid(id, "100", ""); a.status != 200 {
		t.Errorf("somebody else meanwhile: %d %s, want 200", a.status, a.body)
	}
}

// TestPageBids: the same address answers a page without script.
func TestPageBids(t *testing.T) {
	s := spring(t)
	ann, guest := s.enter("spring", "101"), s.guest()
	id := ann.lotIDs("spring")[0]
	form := func(amount string) url.Values { return url.Values{"amount": {amount}, "key": {house.NewKey()}} }
	if a := ann.post(lotPath(id)+"/bids", form("20")); a.status != 303 || a.header.Get("Location") != lotPath(id) {
		t.Errorf("a bid: %d to %q, want 303 to the lot", a.status, a.header.Get("Location"))
	}
	if a := ann.post(lotPath(id)+"/bids", form("7.77")); a.status != 422 || a.kind() != "text/html" || !strings.Contains(a.body, "7.77") {
		t.Errorf("a refused bid: %d %s, want 422 and the page with what was typed", a.status, a.kind())
	}
	if a := guest.post(lotPath(id)+"/bids", form("20")); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/sign-in") {
		t.Errorf("a guest's bid: %d to %q, want 303 to signing in", a.status, a.header.Get("Location"))
	}
	if a := ann.post(lotPath(id)+"/bids", form("20.50"), "HX-Request: true"); a.status != 200 || strings.Contains(a.body, "<html") {
		t.Errorf("a bid from htmx: %d %.100s, want a fragment", a.status, a.body)
	}
	if a := ann.post(lotPath(id)+"/bids", form("7.77"), "HX-Request: true"); a.status != 422 || strings.Contains(a.body, "<html") {
		t.Errorf("a refused bid from htmx: %d %.100s, want a fragment", a.status, a.body)
	}
}
