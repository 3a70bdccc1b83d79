package browser

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// What a page may cost before its first words are there, counted, because a
// clock on a busy machine says nothing. A slow phone's line (150 ms there and
// back, 200 kB/s) needs four turns for them (connection, encryption, page,
// stylesheet): 600 ms, and 5 ms for each kB of the two.
const (
	firstBytes  = 30_000 // page and stylesheet, as delivered: 150 ms
	scriptBytes = 60_000 // all scripts, as delivered
	firstTurns  = 1      // requests that hold the first words up after the page itself
)

// counted is what the browser says the page cost, in bytes as delivered.
type counted struct{ Page, Blocking, Waits, Script, Elsewhere int }

const countCosts = `(() => {
	const all = performance.getEntriesByType("resource"), sum = (l) => l.reduce((n, e) => n + e.encodedBodySize, 0);
	const blocking = all.filter((e) => e.renderBlockingStatus === "blocking");
	return { Page: performance.getEntriesByType("navigation")[0].encodedBodySize, Blocking: sum(blocking), Waits: blocking.length,
		Script: sum(all.filter((e) => e.initiatorType === "script")), Elsewhere: all.filter((e) => new URL(e.name).origin !== location.origin).length };
})()`

// TestFirstWordsComeSoon counts what bidders' pages make a slow phone wait for.
func TestFirstWordsComeSoon(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(60))
	p := sit(t, e.URL(""), "a slow phone", phone)
	for _, path := range []string{"/", "/sales/spring", lotPath(e.lots[0].ID), "/sign-in"} {
		p.open(path)
		p.wait("all of it", `document.readyState === "complete" && performance.getEntriesByType("resource").some((e) => e.initiatorType === "script" && e.encodedBodySize > 0)`)
		c := eval[counted](p, countCosts)
		t.Logf("%s: page %d and stylesheet %d bytes, script %d", path, c.Page, c.Blocking, c.Script)
		if c.Page == 0 || c.Blocking == 0 || c.Script == 0 {
			t.Errorf("%s: nothing is counted: %+v", path, c)
		}
		if n := c.Page + c.Blocking; n > firstBytes {
			t.Errorf("%s: %d bytes before the first words, want %d at most", path, n, firstBytes)
		}
		if c.Waits > firstTurns {
			t.Errorf("%s: %d requests hold the first words up, want %d", path, c.Waits, firstTurns)
		}
		if c.Script > scriptBytes {
			t.Errorf("%s: %d bytes of script, want %d at most", path, c.Script, scriptBytes)
		}
		if c.Elsewhere > 0 {
			t.Errorf("%s asks other hosts %d times", path, c.Elsewhere)
		}
	}
}

// shifts adds up what the browser says has jumped by itself since it was started.
const shifts = `(() => {
	window.shifted = 0; window.movers = [];
	new PerformanceObserver((list) => {
		for (const e of list.getEntries()) if (!e.hadRecentInput) {
			shifted += e.value;
			movers.push(...e.sources.map((s) => (s.node?.nodeName ?? "?") + "." + (s.node?.className ?? "") + " " + (s.node?.textContent ?? "").trim().slice(0, 30) + " " + s.previousRect.x + "," + s.previousRect.y + "→" + s.currentRect.x + "," + s.currentRect.y));
		}
	}).observe({ type: "layout-shift" });
	return true;
})()`

// TestAPushMovesNothing: twenty bids of others move nothing that is on the
// screen of a lot page or of a catalogue, on a phone and on a desk.
func TestAPushMovesNothing(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(12), "--closes-in", "5h") // a clock that comes to its last hour loses a figure, push or not
	ben, cat := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	lot := e.lots[0].ID
	e.bid(ben, lot, "10")
	e.bid(cat, lot, "30") // the second bid, and a history of some length
	price := 150
	for _, s := range []size{phone, desktop} {
		ann := e.seat(0, s)
		slow := call(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 2})
		for _, path := range []string{lotPath(lot), "/sales/spring"} {
			ann.do("a slow phone", slow)
			ann.openLive(path)
			ann.wait("clocks, in their own letters", `[...document.querySelectorAll("main time[data-at]")].every((e) => /\d/.test(e.textContent))`)
			// Letters that arrive late move a little what they stand in: that is the page's coming, no push's.
			ann.do("all letters", chromedp.Evaluate[chromedp.Void](`Promise.all(["600 16px Clock", "400 16px 'Instrument Sans'", "600 16px 'Instrument Sans'", "400 16px Baskervville", "600 16px Baskervville"].map((f) => document.fonts.load(f, "0"))).then(() => {})`))
			ann.do("a page that is drawn", chromedp.Evaluate[chromedp.Void](`new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))`))
			ann.wait("letters", `document.fonts.status === "loaded" && [...document.images].every((i) => i.complete || i.loading === "lazy")`)
			eval[bool](ann, shifts)
			for i := range 20 {
				a := e.bid([]*house.Client{ben, cat}[i%2], lot, strconv.Itoa(price))
				price += 10 // a step of the highest
				ann.wait("the push", fmt.Sprintf(`Number(document.querySelector("main [data-lot][data-price]").dataset.price) === %d`, a.Price))
			}
			ann.do("the last is drawn", chromedp.Evaluate[chromedp.Void](`new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`))
			if n := eval[int](ann, `marks.filter((m) => m.price).length`); n < 20 {
				t.Errorf("%s at %d px: %d pushes were seen, want twenty", path, s.w, n)
			}
			if moved := eval[float64](ann, `shifted`); moved != 0 {
				t.Errorf("%s at %d px: twenty pushes moved %v of the screen: %s", path, s.w, moved, eval[string](ann, `[...new Set(movers)].slice(0, 8).join(" | ")`))
			}
		}
	}
}
