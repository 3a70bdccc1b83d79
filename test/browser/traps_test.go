package browser

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// Each trap of htmx and of sockets that was measured once has its test. Those
// that are not here: no queue after a reconnect (TestKilled), the back button
// (TestBack), a half-open socket (TestSilence, TestOffline), a morph over what
// is typed (TestTyping), an old frame (TestOldFrame).

// TestOneBundle: one script, and after every load one socket, which is open.
// As three scripts some loads had none.
func TestOneBundle(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	p := sit(t, e.URL(""), "guest", phone)
	for i := range 8 {
		p.openLive(lotPath(e.lots[0].ID))
		if got := eval[string](p, `document.querySelectorAll("script[src]").length + " script, " + sockets.length + " socket " + sockets[0].readyState`); got != "1 script, 1 socket 1" {
			t.Errorf("load %d: %s, want 1 script, 1 socket 1", i, got)
		}
	}
}

// TestHiddenTab: a tab that nobody looks at keeps its socket, and what changed
// meanwhile is there when somebody does.
func TestHiddenTab(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	hidden := func(is bool) {
		eval[bool](ann, fmt.Sprintf(`(() => { for (const [k, v] of [["hidden", %v], ["visibilityState", %v ? "hidden" : "visible"]]) Object.defineProperty(document, k, { value: v, configurable: true });
			document.dispatchEvent(new Event("visibilitychange", { bubbles: true })); return true; })()`, is, is))
	}
	hidden(true)
	e.bid(e.Client(e.bidders[1]), lot, "20")
	e.bid(e.Client(e.bidders[2]), lot, "40")
	ann.showsPrice(lot, 2100)
	hidden(false)
	if got := eval[string](ann, `sockets.length + " " + sockets[0].readyState`); got != "1 1" {
		t.Errorf("sockets and state of the first: %s, want the one from the start, open", got)
	}
}

// TestOpenStaysOpen: what the viewer has unfolded stays so over pushes, and
// what they have folded too.
func TestOpenStaysOpen(t *testing.T) {
	t.Parallel()
	lots := vases(1)
	lots[0].BuyNow, lots[0].Reserve = "900", "500"
	e := furnish(t, lots)
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	ann.press("Buy now for £900")
	opened := sel("#lot-%d details", lot)
	ann.wait("it is unfolded", fmt.Sprintf(`document.querySelector(%q).open`, opened))
	e.bid(e.Client(e.bidders[1]), lot, "20")
	ann.showsPrice(lot, 2000)
	if !eval[bool](ann, fmt.Sprintf(`document.querySelector(%q).open && document.querySelector(%q).checkVisibility()`, opened, opened+" button")) {
		t.Error("a push folded away what was unfolded")
	}
	ann.press("Buy now for £900")
	e.bid(e.Client(e.bidders[2]), lot, "40")
	ann.showsPrice(lot, 4000)
	if eval[bool](ann, fmt.Sprintf(`document.querySelector(%q).open`, opened)) {
		t.Error("a push unfolded what was folded away")
	}
}

// TestSilentTarget: a part for which the page has no place is dropped without a
// word, and takes nothing else with it.
func TestSilentTarget(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	p := sit(t, e.URL(""), "guest", phone)
	p.openLive(lotPath(lot))
	eval[chromedp.Void](p, `deliver('<hx-partial hx-target="#nowhere"><p>lost</p></hx-partial><hx-partial hx-target="#flags"><p id="barrier">heard</p></hx-partial>')`)
	p.waitText("#flags", "heard")
	if got := eval[string](p, `document.body.innerText`); strings.Contains(got, "lost") {
		t.Error("a part without a place was shown somewhere")
	}
	e.bid(e.Client(e.bidders[1]), lot, "20")
	p.showsPrice(lot, 1000)
}

// TestWordsOfOthers: ids and attributes in what people write are words: nothing
// is swapped into them, nothing is asked for, nothing runs.
func TestWordsOfOthers(t *testing.T) {
	t.Parallel()
	evil := `<p id="lot-1" data-lot="1" data-price="1" data-seq="99" hx-get="/evil" hx-trigger="load">fake</p>`
	lots := vases(1)
	lots[0].Title = `Vase" hx-get="/evil" hx-trigger="load" id="lot-1`
	lots[0].Description = evil + "\n\n# A head {#lot-1 hx-get=/evil}\n\n[a link](javascript:alert(1)) ![x](/evil)\n\n<hx-partial hx-target=\"#lot-1\">fake</hx-partial>"
	lots[0].Donor, lots[0].Category = evil, `" autofocus onfocus="alert(1)`
	e := furnish(t, lots)
	lot := e.lots[0].ID
	ruth := e.ruth()
	ruth.open("/desk/sales/spring")
	ruth.fill("#message", evil)
	ruth.press("Say it")
	ann := e.seat(0, phone)
	for _, path := range []string{"/sales/spring", "/sales/spring/mine", lotPath(lot)} {
		ann.openLive(path)
	}
	ann.waitText("#news", "fake")
	e.bid(e.Client(e.bidders[1]), lot, "20")
	ann.showsPrice(lot, 1000)
	if got := eval[string](ann, sel(`[...document.querySelectorAll("#lot-%d")].map((e) => e.dataset.price + e.parentElement.className).join()`, lot)); got != "1000slip" {
		t.Errorf("the lot's panels on the page: %s, want the slip's alone", got)
	}
	if got := eval[string](ann, `[...document.querySelectorAll("[hx-get], [onfocus], [href^=javascript], img[src='/evil']")].map((e) => e.outerHTML).join()`); got != "" {
		t.Errorf("what people wrote became %s", got)
	}
	if got := eval[string](ann, `performance.getEntriesByType("resource").map((r) => r.name).filter((n) => n.includes("evil")).join()`); got != "" {
		t.Errorf("it made the page ask for %s", got)
	}
}

