package browser

import (
	"archive/zip"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"outcry/test/house"
)

// pictures writes n pictures of lot 1 into a directory.
func pictures(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	for i := range n {
		img := image.NewRGBA(image.Rect(0, 0, 600, 480))
		for x := range 600 {
			for y := range 480 {
				img.Set(x, y, color.RGBA{uint8(60 + 60*i), uint8(x / 3), uint8(y / 2), 255})
			}
		}
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("1-%d.png", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, img); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// archive is a ZIP with a picture of lot 1.
func archive(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pictures.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	if err := z.AddFS(os.DirFS(pictures(t, 1))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestReel: a lot's pictures are pushed along by a finger, by keys and by
// the marks below them, which say which is shown; the page stays where it is.
func TestReel(t *testing.T) {
	t.Parallel()
	openChromium(t)
	h := house.New(t)
	h.Import("spring", vases(1), "--closes-in", "1h", "--photos", pictures(t, 3))
	h.Start()
	lots, err := h.Client(house.Bidder{}).Lots(t.Context(), "spring")
	if err != nil {
		t.Fatal(err)
	}
	bob := sit(t, h.URL(""), "bob", phone)
	bob.openLive(lotPath(lots[0].ID))
	bob.looks("lot-pictures")
	bob.do("on a phone", chromedp.EmulateViewport(phone.w, phone.h))
	shows := func(how string, n int) {
		t.Helper()
		bob.wait(fmt.Sprintf("%s: picture %d", how, n), fmt.Sprintf(`(() => {
			const reel = document.querySelector(".reel"), marks = [...document.querySelectorAll(".gallery a")];
			return Math.abs(reel.scrollLeft - %d * reel.clientWidth) < 2 && marks.length === 3 && marks.every((a, i) => (a.getAttribute("aria-current") === "true") === (i === %d));
		})()`, n-1, n-1))
	}
	shows("at first", 1)
	if got := eval[string](bob, `getComputedStyle(document.querySelector(".reel")).scrollSnapType`); got != "x mandatory" {
		t.Errorf("the row snaps by %q, want to each picture", got)
	}
	if got := eval[float64](bob, `Math.min(...[...document.querySelectorAll(".gallery a")].flatMap((a) => [a.getBoundingClientRect().width, a.getBoundingClientRect().height]))`); got < 44 {
		t.Errorf("a mark is %v px small, want 44 for a thumb", got)
	}
	bob.do("a screen to touch", call(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}))
	bob.push(".reel", -300)
	shows("pushed by a finger", 2)
	bob.do("nothing slides", bob.media("prefers-reduced-motion", "reduce"))
	bob.tabTo(".reel a", "")
	shows("whose link has the focus", 1)
	bob.key(kb.ArrowRight)
	shows("by a key", 2)
	at := eval[float64](bob, `scrollY`)
	bob.click(".gallery a:nth-of-type(3)", "")
	shows("by its mark", 3)
	if got := eval[float64](bob, `scrollY`); got > at+200 || got < at-200 {
		t.Errorf("the page went from %v to %v", at, got)
	}
	bob.shoot("lot-pictures-3-phone")
}

// push lays a finger on the middle of an element and moves it sideways.
func (p *person) push(css string, by float64) {
	p.t.Helper()
	at := eval[[]float64](p, fmt.Sprintf(`(() => { const el = document.querySelector(%q); el.scrollIntoView({ block: "center", behavior: "instant" });
		const b = el.getBoundingClientRect(); return [b.x + b.width / 2 - %f / 2, b.y + b.height / 2]; })()`, css, by))
	touch := func(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
		p.do(string(kind), call(input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points}))
	}
	touch(input.DispatchTouchEventTypeTouchStart, &input.TouchPoint{X: at[0], Y: at[1]})
	for i := range 15 {
		touch(input.DispatchTouchEventTypeTouchMove, &input.TouchPoint{X: at[0] + by*float64(i+1)/15, Y: at[1]})
	}
	touch(input.DispatchTouchEventTypeTouchEnd)
}
