package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"outcry/test/house"
)

// key presses keys, and nothing else.
func (p *person) key(keys string) {
	p.t.Helper()
	p.do("press a key", chromedp.KeyEvent(keys))
}

// focusSeen tells what is wrong with the focus as somebody sees it: lost, out
// of sight, under something, or without a ring; "" when nothing is.
const focusSeen = `(() => {
	const el = document.activeElement;
	if (!el || el === document.body) return "nothing has the focus";
	if (!el.checkVisibility()) return "what has the focus is hidden";
	const s = getComputedStyle(el), box = el.getBoundingClientRect();
	if (s.outlineStyle === "none" || parseFloat(s.outlineWidth) < 2) return "no ring around " + el.outerHTML.slice(0, 80);
	const x = box.x + box.width / 2, y = box.y + Math.min(box.height / 2, innerHeight / 2);
	const top = document.elementFromPoint(x, y);
	if (!top) return "out of sight: " + el.outerHTML.slice(0, 80);
	return el === top || el.contains(top) || top.contains(el) || el.labels?.[0]?.contains(top) ? "" : "under " + top.outerHTML.slice(0, 60) + ": " + el.outerHTML.slice(0, 80);
})()`

// tabTo presses Tab until the focus is on what a selector finds, with these
// words if any. Wherever the focus comes on its way it is seen.
func (p *person) tabTo(css, words string) {
	p.t.Helper()
	there := fmt.Sprintf(`document.activeElement.matches(%q) && (%q === "" || document.activeElement.innerText.replace(/\s+/g, " ").trim().startsWith(%q))`, css, words, words)
	for range 80 {
		if eval[bool](p, there) {
			return
		}
		p.key(kb.Tab)
		if wrong := eval[string](p, focusSeen); wrong != "" && wrong != "nothing has the focus" { // after the last is the browser's own
			p.t.Errorf("%s, on the way to %s %s by Tab: %s", p.name, css, words, wrong)
		}
	}
	p.t.Fatalf("%s: Tab does not lead to %s %q\n%s", p.name, css, words, p.seen())
}

// typing fills the field that a selector finds.
func (p *person) typing(css, text string) {
	p.t.Helper()
	p.tabTo(css, "")
	p.key(text)
}

// TestKeysAlone: from a lot's page to an account, a paddle and a bid, without a
// mouse or a finger; the focus is always seen.
func TestKeysAlone(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot := e.lots[0].ID
	ivy := sit(t, e.URL(""), "ivy", phone)
	ivy.excuse("status of 422", "status of 409")
	ivy.openLive(lotPath(lot))
	ivy.key(kb.Tab)
	ivy.wait("the first is the way past the masthead", `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().top >= 0`)
	ivy.tabTo(".slip button", "Bid £10")
	ivy.key(kb.Enter)
	ivy.wait("the sign-in page", `location.pathname === "/sign-in"`)
	ivy.tabTo("a", "Make an account")
	ivy.key(kb.Enter)
	ivy.wait("the form", `!!document.querySelector("#name")`)
	ivy.typing("#name", "Ivy Moss")
	ivy.typing("#email", "ivy@example.org")
	ivy.typing("#password", staffPassword)
	ivy.key(kb.Enter)
	ivy.wait("back at the lot", fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, lotPath(lot)))
	ivy.tabTo("a", "Get a paddle for this sale")
	ivy.key(kb.Enter)
	ivy.wait("the register page", `!!document.querySelector("#agree")`)
	ivy.tabTo("#agree", "")
	ivy.key(" ")
	ivy.tabTo("button", "Get my paddle")
	ivy.key(kb.Enter)
	ivy.wait("back at the lot, live", fmt.Sprintf(`location.pathname === %q && document.documentElement.dataset.line === "on"`, lotPath(lot)))

	ivy.tabTo(".slip button", "Bid £10")
	ivy.key(kb.Enter)
	ivy.waitText(sel("#standing-%d", lot), "You lead")
	keeps := func(what, where string) {
		t.Helper()
		ivy.wait(what+": the focus is kept", fmt.Sprintf(`document.activeElement.matches(%q) && document.activeElement.checkVisibility()`, where))
	}
	keeps("the button that was pressed is gone", ".slip, .slip *")
	ben, cid := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	e.bid(ben, lot, "20")
	ivy.waitText(sel("#standing-%d", lot), "Outbid")
	keeps("outbid", ".slip, .slip *")
	ivy.tabTo(".slip button", "Bid £12")
	for i := range 3 { // a push changes the button that has the focus, and leaves the focus
		e.bid([]*house.Client{cid, ben}[i%2], lot, fmt.Sprint(30+10*i))
		ivy.waitText(sel("#lot-%d", lot), fmt.Sprintf("%d bids", i+3))
		keeps("a push", sel("#lot-%d > button", lot))
	}
	ivy.tabTo(sel("#amount-%d", lot), "")
	ivy.key("5" + kb.Enter)
	ivy.waitText(sel("#answer-%d", lot), "£5 not accepted.")
	keeps("a refusal", sel("#amount-%d", lot))
	ivy.tabTo(sel("#answer-%d button", lot), "Bid £")
	e.bid(ben, lot, "90") // takes the refusal's button away
	ivy.wait("the ask of the refusal is gone", sel(`!document.querySelector("#answer-%d button")`, lot))
	keeps("the button was taken away", ".slip, .slip *")
	ivy.key(kb.Tab)
	ivy.tabTo(sel("#amount-%d", lot), "")
	ivy.key(strings.Repeat(kb.Backspace, 3) + "2000" + kb.Enter)
	ivy.waitText(sel("#answer-%d", lot), "Bid £2,000?") // is it meant?
	ivy.tabTo(sel("#answer-%d button", lot), "Yes, bid £2,000")
	ivy.key(kb.Enter)
	ivy.waitText(sel("#standing-%d", lot), "You lead")
	keeps("the question is answered", ".slip, .slip *")

	// My lots is made anew as things happen, under a link that has the focus.
	ivy.openLive("/sales/spring/mine")
	ivy.tabTo("#mine h3 a", "Vase number 1")
	e.bid(ben, lot, "3000")
	ivy.waitText("#my-list-out", "Vase number 1")
	keeps("My lots is made anew", "#mine h3 a")
}

