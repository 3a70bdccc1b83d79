package browser

import (
	"fmt"
	"strings"
	"testing"
)

// TestHearing: who lost the lead hears of it on any page of the sale, by title,
// live region, flag and sound; who bid too little, or only watches, does not.
func TestHearing(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot, other := e.lots[0].ID, e.lots[1].ID
	ann, ben, cid := e.Client(e.bidders[0]), e.Client(e.bidders[1]), e.Client(e.bidders[2])
	e.bid(ann, lot, "10")

	phoneOfAnn, screenOfCid := e.seat(0, phone), e.seat(2, desktop)
	screenOfCid.openLive(lotPath(other))
	titleOfCid := eval[string](screenOfCid, `document.title`)
	title := func(p *person) string { return eval[string](p, `document.title`) }
	next := 20
	for _, path := range []string{lotPath(other), lotPath(lot), "/sales/spring", "/sales/spring/mine", "/sales/spring/conditions", lotPath(other) + "?history=all"} {
		phoneOfAnn.openLive(path)
		if got := title(phoneOfAnn); strings.Contains(got, "Outbid") {
			t.Errorf("%s: before anything happened the title says %q", path, got)
		}
		e.bid(ben, lot, fmt.Sprint(next))
		phoneOfAnn.wait(path+": the title says it", `document.title.startsWith("Outbid on lot 1 — ")`)
		if path != lotPath(lot) { // there the slip's own band is the live region
			phoneOfAnn.wait(path+": the live region says it", `document.querySelector("#heard[role=alert]").textContent === "Outbid on lot 1."`)
		}
		phoneOfAnn.click("h1", "") // she has seen it
		phoneOfAnn.wait(path+": its own title is back", `!document.title.includes("Outbid")`)
		e.bid(ann, lot, fmt.Sprint(next+10))
		next += 20
	}
	// Ben's bids were outbid at once or not at all while this page was open: the
	// loser hears, the bidder of a bid too low does not.
	screenOfBen := e.seat(1, desktop)
	screenOfBen.openLive(lotPath(other))
	own := title(screenOfBen)
	e.bid(ann, lot, "500")
	e.bid(ben, lot, "300") // by his phone: outbid at once, and answered there
	screenOfBen.waitText("#flags", "Outbid on lot 1.")
	if got := title(screenOfBen); got != own {
		t.Errorf("for a bid that never led the title says %q", got)
	}
	e.bid(cid, other, "10")
	screenOfCid.waitText(sel("#standing-%d", other), "You lead")
	if got := title(screenOfCid); got != titleOfCid {
		t.Errorf("who lost nothing has the title %q", got)
	}
}

// TestSound: one tap turns it on, the choice is kept for the next page, and a
// lead that is lost rings.
func TestSound(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot := e.lots[0].ID
	app, ben := e.Client(e.bidders[0]), e.Client(e.bidders[1])
	e.bid(app, lot, "10")
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	rang := `document.documentElement.dataset.rang`
	e.bid(ben, lot, "20")
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	if eval[bool](ann, `!!`+rang) {
		t.Error("it rang before anybody asked for it")
	}
	ann.press("Sound when outbid")
	ann.wait("it is on, and has been heard", `document.querySelector("[data-hearing]").getAttribute("aria-pressed") === "true" && `+rang+` === "sound"`)
	ann.waitText("[data-hearing]", "Sound is on")
	ann.shoot("lot-sound-phone")

	e.bid(app, lot, "30")
	ann.openLive("/sales/spring/mine")
	ann.waitText("[data-hearing]", "Sound")
	ann.click("h1", "")
	ann.waitText("[data-hearing]", "Sound is on")
	e.bid(ben, lot, "40")
	ann.wait("it rings", rang+` === "sound"`)
	ann.press("Sound is on")
	ann.waitText("[data-hearing]", "Sound when outbid")
	ann.openLive(lotPath(lot))
	ann.waitText("[data-hearing]", "Sound when outbid")
}
