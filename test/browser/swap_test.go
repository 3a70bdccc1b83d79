package browser

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/tracing"

	"outcry/test/house"
)

// What one update of a page may touch at most, counted: a clock on a busy
// machine says nothing. A :has() in the wrong place had the style of all 2,300
// elements of a hundred lots worked out anew each second, on a slow phone 60 ms.
const (
	styledAtOnce = 150 // elements whose style is worked out
	laidAtOnce   = 200 // boxes that are laid out anew
	styledOften  = 150 // times that style is worked out, for six bids with their lights, and six seconds; 40 it is, and 290 and more of an animation
)

// traced is what the browser says about one of its steps.
type traced struct {
	Name string  `json:"name"`
	Pid  int     `json:"pid"`
	Ms   float64 `json:"tdur"` // microseconds of its thread
	Args struct {
		Elements  int                        `json:"elementCount"`
		BeginData struct{ DirtyObjects int } `json:"beginData"`
	} `json:"args"`
}

// noteSwaps has the page note how long each swap takes, from the socket's word
// to what stands in its place.
const noteSwaps = `(() => {
	let from = 0;
	window.took = [];
	document.addEventListener("htmx:ws:before:message:incoming", (e) => e.detail.message.data.startsWith("{") || (from = performance.now(), took.push(0)), true);
	document.addEventListener("htmx:after:settle", () => took[took.length - 1] = Math.round(10 * (performance.now() - from)) / 10);
	return true;
})()`

// trace has the browser note its steps while do runs, and returns those of this
// page's own process.
func (p *person) trace(do func()) []traced {
	p.t.Helper()
	var mu sync.Mutex
	var all []traced
	ended := make(chan struct{})
	p.also.Store(func(ev any) {
		switch ev := ev.(type) {
		case *tracing.EventDataCollected:
			mu.Lock()
			defer mu.Unlock()
			for _, v := range ev.Value {
				var s traced
				if json.Unmarshal(v, &s) == nil {
					all = append(all, s)
				}
			}
		case *tracing.EventTracingComplete:
			close(ended)
		}
	})
	p.do("trace", call(tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"devtools.timeline", "blink.user_timing"}}}))
	eval[bool](p, `performance.mark("outcry-here"), true`)
	do()
	p.do("the trace's end", call(tracing.End, cdp.Empty{}))
	<-ended
	mu.Lock()
	defer mu.Unlock()
	here := slices.IndexFunc(all, func(s traced) bool { return s.Name == "outcry-here" })
	if here < 0 {
		p.t.Fatal("the trace has nothing of this page")
	}
	pid := all[here].Pid
	return slices.DeleteFunc(all, func(s traced) bool { return s.Pid != pid })
}

// TestASwapTouchesLittle: with a hundred lots on a phone's page, neither a bid
// nor a second of all the clocks touches more than what is seen of it.
func TestASwapTouchesLittle(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(100))
	ben, cat := e.Client(e.bidders[1]), e.Client(e.bidders[2])
	lot := e.lots[0].ID
	e.bid(ben, lot, "10")
	e.bid(cat, lot, "30")
	price := 150
	for _, path := range []string{"/sales/spring", lotPath(lot)} {
		p := e.seat(0, phone)
		p.openLive(path)
		p.wait("letters", `document.fonts.status === "loaded"`)
		p.do("a slow phone", call(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 6}))
		if n := eval[int](p, `document.querySelectorAll("time[data-at]").length`); path == "/sales/spring" && n < 100 {
			t.Fatalf("the catalogue has %d clocks, want a hundred", n)
		}
		eval[bool](p, noteSwaps)
		second := `document.querySelector("main time[data-at]").textContent`
		steps := p.trace(func() {
			for i := range 6 {
				was := eval[string](p, second)
				a := e.bid([]*house.Client{ben, cat}[i%2], lot, strconv.Itoa(price))
				price += 10
				p.wait("the push", fmt.Sprintf(`Number(document.querySelector("main [data-lot][data-price]").dataset.price) === %d`, a.Price))
				p.wait("the next second", second+fmt.Sprintf(" !== %q", was))
			}
		})
		styled, laid, ms, times := 0, 0, map[string]float64{}, map[string]int{}
		for _, s := range steps {
			ms[s.Name] += s.Ms / 1000
			times[s.Name]++
			styled = max(styled, s.Args.Elements)
			laid = max(laid, s.Args.BeginData.DirtyObjects)
		}
		t.Logf("measured: %s, six bids and six seconds on a phone six times slower: style %.0f ms, layout %.0f ms, script %.0f ms, paint %.0f ms; each swap %s ms; at most %d elements styled and %d boxes laid out at once, %d times",
			path, ms["UpdateLayoutTree"], ms["Layout"], ms["FunctionCall"], ms["Paint"]+ms["PrePaint"], eval[string](p, `took.sort((a, b) => a - b).join(", ")`), styled, laid, times["UpdateLayoutTree"])
		if styled == 0 || laid == 0 {
			t.Errorf("%s: the trace counts nothing", path)
		}
		if times["UpdateLayoutTree"] > styledOften {
			t.Errorf("%s: style was worked out %d times, want %d at most", path, times["UpdateLayoutTree"], styledOften)
		}
		if styled > styledAtOnce || laid > laidAtOnce {
			t.Errorf("%s: %d elements styled and %d boxes laid out at once, want %d and %d at most", path, styled, laid, styledAtOnce, laidAtOnce)
		}
	}
}
