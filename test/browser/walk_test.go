package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// look is one page as it is walked past: at every width, light and dark, it
// fits the window, and its browser has nothing to complain about.
type look struct{ name, path string }

// widths: the narrowest phone, a desk's window at 400 % zoom, and two more.
var widths = []size{{320, 640}, {320, 225}, phone, desktop}

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
	seen.add(p, name)
	for _, s := range widths {
		p.do("resize", chromedp.EmulateViewport(s.w, s.h))
		p.fits(fmt.Sprintf("%s at %d px", name, s.w))
		if shots() == "" || s.w < phone.w {
			continue
		}
		for _, theme := range []string{"light", "dark"} {
			p.do(theme, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}))
			p.shoot(fmt.Sprintf("%s-%d-%s", name, s.w, theme))
		}
	}
	if eval[bool](p, `!document.querySelector(".prints, .board")`) { // paper and the projector have a size of their own
		p.do("text of twice the size", fontSize(32), chromedp.EmulateViewport(phone.w, phone.h))
		p.fits(name + " with text of twice the size")
		p.do("text of its size", fontSize(16))
	}
	p.axes(name)
	if twice := eval[string](p, `[...document.querySelectorAll("[id]")].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i).join(" ")`); twice != "" {
		p.t.Errorf("%s has ids twice: %s", name, twice)
	}
	if empty := eval[string](p, nameless); empty != "" {
		p.t.Errorf("%s has controls without a name: %s", name, empty)
	}
}

// fits fails the test when something sticks out, is cut off or is too small.
func (p *person) fits(name string) {
	p.t.Helper()
	found := eval[[]string](p, "["+overflowing+","+clipped+","+smallTargets+"]")
	for i, what := range []string{"is wider than the window", "has cut words", "has controls too small for a thumb"} {
		if found[i] != "" {
			p.t.Errorf("%s %s: %s", name, what, found[i])
		}
	}
}

// fontSize is the reader's own size of text, 16 unless they say otherwise.
func fontSize(px int64) chromedp.Action[chromedp.Void] {
	return call(page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: px, Fixed: px}})
}

// clipped names words that their box cuts off, and words that stick out of a
// button. What is for screen readers alone is cut on purpose, and so is the
// board's list.
const clipped = `[...document.querySelectorAll("main *, header *, footer *, nav *")]
	.filter((e) => e.checkVisibility() && (e.innerText ?? "").trim() && !e.closest("svg, textarea, select, body.board"))
	.filter((e) => {
		const cuts = e.matches("button, .btn, summary") || /hidden|clip/.test(getComputedStyle(e).overflow);
		for (let a = e; a; a = a.parentElement) if (getComputedStyle(a).clipPath !== "none") return false;
		return cuts && (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 || e.scrollHeight > e.clientHeight + 2 && e.clientHeight > 0);
	})
	.map((e) => e.tagName + "." + e.className + " " + e.innerText.slice(0, 40) + " " + e.scrollWidth + "×" + e.scrollHeight + " in " + e.clientWidth + "×" + e.clientHeight).slice(0, 4).join(" | ")`

// overflowing names what sticks out of the window, "" when the page fits.
const overflowing = `(() => {
	const w = document.documentElement.clientWidth;
	if (document.scrollingElement.scrollWidth <= w) return "";
	const scrolls = (e) => { for (; e; e = e.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(e).overflowX) && e !== document.documentElement) return true; };
	const out = (e) => e.getBoundingClientRect().right > w + 1 && !scrolls(e);
	return [...document.body.querySelectorAll("*")].filter((e) => out(e) && ![...e.children].some(out)) // the innermost
		.slice(0, 4).map((e) => e.tagName + "." + e.className + " " + (e.innerText ?? "").slice(0, 40)).join(" | ") || "something";
})()`

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
	e.past = h.Bidders("autumn", 2)
	e.bidders = h.Bidders("spring", 4)
	h.Start()
	e.guest = h.Client(house.Bidder{})
	e.refresh()
	over, err := e.guest.Lots(t.Context(), "autumn")
	if err != nil {
		t.Fatal(err)
	}
	e.bid(h.Client(e.past[0]), over[0].ID, "40")
	e.bid(h.Client(e.past[1]), over[1].ID, "30")
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
