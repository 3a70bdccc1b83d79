package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"outcry/handlers/mail/mailtest"
	"outcry/test/house"
)

// TestEveryPage walks past every page that the site map has, in many states:
// each fits its window from 320 pixels on and with text of twice the size, its
// browser has nothing to complain about, and axe-core finds nothing that shuts
// somebody out.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	t.Run("axe", needAxe)
	var ended atomic.Int32
	walks := map[string]func(*testing.T){
		"bidders": pagesOfBidders, "desk": pagesOfTheDesk, "books": pagesOfTheBooks, "mails": pagesOfMails, "first": firstRun,
	}
	t.Run("walks", func(t *testing.T) {
		for name, walk := range walks {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				walk(t)
				ended.Add(1)
			})
		}
	})
	if int(ended.Load()) == len(walks) { // all were asked for, and came to their end
		seen.complete(t)
	}
}

// pagesOfBidders walks past what everybody and what bidders see.
func pagesOfBidders(t *testing.T) {
	e := hall(t)
	guest := sit(t, e.URL(""), "guest", desktop)
	guest.excuse("status of 404")
	guest.walk([]look{
		{"front", "/"}, {"catalogue", "/sales/spring"}, {"catalogue-nothing", "/sales/spring?q=zebra"},
		{"lot-guest", lotPath(e.lots[0].ID)}, {"lot-long", lotPath(e.lots[4].ID)}, {"lot-rtl", lotPath(e.lots[5].ID)},
		{"sign-in", "/sign-in"}, {"sign-up", "/sign-up"}, {"error-404", "/nothing/here"}, {"error-lot", "/lots/99999"},
		{"conditions", "/sales/spring/conditions"}, {"offline", "/offline"}, {"board", "/sales/spring/board"}, {"lot-history", lotPath(e.lots[1].ID) + "?history=all"},
	})
	ann := e.seat(0, desktop)
	ann.excuse("status of 403")
	ann.walk([]look{
		{"catalogue-bidder", "/sales/spring"}, {"lot-open", lotPath(e.lots[0].ID)}, {"lot-outbid", lotPath(e.lots[1].ID)},
		{"lot-under-reserve", lotPath(e.lots[2].ID)}, {"lot-buy-now", lotPath(e.lots[3].ID)}, {"lot-leading", lotPath(e.lots[4].ID)},
		{"mine", "/sales/spring/mine"}, {"register-done", "/sales/spring/register"}, {"account-link", "/account"},
	})
	sam := sit(t, e.URL(""), "sam", desktop)
	sam.open("/sign-up")
	sam.fill("#name", "Sam")
	sam.fill("#email", "sam@example.org")
	sam.fill("#password", staffPassword)
	sam.press("Make the account")
	sam.wait("signed up", `location.pathname === "/"`)
	sam.excuse("status of 403")
	sam.walk([]look{
		{"register", "/sales/spring/register"}, {"lot-unregistered", lotPath(e.lots[1].ID)}, {"front-account", "/"},
		{"account", "/account"}, {"second-step", "/account/second-step"}, {"sessions", "/sessions"}, {"error-403", "/desk"}, {"mine-none", "/sales/spring/mine"},
	})
	e.over(e.lots[7].ID)
	e.over(e.lots[8].ID)
	guest.walk([]look{{"front-past", "/"}, {"catalogue-past", "/sales/autumn"}, {"lot-sold", lotPath(e.lots[7].ID)}, {"lot-passed", lotPath(e.lots[8].ID)}, {"board-past", "/sales/autumn/board"}})
	won := sit(t, e.URL(""), "won", desktop)
	won.open(e.past[0].Link)
	won.walk([]look{{"mine-past", "/sales/autumn/mine"}, {"lot-won", lotPath(e.lots[7].ID)}, {"invoice", "/sales/autumn/invoice"}})
}

