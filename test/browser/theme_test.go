package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestThemeSwitch: without script, a press in the footer dresses every page,
// the board too, against what the system wants; another gives it back.
func TestThemeSwitch(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := lotPath(e.lots[0].ID)
	p := sit(t, e.URL(""), "guest", phone)
	p.do("script off", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	system := func(theme string) {
		t.Helper()
		p.do("the system is "+theme, call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}}}))
	}
	wears := func(path, want string) {
		t.Helper()
		p.open(path)
		if is := eval[string](p, `(([l]) => l > 50 ? "light" : "dark")(getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map((n) => n > 1 ? n : n * 100))`); is != want {
			t.Errorf("%s is %s, want %s", path, is, want)
		}
	}
	for _, c := range []struct{ system, press, want, board string }{
		{"light", "", "light", "dark"}, {"dark", "", "dark", "dark"},
		{"light", "Dark", "dark", "dark"}, {"dark", "Light", "light", "light"},
		{"dark", "As the device", "dark", "dark"}, {"light", "", "light", "dark"},
	} {
		system(c.system)
		p.open(lot)
		if c.press != "" {
			p.click("footer button", c.press)
			p.wait("back on the page", fmt.Sprintf(`location.pathname === %q && document.readyState === "complete" && document.querySelector("footer [aria-pressed=true]").textContent === %q`, lot, c.press))
		}
		for _, path := range []string{lot, "/", "/sales/spring", "/sign-in", "/sales/spring/conditions"} {
			wears(path, c.want)
		}
		wears("/sales/spring/board", c.board)
	}
}
