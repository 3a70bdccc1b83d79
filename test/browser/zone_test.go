package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestTwoZones: the sale's zone is named, and a reader whose own clock shows
// another time is told theirs beside it; one who lives there is not, and without
// script the sale's stands alone.
func TestTwoZones(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1), "--zone", "Europe/Berlin", "--closes-in", "3h")
	lot := lotPath(e.lots[0].ID)
	own := `[...document.querySelectorAll("time[data-own]")].map(el => el.textContent)`
	// The times of the page itself, by its datetime and the zone of whoever asks.
	want := func(zone, sample string) string {
		return fmt.Sprintf(`(() => { const el = document.querySelector("main time[data-own]"); const clock = el.dataset.own && document.querySelector(el.dataset.own);
			const at = clock ? new Date(Number(clock.dataset.at)) : new Date(el.dateTime);
			return %q.replace("%%s", new Intl.DateTimeFormat(document.documentElement.lang, {weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: %q}).format(at)); })()`, sample, zone)
	}
	for _, c := range []struct{ zone, sample string }{{"Asia/Kolkata", "(%s your time)"}, {"Europe/Paris", ""}} {
		p := sit(t, e.URL(""), c.zone, phone)
		p.do("live in "+c.zone, call(emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: c.zone}))
		p.open(e.bidders[0].Link)
		for _, path := range []string{"/", "/sales/spring", lot, "/sales/spring/mine"} {
			p.open(path)
			p.waitText("main", "Times are Berlin time.")
			p.wait("a time of one's own on "+path, fmt.Sprintf(`document.querySelector("main time[data-own]").textContent === %s`, want(c.zone, c.sample)))
			if c.sample == "" {
				if got := eval[[]string](p, own); fmt.Sprint(got) != fmt.Sprint(make([]string, len(got))) {
					t.Errorf("%s in %s: told %q beside the sale's own time", path, c.zone, got)
				}
			}
			if wide := eval[float64](p, `document.documentElement.scrollWidth - innerWidth`); wide > 0 {
				t.Errorf("%s in %s is %v px wider than the window", path, c.zone, wide)
			}
		}
	}
	plain := sit(t, e.URL(""), "no script", phone)
	plain.do("run no script", call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}))
	plain.open(lot)
	plain.waitText("main", "Times are Berlin time.")
}
