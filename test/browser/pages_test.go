package browser

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// look is one page as it is walked past: at every width, light and dark, it
// fits the window, and its browser has nothing to complain about.
type look struct{ name, path string }

var widths = []size{{320, 640}, phone, desktop}

func (p *person) walk(looks []look) {
	p.t.Helper()
	for _, l := range looks {
		p.open(l.path)
		p.wait(l.name+" is there", `document.readyState === "complete" && document.title !== ""`)
		p.looks(l.name)
	}
}

// looks checks the page that is open.
func (p *person) looks(name string) {
	p.t.Helper()
	for _, s := range widths {
		p.do("resize", chromedp.EmulateViewport(s.w, s.h))
		if over := eval[string](p, overflowing); over != "" {
			p.t.Errorf("%s at %d px is wider than the window: %s", name, s.w, over)
		}
		if small := eval[string](p, smallControls); small != "" {
			p.t.Errorf("%s at %d px has controls too small for a thumb: %s", name, s.w, small)
		}
		if shots() == "" || s.w == 320 {
			continue
		}
		for _, theme := range []string{"light", "dark"} {
			p.do(theme, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}))
			p.shoot(fmt.Sprintf("%s-%d-%s", name, s.w, theme))
		}
	}
	if twice := eval[string](p, `[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(" ")`); twice != "" {
		p.t.Errorf("%s has ids twice: %s", name, twice)
	}
	if empty := eval[string](p, nameless); empty != "" {
		p.t.Errorf("%s has controls without a name: %s", name, empty)
	}
}

// overflowing names what sticks out of the window, "" when the page fits.
const overflowing = `(() => {
	const w = document.documentElement.clientWidth;
	if (document.scrollingElement.scrollWidth <= w) return "";
	const scrolls = (e) => { for (; e; e = e.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) && e !== document.documentElement) return true; };
	return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > w + 1 && !scrolls(e))
		.slice(0, 4).map((e) => e.tagName + "." + e.className + " " + (e.innerText ?? "").slice(0, 40)).join(" | ") || "something";
})()`

// smallControls names buttons and fields under 44 CSS pixels high; a link in a
// sentence may be small.
const smallControls = `[...document.querySelectorAll("button, .btn, select, textarea, input:not([type=hidden], [type=checkbox], [type=radio])")]
	.filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
	.map((e) => e.outerHTML.slice(0, 90)).slice(0, 4).join(" | ")`

// nameless names controls that a screen reader has no words for.
const nameless = `[...document.querySelectorAll("button, a[href], input:not([type=hidden]), select, textarea")]
	.filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.labels?.length || (e.innerText ?? "").trim() || e.textContent.trim() || e.querySelector("img[alt]:not([alt=''])")))
	.map((e) => e.outerHTML.slice(0, 90)).join(" | ")`

