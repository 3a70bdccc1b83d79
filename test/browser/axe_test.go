package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe is the text of axe-core, which looks for what shuts people out; "" where
// it was not fetched (test/tools does that).
var axe = sync.OnceValue(func() string {
	text, err := os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return ""
	}
	return string(text)
})

func needAxe(t *testing.T) {
	t.Helper()
	if axe() == "" {
		t.Skip("SKIPPED: axe-core is not here, so nobody looks for what shuts people out; `make tools` fetches it with npm")
	}
}

// dressesOf are two of a page's four dresses, another two for every second
// page, in which both sizes and both themes are. OUTCRY_AXE=all (`make axe`)
// looks at all.
func dressesOf(name string) []dress {
	if os.Getenv("OUTCRY_AXE") == "all" {
		return dresses
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	i := int(h.Sum32()%2) * 2
	return dresses[i : i+2]
}

// dressed are the rules that a dress can break; the others look at the page's
// elements, which are the same in all.
const dressed = `["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]`

// axes has axe-core look at the page that is open.
func (p *person) axes(name string) {
	p.t.Helper()
	if axe() == "" {
		return
	}
	p.do("bring axe", chromedp.Evaluate[chromedp.Void](`typeof axe === "object" || (() => {`+axe()+`})(), null`))
	for i, d := range dressesOf(name) {
		p.do("dress", chromedp.EmulateViewport(d.size.w, d.size.h), p.media("prefers-color-scheme", d.theme))
		only := `{ type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }`
		if i > 0 && os.Getenv("OUTCRY_AXE") != "all" {
			only = `{ type: "rule", values: ` + dressed + ` }`
		}
		for _, found := range promised[[]string](p, fmt.Sprintf(axing, only, only)) {
			p.t.Errorf("%s on %d px, %s: %s", name, d.size.w, d.theme, found)
		}
	}
	p.do("undress", p.media("prefers-color-scheme", "light"), chromedp.EmulateViewport(desktop.w, desktop.h))
}

// axing runs axe-core over what is on the page, after what moves has stopped;
// first over the dock, then over the whole where the dock has made way for the
// slip that it stands for.
const axing = `(async () => {
	document.getAnimations().forEach((a) => a.effect?.getTiming().iterations !== Infinity && !a.timeline?.axis && a.finish());
	const found = [];
	const look = async (what, only) => found.push(...(await axe.run(what, { runOnly: only, resultTypes: ["violations"] })).violations);
	const dock = document.querySelector(".dock");
	scrollTo({ top: 0, behavior: "instant" });
	if (dock?.checkVisibility({ visibilityProperty: true })) await look(dock, %s);
	if (dock) {
		document.querySelector(".slip").scrollIntoView({ block: "center", behavior: "instant" });
		await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
	}
	await look(document, %s);
	return found.flatMap((v) => v.nodes.slice(0, 5).map((n) => v.id + ": " + n.target.join(" ") + " " + n.html.slice(0, 120) + " — " + n.failureSummary.replaceAll(/\s+/g, " ").slice(0, 300)));
})()`

func (p *person) media(feature, value string) chromedp.Action[chromedp.Void] {
	return call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
}

// promised is eval of what comes later.
func promised[T any](p *person, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`Promise.resolve(`+js+`).then((v) => JSON.stringify(v))`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s: evaluate %.80s: %v\n%s", p.name, js, err, p.seen())
	}
	var v T
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		p.t.Fatalf("%s: %.80s answers %q: %v", p.name, js, text, err)
	}
	return v
}
