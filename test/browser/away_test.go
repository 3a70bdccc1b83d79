package browser

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// noNet are what a browser says on its console while the house cannot be
// reached, and what a socket says that was cut.
var noNet = []string{"ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "ERR_INTERNET_DISCONNECTED",
	"ERR_SOCKET_NOT_CONNECTED", "ERR_CONNECTION_CLOSED", "ERR_NETWORK", "ERR_TIMED_OUT", "WebSocket connection to", "htmx:ws:error", "Failed to fetch", "status of 422"}

// showsPrice waits until a lot's page shows a price, in minor units, and says
// that it is live.
func (p *person) showsPrice(lot int64, minor int) {
	p.t.Helper()
	p.wait(fmt.Sprintf("price %d on a live page", minor),
		fmt.Sprintf(`document.querySelector("#lot-%d")?.dataset.price === "%d" && document.documentElement.dataset.line === "on"`, lot, minor))
}

// TestKilled: the house is killed under a page and comes back. What was sent
// into the void stays in the field, and nobody sends it again but the bidder.
func TestKilled(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, desktop)
	ann.excuse(noNet...)
	ann.openLive(lotPath(lot))
	ann.stay()
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	e.bid(e.Client(e.bidders[1]), lot, "20")
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	ann.showsPrice(lot, 1100)

	e.Kill()
	ann.waitText(".slip", "Connection lost")
	field := sel("#amount-%d", lot)
	ann.fill(field, "37.50")
	ann.click(".max button", "Set")
	ann.waitText(sel("#answer-%d", lot), "No answer.", "37.50")
	ann.press("Bid £12")
	ann.waitText(sel("#answer-%d", lot), "No answer.", "12")
	if got := ann.value(field); got != "37.50" {
		t.Errorf("the amount is %q while the house is away, want 37.50 kept", got)
	}
	ann.shoot("lot-away-desktop")

	e.Start()
	ben := e.Client(e.bidders[1])
	e.bid(ben, lot, "25") // a raise: the price stands
	cid := e.Client(e.bidders[2])
	e.bid(cid, lot, "30")
	ann.showsPrice(lot, 2600)
	e.bid(ben, lot, "33")
	ann.showsPrice(lot, 3100) // a frame after the snapshot: whatever was queued would have gone before
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("the log has %d bids of 101, want the first alone", n)
	}
	if got := ann.value(field); got != "37.50" {
		t.Errorf("the amount is %q after the restart, want 37.50 kept", got)
	}
	if ann.reloaded() {
		t.Error("the page was reloaded")
	}
	ann.click(".max button", "Set")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	ann.showsPrice(lot, 3400)
	if n := e.taken(lot, "101"); n != 2 {
		t.Errorf("the log has %d bids of 101 after sending again, want 2", n)
	}
	if err := e.Verify(); err != nil {
		t.Error(err)
	}
}

// TestUnansweredBid: the house took the bid and was killed before its answer
// arrived. Sending it again does not bid twice.
func TestUnansweredBid(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	w := stretch(t, e.URL(""))
	ann := sit(t, w.url(), "ann", desktop)
	ann.excuse(noNet...)
	ann.open(e.bidders[0].Link)
	ann.openLive(lotPath(lot))
	w.mute() // what the browser sends arrives; nothing comes back
	ann.fill(sel("#amount-%d", lot), "20")
	ann.click(".max button", "Set")
	if err := house.Wait(t.Context(), patience, "the bid arrives", func() bool { return e.taken(lot, "101") == 1 }); err != nil {
		t.Fatal(err)
	}
	w.cut()
	ann.waitText(sel("#answer-%d", lot), "No answer.", "20")
	w.mend()
	ann.waitText(sel("#standing-%d", lot), "You lead")
	if got := ann.value(sel("#amount-%d", lot)); got != "20" {
		t.Errorf("the amount is %q, want 20 kept", got)
	}
	ann.click(".max button", "Raise")
	ann.waitText(sel("#answer-%d", lot), "Bid taken.")
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("the log has %d bids of 101, want 1", n)
	}
}

// TestOffline: the network is gone without a word, the sockets half open, and
// comes back.
func TestOffline(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	w := stretch(t, e.URL(""))
	ann := sit(t, w.url(), "ann", phone)
	ann.excuse(noNet...)
	ann.open(e.bidders[0].Link)
	ann.openLive(lotPath(lot))
	ann.stay()
	ann.fill(sel("#amount-%d", lot), "99")

	w.mute()
	ann.do("net off", offline(true))
	ann.waitText(".slip", "Connection lost")
	ben, cid := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	e.bid(ben, lot, "20")
	e.bid(cid, lot, "40")
	if got := eval[string](ann, sel(`document.querySelector("#lot-%d").dataset.price`, lot)); got != "0" {
		t.Fatalf("the page shows %s through a dead wire", got)
	}
	w.mend()
	ann.do("net on", offline(false))
	ann.showsPrice(lot, 2100)
	ann.waitText(sel("#history-%d", lot), "£21")
	ann.waitText("#line", "Back, and up to date")
	if got := ann.value(sel("#amount-%d", lot)); got != "99" || e.taken(lot, "101") != 0 || ann.reloaded() {
		t.Errorf("amount %q, %d bids, reloaded %v; want 99, none, false", got, e.taken(lot, "101"), ann.reloaded())
	}
}

