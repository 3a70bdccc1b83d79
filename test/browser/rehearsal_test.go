package browser

import "testing"

// TestTryIt: an organiser presses Try it, sees invented guests bid on the open
// page, looks at the big screen, and wipes all of it.
func TestTryIt(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(6))
	ruth := e.ruth()
	ruth.open("/desk/sales/spring")
	ruth.press("Try it")
	ruth.wait("the rehearsal's page", `location.pathname === "/desk/sales/spring-rehearsal" && document.documentElement.dataset.line === "on"`)
	ruth.waitText("body", "Rehearsal: nothing here counts.", "Rehearsal: Spring Sale")
	ruth.stay()
	ruth.wait("bids come in", `document.querySelectorAll("#control-live table tbody tr").length >= 3`)
	if ruth.reloaded() {
		t.Error("the page was loaded anew to see the bids")
	}
	ruth.looks("rehearsal")

	guest := sit(t, e.URL(""), "guest", phone)
	guest.open("/")
	if guest.text("body") == "" || eval[bool](guest, `document.body.textContent.includes("Rehearsal")`) {
		t.Error("the front page tells a guest of the rehearsal")
	}
	ruth.openLive("/sales/spring-rehearsal/board")
	ruth.waitText("body", "Rehearsal: nothing here counts.")

	ruth.openLive("/desk/sales/spring-rehearsal")
	ruth.press("Wipe it")
	ruth.click("label[for=wipe-sure]", "")
	ruth.press("Wipe the rehearsal")
	ruth.waitText("main", "The rehearsal is wiped", "Spring Sale", "Try it")
	ruth.excuse("status of 404")
	ruth.open("/sales/spring-rehearsal")
	ruth.wait("it is gone", `document.title !== "" && !document.body.textContent.includes("Vase number")`)
}
