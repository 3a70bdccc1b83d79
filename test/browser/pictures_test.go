package browser

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"golang.org/x/image/webp"

	"outcry/test/house"
)

// The pictures of every page and state are kept in docs/pictures. Without a
// switch, the few that are marked are compared with what the program shows now.
//
//	OUTCRY_PICTURES=make   writes them all anew
//	OUTCRY_PICTURES=check  compares them all
//	OUTCRY_PICTURES_ONLY=lot-  only those whose names begin so
const picturesEnv, picturesOnlyEnv = "OUTCRY_PICTURES", "OUTCRY_PICTURES_ONLY"

// dress is what a page is looked at in.
type dress struct {
	name  string
	size  size
	theme string
}

var dresses = []dress{
	{"phone-light", phone, "light"}, {"desktop-dark", desktop, "dark"},
	{"phone-dark", phone, "dark"}, {"desktop-light", desktop, "light"},
}

// picture is one page or state, and how somebody comes to see it.
type picture struct {
	name  string
	who   string // a person of the picture house
	path  string
	do    func(p *person) // what is done on the page first, nil = nothing
	ci    bool            // compared by every test run, in the first dress
	fold  bool            // the first window only, with what is fixed to its edge
	media string          // "print" = as on paper
}

// longest is the most of a page that a picture shows, in CSS pixels.
const longest = 2600

// settled makes a page the same each time: clocks stand, times and dates are
// those of one evening, and what a test's own address makes differ is its
// house's. Words, figures and places are the page's own.
const settled = `(() => {
	window.frozen = true;
	const clock = [
		[/\b\d{1,2}:\d\d:\d\d\b/g, "20:30:00"], [/(?<![:\d])\d{1,2}:\d\d\b(?!:)/g, "20:30"],
		[/\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/g, "Saturday"], [/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b/g, "Sat"],
		[/\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November|December) \d{4}\b/g, "5 December 2026"],
		[/\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b/g, "5 Dec 2026"],
		[/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b/g, "Dec 2026"],
		[/\b20\d\d-\d\d-\d\d\b/g, "2026-12-05"], [/127\.0\.0\.1:\d+/g, "sale.example.org"],
		[/\/enter\/[\w-]+/g, "/enter/AAAAAAAA"], [/\b[0-9a-f]{24,}\b/g, "0123456789abcdef"],
	];
	const still = (s) => clock.reduce((t, [was, is]) => t.replace(was, is), s);
	for (const p of document.querySelectorAll(".code p")) { // an address in parts
		const parts = [...p.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
		if (parts[0]?.data.startsWith("127")) ["sale", ".example", ".org/", "", ""].forEach((s, i) => (parts[i].data = s));
	}
	for (const e of document.querySelectorAll(".kpis > :nth-child(5) .big")) e.textContent = "4"; // bids in the last minute
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; (n = walk.nextNode()); ) if (still(n.data) !== n.data) n.data = still(n.data);
	for (const e of document.querySelectorAll("input[readonly], input[type=text], input[name=slug]")) e.value = still(e.value);
	for (const e of document.querySelectorAll("input[type=datetime-local]")) e.value = "2026-12-05T20:30";
	for (const e of document.querySelectorAll(".day .big")) e.textContent = "5";
	for (const e of document.querySelectorAll(".qr, .card img")) e.style.opacity = 0.15; // it says an address that is never the same
	for (const e of document.querySelectorAll("img[loading]")) e.loading = "eager";
	for (const e of document.querySelectorAll(".entry")) e.style.contentVisibility = "visible"; // else a page's length is guessed
	document.activeElement?.blur();
	return true;
})()`

// stoppable runs before a page's scripts, so that its clocks can be stopped.
const stoppable = `(() => {
	const wrap = (f) => typeof f === "function" ? (...a) => window.frozen || f(...a) : f;
	const Socket = window.WebSocket;
	window.WebSocket = class extends Socket {
		constructor(...a) {
			super(...a);
			this.addEventListener("message", (e) => window.frozen && e.stopImmediatePropagation());
		}
	};
	for (const name of ["setInterval", "setTimeout", "requestAnimationFrame"]) {
		const real = window[name];
		window[name] = (f, ...more) => real(wrap(f), ...more);
	}
})()`

// still shows nothing that moves or blinks.
var still = []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}

// show brings a picture's page to where it is to be seen.
func (p *person) show(pic picture) {
	p.t.Helper()
	if pic.path != "" {
		p.open(pic.path)
		p.wait("the page", `document.readyState === "complete"`)
	}
	p.wait("its line, if it has one", `!document.getElementById("ws") || document.documentElement.dataset.line === "on"`)
	if pic.do != nil {
		pic.do(p)
	}
	p.wait("it is still", settled)
}

// shootIn takes one picture of the page that is shown.
func (p *person) shootIn(pic picture, d dress) []byte {
	p.t.Helper()
	p.do("dress", chromedp.EmulateViewport(d.size.w, d.size.h), call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: pic.media, Features: append([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: d.theme}}, still...)}))
	p.wait("its dress", fmt.Sprintf(`matchMedia("print").matches === %t && matchMedia("(prefers-color-scheme: %s)").matches`, pic.media == "print", d.theme))
	h := d.size.h
	if !pic.fold {
		h = max(h, min(longest, eval[int64](p, `Math.ceil(document.documentElement.getBoundingClientRect().height)`)))
		p.do("the whole page", chromedp.EmulateViewport(d.size.w, h))
	}
	p.wait("letters and pictures", `document.fonts.status === "loaded" && [...document.images].every((i) => i.complete)`)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var data []byte
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatWebp, Quality: new(int64(42)),
			Clip: &page.Viewport{Width: float64(d.size.w), Height: float64(h), Scale: 1}, CaptureBeyondViewport: new(true),
		})
		data = got.Data
		return err
	}))
	if err != nil {
		p.t.Fatalf("%s: shoot %s: %v", p.name, pic.name, err)
	}
	return data
}

