package browser

import (
	"strings"
	"testing"

	"outcry/test/house"
)

// TestSecondStep: taken up on the account's page, asked for at the next sign-in,
// and a spare code lets in who has lost the phone.
func TestSecondStep(t *testing.T) {
	h := house.New(t)
	h.Start()
	sam := sit(t, h.URL(""), "sam", phone)
	sam.excuse("status of 422")
	sam.open("/sign-up")
	sam.fill("#name", "Sam")
	sam.fill("#email", "sam@example.org")
	sam.fill("#password", staffPassword)
	sam.press("Make the account")
	sam.wait("signed up", `location.pathname === "/"`)
	sam.open("/account/second-step")
	app := house.App(eval[string](sam, `new URL(document.querySelector('a[href^="otpauth:"]').href).searchParams.get("secret")`))
	sam.fill("#code", app.Code(-1))
	sam.fill("#current", staffPassword)
	sam.press("Turn it on")
	sam.wait("spare codes", `document.querySelectorAll(".codes code").length === 10`)
	sam.looks("spare-codes")
	spare := sam.text(".codes code")
	sam.press("I have them. Go on")
	sam.wait("the account", `location.pathname === "/account"`)
	for _, typed := range []func() string{func() string { return app.Code(0) }, func() string { return spare }} {
		sam.open("/")
		sam.click("footer button", "Sign out Sam")
		sam.wait("signed out", `location.search === "?done=signed-out"`)
		sam.open("/sign-in?next=%2Faccount%2Fsecond-step")
		sam.fill("#email", "sam@example.org")
		sam.fill("#password", staffPassword)
		sam.click("main button", "Sign in")
		sam.wait("the second step", `!!document.querySelector("#code")`)
		sam.looks("sign-in-step")
		sam.fill("#code", "000 000")
		sam.click("main button", "Sign in")
		sam.wait("a wrong code", `document.querySelector("#code-e")?.innerText.includes("not right")`)
		sam.fill("#code", typed())
		sam.click("main button", "Sign in")
		sam.wait("in", `location.pathname === "/account/second-step"`)
	}
	sam.looks("second-step-on")
	if got := sam.text("main"); !strings.Contains(got, "9 spare codes are left") {
		t.Errorf("the page says %q", got)
	}
}
