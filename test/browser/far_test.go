package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestFarAbove: a digit too many is asked about, with script and without; no
// leaves nothing behind, yes bids once, under the same key.
func TestFarAbove(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot, other := e.lots[0].ID, e.lots[1].ID
	ann := e.seat(0, phone)
	ann.excuse("status of 409")
	ann.openLive(lotPath(lot))
	field, answer := sel("#amount-%d", lot), sel("#answer-%d", lot)
	key := `document.querySelector(".answer [name=key]").value`
	ann.fill(field, "1200")
	ann.click(".max button", "Set")
	ann.waitText(answer, "Bid £1,200?", "far above the next bid, £10", "Nothing is bid yet.")
	ann.shoot("lot-far-phone")
	first := eval[string](ann, key)
	if n := e.taken(lot, "101"); n != 0 {
		t.Fatalf("before she said yes the log has %d bids", n)
	}
	if got := ann.value(field); got != "1200" {
		t.Errorf("while she is asked the amount is %q, want 1200 kept", got)
	}
	ann.fill(field, "12")
	ann.click(".max button", "Set") // no: it was £12
	ann.waitText(answer, "Bid taken.")
	ann.fill(field, "500")
	ann.click(".max button", "Raise")
	ann.waitText(answer, "Bid £500?")
	if again := eval[string](ann, key); again == first {
		t.Error("another bid is asked about under the key of the first")
	}
	ann.clicks(2, answer+" button", "Yes, bid £500")
	ann.waitText(answer, "Maximum raised.", "£500")
	ann.wait("the field is empty", fmt.Sprintf(`document.querySelector(%q).value === ""`, field))
	e.bid(e.Client(e.bidders[1]), lot, "300")
	ann.waitText(sel("#lot-%d", lot), "£305", "Paddle 101 leads")

	ann.do("script off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	ann.open(lotPath(other))
	sent := eval[string](ann, sel(`document.querySelector("#max-%d [name=key]").value`, other))
	ann.fill(sel("#amount-%d", other), "900")
	ann.click(".max button", "")
	ann.waitText(sel("#answer-%d", other), "Bid £900?", "Nothing is bid yet.")
	ann.shoot("lot-far-plain-phone")
	if got := eval[string](ann, key); got != sent {
		t.Errorf("without script it is asked about under key %q, sent was %q", got, sent)
	}
	if n := e.taken(other, "101"); n != 0 {
		t.Fatalf("without script, before she said yes, the log has %d bids", n)
	}
	ann.click(".answer button", "Yes, bid £900")
	ann.waitText(".slip", "You lead")
	if n := e.taken(other, "101"); n != 1 {
		t.Errorf("after yes the log has %d bids, want 1", n)
	}
}

// TestFreshAmount: a press of an amount that has just changed is not taken, and
// says why; pressed again it is. What is pressed without a connection is not
// sent, nor ever by itself.
func TestFreshAmount(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse(noNet...)
	ann.openLive(lotPath(lot))
	// The press follows the change in the same moment, whatever the machine does.
	eval[bool](ann, sel(`(() => {
		new MutationObserver((_, o) => {
			const b = document.querySelector("#lot-%d > button");
			if (b?.value !== "11.00" || !document.querySelector("[data-fresh]")) return;
			o.disconnect();
			b.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
			b.click();
		}).observe(document.body, { subtree: true, attributes: true, childList: true });
		return true;
	})()`, lot))
	e.bid(e.Client(e.bidders[1]), lot, "10")
	ann.waitText(sel("#answer-%d", lot), "Not sent. The amount changed as you pressed.")
	ann.shoot("lot-fresh-phone")
	if n := e.taken(lot, "101"); n != 0 {
		t.Fatalf("the log has %d bids of 101, want none", n)
	}
	ann.press("Bid £11")
	ann.waitText(sel("#standing-%d", lot), "You lead")

	e.bid(e.Client(e.bidders[1]), lot, "12")
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	ann.fill(sel("#amount-%d", lot), "15.50")
	ann.do("net off", offline(true))
	ann.click(".max button", "Set")
	ann.waitText(sel("#answer-%d", lot), "Not sent. There is no connection. Your amount is kept")
	ann.do("net on", offline(false))
	ann.wait("live again", `document.documentElement.dataset.line === "on"`)
	e.bid(e.Client(e.bidders[2]), lot, "13")
	ann.waitText(sel("#lot-%d", lot), "£13")
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("the log has %d bids of 101 after the net came back, want the first alone", n)
	}
	if got := ann.value(sel("#amount-%d", lot)); got != "15.50" {
		t.Errorf("the amount is %q, want 15.50 kept", got)
	}
	ann.click(".max button", "Set")
	ann.waitText(sel("#standing-%d", lot), "You lead")
}
