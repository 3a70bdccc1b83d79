package views

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"

	"outcry/static"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'"

// house is a server that shows the pages as the program does, with a socket
// and an answer to bids that the test decides.
type house struct {
	*httptest.Server
	pages map[string]pageOf

	mu    sync.Mutex // guards the rest
	lines []*websocket.Conn
	bids  []string // "kind amount key" of each that came
	reply func(w http.ResponseWriter, amount string)
}

func openHouse(t *testing.T) *house {
	h := &house{pages: map[string]pageOf{}}
	for _, p := range allPages() {
		h.pages["/page/"+p.name] = p
	}
	mux := http.NewServeMux()
	mux.Handle("/static/", static.Handler())
	mux.Handle("/photos/", http.StripPrefix("/photos/", http.FileServerFS(static.Demo())))
	mux.HandleFunc("/live", h.live)
	mux.HandleFunc("POST /lots/{id}/bids", h.bid)
	mux.HandleFunc("/page/{name}", func(w http.ResponseWriter, r *http.Request) {
		p, ok := h.pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, html(t, p.c))
	})
	h.Server = httptest.NewServer(mux)
	t.Cleanup(h.Close)
	return h
}

func (h *house) live(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	h.mu.Lock()
	h.lines = append(h.lines, c)
	h.mu.Unlock()
	c.Write(r.Context(), websocket.MessageText, fmt.Appendf(nil, `{"t":%d}`, time.Now().UnixMilli()))
	c.Read(context.Background()) // until it closes
}

func (h *house) bid(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.bids = append(h.bids, r.FormValue("kind")+" "+r.FormValue("amount")+" "+r.FormValue("key"))
	reply := h.reply
	h.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	reply(w, r.FormValue("amount"))
}

func (h *house) push(t *testing.T, text string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.lines[len(h.lines)-1]
	if err := c.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
		t.Fatal(err)
	}
}

func (h *house) sockets() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.lines)
}

func (h *house) answer(reply func(http.ResponseWriter, string)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reply = reply
}

func (h *house) came() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]string(nil), h.bids...)
}

// browser starts a real one; what it complains about fails the test.
func browser(t *testing.T) context.Context {
	if testing.Short() {
		t.Skip("a browser takes seconds: not with -short")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium on this machine: the page was not tried in a browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	complaints := chromedp.Console(ctx)
	if err := chromedp.Do(ctx); err != nil { // starts it
		t.Fatal(err)
	}
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		for m, err := range complaints {
			if err != nil {
				return
			}
			if m.IsException() || strings.Contains(m.Text, "Content Security Policy") {
				t.Errorf("the page complained: %s", m)
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-heard
	})
	return ctx
}

func run(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// do runs a statement in the page.
func do(t *testing.T, ctx context.Context, statement string) {
	t.Helper()
	run(t, ctx, chromedp.Evaluate[chromedp.Void](statement+"; void 0"))
}

// until waits for an expression to be true.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingTimeout(5*time.Second), chromedp.WithPollingInterval(20*time.Millisecond)))
	if err != nil {
		t.Fatalf("never became true: %s (%v)\n%s", expression, err, eval(t, ctx, `document.querySelector("main").innerText`))
	}
}

func eval(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return out
}

// On the narrowest phone nothing sticks out, and every control can be hit.
func TestNarrow(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.EmulateViewport(320, 700))
	for _, p := range allPages() {
		if p.part {
			continue
		}
		run(t, ctx, chromedp.Navigate(h.URL+"/page/"+p.name))
		wide := eval(t, ctx, `(() => { const w = document.documentElement.scrollWidth; return w <= 320 ? "" : w + " " +
			[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 321 && !e.closest(".scroll, .chips, .shelf ol, .vh, [hidden]")).slice(0, 3).map(e => e.tagName + "." + e.className).join(" ") })()`)
		if wide != "" {
			t.Errorf("%s is wider than 320: %s", p.name, wide)
		}
		low := eval(t, ctx, `[...document.querySelectorAll("button, .btn, input:not([type=hidden], [type=checkbox]), select")].filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 47.5).map(e => e.outerHTML.slice(0, 80)).join("\n")`)
		if low != "" {
			t.Errorf("%s has controls lower than 48 px:\n%s", p.name, low)
		}
	}
}
