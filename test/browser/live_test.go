package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"outcry/test/house"
)

// TestTwoBrowsers: a tap in one changes the other, everywhere that it shows.
func TestTwoBrowsers(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot := e.lots[0].ID
	ann, ben := e.seat(0, desktop), e.seat(1, phone)
	guest := sit(t, e.URL(""), "guest", desktop)
	ann.openLive(lotPath(lot))
	ann.waitText("#bids", "No bids yet.")
	guest.openLive("/sales/spring")
	ben.openLive(lotPath(lot))

	from, to := ann, ben
	for amount := 10; amount < 16; amount++ {
		pounds, minor := fmt.Sprintf("£%d", amount), fmt.Sprintf("%d00", amount)
		from.press("Bid " + pounds)
		to.wait("the other page shows "+pounds, fmt.Sprintf(`document.querySelector("main [data-lot]").dataset.price === %q`, minor))
		to.waitText(sel("#lot-%d", lot), pounds, "leads")
		from.waitText(sel("#standing-%d", lot), "You lead")
		from.waitText(sel("#answer-%d", lot), "Bid taken.")
		if amount > 10 { // the opening bid does not move the price
			took(t, from, to, pounds, minor)
			to.waitText(sel("#standing-%d", lot), "Outbid")
		}
		guest.waitText(sel("#card-%d", lot), pounds, strings.Replace(fmt.Sprintf("%d bids", amount-9), "1 bids", "1 bid", 1))
		from, to = to, from
	}
	ann.waitText(sel("#history-%d", lot), "102", "£15")
	ben.waitText(sel("#lot-%d", lot), "Paddle 102 leads", "6 bids")
	if flag := ann.text("#flags"); flag != "" {
		t.Errorf("on the lot's own page a flag says %q", flag)
	}
}

// took prints how long a change took from the tap in one browser to the
// other's page.
func took(t *testing.T, from, to *person, amount, minor string) {
	t.Helper()
	tapped := eval[float64](from, fmt.Sprintf(`marks.findLast((m) => m.click?.includes(%q)).at`, amount))
	shown := eval[float64](to, fmt.Sprintf(`marks.find((m) => m.price === %q).at`, minor))
	t.Logf("measured: %s tapped in one browser, on the other's page after %.0f ms", amount, shown-tapped)
}

// TestElsewhere: somebody outbid while they look at something else hears of it
// there.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot, other := e.lots[0].ID, e.lots[1].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	ann.waitText(".max button", "Raise") // it was Set
	ben := e.Client(e.bidders[1])

	ann.openLive("/sales/spring")
	ann.waitText(sel("#mine-%d", lot), "You lead")
	e.bid(ben, lot, "12")
	ann.waitText(sel("#mine-%d", lot), "Outbid")
	ann.waitText(sel("#card-%d", lot), "£11")
	ann.waitText("#flags", "Outbid on lot 1.")

	ann.openLive("/sales/spring") // what she has heard is not said again
	e.bid(e.Client(e.bidders[2]), lot, "15")
	ann.waitText(sel("#card-%d", lot), "£13")
	if flag := ann.text("#flags"); flag != "" {
		t.Errorf("on a page that shows the lot as outbid already a flag says %q", flag)
	}

	ann.openLive(lotPath(other))
	e.bid(e.Client(e.bidders[0]), lot, "20") // leads again, with her phone's other app
	e.bid(ben, lot, "30")
	ann.waitText("#flags", "Outbid on lot 1.")
	ann.press("See lot 1")
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	ann.openLive("/sales/spring/mine")
	ann.waitText("main", "Outbid", "£21")
	e.bid(e.Client(e.bidders[0]), lot, "50")
	ann.waitText("main", "You lead", "£31")
}

// TestTyping: forty changes of the lot take nothing from somebody who types.
func TestTyping(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, desktop)
	ann.openLive(lotPath(lot))
	ann.stay()
	field := sel("#amount-%d", lot)
	ann.fill(field, "1234.56")
	ann.do("move the caret", chromedp.KeyEvent(kb.ArrowLeft+kb.ArrowLeft+kb.ArrowLeft))
	before := eval[[]any](ann, fmt.Sprintf(`(() => { const f = document.querySelector(%q); window.field = f; return [f.value, f.selectionStart, f.selectionEnd, document.activeElement === f]; })()`, field))
	if want := "[1234.56 4 4 true]"; fmt.Sprint(before) != want {
		t.Fatalf("before: %v, want %s", before, want)
	}
	clients := []*house.Client{e.Client(e.bidders[1]), e.Client(e.bidders[2])}
	seen := map[string]bool{}
	for i := range 40 {
		e.bid(clients[i%2], lot, fmt.Sprint(10+i))
		price := fmt.Sprintf("%d00", 10+i)
		ann.wait("price "+price, sel(`document.querySelector("#lot-%d").dataset.price === `, lot)+fmt.Sprintf("%q", price))
		seen[price] = true
	}
	after := eval[[]any](ann, fmt.Sprintf(`(() => { const f = document.querySelector(%q); return [f.value, f.selectionStart, f.selectionEnd, document.activeElement === f && f === window.field]; })()`, field))
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("after 40 changes: %v, want %v", after, before)
	}
	if len(seen) != 40 || ann.reloaded() {
		t.Errorf("%d changes seen, reloaded %v; want 40 without a reload", len(seen), ann.reloaded())
	}
}

// TestOldFrame: a frame that comes late, by whatever way, changes nothing.
func TestOldFrame(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, desktop)
	ann.openLive(lotPath(lot))
	ben, cid := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	panel := sel("#lot-%d", lot)
	for i, c := range []*house.Client{ben, cid, ben} {
		e.bid(c, lot, fmt.Sprint(10+10*i))
		ann.waitText(panel, fmt.Sprintf("%d bid", i+1))
	}
	shown := fmt.Sprintf(`document.querySelector("%s data").innerText + " " + document.querySelector("#history-%d").innerText`, panel, lot)
	now := eval[string](ann, shown)
	old := eval[int](ann, fmt.Sprintf(`(() => {
		const seq = 'data-seq="' + document.querySelector(%q).dataset.seq + '"';
		const old = frames_.filter((f) => f.startsWith("<") && !f.includes(seq));
		old.forEach(deliver);
		return old.length;
	})()`, panel))
	if old < 2 {
		t.Fatalf("only %d old frames to deliver", old)
	}
	// What is delivered after them, to another place, is shown: they were heard.
	eval[chromedp.Void](ann, `deliver('<hx-partial hx-target="#flags"><p id="barrier">heard</p></hx-partial>')`)
	ann.waitText("#flags", "heard")
	if got := eval[string](ann, shown); got != now {
		t.Errorf("after %d old frames the page shows %q, want %q", old, got, now)
	}
	e.bid(cid, lot, "40")
	ann.waitText(panel, "4 bids", "£31") // and what is new goes on being shown
}