// hall is a house with a lot in every state, in a sale that runs, "spring",
// and one that is over, "autumn".
func hall(t *testing.T) *evening {
	t.Helper()
	openChromium(t)
	h := house.New(t)
	h.AddUser(staffEmail, "Ruth", "owner", staffPassword)
	h.Import("spring", []house.Lot{
		{Title: "A vase nobody has bid on", Opening: "10", Category: "Glass", Donor: "The Friends of the Museum"},
		{Title: "Silver teapot", Description: "London, 1781.\n\nWith its stand, and a dent that was there before.", Opening: "200", Category: "Silver"},
		{Title: "A painting under its reserve", Opening: "1000", Reserve: "5000", Category: "Pictures"},
		{Title: "A weekend in a lighthouse", Opening: "50", BuyNow: "400", Category: "Experiences"},
		{Title: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmütze with gold braid, worn twice, from the estate of a captain who never once left the harbour", Opening: "1234560", Category: "Curiosities"},
		{Title: "ساعة جيب فضية", Description: "ساعة من القرن التاسع عشر", Opening: "75"},
		{Title: "A lot that is withdrawn", Opening: "10"},
	}, "--title", "Spring Sale", "--closes-in", "2h", "--increments", "house")
	autumn := []house.Lot{{Title: "A sold chair", Opening: "10"}, {Title: "A passed table", Opening: "10", Reserve: "900"}, {Title: "A lamp without a bid", Opening: "20"}}
	h.Import("autumn", autumn, "--title", "Autumn Sale", "--closes-in", "14s", "--soft-close", "0")
	e := &evening{House: h, t: t}
	past := h.Bidders("autumn", 2)
	e.bidders = h.Bidders("spring", 4)
	h.Start()
	e.guest = h.Client(house.Bidder{})
	e.refresh()
	over, err := e.guest.Lots(t.Context(), "autumn")
	if err != nil {
		t.Fatal(err)
	}
	e.bid(h.Client(past[0]), over[0].ID, "40")
	e.bid(h.Client(past[1]), over[1].ID, "30")
	ann, ben := h.Client(e.bidders[0]), h.Client(e.bidders[1])
	e.bid(ann, e.lots[1].ID, "250")
	e.bid(ben, e.lots[1].ID, "280")
	e.bid(ann, e.lots[2].ID, "1500")
	e.bid(ann, e.lots[4].ID, "2345670")
	e.lots = append(e.lots, over...)
	return e
}

func (e *evening) over(lot int64) {
	e.t.Helper()
	if err := house.Wait(e.t.Context(), 2*patience, "the lot is over", func() bool {
		l, err := e.guest.Lot(e.t.Context(), lot)
		return err == nil && l.State != "open"
	}); err != nil {
		e.t.Fatal(err)
	}
}

// TestPagesOfBidders walks past what everybody and what bidders see.
func TestPagesOfBidders(t *testing.T) {
	t.Parallel()
	e := hall(t)
	guest := sit(t, e.URL(""), "guest", desktop)
	guest.excuse("status of 404")
	guest.walk([]look{
		{"front", "/"}, {"catalogue", "/sales/spring"}, {"catalogue-nothing", "/sales/spring?q=zebra"},
		{"lot-guest", lotPath(e.lots[0].ID)}, {"lot-long", lotPath(e.lots[4].ID)}, {"lot-rtl", lotPath(e.lots[5].ID)},
		{"sign-in", "/sign-in"}, {"sign-up", "/sign-up"}, {"error-404", "/nothing/here"}, {"error-lot", "/lots/99999"},
	})
	ann := e.seat(0, desktop)
	ann.walk([]look{
		{"catalogue-bidder", "/sales/spring"}, {"lot-open", lotPath(e.lots[0].ID)}, {"lot-outbid", lotPath(e.lots[1].ID)},
		{"lot-under-reserve", lotPath(e.lots[2].ID)}, {"lot-buy-now", lotPath(e.lots[3].ID)}, {"lot-leading", lotPath(e.lots[4].ID)},
		{"mine", "/sales/spring/mine"}, {"register-done", "/sales/spring/register"},
	})
	sam := sit(t, e.URL(""), "sam", desktop)
	sam.open("/sign-up")
	sam.fill("#name", "Sam")
	sam.fill("#email", "sam@example.org")
	sam.fill("#password", staffPassword)
	sam.press("Make the account")
	sam.wait("signed up", `location.pathname === "/"`)
	sam.walk([]look{{"register", "/sales/spring/register"}, {"lot-unregistered", lotPath(e.lots[1].ID)}})
	e.over(e.lots[7].ID)
	e.over(e.lots[8].ID)
	guest.walk([]look{{"front-past", "/"}, {"catalogue-past", "/sales/autumn"}, {"lot-sold", lotPath(e.lots[7].ID)}, {"lot-passed", lotPath(e.lots[8].ID)}})
}

// TestPagesOfTheDesk walks past what staff see, and does what they do.
func TestPagesOfTheDesk(t *testing.T) {
	t.Parallel()
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
		{"desk", "/desk"}, {"desk-new-sale", "/desk/sales/new"}, {"desk-sale", "/desk/sales/spring"}, {"desk-edit-sale", "/desk/sales/spring/edit"},
		{"desk-lots", "/desk/sales/spring/lots"}, {"desk-new-lot", "/desk/sales/spring/lots/new"},
		{"desk-lot", fmt.Sprintf("/desk/lots/%d", e.lots[1].ID)}, {"desk-import", "/desk/sales/spring/import"},
		{"desk-photos", "/desk/sales/spring/photos"}, {"desk-copy-sale", "/desk/sales/spring/copy"}, {"desk-print", "/desk/sales/spring/prints/cards"},
		{"desk-bidders", "/desk/sales/spring/bidders"}, {"desk-results", "/desk/sales/spring/results"},
	})

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

	e.over(e.lots[7].ID)
	e.over(e.lots[8].ID)
	ruth.walk([]look{{"desk-past", "/desk/sales/autumn"}, {"desk-results-past", "/desk/sales/autumn/results"}, {"desk-lot-sold", fmt.Sprintf("/desk/lots/%d", e.lots[7].ID)}})
}

// TestFirstRun opens a new house by its one-time link, and finds it shut the
// second time.
func TestFirstRun(t *testing.T) {
	t.Parallel()
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
