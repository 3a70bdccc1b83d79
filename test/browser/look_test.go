package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

// TestTheBandNamesTheNextBid: who was outbid reads in the band what the next
// bid must reach, in their language, and it follows what others bid then.
func TestTheBandNamesTheNextBid(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann, ben, cat := e.seat(0, phone), e.Client(e.bidders[1]), e.Client(e.bidders[2])
	ann.openLive(lotPath(lot))
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	next := func(band, amount string) {
		t.Helper()
		ann.waitText(sel("#standing-%d", lot), band+amount+".")
		ann.waitText(sel("#lot-%d > button", lot), amount)
	}
	e.bid(ben, lot, "20")
	next("Outbid You bid £10. Next bid ", "£12")
	e.bid(cat, lot, "30")
	next("Outbid You bid £10. Next bid ", "£22")
	if n := eval[int](ann, fmt.Sprintf(`document.querySelectorAll("#standing-%d [aria-hidden] [data-next], #standing-%d [data-next][aria-hidden=true]").length`, lot, lot)); n != 1 {
		t.Errorf("the amount that moves in a live region is silent %d times, want once", n)
	}
	ann.press("Deutsch")
	ann.wait("live again", `document.documentElement.lang === "de" && document.documentElement.dataset.line === "on"`)
	e.bid(ben, lot, "40")
	next("Nächstes Gebot ", "32 £")
}

// smallTargets names what is under 44 CSS pixels wide or high to a finger; a
// link in a text may be small (WCAG 2.5.8). A link that is laid over its whole
// entry is as large as the entry, a box to tick is as large as its label.
const smallTargets = `(() => {
	const boxOf = (e) => {
		const after = getComputedStyle(e, "::after");
		if (after.content !== "none" && after.position === "absolute") {
			let a = e.parentElement;
			while (a && getComputedStyle(a).position === "static") a = a.parentElement;
			return a.getBoundingClientRect();
		}
		const box = e.getBoundingClientRect();
		let [l, t, r, b] = [box.left, box.top, box.right, box.bottom];
		for (const x of e.labels ?? []) {
			const y = x.getBoundingClientRect();
			[l, t, r, b] = [Math.min(l, y.left), Math.min(t, y.top), Math.max(r, y.right), Math.max(b, y.bottom)];
		}
		return { width: r - l, height: b - t };
	};
	// In a sentence, in a line of several words, or in a table's cell: the line's height is the text's.
	const inText = (e) => {
		if (e.tagName !== "A" || getComputedStyle(e).display !== "inline") return false;
		const block = e.closest("p, li, td, th, dd, h1, h2, h3, summary, div");
		return block && (block.matches("td, th, dd") || block.innerText.trim() !== e.innerText.trim());
	};
	return [...document.querySelectorAll("a[href], button, select, textarea, summary, input:not([type=hidden])")]
		.filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".vh, .skip") && !inText(e))
		.filter((e) => { const b = boxOf(e); return b.width > 0 && (b.width < 43.5 || b.height < 43.5); })
		.map((e) => { const b = boxOf(e); return Math.round(b.width) + "×" + Math.round(b.height) + " " + e.outerHTML.slice(0, 110); })
		.slice(0, 6).join(" | ");
})()`

// forced names what a reader who has forced their own colours does not see: a
// mark in the ground's colour, a control without an edge, and where they are
// among links.
const forced = `(() => {
	if (!matchMedia("(forced-colors: active)").matches) return "nobody forces a colour";
	const probe = document.createElement("i");
	probe.style.cssText = "background: Canvas; forced-color-adjust: none";
	document.body.append(probe);
	const ground = getComputedStyle(probe).backgroundColor;
	probe.remove();
	const unseen = (c) => c === ground || c === "transparent" || /^rgba\(.*, 0\)$/.test(c);
	const wrong = [];
	let marks = 0;
	for (const e of document.querySelectorAll("body *")) {
		if (!e.checkVisibility()) continue;
		const before = getComputedStyle(e, "::before"), s = getComputedStyle(e);
		if (before.content !== "none" && before.maskImage.includes("marks")) {
			marks++;
			if (unseen(before.backgroundColor)) wrong.push("the mark of " + e.outerHTML.slice(0, 80));
		}
		const edge = s.borderBlockEndStyle !== "none" && parseFloat(s.borderBlockEndWidth) > 0 && !unseen(s.borderBlockEndColor);
		if (e.matches("button, .btn, input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea") && !edge) wrong.push("the edge of " + e.outerHTML.slice(0, 80));
		if (e.matches("nav a[aria-current]") && !edge) wrong.push("where one is: " + e.outerHTML.slice(0, 80));
		if (e.matches(".mast nav a:not([aria-current]), .chips a:not([aria-current])") && edge) wrong.push("every link looks current: " + e.outerHTML.slice(0, 80));
	}
	window.marksSeen = marks;
	return wrong.slice(0, 5).join(" | ");
})()`