func offline(off bool) chromedp.Action[chromedp.Void] {
	return call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: off, DownloadThroughput: -1, UploadThroughput: -1})
}

// TestSilence: nobody tells the browser that the network is dead; the page
// finds out by the silence, says so, and comes back by itself.
func TestSilence(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	w := stretch(t, e.URL(""))
	ann := sit(t, w.url(), "ann", phone)
	ann.excuse(noNet...)
	ann.open(e.bidders[0].Link)
	ann.openLive(lotPath(lot))
	w.mute()
	e.bid(e.Client(e.bidders[1]), lot, "20")
	e.bid(e.Client(e.bidders[2]), lot, "40")
	ink := eval[string](ann, `getComputedStyle(document.querySelector(".slip data")).fontWeight`)
	ann.waitText("#line", "May be out of date") // a beat is 5 s late: before anybody knows more
	ann.wait("the price is set light, the clock still runs", `document.documentElement.dataset.line === "old" && getComputedStyle(document.querySelector(".slip data")).fontWeight < `+ink+` && document.querySelector(".slip time").textContent !== "—:—"`)
	ann.waitFor(40*time.Second, "the silence is noticed", `document.documentElement.dataset.line === "off"`)
	ann.waitText(".slip", "Connection lost")
	if clock := ann.text(sel("#lot-%d time", lot)); clock != "—:—" {
		t.Errorf("a clock out of touch shows %q, want —:—", clock)
	}
	w.mend()
	ann.showsPrice(lot, 2100)
}

// TestClosedLid: the page is frozen as behind a closed lid, and wakes.
func TestClosedLid(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	w := stretch(t, e.URL(""))
	ann := sit(t, w.url(), "ann", phone)
	ann.excuse(noNet...)
	ann.open(e.bidders[0].Link)
	ann.openLive(lotPath(lot))
	ann.fill(sel("#amount-%d", lot), "77")
	life := func(state page.SetWebLifecycleStateState) {
		ann.do(string(state), call(page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: state}))
	}
	life(page.SetWebLifecycleStateStateFrozen)
	e.bid(e.Client(e.bidders[1]), lot, "20")
	e.bid(e.Client(e.bidders[2]), lot, "40")
	w.cut() // the house, or the net between, has let go of a machine asleep
	w.mend()
	life(page.SetWebLifecycleStateStateActive)
	ann.showsPrice(lot, 2100)
	if got := ann.value(sel("#amount-%d", lot)); got != "77" || e.taken(lot, "101") != 0 {
		t.Errorf("amount %q, %d bids; want 77, none", got, e.taken(lot, "101"))
	}
}

// TestBack: the back button leads to the price as it is now, and to a page
// that lives.
func TestBack(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("WebSocket connection to")
	ann.openLive(lotPath(lot))
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	ann.press("Catalogue")
	ann.wait("the catalogue", `location.pathname === "/sales/spring" && document.documentElement.dataset.line === "on"`)
	ben := e.Client(e.bidders[1])
	e.bid(ben, lot, "20")
	eval[chromedp.Void](ann, `setTimeout(() => history.back())`)
	ann.wait("the lot again", fmt.Sprintf(`location.pathname === "%s"`, lotPath(lot)))
	ann.showsPrice(lot, 1100)
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	t.Logf("from the back-forward cache: %v", eval[bool](ann, `window.persisted === true`))
	e.bid(ben, lot, "30")
	e.bid(e.Client(e.bidders[2]), lot, "25")
	ann.showsPrice(lot, 2600)
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("the log has %d bids of 101, want 1", n)
	}

	// Where the cache kept the page, its socket may look open and be dead: the
	// page must open a new one.
	before := eval[int](ann, `sockets.length`)
	eval[chromedp.Void](ann, `sockets.at(-1).addEventListener("message", (e) => e.stopImmediatePropagation(), true),
		dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`)
	ann.wait("a new socket", fmt.Sprintf(`sockets.length > %d`, before))
	e.bid(e.Client(e.bidders[2]), lot, "50")
	ann.showsPrice(lot, 3100)
}
