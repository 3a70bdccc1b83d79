package browser

import (
	"context"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"outcry/static"
	"outcry/test/house"
	"outcry/views"
)

// pictureHouse is a house with every page in every state, and its people.
type pictureHouse struct {
	*evening
	empty  *house.House // one that is just being set up
	link   string       // its one-time address
	late   house.Bidder
	past   []house.Bidder
	sales  map[string][]house.PublicLot
	people map[string]*person
}

// picturedLots have a drawing each, by its name.
var picturedLots = []struct{ drawing, title, by, text, opening, reserve, buyNow, low, high string }{
	{"cello", "Cello, three-quarter size", "Mittenwald, about 1900, with bow and case", "Played until last summer by a pupil of the **Harbour school**.\n\n- with two bows\n- the case has a worn corner", "1200", "", "", "2000", "3000"},
	{"watch", "Gentleman’s wristwatch with small seconds", "Aurelle, Geneva, 1958", "Serviced in 2024; keeps time within ten seconds a day.", "400", "", "", "", ""},
	{"painting", "Sloop off the point, evening", "Manner of H. W. Moesman, oil on canvas, 52 × 71 cm", "Relined, in a later frame.", "500", "2500", "", "800", "1200"},
	{"vase", "Blue and white vase with chrysanthemums", "Delft, De Klaauw workshop, about 1760", "Of baluster form on a spreading foot, painted in two tones of blue.\n\nFrom a house in Haarlem.", "200", "", "", "300", "500"},
	{"cottage", "A week for six in a cottage by the sea", "Given by the Prior family, any week in May", "", "300", "", "", "", ""},
	{"bicycle", "Touring bicycle, restored", "Reynolds 531 frame, 56 cm", "", "150", "", "", "", ""},
	{"cheese", "Cheese board for twelve, every month for a year", "Given by The Old Dairy, Market Street", "", "100", "", "", "", ""},
	{"chair", "Teak armchair, recovered in wool", "Danish, about 1962", "", "120", "", "400", "", ""},
	{"books", "Box of twelve local histories", "", "", "20", "", "", "", ""},
	{"lamp", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerklampe from the estate of a captain who never left the harbour", "", "", "1234560", "", "", "", ""},
	{"piano", "Upright piano", "To be fetched from the second floor", "", "250", "", "", "", ""},
	{"quilt", "Quilt of forty shirts", "", "", "80", "", "", "", ""},
}

func newPictureHouse(t *testing.T) *pictureHouse {
	t.Helper()
	openChromium(t)
	h := house.New(t)
	h.AddUser(staffEmail, "Ruth Alder", "owner", staffPassword)
	h.AddUser("sam@example.org", "Sam Okonjo", "bidder", staffPassword)
	ph := &pictureHouse{evening: &evening{House: h, t: t}, people: map[string]*person{}, sales: map[string][]house.PublicLot{}}
	file, photos := ph.lotsFile()
	h.ImportFile("winter", file, "--photos", photos, "--title", "The Winter Sale", "--closes-in", "3h")
	h.Import("late", vases(1), "--title", "The Late Sale", "--closes-in", "20m", "--soft-close", "30m/25m")
	h.Import("autumn", []house.Lot{{Title: "Walnut writing box", Opening: "10"}, {Title: "Pair of brass candlesticks", Opening: "10"}, {Title: "Oak settle", Opening: "10", Reserve: "900"}, {Title: "Copper kettle", Opening: "10"}},
		"--title", "The Autumn Sale", "--closes-in", "16s", "--soft-close", "0")
	h.Import("summer", vases(3), "--title", "The Summer Sale", "--opens-in", "240h", "--closes-in", "250h")
	h.Import("big", vases(500), "--title", "Five Hundred Lots", "--closes-in", "5h")
	ph.past = h.Bidders("autumn", 2)
	ph.late = h.Bidders("late", 1)[0]
	ph.bidders = h.Bidders("winter", 4)
	h.Start()
	ph.furnish()
	return ph
}

// lotsFile writes the lots and the photographs of their drawings.
func (ph *pictureHouse) lotsFile() (file, photos string) {
	photos = ph.t.TempDir()
	rows := [][]string{{"Lot", "Title", "Subtitle", "Description", "Opening bid", "Reserve", "Buy now", "Estimate low", "Estimate high", "Category"}}
	camera := sit(ph.t, "http://127.0.0.1", "the camera", desktop)
	camera.excuse("MutationObserver") // a drawing is no page
	for i, l := range picturedLots {
		number := fmt.Sprint(111 + i)
		category := []string{"Music", "Silver and jewellery", "Pictures", "Ceramics", "Experiences"}[i%5]
		rows = append(rows, []string{number, l.title, l.by, l.text, l.opening, l.reserve, l.buyNow, l.low, l.high, category})
		if err := os.WriteFile(filepath.Join(photos, number+".jpg"), camera.photograph("lot-"+l.drawing+".svg"), 0o600); err != nil {
			ph.t.Fatal(err)
		}
	}
	file = filepath.Join(photos, "lots.csv")
	f, err := os.Create(file)
	if err != nil {
		ph.t.Fatal(err)
	}
	defer f.Close()
	if err := csv.NewWriter(f).WriteAll(rows); err != nil {
		ph.t.Fatal(err)
	}
	return file, photos
}

// photograph makes a drawing of the demo's a photograph.
func (p *person) photograph(drawing string) []byte {
	p.t.Helper()
	svg, err := fs.ReadFile(static.Demo(), drawing)
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var data []byte
	err = chromedp.Do(ctx, chromedp.EmulateViewport(800, 800), chromedp.Navigate("data:image/svg+xml;base64,"+base64.StdEncoding.EncodeToString(svg)),
		chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			got, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatJpeg, Quality: new(int64(85))})
			data = got.Data
			return err
		}))
	if err != nil {
		p.t.Fatalf("photograph %s: %v", drawing, err)
	}
	return data
}

