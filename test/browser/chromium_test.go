// Package browser watches a real Chromium use the pages of the real program.
package browser

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m, closeChromium) }

// chromium is the one browser process of the package; every person in it has a
// cookie jar of their own.
var chromium struct {
	mu   sync.Mutex // guards what follows
	ctx  context.Context
	stop context.CancelFunc
}

// chromiumPath is where Debian and most others put it.
func chromiumPath() string {
	for _, name := range []string{"chromium", "/usr/bin/chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// openChromium starts the browser, or returns the one that runs.
func openChromium(t *testing.T) context.Context {
	t.Helper()
	path := chromiumPath()
	if path == "" {
		t.Skip("SKIPPED: no chromium on this machine, so nothing that people see is tested; install it (test/tools) and run again")
	}
	chromium.mu.Lock()
	defer chromium.mu.Unlock()
	if chromium.ctx != nil {
		return chromium.ctx
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path)}
	for name, value := range map[string]any{
		"headless": "new", "no-sandbox": true, "disable-gpu": true, "disable-quic": true, "no-first-run": true,
		"disable-background-networking": true, "disable-component-update": true, "disable-sync": true,
		"disable-dev-shm-usage": true, "disable-default-apps": true, "no-default-browser-check": true,
		"disable-backgrounding-occluded-windows": true, "disable-renderer-backgrounding": true,
		"disable-background-timer-throttling": true, "force-color-profile": "srgb", "hide-scrollbars": true,
		"password-store": "basic", "disable-features": "Translate",
	} {
		options = append(options, chromedp.Flag(name, value))
	}
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, endBrowser := chromedp.NewContext(alloc)
	if err := chromedp.Do(ctx); err != nil {
		endBrowser()
		endAlloc()
		t.Fatalf("start chromium: %v", err)
	}
	chromium.ctx, chromium.stop = ctx, func() {
		chromedp.Cancel(ctx) // waits for the process; what it kept is removed
		endAlloc()
	}
	return ctx
}

// closeChromium ends the browser and removes what it kept.
func closeChromium() {
	chromium.mu.Lock()
	defer chromium.mu.Unlock()
	if chromium.stop != nil {
		chromium.stop()
	}
}

// shots is a directory for pictures of the pages that tests pass, "" for none:
// OUTCRY_SHOTS=/tmp/shots go test ./test/browser
func shots() string { return os.Getenv("OUTCRY_SHOTS") }

// call makes a step of a command of the browser's protocol.
func call[P, R any](cmd cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, cmd, params)
		return err
	})
}
