package browser

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"outcry/views/lang"
)

// written asks the browser how a locale writes some amounts, of a currency
// whose sign is then replaced by the house's own: which sign stands for
// dollars is the sale's affair, where it stands is the reader's.
const written = `(%s).map(([locale, n]) => new Intl.NumberFormat(locale, {style: "currency", currency: "EUR", currencyDisplay: "narrowSymbol"})
	.formatToParts(n).map(p => p.type === "currency" ? "€" : p.type === "minusSign" ? "−" : p.value).join("").replace(/[\u200e\u200f\u061c]/g, ""))`

// TestNumbersAsTheBrowserWritesThem compares the house's table of how amounts
// are written with the browser's own, for the locales of most readers.
func TestNumbersAsTheBrowserWritesThem(t *testing.T) {
	t.Parallel()
	locales := []string{"en-GB", "en-US", "en-IN", "en-ZA", "de-DE", "de-AT", "fr-FR", "fr-CA", "es-ES", "es-MX", "es-AR", "it-IT", "nl-NL", "pl-PL",
		"sv-SE", "da-DK", "nb-NO", "fi-FI", "pt-BR", "pt-PT", "cs-CZ", "tr-TR", "ru-RU", "ja-JP", "zh-CN", "ko-KR", "he-IL", "ar-AE"}
	var asked [][]any
	for _, l := range locales {
		for _, minor := range []int64{5, 99950, 123450, 1234550, 123456789} {
			asked = append(asked, []any{l, float64(minor) / 100, minor})
		}
	}
	list, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	p := sit(t, furnish(t, vases(1)).URL(""), "guest", phone)
	p.open("/")
	got := eval[[]string](p, fmt.Sprintf(written, list))
	if len(got) != len(asked) {
		t.Fatalf("%d answers to %d questions", len(got), len(asked))
	}
	directions := strings.NewReplacer("\u200e", "", "\u200f", "", "\u061c", "")
	for i, a := range asked {
		ours := lang.Choose("", a[0].(string)).Money(a[2].(int64), 2, "€", true)
		if ours = directions.Replace(ours); ours != got[i] {
			t.Errorf("%s: we write %q, the browser %q", a[0], ours, got[i])
		}
	}
}

// TestLongAndMirroredWords: words a third longer than the English, and writing
// from right to left, move nothing out of a narrow window, and leave no English
// on the pages of bidders.
func TestLongAndMirroredWords(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(3))
	for _, locale := range []string{"en-XA", "ar-XB"} {
		p := sit(t, e.URL(""), locale, phone)
		p.do("ask for "+locale, call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": locale}}))
		for _, path := range []string{"/", "/sales/spring", lotPath(e.lots[0].ID), "/sign-in", "/sign-up"} {
			p.open(path)
			if is := eval[string](p, `document.documentElement.lang`); is != locale {
				t.Errorf("%s is in %q", path, is)
			}
			if wide := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%s in %s is %v px wider than the window", path, locale, wide)
			}
		}
	}
}

// TestLanguageSwitch: a press at the foot of a page puts it and the next into
// German; an amount that is typed as Germans do is bid.
func TestLanguageSwitch(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	p := sit(t, e.URL(""), "guest", phone)
	lot := lotPath(e.lots[0].ID)
	p.open(lot)
	p.click("footer button", "Deutsch")
	p.wait("the lot in German", fmt.Sprintf(`location.pathname === %q && document.documentElement.lang === "de" && document.readyState === "complete"`, lot))
	p.waitText(".slip", "Startpreis")
	p.open("/")
	p.waitText("main", "So wird geboten")
	p.click("footer button", "English")
	p.wait("the front page in English", `document.documentElement.lang === "en"`)
}

// TestGermanFits: German words are long. No page of the desk, and none of a
// bidder, is wider than a narrow window for them, cuts one off, or has a button
// that a thumb misses.
func TestGermanFits(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(2))
	e.bid(e.Client(e.bidders[0]), e.lots[0].ID, "40")
	lot := fmt.Sprintf("/desk/lots/%d", e.lots[0].ID)
	german := func(p *person, path string) {
		p.open(path)
		if is := eval[string](p, `document.documentElement.lang`); is != "de" {
			t.Errorf("%s is in %q", path, is)
		}
		p.do("narrow", chromedp.EmulateViewport(320, 640))
		p.fits(path + " in German at 320 px")
		p.do("wide", chromedp.EmulateViewport(desktop.w, desktop.h))
		p.fits(path + " in German on a desk")
		p.shoot("de-" + strings.NewReplacer("/", "-", "?", "-").Replace(path[1:]))
	}
	ask := func(p *person) {
		p.do("ask for German", call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": "de"}}))
	}
	ruth := sit(t, e.URL(""), "ruth", phone)
	ruth.open("/sign-in")
	ruth.signIn(staffEmail)
	ruth.wait("the desk", `location.pathname === "/desk" && document.readyState === "complete"`)
	ask(ruth)
	for _, path := range []string{
		"/desk", "/desk/sales/new", "/desk/sales/spring", "/desk/sales/spring/edit", "/desk/sales/spring/lots", "/desk/sales/spring/lots/new", lot,
		"/desk/sales/spring/bidders", "/desk/sales/spring/check-in", "/desk/sales/spring/line?lot=1", "/desk/sales/spring/checkout", "/desk/sales/spring/checkout/101",
		"/desk/sales/spring/appeal", "/desk/sales/spring/results", "/desk/sales/spring/audit", "/desk/sales/spring/prints", "/desk/sales/spring/files",
		"/desk/sales/spring/photos", "/desk/sales/spring/import", "/desk/sales/spring/invitations", "/desk/sales/spring/letters", "/desk/staff", "/desk/mail",
	} {
		german(ruth, path)
	}
	ann := e.seat(0, phone)
	ask(ann)
	for _, path := range []string{"/", "/sales/spring", lotPath(e.lots[0].ID), "/sales/spring/mine", "/sales/spring/invoice"} {
		german(ann, path)
	}
}