// furnish lets the evening happen.
func (ph *pictureHouse) furnish() {
	ctx := ph.t.Context()
	ph.guest = ph.Client(house.Bidder{})
	for _, sale := range []string{"winter", "late", "autumn", "summer"} {
		lots, err := ph.guest.Lots(ctx, sale)
		if err != nil {
			ph.t.Fatal(err)
		}
		ph.sales[sale] = lots
	}
	ph.lots = ph.sales["winter"]
	old := ph.sales["autumn"]
	ph.bid(ph.Client(ph.past[0]), old[0].ID, "40")
	ph.bid(ph.Client(ph.past[1]), old[1].ID, "30")
	ph.bid(ph.Client(ph.past[0]), old[2].ID, "20")
	ph.bid(ph.Client(ph.late), ph.sales["late"][0].ID, "25")
	ann, ben, cat := ph.Client(ph.bidders[0]), ph.Client(ph.bidders[1]), ph.Client(ph.bidders[2])
	for _, b := range []struct {
		who    *house.Client
		lot    int
		amount string
	}{
		{ben, 1, "600"}, {ann, 1, "1400"}, {ann, 2, "860"}, {ben, 3, "240"}, {ann, 3, "340"}, {cat, 3, "420"},
		{cat, 4, "540"}, {ben, 6, "110"}, {cat, 6, "900"}, {ben, 9, "1234600"}, {cat, 10, "280"},
	} {
		ph.bid(b.who, ph.lots[b.lot].ID, b.amount)
	}
	ruth := ph.Client(house.Bidder{})
	if err := ruth.SignIn(ctx, staffEmail, staffPassword); err != nil {
		ph.t.Fatal(err)
	}
	log, err := ph.guest.Log(ctx, ph.lots[6].ID)
	if err != nil {
		ph.t.Fatal(err)
	}
	for _, act := range []struct {
		path string
		form url.Values
	}{
		{"/account/house", url.Values{"house": {"St Alder’s Hospice"}}},
		{fmt.Sprintf("/desk/lots/%d/pause", ph.lots[4].ID), url.Values{"reason": {"The owner wants to check the weeks that are free"}}},
		{fmt.Sprintf("/desk/lots/%d/withdraw", ph.lots[5].ID), url.Values{"reason": {"A brake has broken"}}},
		{fmt.Sprintf("/desk/lots/%d/void", ph.lots[6].ID), url.Values{"reason": {"A slip of the finger at the desk"}, "seq": {fmt.Sprint(log[len(log)-1].Seq)}}},
	} {
		if _, err := ruth.Post(ctx, act.path, act.form); err != nil {
			ph.t.Fatal(err)
		}
	}
	for _, l := range old {
		ph.over(l.ID)
	}
}

