package browser

import "testing"

// ruth signs the owner in, in a window of their own.
func (e *evening) ruth() *person {
	e.t.Helper()
	p := sit(e.t, e.URL(""), "Ruth", desktop)
	p.open("/sign-in")
	p.fill("#email", staffEmail)
	p.fill("#password", staffPassword)
	p.click("main button", "Sign in")
	p.wait("signed in", `document.body.textContent.includes("Sign out")`)
	return p
}

// TestTheOrganiserSpeaksToOpenPages: a message and an announced close appear on
// pages that are open, without a reload; a message that was folded away stays so.
func TestTheOrganiserSpeaksToOpenPages(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	ruth := e.ruth()
	ann := e.seat(0, phone)
	ann.openLive(lotPath(e.lots[0].ID))
	ann.stay()
	guest := sit(t, e.URL(""), "guest", desktop)
	guest.openLive("/sales/spring")
	guest.stay()
	ruth.open("/desk/sales/spring")
	ruth.fill("#message", "Supper is served.")
	ruth.press("Say it")
	for _, p := range []*person{ann, guest} {
		p.waitText("#news", "From the organiser", "Supper is served.")
	}
	ann.press("From the organiser")
	ann.wait("the message is folded away", `!document.querySelector("details[data-news]").open`)
	ruth.press("Announce close")
	for _, p := range []*person{ann, guest} {
		p.waitText("#news", "All open lots close at")
		p.wait("the countdown runs", `/1[45]:\d\d/.test(document.querySelector("#news-clock").textContent)`)
	}
	ann.wait("the lot's own clock counts to the same", `/1[45]:\d\d/.test(document.querySelector("[data-lot] time").textContent)`)
	ruth.press("Call it off")
	ann.wait("nothing is announced any more", `!document.querySelector("#news-clock").textContent.trim()`)
	if ann.reloaded() || guest.reloaded() {
		t.Error("a page was loaded anew to hear it")
	}
	ann.shoot("news")
}

// TestTheControlPageFollows: figures and lists of the control page change as
// bids come; the desk's line works by keys alone.
func TestTheControlPageFollows(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	ruth := e.ruth()
	ruth.openLive("/desk/sales/spring")
	ruth.stay()
	e.bid(e.Client(e.bidders[0]), e.lots[0].ID, "50")
	ruth.wait("the bid is among the latest", `[...document.querySelectorAll("#control-live table tbody tr")].some((r) => r.textContent.includes("101"))`)
	if ruth.reloaded() {
		t.Error("the control page was loaded anew")
	}
	ruth.open("/desk/sales/spring/line?lot=1")
	ruth.wait("the paddle has the focus", `document.activeElement.name === "paddle"`)
	ruth.wait("the lot is live", `!!document.querySelector("#lineside [data-lot] button[name=amount]")`)
	ruth.fill("input[name=paddle]", "102")
	eval[bool](ruth, `(() => { const f = document.querySelector("input[name=amount]"); f.focus(); f.dispatchEvent(new KeyboardEvent("keydown", { key: "+", bubbles: true, cancelable: true })); return true; })()`)
	ruth.wait("the next amount is filled in", `document.querySelector("input[name=amount]").value !== ""`)
	ruth.click("form[data-line] button", "Enter ↵")
	ruth.wait("it was entered", `document.querySelector("main").textContent.includes("Last entries") && document.querySelectorAll("main form[action$='/line/undo']").length === 1`)
	eval[bool](ruth, `(() => { document.dispatchEvent(new KeyboardEvent("keydown", { key: "F9", bubbles: true })); return true; })()`)
	ruth.wait("it is undone", `document.querySelector("main").textContent.includes("Undone")`)
}
