package browser

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestNoConnection: with the house out of reach a phone shows the page that
// says so, and no price; back in reach it shows the newest.
func TestNoConnection(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann := e.seat(0, phone)
	ann.excuse("ERR_CONNECTION", "ERR_FAILED", "ERR_EMPTY_RESPONSE", "WebSocket")
	ann.openLive(lotPath(lot))
	ann.waitText(".slip", "£10")
	ann.wait("its service worker", `navigator.serviceWorker.controller !== null`)
	if err := e.Stop(); err != nil {
		t.Fatal(err)
	}
	ann.do("reload", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.Reload, page.ReloadParams{})
		return err
	}))
	ann.waitText("main", "No connection", "Prices would be old")
	if said := ann.text("main"); strings.Contains(said, "£") {
		t.Errorf("the page for no connection has a price: %s", said)
	}
	if eval[string](ann, `getComputedStyle(document.querySelector(".btn.go")).display`) == "inline" {
		t.Error("the page for no connection has lost its stylesheet")
	}
	ann.shoot("offline-phone")
	e.Start()
	e.bid(e.Client(e.bidders[1]), lot, "30")
	e.bid(e.Client(e.bidders[2]), lot, "20")
	ann.press("Try again")
	ann.waitText(".slip", "£21", "Paddle 102 leads")
	ann.wait("live again", `document.documentElement.dataset.line === "on"`)
	eval[bool](ann, `caches.keys().then(async (all) => {
		const kept = await Promise.all(all.map(async (n) => (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname)));
		window.kept = kept.flat().join(" ");
	}), true`)
	ann.wait("what is kept", `window.kept !== undefined`)
	kept := eval[string](ann, `window.kept`)
	if strings.Contains(kept, "/lots") || strings.Contains(kept, "/sales") || !strings.Contains(kept, "/offline") {
		t.Errorf("the phone keeps %s", kept)
	}
}

// TestInTheHand: the browser takes the house for something to install, and a
// lot is shared by its own sheet, or by its address.
func TestInTheHand(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	ann := e.seat(0, phone)
	ann.openLive(lotPath(e.lots[0].ID))
	address := e.URL(lotPath(e.lots[0].ID))
	ann.do("manifest", chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		m, err := cdp.Call(ctx, target, page.GetAppManifest, page.GetAppManifestParams{})
		if err != nil {
			return err
		}
		if len(m.Errors) > 0 || !strings.HasSuffix(m.URL, "/manifest.webmanifest") {
			return fmt.Errorf("manifest %s: %+v", m.URL, m.Errors)
		}
		said, err := cdp.Call(ctx, target, page.GetInstallabilityErrors, cdp.Empty{})
		if err != nil {
			return err
		}
		for _, x := range said.InstallabilityErrors {
			if x.ErrorID != "in-incognito" { // as each window of these tests is
				return fmt.Errorf("not to be installed: %+v", x)
			}
		}
		return nil
	}))
	ann.click("[data-share] > summary", "Share")
	ann.wait("the address, to copy", `document.activeElement.id === "address" && document.activeElement.selectionEnd > 0`)
	if got := ann.value("#address"); got != address {
		t.Errorf("the address to copy is %s, want %s", got, address)
	}
	ann.shoot("lot-share-phone")
	ann.click("[data-share] > summary", "Share")
	eval[bool](ann, `navigator.share = (what) => { window.handed = what.url; return Promise.resolve(); }, true`)
	ann.click("[data-share] > summary", "Share")
	ann.wait("the phone's own sheet", fmt.Sprintf(`window.handed === %q && !document.querySelector("[data-share]").open`, address))
}