// TestForcedColours: marks, edges and places stay when the reader's own colours
// take the place of ours, light and dark.
func TestForcedColours(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot := e.lots[0].ID
	ann, ruth := e.seat(0, phone), e.ruth()
	ann.openLive(lotPath(lot))
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	e.bid(e.Client(e.bidders[1]), lot, "20")
	for _, ground := range []string{"light", "dark"} {
		for _, v := range []struct {
			p     *person
			path  string
			marks int
		}{
			{ann, lotPath(lot), 1}, {ann, "/sales/spring", 1}, {ann, "/sales/spring/mine", 1}, {ann, "/", 0}, {ann, "/sign-in", 0},
			{ruth, "/desk/sales/spring", 0}, {ruth, "/desk/sales/spring/lots", 0}, {ruth, "/desk/sales/spring/line?lot=1", 0},
		} {
			v.p.do("forced colours", call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
				{Name: "forced-colors", Value: "active"}, {Name: "prefers-color-scheme", Value: ground}}}))
			v.p.open(v.path)
			v.p.wait("the page", `document.readyState === "complete"`)
			if wrong := eval[string](v.p, forced); wrong != "" {
				t.Errorf("%s, %s colours forced: not to be seen: %s", v.path, ground, wrong)
			}
			if n := eval[int](v.p, `window.marksSeen ?? 0`); n < v.marks {
				t.Errorf("%s, %s colours forced: %d marks were looked at, want %d at least", v.path, ground, n, v.marks)
			}
		}
		ann.open(lotPath(lot))
		ann.shoot("lot-forced-" + ground)
	}
}

// moving names animations that move or fade by themselves. The dock's goes with
// the scrolling and only hides it.
const moving = `document.getAnimations().filter((a) => a.timeline instanceof DocumentTimeline && a.playState === "running").map((a) => a.animationName ?? a.transitionProperty ?? "script")`

// noteMoving notes what starts to move as it starts, and each step of a light:
// the first is steady, those after it fade.
const noteMoving = `(() => {
	window.lit = 0, window.moved = [];
	for (const start of ["animationstart", "transitionrun"]) document.addEventListener(start, () => moved.push(...` + moving + `));
	new MutationObserver((all) => {
		for (const { target } of all) {
			if (!target.style.background) continue;
			if (target.style.background.includes(" 100%")) lit++;
			else moved.push("lit");
		}
	}).observe(document.body, { subtree: true, attributeFilter: ["style"] });
	return true;
})()`

// TestReducedMotion: who wants no motion gets a light that is steady and goes
// out; without that wish the same light fades, so the test sees it.
func TestReducedMotion(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	lot := e.lots[0].ID
	ben, cat := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	price := 10
	for _, wish := range []string{"reduce", "no-preference"} {
		p := e.seat(0, phone)
		p.do("motion: "+wish, p.media("prefers-reduced-motion", wish))
		for _, path := range []string{lotPath(lot), "/sales/spring", "/sales/spring/board"} {
			p.openLive(path)
			eval[bool](p, noteMoving)
			shown := int64(0)
			for i := range 2 {
				shown = e.bid([]*house.Client{ben, cat}[i%2], lot, fmt.Sprint(price)).Price / 100
				price += 10
			}
			if path == "/sales/spring/board" {
				p.waitText("#board-latest", fmt.Sprintf("£%d", shown))
			} else {
				p.wait("a light", `lit > 0`)
				p.wait("its end", `!document.querySelector("[style*=cover]")`)
			}
			bad := eval[string](p, `[...new Set(moved.concat(`+moving+`))].join(" ")`)
			smooth := eval[string](p, `[...document.querySelectorAll("html, .reel")].map((e) => getComputedStyle(e).scrollBehavior).join(" ")`)
			switch {
			case wish == "reduce" && (bad != "" || strings.Contains(smooth, "smooth")):
				t.Errorf("%s: with reduced motion these move: %s; scrolling is %s", path, bad, smooth)
			case wish != "reduce" && path == lotPath(lot) && bad != "lit":
				t.Errorf("%s: with motion these move: %q, want the light of a changed price", path, bad)
			}
		}
	}
}

