package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"outcry/test/house"
)

// TestDoubleClick: an impatient thumb bids once, by button and by form, and is
// not told off for it.
func TestDoubleClick(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.openLive(lotPath(lot))
	ann.clicks(2, ".slip button", "Bid £10")
	ann.waitText(sel("#answer-%d", lot), "Bid taken.")
	ben := e.Client(e.bidders[1])
	e.bid(ben, lot, "20") // comes after whatever the second click sent
	ann.showsPrice(lot, 1100)
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("a double click on a button made %d bids, want 1", n)
	}
	if got := ann.text(sel("#answer-%d", lot)); !strings.HasPrefix(got, "Bid taken.") {
		t.Errorf("after a double click on a button the answer is %q", got)
	}
	ann.fill(sel("#amount-%d", lot), "24")
	ann.clicks(2, ".max button", "Set")
	ann.waitText(sel("#answer-%d", lot), "Bid taken.")
	e.bid(ben, lot, "22")
	ann.showsPrice(lot, 2300)
	if n := e.taken(lot, "101"); n != 2 {
		t.Errorf("a double click on the form made %d bids more, want 1", n-1)
	}
	if got := ann.text(sel("#answer-%d", lot)); !strings.HasPrefix(got, "Bid taken.") {
		t.Errorf("after a double click on the form the answer is %q", got)
	}
}

// TestRefused: a bid that comes too low is answered with the new ask, on a
// button too, and the amount stays where it was typed.
func TestRefused(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("status of 422")
	ann.openLive(lotPath(lot))
	e.bid(e.Client(e.bidders[1]), lot, "20")
	e.bid(e.Client(e.bidders[2]), lot, "30")
	ann.showsPrice(lot, 2100)
	field, answer := sel("#amount-%d", lot), sel("#answer-%d", lot)
	for _, c := range []struct{ typed, says string }{
		{"15", "£15 not accepted. The next bid is £22."},
		{"a lot", "Write an amount in figures"},
		{"-5", "Write an amount in figures"},
	} {
		ann.fill(field, c.typed)
		ann.click(".max button", "Set")
		ann.waitText(answer, c.says)
		if got := ann.value(field); got != c.typed {
			t.Errorf("after a refused %q the field has %q", c.typed, got)
		}
	}
	ann.fill(field, "15")
	ann.click(".max button", "Set")
	ann.waitText(answer, "£15 not accepted.")
	ann.shoot("lot-refused-phone")
	ann.click(answer+" button", "Bid £22")
	ann.waitText(answer, "Outbid at once.", "an earlier maximum stood")
	ann.waitText(sel("#standing-%d", lot), "Outbid")
	if n := e.taken(lot, "101"); n != 1 {
		t.Errorf("%d bids of 101 in the log, want 1", n)
	}
}

// TestGuestBids: somebody not signed in taps an amount, signs in, gets a
// paddle, and is back at the lot with the amount.
func TestGuestBids(t *testing.T) {
	t.Parallel()
	openChromium(t)
	h := house.New(t)
	h.AddUser("bob@example.org", "Bob", "bidder", staffPassword)
	h.Import("spring", vases(1), "--closes-in", "1h")
	h.Start()
	lots, err := h.Client(house.Bidder{}).Lots(t.Context(), "spring")
	if err != nil {
		t.Fatal(err)
	}
	lot := lots[0].ID
	bob := sit(t, h.URL(""), "bob", phone)
	bob.openLive(lotPath(lot))
	bob.shoot("lot-guest-phone")
	bob.press("Bid £11")
	bob.wait("the sign-in page", `location.pathname === "/sign-in"`)
	bob.signIn("bob@example.org")
	bob.wait("back at the lot", fmt.Sprintf(`location.pathname === %q`, lotPath(lot)))
	bob.press("Get a paddle for this sale")
	bob.wait("the register page", `location.pathname === "/sales/spring/register"`)
	bob.shoot("register-phone")
	bob.click("#agree", "")
	bob.press("Get my paddle")
	bob.wait("back at the lot, live", fmt.Sprintf(`location.pathname === %q && document.documentElement.dataset.line === "on"`, lotPath(lot)))
	field := sel("#amount-%d", lot)
	if got := bob.value(field); got != "11" && got != "11.00" {
		t.Fatalf("back at the lot the amount is %q, want 11", got)
	}
	bob.click(".max button", "Set")
	bob.waitText(sel("#standing-%d", lot), "You lead")
}

// signIn fills the sign-in page's form and sends it.
func (p *person) signIn(email string) {
	p.t.Helper()
	p.fill("#email", email)
	p.fill("#password", staffPassword)
	p.click("main button", "Sign in")
}

// TestSessionEnded: a page whose session has ended keeps the amount over
// signing in again.
func TestSessionEnded(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("status of 401")
	ann.openLive(lotPath(lot))
	ann.do("lose the cookie", call(network.ClearBrowserCookies, cdp.Empty{}))
	ann.fill(sel("#amount-%d", lot), "12.50")
	ann.click(".max button", "Set")
	ann.waitText(sel("#answer-%d", lot), "Sign in to bid.", "Nothing was bid.")
	ann.click(sel("#answer-%d a", lot), "Sign in")
	ann.wait("the sign-in page", `location.pathname === "/sign-in"`)
	ann.signIn(staffEmail)
	ann.wait("back at the lot", fmt.Sprintf(`location.pathname === %q && location.search.includes("12.50")`, lotPath(lot)))
	if n := e.taken(lot, "101"); n != 0 {
		t.Errorf("%d bids in the log, want none", n)
	}
}

// TestPressed: what a button says while it is pressed is what is sent, even if
// the lot moves on under the finger.
func TestPressed(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("status of 422")
	ann.openLive(lotPath(lot))
	down, up := ann.finger(".slip button", "Bid £10")
	ann.do("finger down", down)
	frames := eval[int](ann, `frames_.length`)
	e.bid(e.Client(e.bidders[1]), lot, "10")
	ann.wait("the frame is here", fmt.Sprintf(`frames_.length > %d`, frames))
	if text := ann.text(sel("#lot-%d button", lot)); text != "Bid £10" {
		t.Errorf("under the finger the button says %q, want Bid £10", text)
	}
	ann.do("finger up", up)
	ann.waitText(sel("#answer-%d", lot), "£10 not accepted. The next bid is £11.")
	ann.waitText(sel("#lot-%d", lot), "Bid £11", "1 bid")
	if n := e.taken(lot, "101"); n != 0 {
		t.Errorf("%d bids of 101 in the log, want none: £10 was too late and nothing else was said", n)
	}
}