// person is somebody of the house at their window.
func (ph *pictureHouse) person(who string) *person {
	ph.t.Helper()
	if p := ph.people[who]; p != nil {
		return p
	}
	base := ph.URL("")
	if who == "new" {
		ph.open()
		base = ph.empty.URL("")
	}
	p := sit(ph.t, base, who, desktop)
	p.excuse("status of 4") // refusals are what is looked at
	p.do("clocks that can stop", call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: stoppable}))
	switch who {
	case "ann":
		p.open(ph.bidders[0].Link)
	case "dan":
		p.open(ph.bidders[3].Link)
	case "late":
		p.open(ph.late.Link)
	case "won":
		p.open(ph.past[0].Link)
	case "ruth", "sam":
		p.open("/sign-in")
		p.fill("#email", who+"@example.org")
		p.fill("#password", staffPassword)
		p.click("main button", "Sign in")
		p.wait("signed in", `document.body.textContent.includes("Sign out")`)
	}
	ph.people[who] = p
	return p
}

// open starts the house that is still to be set up.
func (ph *pictureHouse) open() {
	ph.empty = house.New(ph.t)
	ph.empty.Start()
	ph.link = regexp.MustCompile(`/setup/\S+`).FindString(ph.empty.Log())
	if ph.link == "" {
		ph.t.Fatal("the house prints no set-up link")
	}
}