// pagesOfTheDesk walks past what staff see, and does what they do.
func pagesOfTheDesk(t *testing.T) {
	e := hall(t)
	ruth := sit(t, e.URL(""), "ruth", desktop)
	ruth.excuse("status of 422")
	ruth.open("/sign-in")
	ruth.signIn(staffEmail)
	ruth.wait("the desk", `location.pathname === "/desk"`)
	ruth.open(fmt.Sprintf("/desk/lots/%d", e.lots[6].ID))
	ruth.fill("#withdraw-why", "The owner wants to keep it")
	ruth.press("Withdraw lot")
	ruth.waitText("main", "The lot is withdrawn.")
	ruth.open(lotPath(e.lots[6].ID))
	ruth.waitText(".slip", "Withdrawn", "The owner wants to keep it.")
	ruth.walk([]look{
		{"lot-withdrawn", lotPath(e.lots[6].ID)},
		{"desk", "/desk"}, {"desk-new-sale", "/desk/sales/new"}, {"desk-sale", "/desk/sales/spring"}, {"desk-edit-sale", "/desk/sales/spring/edit"}, {"desk-organisers", "/desk/sales/spring/organisers"},
		{"desk-lots", "/desk/sales/spring/lots"}, {"desk-new-lot", "/desk/sales/spring/lots/new"},
		{"desk-lot", fmt.Sprintf("/desk/lots/%d", e.lots[1].ID)}, {"desk-import", "/desk/sales/spring/import"},
		{"desk-photos", "/desk/sales/spring/photos"}, {"desk-prints", "/desk/sales/spring/prints"}, {"desk-copy-sale", "/desk/sales/spring/copy"}, {"desk-print", "/desk/sales/spring/prints/cards"},
		{"desk-bidders", "/desk/sales/spring/bidders"}, {"desk-results", "/desk/sales/spring/results"},
		{"desk-check-in", "/desk/sales/spring/check-in"}, {"desk-line", "/desk/sales/spring/line?lot=2"},
		{"desk-audit", "/desk/sales/spring/audit"}, {"house-audit", "/desk/audit"}, {"desk-staff", "/desk/staff"},
		{"desk-mail", "/desk/mail"}, {"desk-invitations", "/desk/sales/spring/invitations"}, {"desk-letters", "/desk/sales/spring/letters"},
		{"desk-import-bidders", "/desk/sales/spring/bidders/import"}, {"desk-appeal", "/desk/sales/spring/appeal"},
		{"print-sheets", "/desk/sales/spring/prints/sheets"}, {"print-catalogue", "/desk/sales/spring/prints/catalogue"},
	})
	ruth.open("/desk/sales/spring/check-in?q=bidder")
	ruth.wait("a paddle's page is linked", `!!document.querySelector("main a[href^='/desk/paddles/']")`)
	ruth.walk([]look{{"desk-paddle", eval[string](ruth, `document.querySelector("main a[href^='/desk/paddles/']").getAttribute("href")`)}})
	ruth.open("/desk/sales/spring/line")
	ruth.fill("input[name=lot]", "77")
	ruth.fill("input[name=paddle]", "7777")
	ruth.fill("input[name=amount]", "1")
	ruth.click("form[data-line] button", "Enter ↵")
	ruth.wait("the line is refused", `!!document.querySelector("[aria-invalid=true]")`)
	ruth.looks("desk-line-refused")

	file := filepath.Join(t.TempDir(), "lots.csv")
	if err := os.WriteFile(file, []byte("Lot,Title,Opening bid\n20,A good line,12\n21,,5\n22,A bad price,a lot\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ruth.open("/desk/sales/spring/import")
	ruth.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	ruth.press("Look what it would do")
	ruth.waitText("main", "Nothing is changed yet.", "Opening bid: “a lot” is not an amount of money in GBP", "Title: the lot has no title")
	ruth.looks("desk-import-problems")

	ruth.open("/desk/sales/new")
	ruth.fill("#title", "Winter Sale")
	ruth.press("Save sale")
	ruth.looks("desk-new-sale-problems")

	if err := os.WriteFile(file, []byte("Lot,Title,Opening bid\n20,A good line,12\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ruth.open("/desk/sales/spring/import")
	ruth.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	ruth.press("Look what it would do")
	ruth.waitText("main", "1 new")
	ruth.looks("desk-import-look")
	ruth.open("/desk/sales/spring/photos")
	ruth.do("choose an archive", chromedp.SetUploadFiles(chromedp.CSS("input[type=file]"), []string{archive(t)}))
	ruth.click("main button.go", "")
	ruth.wait("its job", `location.pathname.startsWith("/desk/jobs/")`)
	ruth.looks("desk-job")
}

// pagesOfTheBooks walks past what staff do after the fall.
func pagesOfTheBooks(t *testing.T) {
	e := hall(t)
	ruth := e.ruth()
	ruth.excuse("status of 422")
	ruth.open("/desk/sales/spring/appeal")
	ruth.looks("desk-appeal-none")
	ruth.fill("#title", "A minibus for the choir")
	ruth.fill("#goal", "5000")
	ruth.fill("#levels", "500 100 50")
	if !eval[bool](ruth, `document.querySelector("#open").checked`) {
		ruth.click("#open", "")
	}
	ruth.press("Save")
	ruth.wait("it is saved, and takes paddles", `!!document.querySelector("#paddles")`)
	ruth.walk([]look{{"desk-appeal", "/desk/sales/spring/appeal"}, {"appeal-staff", "/sales/spring/appeal"}})
	e.seat(0, desktop).walk([]look{{"appeal", "/sales/spring/appeal"}, {"appeal-give", "/sales/spring/appeal?give=100"}})
	e.over(e.lots[7].ID)
	e.over(e.lots[8].ID)
	after := fmt.Sprintf("/desk/lots/%d/after", e.lots[8].ID)
	ruth.walk([]look{
		{"desk-past", "/desk/sales/autumn"}, {"desk-results-past", "/desk/sales/autumn/results"}, {"desk-lot-sold", fmt.Sprintf("/desk/lots/%d", e.lots[7].ID)},
		{"desk-checkout", "/desk/sales/autumn/checkout"}, {"desk-account", "/desk/sales/autumn/checkout/101"},
		{"desk-invoice", "/desk/sales/autumn/checkout/101/invoice"}, {"desk-files", "/desk/sales/autumn/files"},
		{"desk-overdue", "/desk/sales/autumn/overdue"}, {"desk-after", after}, {"results-public", "/sales/autumn/results"}, {"desk-results-passed", "/desk/sales/autumn/results?show=passed"},
	})
	ruth.open(after)
	ruth.fill("#price", "25")
	ruth.click("form button", "Offer")
	ruth.wait("an offer stands", `!!document.querySelector("#link")`)
	ruth.looks("desk-after-offered")
	offer := eval[string](ruth, `new URL(document.querySelector("#link").value).pathname`)
	won := sit(t, e.URL(""), "won", desktop)
	won.open(e.past[1].Link)
	won.walk([]look{{"offer", offer}})
}

// pagesOfMails walks past what a link in a mail opens.
func pagesOfMails(t *testing.T) {
	openChromium(t)
	h := house.New(t)
	post := mailtest.Start(t, false)
	h.AddUser(staffEmail, "Ruth", "owner", staffPassword)
	h.Import("spring", vases(1), "--title", "Spring Sale", "--closes-in", "2h")
	h.Start() // its address is known now, which mails have links to
	if err := h.Stop(); err != nil {
		t.Fatal(err)
	}
	h.Start("--base-url", h.URL(""), "--smtp", "smtp://"+post.Addr+"?tls=off", "--mail-from", "Spring School <sale@example.org>")
	ruth := sit(t, h.URL(""), "ruth", desktop)
	ruth.excuse("status of 404", "status of 410", "status of 403")
	ruth.open("/sign-in")
	ruth.looks("sign-in-mails")
	ruth.fill("form[action='/sign-in/link'] input[type=email]", staffEmail)
	ruth.click("form[action='/sign-in/link'] button", "")
	mails := post.Wait(1)
	link := regexp.MustCompile(`/link/[A-Za-z0-9_-]+`).FindString(mails[0].Text)
	ruth.walk([]look{{"link", link}})
	ruth.click("main button", "Sign in")
	ruth.wait("signed in", `document.body.textContent.includes("Sign out")`)
	ruth.walk([]look{{"link-used", link}, {"stop-none", "/mail/stop/nothing"}, {"account-mails", "/account"}, {"desk-mail-sent", "/desk/mail"}, {"desk-letters-mails", "/desk/sales/spring/letters"}})
}

// firstRun opens a new house by its one-time link, and finds it shut the
// second time.
func firstRun(t *testing.T) {
	openChromium(t)
	h := house.New(t)
	h.Start()
	link := regexp.MustCompile(`/setup/\S+`).FindString(h.Log())
	if link == "" {
		t.Fatalf("the house prints no set-up link:\n%s", h.Log())
	}
	ruth := sit(t, h.URL(""), "ruth", desktop)
	ruth.excuse("status of 404", "status of 422")
	ruth.walk([]look{{"front-empty", "/"}, {"setup", link}})
	ruth.fill("#house", "Harbour Auctions")
	ruth.fill("#name", "Ruth")
	ruth.fill("#email", staffEmail)
	ruth.fill("#password", "short")
	ruth.press("Open the house")
	ruth.waitText("main", "A password needs twelve letters or more.")
	ruth.looks("setup-problems")
	if got := ruth.value("#house"); got != "Harbour Auctions" {
		t.Errorf("after a refused form the house's name is %q", got)
	}
	ruth.fill("#password", staffPassword)
	ruth.press("Open the house")
	ruth.waitText("main", "The house is open.")
	ruth.looks("desk-empty")
	if house := ruth.text(".mast .house"); !strings.Contains(house, "Harbour Auctions") {
		t.Errorf("the masthead says %q, want the house's name", house)
	}
	ruth.open(link)
	ruth.waitText("main", "404")
}