// TestDeskByKeys: the desk's line and a checkout without a mouse.
func TestDeskByKeys(t *testing.T) {
	t.Parallel()
	lots := vases(2)
	lots[1].BuyNow = "40"
	e := furnish(t, lots)
	ruth := sit(t, e.URL(""), "ruth", desktop)
	ruth.open("/sign-in")
	ruth.typing("#email", staffEmail)
	ruth.typing("#password", staffPassword)
	ruth.key(kb.Enter)
	ruth.wait("the desk", `location.pathname === "/desk"`)
	ruth.tabTo("main a", "Spring Sale")
	ruth.key(kb.Enter)
	ruth.wait("the sale", `location.pathname === "/desk/sales/spring"`)
	ruth.tabTo("main a", "Line")
	ruth.key(kb.Enter)
	ruth.wait("the line, its first field ready", `document.activeElement.name === "lot"`)
	ruth.key("1" + kb.Tab)
	ruth.waitText("#lineside", "Vase number 1")
	ruth.key("102" + kb.Tab + "12" + kb.Enter)
	ruth.waitText("main", "Last entries", "102")
	ruth.wait("ready for the next", `document.activeElement.name === "paddle"`)
	if n := e.taken(e.lots[0].ID, "102"); n != 1 {
		t.Errorf("the log has %d bids of 102, want the one entered by keys", n)
	}
	ann := e.Client(e.bidders[0])
	if a, err := ann.BidKey(t.Context(), e.lots[1].ID, "40", house.NewKey(), "buy"); err != nil || a.Status != 200 {
		t.Fatalf("buy now: %+v, %v", a, err)
	}
	ruth.open("/desk/sales/spring/checkout")
	ruth.wait("the search is ready", `document.activeElement.id === "q"`)
	ruth.key("101" + kb.Enter)
	ruth.wait("the account", `location.pathname.endsWith("/checkout/101")`)
	ruth.tabTo("button[name=method]", "")
	ruth.key(kb.Enter)
	ruth.waitText("main", "Payments")
	ruth.tabTo("input[name=lot]", "")
	ruth.key(" ")
	ruth.tabTo("button", "Hand over the ticked lots")
	ruth.key(kb.Enter)
	ruth.waitText("main", "Handed over at")
}