// pictures are all that is shown, in an order in which one may lead to the next.
func (ph *pictureHouse) pictures() []picture {
	lot := func(i int) string { return lotPath(ph.lots[i].ID) }
	past := func(i int) string { return lotPath(ph.sales["autumn"][i].ID) }
	desk := func(rest string) string { return "/desk/sales/winter" + rest }
	return []picture{
		{name: "front", who: "guest", path: "/", ci: true},
		{name: "catalogue", who: "ann", path: "/sales/winter", ci: true},
		{name: "catalogue-500", who: "guest", path: "/sales/big"},
		{name: "catalogue-nothing", who: "guest", path: "/sales/winter?q=zebra"},
		{name: "catalogue-past", who: "guest", path: "/sales/autumn"},
		{name: "lot-guest", who: "guest", path: lot(0)},
		{name: "lot-soon", who: "guest", path: lotPath(ph.sales["summer"][0].ID)},
		{name: "lot-open", who: "ann", path: lot(0)},
		{name: "lot-leading", who: "ann", path: lot(1)},
		{name: "lot-under-reserve", who: "ann", path: lot(2)},
		{name: "lot-outbid", who: "ann", path: lot(3), ci: true},
		{name: "lot-outbid-window", who: "ann", path: lot(3), fold: true},
		{name: "lot-far-above", who: "ann", path: lot(8), do: ph.farAbove(8)},
		{name: "lot-refused", who: "ann", path: lot(3), do: ph.refused(3)},
		{name: "lot-buy-now", who: "ann", path: lot(7)},
		{name: "lot-paused", who: "ann", path: lot(4)},
		{name: "lot-withdrawn", who: "ann", path: lot(5)},
		{name: "lot-voided", who: "ann", path: lot(6) + "?history=all"},
		{name: "lot-long-words", who: "ann", path: lot(9)},
		{name: "lot-closing", who: "ann", path: lot(1), do: closing},
		{name: "lot-no-line", who: "ann", path: lot(3), do: func(p *person) { eval[bool](p, `document.documentElement.dataset.line = "off"; true`) }},
		{name: "lot-extended", who: "late", path: lotPath(ph.sales["late"][0].ID)},
		{name: "lot-won", who: "won", path: past(0)},
		{name: "lot-sold", who: "won", path: past(1)},
		{name: "lot-passed", who: "won", path: past(2)},
		{name: "mine", who: "ann", path: "/sales/winter/mine"},
		{name: "mine-empty", who: "dan", path: "/sales/winter/mine"},
		{name: "mine-won", who: "won", path: "/sales/autumn/mine"},
		{name: "invoice", who: "won", path: "/sales/autumn/invoice"},
		{name: "sign-in", who: "guest", path: "/sign-in", ci: true},
		{name: "results", who: "guest", path: "/sales/autumn/results"},
		{name: "sign-up", who: "guest", path: "/sign-up"},
		{name: "conditions", who: "guest", path: "/sales/winter/conditions"},
		{name: "register", who: "sam", path: "/sales/winter/register"},
		{name: "account", who: "sam", path: "/account"},
		{name: "sessions", who: "sam", path: "/sessions"},
		{name: "error-403", who: "sam", path: "/desk"},
		{name: "error-404", who: "guest", path: "/nothing/here"},
		{name: "error-405", who: "guest", path: "/sign-in", do: func(p *person) { p.submit("/desk") }},
		{name: "error-400", who: "ann", path: lot(0), do: func(p *person) {
			p.submit(lot(0) + "/bids")
			p.wait("its line", `document.documentElement.dataset.line === "on"`)
		}},
		{name: "error-413", who: "guest", path: "/sign-in", do: tooMuch},
		{name: "error-422", who: "ruth", path: "/desk/sales/new", do: func(p *person) { p.submit("/desk/sales/new") }},
		{name: "error-429", who: "guest", path: "/", do: failed(http.StatusTooManyRequests)},
		{name: "error-500", who: "guest", path: "/", do: failed(http.StatusInternalServerError)},
		{name: "error-503", who: "guest", path: "/", do: failed(http.StatusServiceUnavailable)},
		{name: "offline", who: "guest", path: "/offline"},
		{name: "setup", who: "new", do: func(p *person) { p.open(ph.link) }},
		{name: "front-empty", who: "new", path: "/"},
		{name: "desk-first", who: "new", do: ph.setUp},
		{name: "desk", who: "ruth", path: "/desk", ci: true},
		{name: "desk-new-sale", who: "ruth", path: "/desk/sales/new"},
		{name: "desk-sale", who: "ruth", path: desk("")},
		{name: "desk-menu", who: "ruth", path: desk("/lots"), fold: true, do: func(p *person) { eval[bool](p, `document.querySelector(".deskmenu").open = true`) }},
		{name: "desk-edit-sale", who: "ruth", path: desk("/edit")},
		{name: "desk-lots", who: "ruth", path: desk("/lots")},
		{name: "desk-lot", who: "ruth", path: fmt.Sprintf("/desk/lots/%d", ph.lots[3].ID)},
		{name: "desk-import", who: "ruth", path: desk("/import")},
		{name: "desk-import-preview", who: "ruth", path: desk("/import"), do: preview},
		{name: "desk-bidders", who: "ruth", path: desk("/bidders")},
		{name: "desk-organisers", who: "ruth", path: desk("/organisers")},
		{name: "desk-check-in", who: "ruth", path: desk("/check-in")},
		{name: "desk-line", who: "ruth", path: desk("/line?lot=113")},
		{name: "desk-checkout", who: "ruth", path: "/desk/sales/autumn/checkout"},
		{name: "desk-checkout-paddle", who: "ruth", path: "/desk/sales/autumn/checkout/" + ph.past[0].Paddle},
		{name: "desk-results", who: "ruth", path: "/desk/sales/autumn/results"},
		{name: "desk-audit", who: "ruth", path: desk("/audit")},
		{name: "desk-appeal", who: "ruth", path: desk("/appeal")},
		{name: "desk-staff", who: "ruth", path: "/desk/staff"},
		{name: "desk-mail", who: "ruth", path: "/desk/mail"},
		{name: "desk-prints", who: "ruth", path: desk("/prints")},
		{name: "print-sheets", who: "ruth", path: desk("/prints/sheets"), media: "print"},
		{name: "print-cards", who: "ruth", path: desk("/prints/cards"), media: "print"},
		{name: "print-catalogue", who: "ruth", path: desk("/prints/catalogue"), media: "print"},
		{name: "board", who: "guest", path: "/sales/winter/board", fold: true},
		// What is bid in a rehearsal is another thing each time, so these show what
		// is not. The rehearsal is made here, behind all that list sales.
		{name: "rehearsal-sale", who: "ruth", path: desk(""), do: rehearse},
		{name: "rehearsal-conditions", who: "ruth", path: "/sales/winter-rehearsal/conditions"},
		{name: "rehearsal-sheets", who: "ruth", path: "/desk/sales/winter-rehearsal/prints/sheets", media: "print"},
	}
}