// How different two pictures of one page may be. Letters are drawn a little
// differently by each version of a browser; a block's mean hardly notices.
const (
	block   = 12    // pixels, both ways
	apart   = 22    // of 255, between the means of two blocks
	share   = 0.004 // of all blocks that may be apart
	leeway  = 6     // pixels that a page may be longer or shorter
	fewest  = 6     // blocks that may be apart however small the picture
	headers = 40    // pixels; a picture smaller than this shows nothing
)

// difference says how two pictures differ, "" when they are the same to
// whoever looks at them.
func difference(want, got image.Image) string {
	w, g := want.Bounds(), got.Bounds()
	if w.Dx() != g.Dx() || w.Dy()-g.Dy() > leeway || g.Dy()-w.Dy() > leeway {
		return fmt.Sprintf("it is %d × %d pixels, was %d × %d", g.Dx(), g.Dy(), w.Dx(), w.Dy())
	}
	if w.Dx() < headers || w.Dy() < headers {
		return "there is no picture"
	}
	all, bad, first := 0, 0, image.Point{}
	for y := 0; y+block <= min(w.Dy(), g.Dy()); y += block {
		for x := 0; x+block <= w.Dx(); x += block {
			all++
			a, b := mean(want, x, y), mean(got, x, y)
			for i := range a {
				if d := a[i] - b[i]; d > apart || d < -apart {
					if bad++; bad == 1 {
						first = image.Pt(x, y)
					}
					break
				}
			}
		}
	}
	if may := max(fewest, int(float64(all)*share)); bad > may {
		return fmt.Sprintf("%d of %d parts look different, %d may; the first at %v", bad, all, may, first)
	}
	return ""
}

// mean is a block's mean colour.
func mean(m image.Image, x0, y0 int) (rgb [3]int) {
	o := m.Bounds().Min
	for y := range block {
		for x := range block {
			r, g, b, _ := m.At(o.X+x0+x, o.Y+y0+y).RGBA()
			rgb[0], rgb[1], rgb[2] = rgb[0]+int(r>>8), rgb[1]+int(g>>8), rgb[2]+int(b>>8)
		}
	}
	for i := range rgb {
		rgb[i] /= block * block
	}
	return rgb
}

// album is where pictures are kept.
func album(t *testing.T) string {
	t.Helper()
	root, err := house.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "docs", "pictures")
}

// keep writes a picture, or compares it with the one that is kept.
func keep(t *testing.T, dir, name string, got []byte) {
	t.Helper()
	path := filepath.Join(dir, name+".webp")
	if os.Getenv(picturesEnv) == "make" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%s is not kept; run 'make pictures' and look at it: %v", name, err)
		return
	}
	was, err := webp.Decode(bytes.NewReader(kept))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	is, err := webp.Decode(bytes.NewReader(got))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if d := difference(was, is); d != "" {
		now := filepath.Join(os.TempDir(), "outcry-"+name+".webp")
		os.WriteFile(now, got, 0o644)
		t.Errorf("%s: %s\nas it is now: %s\nas it is kept: %s\nif it is meant to be so, run 'make pictures', look, and commit it", name, d, now, path)
	}
}

// wanted says in which dresses a picture is taken by this run.
func (pic picture) wanted() []dress {
	if only := os.Getenv(picturesOnlyEnv); only != "" && !strings.HasPrefix(pic.name, only) {
		return nil
	}
	switch {
	case os.Getenv(picturesEnv) == "" && !pic.ci:
		return nil
	case os.Getenv(picturesEnv) == "":
		return dresses[:1]
	case pic.media == "print":
		return dresses[:2] // paper has no dark
	}
	return dresses
}

// TestPictures takes the pictures of the house, or compares them.
func TestPictures(t *testing.T) {
	t.Parallel()
	dir := album(t)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	ph := newPictureHouse(t)
	for _, pic := range ph.pictures() {
		if in := pic.wanted(); len(in) > 0 {
			p := ph.person(pic.who)
			p.show(pic)
			for _, d := range in {
				keep(t, dir, pic.name+"-"+d.name, p.shootIn(pic, d))
			}
			p.do("a window again", chromedp.EmulateViewport(desktop.w, desktop.h), call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: still}))
		}
	}
}

// TestDifferenceSeesAMovedButton: of one page, a button moved by ten pixels is
// a difference, and letters drawn a little bolder are none.
func TestDifferenceSeesAMovedButton(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	p := e.seat(0, phone)
	pic := picture{name: "lot", path: lotPath(e.lots[0].ID)}
	p.show(pic)
	take := func(change string) image.Image {
		if change != "" {
			eval[bool](p, change+`; true`)
		}
		m, err := webp.Decode(bytes.NewReader(p.shootIn(pic, dresses[0])))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	was := take("")
	if d := difference(was, take("")); d != "" {
		t.Errorf("the same page twice: %s", d)
	}
	if d := difference(was, take(`document.body.style.webkitTextStroke = "0.15px"`)); d != "" {
		t.Errorf("letters drawn bolder: %s", d)
	}
	if d := difference(was, take(`document.querySelector(".slip > [data-lot] > button").style.transform = "translateY(10px)"`)); d == "" {
		t.Error("a moved button is not seen")
	}
}