// TestThePolicyIsHeard: a page that breaks its policy fails every test here: a
// style that somebody brings in is not applied, and is told of.
func TestThePolicyIsHeard(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	p := sit(t, e.URL(""), "guest", phone)
	p.open("/sales/spring")
	p.excuse("policy", "Content Security Policy", "Content-Security-Policy", "inline")
	eval[bool](p, `document.querySelector("main").insertAdjacentHTML("beforeend", '<p id="loud" style="color: red">x</p>'), true`)
	p.wait("it is not applied", `getComputedStyle(document.querySelector("#loud")).color !== "rgb(255, 0, 0)"`)
	heard := func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, f := range p.faults {
			if strings.Contains(f, "the policy was broken") {
				return true
			}
		}
		return false
	}
	if err := house.Wait(t.Context(), patience, "it is told of", heard); err != nil {
		t.Error(err)
	}
}

// TestTwoAndTheDesk: two phones and the desk's line on one lot: all three see
// each bid, and the log has them in order.
func TestTwoAndTheDesk(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann, ben, ruth := e.seat(0, phone), e.seat(1, phone), e.ruth()
	ann.excuse("status of 422")
	ann.openLive(lotPath(lot))
	ben.openLive(lotPath(lot))
	line := func() {
		ruth.open("/desk/sales/spring/line?lot=1")
		ruth.wait("the line is live", `document.documentElement.dataset.line === "on"`)
	}
	line()
	all := func(minor int) {
		t.Helper()
		for _, p := range []*person{ann, ben, ruth} {
			p.wait(fmt.Sprint("price ", minor), sel(`document.querySelector("#lot-%d")?.dataset.price === `, lot)+fmt.Sprintf(`"%d"`, minor))
		}
	}
	ann.press("Bid £10")
	all(1000)
	ben.press("Bid £11")
	all(1100)
	ruth.fill("input[name=paddle]", "103")
	ruth.fill("input[name=amount]", "14")
	ruth.click("form[data-line] button", "Enter ↵")
	ruth.waitText("main", "Last entries")
	all(1400)
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	ben.waitText(sel("#standing-%d", lot), "Outbid")
	ann.press("Bid £15")
	all(1500)
	if got := fmt.Sprint(e.taken(lot, "101"), e.taken(lot, "102"), e.taken(lot, "103")); got != "2 1 1" {
		t.Errorf("bids of 101, 102 and 103: %s, want 2 1 1", got)
	}
	if err := e.Verify(); err != nil {
		t.Error(err)
	}
}

// TestLastSecond: a bid pressed as the clock runs out is taken, and moves the
// close, or is refused and says so; the page and the log tell the same.
func TestLastSecond(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "20s", "--soft-close", "30s/30s")
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("status of 422")
	ann.openLive(lotPath(lot))
	before := e.closes(lot)
	ann.wait("the last second", sel(`/^(00:01|Closing)$/.test(document.querySelector("#lot-%[1]d time").textContent) || document.querySelector("#lot-%[1]d").dataset.state !== "open"`, lot))
	eval[bool](ann, sel(`(document.querySelector("#lot-%d > button")?.click(), true)`, lot))
	ann.wait("it is answered, or the lot is over", sel(`document.querySelector("#answer-%[1]d").innerText.trim() || document.querySelector("#lot-%[1]d").dataset.state !== "open"`, lot))
	switch n, answer := e.taken(lot, "101"), ann.text(sel("#answer-%d", lot)); {
	case n == 1:
		ann.waitText(".slip", "You lead")
		if after := e.closes(lot); after < before+29_000 {
			t.Errorf("a bid in the last second moved the close from %d to %d only", before, after)
		}
	case strings.Contains(answer, "taken"):
		t.Errorf("the log has no bid, the page says %q", answer)
	default:
		ann.waitText(".slip", "Passed")
	}
}

// TestWrongClock: a phone whose clock is two hours off sees the same time left,
// and the same price, as everybody else.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "30m")
	lot := e.lots[0].ID
	for name, off := range map[string]time.Duration{"slow": -2 * time.Hour, "fast": 2 * time.Hour} {
		p := sit(t, e.URL(""), name, phone)
		p.do("set the clock", call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(`
			const now = Date.now, off = %d;
			window.Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(now() + off); } static now() { return now() + off; } };`, off.Milliseconds())}))
		p.openLive(lotPath(lot))
		left := eval[float64](p, sel(`(() => { const [m, s] = document.querySelector("#lot-%d time").textContent.split(":").map(Number); return m * 60 + s; })()`, lot))
		if real := time.Until(time.UnixMilli(e.closes(lot))).Seconds(); left < real-3 || left > real+30 { // the page was read a moment ago
			t.Errorf("%s: %v s are left on the page, %v in truth", name, left, real)
		}
		if wrong := eval[float64](p, `Math.abs(Date.now() - performance.timeOrigin - performance.now())`); wrong < 7_000_000 {
			t.Fatalf("%s: the clock is %v ms wrong: the test tests nothing", name, wrong)
		}
	}
}