// setUp opens the new house; its desk leads to the first sale.
func (ph *pictureHouse) setUp(p *person) {
	p.open(ph.link)
	p.fill("#house", "Harbour Auctions")
	p.fill("#name", "Ruth Alder")
	p.fill("#email", staffEmail)
	p.fill("#password", staffPassword)
	p.press("Open the house")
	p.waitText("main", "Your first sale in five minutes")
}

// farAbove asks for more than a slip of the finger would.
func (ph *pictureHouse) farAbove(i int) func(*person) {
	lot := ph.lots[i].ID
	return func(p *person) {
		p.fill(sel("#amount-%d", lot), "2500")
		p.click(".max button", "Set")
		p.waitText(sel("#answer-%d", lot), "Nothing is bid yet.")
	}
}

// refused sends less than the ask.
func (ph *pictureHouse) refused(i int) func(*person) {
	lot := ph.lots[i].ID
	return func(p *person) {
		p.fill(sel("#amount-%d", lot), "210")
		p.click(".max button", "Set")
		p.wait("an answer", fmt.Sprintf(`document.querySelector("#answer-%d").innerText.trim() !== ""`, lot))
	}
}

// closing moves the clock of the page, not the lot's, to the last minute.
func closing(p *person) {
	eval[bool](p, `(() => { for (const e of document.querySelectorAll("[data-at]")) e.dataset.at = String(Date.now() + 41500); return true; })()`)
	p.wait("the last minute", `document.querySelector(".slip.closing")`)
}

// preview lets a spreadsheet with slips be looked at.
func preview(p *person) {
	file := filepath.Join(p.t.TempDir(), "lots.csv")
	if err := os.WriteFile(file, []byte("Lot,Title,Opening bid\n201,A good line,12\n202,,5\n203,A bad price,a lot\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.do("choose a file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	p.press("Look what it would do")
	p.waitText("main", "Nothing is changed yet.")
}

// rehearse makes a rehearsal, and shows what its page has beside the bids.
func rehearse(p *person) {
	p.press("Try it")
	p.wait("the rehearsal's page", `location.pathname.endsWith("-rehearsal") && document.documentElement.dataset.line === "on"`)
	p.press("Wipe it")
	eval[bool](p, `document.getElementById("control-live").remove(); true`)
}

// tooMuch sends more than a form may hold.
func tooMuch(p *person) {
	eval[bool](p, `(() => { const f = document.createElement("form"), t = document.createElement("textarea"); f.method = "post"; f.action = "/sign-in"; t.name = "email"; t.value = "a".repeat(4 << 20); f.append(t); document.body.append(f); f.submit(); return true; })()`)
	p.waitText("main", "413")
}

// failed shows the page of a failure that a house in order does not have, over
// one that it has, with its styles.
func failed(status int) func(*person) {
	return func(p *person) {
		v := views.ErrorView{Page: views.Page{House: "St Alder’s Hospice", Unread: true}, Status: status, Next: views.Link{Href: "/desk", Text: "Try again"}}
		html, err := views.Render(p.t.Context(), views.Error(v))
		if err != nil {
			p.t.Fatal(err)
		}
		text, err := json.Marshal(string(html))
		if err != nil {
			p.t.Fatal(err)
		}
		eval[bool](p, `(document.open(), document.write(`+string(text)+`), document.close(), true)`)
		p.waitText("main", fmt.Sprint(status))
		p.wait("its styles", `document.readyState === "complete" && [...document.styleSheets].length > 0`)
	}
}

// submit sends a form that the page does not have.
func (p *person) submit(action string) {
	eval[bool](p, fmt.Sprintf(`(() => { const f = document.createElement("form"); f.method = "post"; f.action = %q; document.body.append(f); f.submit(); return true; })()`, action))
	p.wait("the answer", fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, strings.Split(action, "?")[0]))
}
