package browser

import (
	"strings"
	"testing"
)

// TestTheLineHasWords: live, reconnecting, signed out, and a bid on its way are
// each said in words.
func TestTheLineHasWords(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	ann, ben := e.seat(0, phone), e.seat(1, phone)
	for _, p := range []*person{ann, ben} {
		p.openLive(lotPath(e.lots[0].ID))
		p.waitText("#line", "Live")
	}

	// The answer does not come until it is let through.
	eval[bool](ann, `(() => { const real = window.fetch; window.fetch = (...a) => new Promise((ok) => (window.through = () => ok(real(...a)))); return true; })()`)
	ann.press("Bid £10")
	ann.waitText(".slip .answer", "Sending.", "It counts once it is answered here.")
	ann.shoot("lot-sending-phone")
	eval[bool](ann, `(through(), true)`)
	ann.waitText(".slip .answer", "Bid taken.")
	if strings.Contains(ann.text(".slip .answer"), "Sending.") {
		t.Error("a bid that was answered is still on its way")
	}

	// Signed out in another tab: the page says so, and does not try again.
	eval[bool](ben, `(fetch("/sign-out", { method: "POST", headers: { "Content-Type": "application/x-www-form-urlencoded" }, body: "" }), true)`)
	ben.waitText("#line", "Signed out: reload")
	ben.waitText(".slip", "You are signed out", "Reload the page, and sign in to bid.")
	if eval[bool](ben, `document.querySelector(".slip").innerText.includes("Trying again")`) {
		t.Error("a page that was signed out says that it tries again")
	}
	ben.shoot("lot-signed-out-phone")

	ann.excuse("ERR_CONNECTION", "ERR_FAILED", "ERR_EMPTY_RESPONSE", "WebSocket")
	if err := e.Stop(); err != nil {
		t.Fatal(err)
	}
	ann.waitText("#line", "Reconnecting")
	ann.waitText(".slip", "Connection lost", "Trying again.")
	e.Start()
	ann.waitText("#line", "Live")
}
