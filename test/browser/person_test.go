package browser

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take for one thing on a busy machine. Tests
// wait for what they want to see and go on at once.
const patience = time.Minute

// person is somebody at a browser window of their own.
type person struct {
	t    *testing.T
	name string
	base string // the house's address as this browser knows it
	ctx  context.Context

	also atomic.Value // a func(any) that hears the browser's events, too

	mu      sync.Mutex // guards what follows; events come from chromedp's goroutine
	faults  []string   // errors of the console and requests to elsewhere
	excused []string   // parts of faults that the test expects
	worker  string     // the newest service worker's registration, once they are listened to
}

// size of a window in CSS pixels.
type size struct{ w, h int64 }

var (
	phone   = size{390, 844}
	desktop = size{1280, 900}
)

// sit opens a window on a house. base is its address: the house's own, or that
// of a wire in between. The window closes with the test, which fails when the
// page complained on its console or asked another host for anything.
func sit(t *testing.T, base, name string, s size) *person {
	t.Helper()
	p := &person{t: t, name: name, base: base}
	ctx, cancel := chromedp.NewContext(openChromium(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(p.heard))
	p.ctx = ctx
	t.Cleanup(func() {
		p.report()
		cancel()
	})
	// The first call starts the window, which lives as long as that call's
	// context: it has no deadline.
	err := chromedp.Do(ctx, call(cdplog.Enable, cdp.Empty{}), call(network.Enable, network.EnableParams{}),
		call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: spy}),
		call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		chromedp.EmulateViewport(s.w, s.h))
	if err != nil {
		t.Fatalf("%s: open a window: %v", name, err)
	}
	return p
}

// spy runs before a page's own scripts: it keeps the page's sockets and all
// they heard, so that a test can deliver a frame once more, and what the page's
// price was when.
const spy = `
window.sockets = []; window.frames_ = []; window.marks = [];
addEventListener("securitypolicyviolation", (e) => console.error("the policy was broken:", e.violatedDirective, e.blockedURI, e.sample));
addEventListener("pageshow", (e) => e.isTrusted && (window.persisted = e.persisted));
window.WebSocket = class extends WebSocket {
  constructor(...a) {
    super(...a);
    sockets.push(this);
    this.addEventListener("message", (e) => e.isTrusted && frames_.push(e.data));
  }
};
window.deliver = (data) => sockets.at(-1).dispatchEvent(new MessageEvent("message", { data }));
document.addEventListener("DOMContentLoaded", () => {
  const price = () => document.querySelector("main [data-lot][data-price]")?.dataset.price;
  let was = price();
  new MutationObserver(() => { if (price() !== was) { was = price(); marks.push({ price: was, at: Date.now() }); } })
    .observe(document.body, { subtree: true, attributes: true, childList: true });
});
document.addEventListener("click", (e) => e.isTrusted && marks.push({ click: e.target.textContent, at: Date.now() }), true);`

// heard takes what the browser tells about the page.
func (p *person) heard(ev any) {
	if also, _ := p.also.Load().(func(any)); also != nil {
		also(ev)
	}
	switch ev := ev.(type) {
	case *cdplog.EventEntryAdded:
		if ev.Entry.Level == cdplog.EntryLevelError || ev.Entry.Level == cdplog.EntryLevelWarning {
			p.fault(fmt.Sprintf("%s %s: %s %s", ev.Entry.Source, ev.Entry.Level, ev.Entry.Text, ev.Entry.URL))
		}
	case *runtime.EventConsoleAPICalled:
		words := []string{string(ev.Type)}
		for _, a := range ev.Args {
			words = append(words, string(a.Value)+a.Description)
		}
		p.fault("console " + strings.Join(words, " ")) // ours says nothing there
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		p.fault("exception: " + text)
	case *network.EventRequestWillBeSent:
		p.asked(ev.Request.URL)
	case *network.EventWebSocketCreated:
		p.asked(ev.URL)
	case *serviceworker.EventWorkerRegistrationUpdated:
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, r := range ev.Registrations {
			if !r.IsDeleted && strings.HasPrefix(r.ScopeURL, p.base) {
				p.worker = string(r.RegistrationID)
			}
		}
	case *page.EventJavascriptDialogOpening:
		p.fault("a dialog: " + ev.Message)
	}
}

func (p *person) asked(address string) {
	u, err := url.Parse(address)
	own, _ := url.Parse(p.base)
	if err != nil || u.Scheme == "data" || u.Scheme == "about" || u.Host == own.Host && strings.HasPrefix(u.Path, own.Path) {
		return
	}
	p.fault("a request to elsewhere: " + address)
}

func (p *person) fault(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, text)
}

// excuse names a part of a complaint that the test provokes, such as a refused
// bid's "status of 422".
func (p *person) excuse(parts ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.excused = append(p.excused, parts...)
}

func (p *person) report() {
	p.mu.Lock()
	defer p.mu.Unlock()
faults:
	for _, f := range p.faults {
		for _, e := range p.excused {
			if strings.Contains(f, e) {
				continue faults
			}
		}
		p.t.Errorf("%s's browser complained: %s", p.name, f)
	}
}

// do runs steps; the test ends when one fails.
func (p *person) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.name, what, err, p.seen())
	}
}