// TestTheDockIsAtTheThumb: on a phone the next amounts lie in the lowest third,
// wide and apart; a press of one bids. With the keyboard open, whether the
// browser makes the window smaller or only what is seen of it, the field that is
// typed in and its button have nothing over them.
func TestTheDockIsAtTheThumb(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, size{phone.w, 500}) // a picture's height less: this lot has none
	ann.openLive(lotPath(lot))
	ann.wait("the dock", `document.querySelector(".dock").checkVisibility({ visibilityProperty: true })`)
	if wrong := eval[string](ann, `(() => {
		const dock = document.querySelector(".dock"), boxes = [...dock.querySelectorAll("button")].map((b) => b.getBoundingClientRect());
		const wrong = boxes.filter((b) => b.top < innerHeight * 2 / 3 || b.bottom > innerHeight || b.width < 44 || b.height < 44).map((b) => JSON.stringify(b));
		if (boxes.length !== 3 || Math.abs(dock.getBoundingClientRect().bottom - innerHeight) > 1) wrong.push(boxes.length + " buttons, dock to " + dock.getBoundingClientRect().bottom);
		for (let i = 1; i < boxes.length; i++) if (boxes[i].left - boxes[i - 1].right < 7.5) wrong.push("two buttons too near");
		return wrong.join(" | ");
	})()`); wrong != "" {
		t.Errorf("the dock: %s", wrong)
	}
	x, y := eval[float64](ann, `document.querySelector(".dock .go").getBoundingClientRect().x + 40`), eval[float64](ann, `document.querySelector(".dock .go").getBoundingClientRect().y + 20`)
	ann.do("a tap of the thumb", mouse(input.DispatchMouseEventTypeMousePressed, x, y, 1), mouse(input.DispatchMouseEventTypeMouseReleased, x, y, 1))
	ann.waitText(sel("#standing-%d", lot), "You lead")
	e.bid(e.Client(e.bidders[1]), lot, "20")
	ann.waitText(sel("#standing-%d", lot), "Outbid")

	free := func(what string) {
		t.Helper()
		ann.wait(what, fmt.Sprintf(`(() => {
			const v = visualViewport, at = (e) => { const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; };
			return [document.querySelector("#amount-%d"), document.querySelector(".max button")].every((e) => {
				const [x, y] = at(e), top = document.elementFromPoint(x, y);
				return top && (top === e || e.contains(top)) && y > v.offsetTop && y < v.offsetTop + v.height;
			});
		})()`, lot))
	}
	for _, left := range []int64{420, 300} { // what a keyboard leaves of 844
		ann.do("the keyboard opens", chromedp.EmulateViewport(phone.w, left),
			chromedp.Evaluate[chromedp.Void](sel(`scrollTo(0, 0); document.activeElement.blur(); document.querySelector("#amount-%d").focus()`, lot)))
		free(fmt.Sprintf("with %d px left, the field and its button are free", left))
	}
	ann.do("a window that is seen in part", chromedp.EmulateViewport(phone.w, phone.h, chromedp.EmulateMobile),
		chromedp.Evaluate[chromedp.Void](`scrollTo(0, 0); document.activeElement.blur()`), call(emulation.SetPageScaleFactor, emulation.SetPageScaleFactorParams{PageScaleFactor: 1.2}),
		chromedp.Evaluate[chromedp.Void](sel(`document.querySelector("#amount-%d").focus(); document.querySelector(".max button").scrollIntoView({ block: "nearest", behavior: "instant" })`, lot)))
	free("with a part of the window seen, the field and its button are free")
}
