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

// listening runs before a page's own scripts: it keeps all that the page's live
// regions said, and holds back the timers that space out prices until the test
// lets them go.
const listening = `
window.said = []; window.held = [];
const later = setTimeout;
window.setTimeout = (fn, ms, ...a) => ms === 4000 && fn.name === "readPrice" ? held.push(fn) : later(fn, ms, ...a);
window.fourSeconds = () => held.splice(0).forEach((fn) => fn());
document.addEventListener("DOMContentLoaded", () => {
  for (const el of document.querySelectorAll("[role=status], [role=alert]"))
    new MutationObserver(() => { const s = el.innerText.replace(/\s+/g, " ").trim(); if (s) said.push((el.id || el.className) + ": " + s); })
      .observe(el, { childList: true, subtree: true, characterData: true });
});
// The server's clock as this page hears it is the test's alone.
window.deaf = false;
window.WebSocket = class extends WebSocket {
  constructor(...a) {
    super(...a);
    this.addEventListener("message", (e) => deaf && e.isTrusted && e.data.startsWith("{") && e.stopImmediatePropagation());
  }
};`

// listen has the next page of this window keep what it says aloud.
func (p *person) listen() {
	p.t.Helper()
	p.do("listen", call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: listening}))
}

// aloud is what the region of the lot's movements has said since the last call.
func (p *person) aloud() []string {
	p.t.Helper()
	return eval[[]string](p, `said.splice(0).filter((s) => s.startsWith("aloud: ")).map((s) => s.slice(7))`)
}

// TestAloud: who listens to the page hears their own events at once, of a hot
// lot's prices the newest every four seconds, and an extension with its reason.
func TestAloud(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "30m", "--soft-close", "2m/2m")
	lot := e.lots[0].ID
	ben, cid := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	ann := e.seat(0, phone)
	ann.listen()
	ann.openLive(lotPath(lot))
	region := `document.querySelector("#aloud")`
	if got := eval[string](ann, region+`.role + " " + `+region+`.className`); got != "status vh" {
		t.Fatalf("the region is %q, want a polite one for the ears alone", got)
	}
	ann.press("Bid £10")
	ann.wait("she hears that she leads, and that it was taken", `["standing-", "answer-"].every((id) => said.some((s) => s.startsWith(id) && /You lead|Bid taken/.test(s)))`)
	ann.wait("the first price is read out", region+`.textContent.includes("1 bid")`)
	ann.aloud()
	// A hot lot: ten prices within four seconds.
	for i, c := range []int{20, 30, 40, 50, 60, 70, 80, 90, 100, 110} {
		e.bid([]*house.Client{ben, cid}[i%2], lot, fmt.Sprint(c))
	}
	ann.waitText(sel("#lot-%d", lot), "11 bids")
	if got := ann.aloud(); len(got) != 0 {
		t.Errorf("within four seconds of a price it read out %q", got)
	}
	ann.wait("she hears at once that she is outbid", `said.length === 0 || document.querySelector("[id^=standing-]").innerText.includes("Outbid")`)
	eval[bool](ann, `fourSeconds(), true`)
	ann.wait("a price is read out", `said.some((s) => s.startsWith("aloud: "))`)
	if got := ann.aloud(); len(got) != 1 || !strings.Contains(got[0], "11 bids") || !strings.Contains(got[0], "£105") {
		t.Errorf("after four seconds it read out %q, want the newest price alone", got)
	}
	eval[bool](ann, `fourSeconds(), true`) // nothing new: nothing said
	if got := ann.aloud(); len(got) != 0 {
		t.Errorf("without a new price it read out %q", got)
	}
}

// TestAloudClock: how long is left is read out ten minutes, one minute and ten
// seconds before the close, by the server's clock, and never twice; and that a
// late bid has moved the close.
func TestAloudClock(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "30m", "--soft-close", "30m/40m")
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.listen()
	ann.openLive(lotPath(lot))
	eval[bool](ann, `deaf = true`)
	clock := func(left time.Duration) {
		t.Helper()
		closes := e.closes(lot)
		eval[chromedp.Void](ann, fmt.Sprintf(`deliver(JSON.stringify({ t: %d }))`, closes-left.Milliseconds()))
		m, s := int(left.Minutes()), int(left.Seconds())%60
		ann.wait("the clock is set", fmt.Sprintf(`document.querySelector("#lot-%d time").textContent <= "%02d:%02d"`, lot, m, s))
	}
	for _, c := range []struct {
		left time.Duration
		want string
	}{
		{11 * time.Minute, ""}, {10*time.Minute - time.Second, "10 minutes left."}, {10*time.Minute - 2*time.Second, ""}, {5 * time.Minute, ""},
		{59 * time.Second, "1 minute left."}, {30 * time.Second, ""}, {9500 * time.Millisecond, "10 seconds left."}, {8 * time.Second, ""},
	} {
		clock(c.left)
		if got := strings.Join(ann.aloud(), " | "); got != c.want {
			t.Errorf("%v before the close it read out %q, want %q", c.left, got, c.want)
		}
	}
	clock(time.Minute + 5*time.Second)
	ann.aloud()
	e.bid(e.Client(e.bidders[1]), lot, "20") // by the house's own clock in the window
	ann.wait("the extension is read out", `said.some((s) => s.startsWith("aloud: ") && s.includes("Extended once, last by a bid at"))`)
	got := strings.Join(ann.aloud(), " | ")
	for _, want := range []string{"£10", "Paddle 102 leads", "Extended once, last by a bid at ", "Closes in ", " at "} {
		if !strings.Contains(got, want) {
			t.Errorf("of the extension it read out %q, want %q in it", got, want)
		}
	}
}
