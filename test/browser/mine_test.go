package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
)

// TestMyLotsMoves: My lots goes with what happens: a lot goes from one list to
// another, the sums and the masthead's count with it, and a lot that was bid on
// elsewhere appears, without a reload.
func TestMyLotsMoves(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(4))
	one, two, three := e.lots[0].ID, e.lots[1].ID, e.lots[2].ID
	app, ben := e.Client(e.bidders[0]), e.Client(e.bidders[1])
	e.bid(app, one, "10")
	ann := e.seat(0, phone)
	ann.openLive("/sales/spring/mine")
	ann.stay()
	ann.waitText("#my-list-lead", "Vase number 1", "You lead")
	ann.waitText("#my-if", "£10")

	e.bid(ben, one, "20")
	ann.waitText("#my-list-out", "Vase number 1", "£11", "Outbid", "Bid £12")
	ann.wait("nothing is led", `!document.querySelector("#my-list-lead") && !document.querySelector("#my-if")`)
	ann.wait("the count says 1", `document.querySelector("[data-outbid]").textContent === "1" && document.querySelector(".count").checkVisibility()`)
	ann.shoot("mine-out-phone")
	down, _ := ann.finger("#my-list-out .go", "Bid £12")
	ann.do("finger down", down)
	e.bid(e.Client(e.bidders[2]), one, "15")
	ann.wait("the list is here", `frames_.some((f) => f.includes("my-list-out") && f.includes("Bid £17"))`)
	if text := ann.text("#my-list-out .go"); text != "Bid £12" {
		t.Errorf("under the finger the link says %q, want Bid £12", text)
	}
	ann.do("finger away, and up", mouse(input.DispatchMouseEventTypeMouseMoved, 1, 1, 0), mouse(input.DispatchMouseEventTypeMouseReleased, 1, 1, 1))
	ann.waitText("#my-list-out .go", "Bid £17")

	e.bid(app, two, "15") // by her phone's other app
	ann.waitText("#my-list-lead", "Vase number 2", "Your maximum £15")
	ann.waitText("#my-if", "£10")
	e.bid(ben, two, "12") // she leads on, at another price
	ann.waitText("#my-list-lead", "£13")
	ann.waitText("#my-if", "£13")

	e.bid(app, one, "50")
	ann.waitText("#my-list-lead", "Vase number 1", "Vase number 2")
	ann.wait("nothing is outbid, the count is gone", `!document.querySelector("#my-list-out") && !document.querySelector(".count").checkVisibility()`)

	// A star that is put on elsewhere appears here; a bid takes it to its list.
	other := e.seat(0, desktop)
	other.openLive(lotPath(three))
	other.click(sel("#watch-%d", three), "")
	other.wait("pressed", fmt.Sprintf(`document.querySelector("#watch-%d").getAttribute("aria-pressed") === "true"`, three))
	ann.waitText("#my-list-soon", "Vase number 3", "Watching")
	e.bid(ben, three, "10")
	ann.waitText("#my-list-soon", "1 bid")
	ann.shoot("mine-watching-phone")
	e.bid(app, three, "30")
	ann.wait("it is watched no more, but led", `!document.querySelector("#my-list-soon")`)
	ann.waitText("#my-list-lead", "Vase number 3")
	if ann.reloaded() {
		t.Error("the page was loaded anew")
	}
	if n := eval[int](ann, `document.querySelectorAll("#my-list-lead li").length`); n != 3 {
		t.Errorf("%d lots are led, want 3", n)
	}
	e.bid(ben, one, "80")
	ann.press("Bid £52")
	ann.wait("at the lot, with the amount", fmt.Sprintf(`location.pathname === %q && document.querySelector(%q)?.value === "52.00"`, lotPath(one), sel("#amount-%d", one)))
}

// TestStars: one tap on the catalogue and on a lot's page, with script and
// without; the page of the lot is not opened by it.
func TestStars(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot, other := e.lots[0].ID, e.lots[1].ID
	ann := e.seat(0, phone)
	star := func(lot int64) string { return sel("#watch-%d", lot) }
	pressed := func(lot int64, want string) {
		t.Helper()
		ann.wait("star "+want, fmt.Sprintf(`document.querySelector(%q).getAttribute("aria-pressed") === %q`, star(lot), want))
	}
	ann.openLive("/sales/spring")
	ann.stay()
	pressed(lot, "false")
	ann.shoot("catalogue-stars-phone")
	ann.click(star(lot), "")
	pressed(lot, "true")
	ann.click(star(lot), "")
	pressed(lot, "false")
	ann.click(star(lot), "")
	pressed(lot, "true")
	if ann.reloaded() {
		t.Error("a star loaded the page anew")
	}
	e.bid(e.Client(e.bidders[1]), lot, "10") // a push leaves the star alone
	ann.waitText(sel("#card-%d", lot), "1 bid")
	pressed(lot, "true")
	ann.openLive(lotPath(lot))
	pressed(lot, "true")
	ann.waitText(star(lot), "Watching")
	ann.shoot("lot-star-phone")
	ann.openLive("/sales/spring/mine")
	ann.waitText("#my-list-soon", "Vase number 1")
	ann.click(star(lot), "")
	ann.wait("the list is empty", `!document.querySelector("#my-list-soon")`)

	ann.do("script off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	ann.open("/sales/spring")
	ann.click(star(other), "")
	ann.wait("back at the catalogue", `location.pathname === "/sales/spring"`)
	pressed(other, "true")
}