// seen is what the page says now, for a failure's report.
func (p *person) seen() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.querySelector(".slip") ?? document.body).innerText.slice(0, 1500)`))
	if err != nil {
		return "the page cannot be read: " + err.Error()
	}
	return text
}

// open goes to a path and waits until the page is there.
func (p *person) open(path string) {
	p.t.Helper()
	p.do("open "+path, chromedp.Navigate(p.base+path))
}

// openLive is open for a page with a socket: it waits until the page hears
// from the server.
func (p *person) openLive(path string) {
	p.t.Helper()
	p.open(path)
	p.wait("live", `document.documentElement.dataset.line === "on"`)
}

// eval computes an expression in the page.
func eval[T any](p *person, js string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		p.t.Fatalf("%s: evaluate %s: %v\n%s", p.name, js, err, p.seen())
	}
	return v
}

// wait asks the page until an expression is true.
func (p *person) wait(what, js string) {
	p.t.Helper()
	p.waitFor(patience, what, js)
}

func (p *person) waitFor(d time.Duration, what, js string) {
	p.t.Helper()
	end := time.Now().Add(d)
	for {
		ctx, cancel := context.WithDeadline(p.ctx, end)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		cancel()
		if ok && err == nil {
			return
		}
		if time.Now().After(end) {
			p.t.Fatalf("%s waited for: %s\n  %s\n  last error: %v\nthe page says:\n%s", p.name, what, js, err, p.seen())
		}
		time.Sleep(25 * time.Millisecond) // between two looks
	}
}

// waitText waits until what a selector finds says all of these words.
func (p *person) waitText(sel string, words ...string) {
	p.t.Helper()
	for _, w := range words {
		p.wait(sel+" says "+w, fmt.Sprintf(`[...document.querySelectorAll(%q)].some((e) => e.checkVisibility() && e.innerText.replace(/\s+/g, " ").includes(%q))`, sel, w))
	}
}

// text is what a visible element says, white space folded.
func (p *person) text(sel string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf(`(document.querySelector(%q)?.innerText ?? "").replace(/\s+/g, " ").trim()`, sel))
}

// find is a script that finds the visible element of a selector, with these
// words if any, in the middle of the window.
const find = `((css, words) => {
	const fold = (s) => s.replace(/\s+/g, " ").trim();
	const el = [...document.querySelectorAll(css)].find((e) => e.checkVisibility({ visibilityProperty: true }) && (!words || fold(e.innerText) === words));
	if (!el) return null;
	el.scrollIntoView({ block: "center", behavior: "instant" });
	const box = el.getBoundingClientRect();
	return { el, x: box.x + box.width / 2, y: box.y + box.height / 2 };
})(%q, %q)`

// click presses the visible element of a selector, with these words if any,
// with the mouse. Nothing may lie over it.
func (p *person) click(css, words string) { p.t.Helper(); p.clicks(1, css, words) }

// press is click on the button or link that says words.
func (p *person) press(words string) { p.t.Helper(); p.clicks(1, "button, a, summary", words) }

func (p *person) clicks(n int, css, words string) {
	p.t.Helper()
	x, y := p.reach(css, words)
	var steps []chromedp.Action[chromedp.Void]
	for i := range n {
		steps = append(steps, mouse(input.DispatchMouseEventTypeMousePressed, x, y, i+1), mouse(input.DispatchMouseEventTypeMouseReleased, x, y, i+1))
	}
	p.do("press "+words, steps...)
}

// finger is a press whose two halves are done one by one.
func (p *person) finger(css, words string) (down, up chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	x, y := p.reach(css, words)
	return mouse(input.DispatchMouseEventTypeMousePressed, x, y, 1), mouse(input.DispatchMouseEventTypeMouseReleased, x, y, 1)
}

// reach waits until an element can be pressed, with nothing over it and no bid
// under way, and returns its middle.
func (p *person) reach(css, words string) (x, y float64) {
	p.t.Helper()
	what := fmt.Sprintf(find, css, words)
	p.wait(fmt.Sprintf("%s %q to press, with nothing over it", css, words), `(() => {
		const at = `+what+`;
		const top = at && document.elementFromPoint(at.x, at.y);
		return top && (top === at.el || at.el.contains(top)) && !document.querySelector("[data-sending], [data-fresh]");
	})()`)
	at := eval[[]float64](p, `(({ x, y }) => [x, y])(`+what+`)`)
	return at[0], at[1]
}

func mouse(kind input.DispatchMouseEventType, x, y float64, count int) chromedp.Action[chromedp.Void] {
	return call(input.DispatchMouseEvent, input.DispatchMouseEventParams{
		Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: int64(count),
	})
}

// fill replaces what stands in a control by typing. The page finds the control,
// as a person does: the driver's own numbers of nodes are void for a moment when
// a page has just come.
func (p *person) fill(css, text string) {
	p.t.Helper()
	p.wait(css+" to type in", fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, css))
	p.do("fill "+css,
		chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(e => { e.focus(); e.select?.() })(document.querySelector(%q))`, css)),
		chromedp.KeyEvent(text))
}

// value is what stands in a control.
func (p *person) value(sel string) string {
	p.t.Helper()
	return eval[string](p, fmt.Sprintf(`document.querySelector(%q).value`, sel))
}

// shoot keeps a picture of the whole page when pictures are wanted.
func (p *person) shoot(name string) {
	p.t.Helper()
	if shots() == "" {
		return
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatalf("%s: shoot %s: %v", p.name, name, err)
	}
	if err := os.WriteFile(filepath.Join(shots(), name+".png"), png, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// reloaded reports whether the page was loaded anew since stay was called.
func (p *person) stay()          { eval[bool](p, `window.stayed = true`) }
func (p *person) reloaded() bool { return !eval[bool](p, `window.stayed === true`) }

// lotPath is a lot's page.
func lotPath(id int64) string { return fmt.Sprintf("/lots/%d", id) }

// sel is a selector with a lot's id in it: sel("#lot-%d", 4).
func sel(format string, lot int64) string { return fmt.Sprintf(format, lot) }
