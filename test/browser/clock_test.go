package browser

import (
	"fmt"
	"testing"

	"outcry/test/house"
)

// TestClosing: clocks run down to nothing, say "Closing" until the house has
// spoken, and then how it ended, without a reload.
func TestClosing(t *testing.T) {
	t.Parallel()
	lots := vases(3)
	lots[2].Reserve = "500"
	e := furnish(t, lots, "--closes-in", "40s", "--soft-close", "0")
	sold, unbid, under := e.lots[0].ID, e.lots[1].ID, e.lots[2].ID
	w := stretch(t, e.URL(""))
	ann := sit(t, w.url(), "ann", phone)
	ann.open(e.bidders[0].Link)
	ann.openLive(lotPath(sold))
	guest, ben, mine := sit(t, e.URL(""), "guest", desktop), e.seat(1, phone), e.seat(0, phone)
	guest.openLive("/sales/spring")
	ben.openLive(lotPath(sold))
	e.bid(e.Client(e.bidders[1]), sold, "20")
	e.bid(e.Client(e.bidders[0]), sold, "30")
	mine.openLive("/sales/spring/mine")
	e.bid(e.Client(e.bidders[1]), under, "40")
	ann.waitText(sel("#standing-%d", sold), "You lead")
	ben.waitText(sel("#standing-%d", sold), "Outbid")
	for _, p := range []*person{ann, guest, ben} {
		p.stay()
	}

	clock := sel("#lot-%d time", sold)
	ann.wait("the last seconds", fmt.Sprintf(`/^00:0[1-5]$/.test(document.querySelector(%q).textContent)`, clock))
	ann.shoot("lot-closing-phone")
	w.hold()
	ann.wait("Closing", fmt.Sprintf(`document.querySelector(%q).textContent === "Closing"`, clock))
	if err := house.Wait(t.Context(), patience, "the house closes", func() bool {
		l, err := e.guest.Lot(t.Context(), sold)
		return err == nil && l.State == "sold"
	}); err != nil {
		t.Fatal(err)
	}
	if got := ann.text(clock); got != "Closing" || eval[string](ann, sel(`document.querySelector("#lot-%d").dataset.state`, sold)) != "open" {
		t.Errorf("before the house has spoken the page says %q", got)
	}
	w.mend()

	ann.waitText(".slip", "Sold to you", "Hammer price", "£21")
	ben.waitText(".slip", "Sold to paddle 101, for £21.", "Your last bid was £20.")
	guest.waitText(sel("#card-%d", sold), "Sold", "£21")
	guest.waitText(sel("#card-%d", unbid), "Passed", "Not sold")
	guest.waitText(sel("#card-%d", under), "Passed", "Not sold")
	for _, p := range []*person{ann, guest, ben} {
		if p.reloaded() {
			t.Errorf("%s's page was reloaded", p.name)
		}
	}
	for name, p := range map[string]*person{"won": ann, "lost": ben} {
		if eval[bool](p, `[...document.querySelectorAll(".slip button, .max")].some((b) => b.checkVisibility())`) {
			t.Errorf("%s: there is still something to bid with after the close", name)
		}
		p.shoot("lot-" + name + "-phone")
	}
	guest.shoot("catalogue-over-desktop")
	mine.waitText("main", "Sold to you")
	mine.shoot("mine-live-won-phone")
	guest.open(lotPath(under))
	guest.waitText(".slip", "Passed", "Bidding ended under the reserve. Not sold.")
	guest.shoot("lot-passed-desktop")
	guest.open(lotPath(unbid))
	guest.waitText(".slip", "Passed", "Nobody bid. Not sold.")
	if err := e.Verify(); err != nil {
		t.Error(err)
	}
}

// TestOpening: a lot that opens while it is looked at takes bids without a
// reload.
func TestOpening(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--opens-in", "12s")
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	ann.stay()
	ann.waitText(".slip", "Opens in", "You can bid from then on.")
	ann.shoot("lot-upcoming-phone")
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	if ann.reloaded() {
		t.Error("the page was reloaded")
	}
}

// TestPause: the organiser's pause stops every page's clock and buttons, and
// the clocks go on with what they had.
func TestPause(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ruth := sit(t, e.URL(""), "ruth", desktop)
	ruth.open("/sign-in")
	ruth.signIn(staffEmail)
	ruth.wait("the desk", `location.pathname === "/desk"`)
	ann.openLive(lotPath(lot))
	e.bid(e.Client(e.bidders[1]), lot, "20")
	ann.showsPrice(lot, 1000)
	closes := e.closes(lot)

	ruth.open("/desk/sales/spring")
	ruth.fill("#why", "The fire alarm is being tested")
	ruth.press("Pause sale")
	ruth.waitText("main", "The sale is paused: clocks stand, no bids are taken.")
	ruth.shoot("control-paused-desktop")
	ann.waitText(".slip", "Paused", "The fire alarm is being tested", "Stopped at", "59:")
	ann.shoot("lot-paused-phone")
	stood := ann.text(sel("#lot-%d time", lot))
	if eval[bool](ann, `[...document.querySelectorAll(".slip button")].some((b) => b.checkVisibility() && b.getAttribute("aria-disabled") !== "true")`) {
		t.Error("a button can be pressed in a pause")
	}
	ann.click(sel("#lot-%d button", lot), "Bid £11") // off: sends nothing
	ruth.press("Resume sale")
	ruth.waitText("main", "The sale goes on")
	ann.waitText(".slip", "Closes in", "Bid £11")
	if got := e.closes(lot); got <= closes {
		t.Errorf("after the pause the lot closes at %d, want later than %d", got, closes)
	}
	if stood == "" || e.taken(lot, "101") != 0 {
		t.Errorf("clock stood at %q, %d bids of 101; want a time and none", stood, e.taken(lot, "101"))
	}
	ann.press("Bid £11")
	ann.waitText(sel("#answer-%d", lot), "Outbid at once.")
}

func (e *evening) closes(lot int64) int64 {
	e.t.Helper()
	l, err := e.guest.Lot(e.t.Context(), lot)
	if err != nil {
		e.t.Fatal(err)
	}
	return l.ClosesAt
}

// TestExtension: a late bid moves the close, and the page says why.
func TestExtension(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--closes-in", "50s", "--soft-close", "2m/2m")
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	before := e.closes(lot)
	ben := e.Client(e.bidders[1])
	e.bid(ben, lot, "20")
	ann.waitText(sel("#lot-%d", lot), "Extended once, last by a bid at ")
	after := e.closes(lot)
	if after <= before {
		t.Errorf("the lot closes at %d, want later than %d", after, before)
	}
	if at := eval[string](ann, sel(`document.querySelector("#lot-%d time").dataset.at`, lot)); at != fmt.Sprint(after) {
		t.Errorf("the page's clock runs to %s, want %d", at, after)
	}
	ann.press("Bid £11") // outbid at once, and later again
	ann.waitText(sel("#lot-%d", lot), "Extended twice, last by a bid at ")
	ann.shoot("lot-extended-phone")
}
