package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestWithoutScript: everything that matters works with JavaScript off.
func TestWithoutScript(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot := e.lots[0].ID
	ivy := sit(t, e.URL(""), "ivy", phone)
	ivy.excuse("status of 422")
	ivy.do("script off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	at := func(path string) {
		t.Helper()
		ivy.wait(path, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, path))
	}

	ivy.open(lotPath(lot))
	if eval[bool](ivy, `!!window.htmx`) {
		t.Fatal("script runs: the test tests nothing")
	}
	ivy.waitText("main", "Not live: reload for the newest prices", "£10")
	ivy.shoot("lot-plain-guest-phone")
	ivy.press("Bid £10")
	at("/sign-in")
	ivy.press("Make an account")
	at("/sign-up")
	ivy.fill("#name", "Ivy Moss")
	ivy.fill("#email", "ivy@example.org")
	ivy.fill("#password", staffPassword)
	ivy.press("Make the account")
	at(lotPath(lot))
	ivy.press("Get a paddle for this sale")
	at("/sales/spring/register")
	ivy.click("#agree", "")
	ivy.press("Get my paddle")
	at(lotPath(lot))
	ivy.waitText("main", "You have a paddle.")
	if got := ivy.value(sel("#amount-%d", lot)); got != "10" && got != "10.00" {
		t.Errorf("after all that the amount is %q, want 10", got)
	}
	ivy.press("Bid £10")
	at(lotPath(lot))
	ivy.waitText(".slip", "You lead", "Paddle 105 leads", "1 bid")

	e.bid(e.Client(e.bidders[0]), lot, "30")
	e.bid(e.Client(e.bidders[1]), lot, "40")
	ivy.fill(sel("#amount-%d", lot), "25")
	ivy.click(".max button", "")
	at(lotPath(lot) + "/bids")
	ivy.waitText(sel("#answer-%d", lot), "£25 not accepted. The next bid is £32.")
	if got := ivy.value(sel("#amount-%d", lot)); got != "25" {
		t.Errorf("after a refused bid the amount is %q, want 25 kept", got)
	}
	ivy.shoot("lot-plain-refused-phone")
	ivy.click(sel("#answer-%d button", lot), "Bid £32")
	at(lotPath(lot))
	ivy.waitText(".slip", "Outbid")
	ivy.fill(sel("#amount-%d", lot), "60")
	ivy.click(".max button", "")
	at(lotPath(lot))
	ivy.waitText(".slip", "You lead", "£41")
	if n := e.taken(lot, "105"); n != 3 {
		t.Errorf("the log has %d bids of 105, want 3", n)
	}

	ivy.open("/sales/spring")
	ivy.waitText("main", "£41", "5 bids")
	ivy.open("/sales/spring/mine")
	ivy.waitText("main", "You lead", "£41")
	ivy.click("footer button", "Sign out Ivy Moss")
	at("/")
	ivy.waitText("main", "You are signed out.")
	ivy.open(lotPath(lot))
	ivy.waitText(".slip", "Sign in")
}

// TestWonWithoutScript: with JavaScript off a bidder wins a lot, reads it on
// its page and on My lots, and comes to the invoice and what is to pay.
func TestWonWithoutScript(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "20s", "--soft-close", "0")
	lot := e.lots[0].ID
	ivy := sit(t, e.URL(""), "ivy", phone)
	ivy.do("script off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	ivy.open(e.bidders[0].Link)
	e.bid(e.Client(e.bidders[0]), lot, "20")
	ivy.open(lotPath(lot))
	if eval[bool](ivy, `!!window.htmx`) {
		t.Fatal("script runs: the test tests nothing")
	}
	e.over(lot)
	ivy.open(lotPath(lot))
	ivy.waitText(".slip", "Sold to you", "£10")
	ivy.open("/sales/spring/mine")
	ivy.waitText("main", "Vase number 1", "£10")
	ivy.open(lotPath(lot))
	ivy.press("Your invoice")
	ivy.wait("the invoice", `location.pathname === "/sales/spring/invoice" && document.readyState === "complete"`)
	ivy.waitText("main", "Invoice", "Vase number 1", "To pay", "£10.00", "Not paid yet")
	ivy.press("Back to my lots")
	ivy.wait("My lots", `location.pathname === "/sales/spring/mine"`)
}
