package browser

import (
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
)

// evenings plays the board's frames in fast motion: n of them, each with other
// prices and times than the one before, as a night of bids brings them.
const evenings = `((n) => { (async () => {
  const frame = frames_.findLast((f) => f.includes("board-main"));
  for (let i = 0; i < n; i++) {
    deliver(frame.replaceAll(/£\d+/g, () => "£" + (1000 + Math.floor(Math.random() * 9000)))
      .replaceAll(/\d\d:\d\d:\d\d/g, () => "20:" + String(10 + i % 50) + ":" + String(10 + i % 49)));
    if (i % 20 === 0) await new Promise((done) => setTimeout(done));
  }
  document.getElementById("barrier") ?? document.body.append(Object.assign(document.createElement("p"), { id: "barrier" }));
  deliver('<hx-partial hx-target="#barrier">all ' + n + '</hx-partial>');
})(); return true; })`

// TestTheBoardDoesNotGrow: a night of frames leaves the page as large as it
// was, in elements and in memory.
func TestTheBoardDoesNotGrow(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(6))
	e.bid(e.Client(e.bidders[0]), e.lots[0].ID, "50")
	p := sit(t, e.URL(""), "projector", desktop)
	p.openLive("/sales/spring/board")
	p.waitText("#board-main", "Paddle 101 leads")
	p.wait("a frame of the board", `frames_.some((f) => f.includes("board-main"))`)
	p.shoot("board")
	size := func(frames string) (nodes, heap float64) {
		t.Helper()
		eval[bool](p, evenings+"("+frames+")")
		p.waitText("#barrier", "all "+frames)
		p.do("collect garbage", call(heapprofiler.CollectGarbage, cdp.Empty{}))
		return eval[float64](p, `document.querySelectorAll("*").length`), eval[float64](p, `performance.memory.usedJSHeapSize`)
	}
	nodes, heap := size("300")
	after, then := size("3000")
	t.Logf("measured: 3,000 frames of the board leave %.0f elements (before: %.0f) and %.1f MB of heap (before: %.1f)", after, nodes, then/1e6, heap/1e6)
	if after != nodes {
		t.Errorf("the board grew from %.0f to %.0f elements", nodes, after)
	}
	if then > heap+2e6 { // a kilobyte kept of each frame would be 3 MB
		t.Errorf("the board's heap grew from %.0f to %.0f bytes in 3,000 frames", heap, then)
	}
}
