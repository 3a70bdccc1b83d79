package browser

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"

	"outcry/handlers/push/pushtest"
	"outcry/test/house"
)

// subscribed stands in for the one thing that Chromium does not do by itself: to
// ask its maker's push service for an address. All else is its own.
const subscribed = `
addEventListener("DOMContentLoaded", () => (window.asked = 0));
{
  const raw = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;
  const key = "outcry-test-sub";
  const made = () => localStorage.getItem(key) && {
    endpoint: %q, options: { applicationServerKey: raw(localStorage.getItem(key)) },
    getKey: (name) => raw({ p256dh: %q, auth: %q }[name]), unsubscribe: async () => (localStorage.removeItem(key), true),
  };
  PushManager.prototype.getSubscription = async () => made() || null;
  PushManager.prototype.subscribe = async (o) => (window.asked++, localStorage.setItem(key, o.applicationServerKey), made());
}`

// TestToldOnThisPhone: a tap has a bidder told while no page is open, and
// another ends it.
func TestToldOnThisPhone(t *testing.T) {
	t.Parallel()
	openChromium(t)
	service := pushtest.Start(t)
	trust := filepath.Join(t.TempDir(), "trust.pem")
	if err := os.WriteFile(trust, service.Certificate(), 0o600); err != nil {
		t.Fatal(err)
	}
	h := house.New(t)
	h.Env = []string{"SSL_CERT_FILE=" + trust}
	h.Import("spring", vases(1), "--title", "Spring Sale", "--closes-in", "1h")
	e := &evening{House: h, t: t, bidders: h.Bidders("spring", 4)}
	h.Start("--push-allow", "127.0.0.1")
	e.guest = h.Client(house.Bidder{})
	e.refresh()
	lot := e.lots[0].ID

	ann := e.seat(0, phone)
	b := service.Subscribe(t)
	b64 := base64.RawURLEncoding.EncodeToString
	ann.do("listen", call(serviceworker.Enable, cdp.Empty{}), call(page.AddScriptToEvaluateOnNewDocument,
		page.AddScriptToEvaluateOnNewDocumentParams{Source: fmt.Sprintf(subscribed, b.Endpoint, b64(b.Key), b64(b.Auth))}))
	ann.openLive(lotPath(lot))
	ann.wait("nothing offered before a bid", `document.querySelector("[data-push]").hidden && document.querySelector("[data-push]").textContent !== ""`)
	ann.press("Bid £10")
	ann.wait("it is offered after a bid", `!document.querySelector("[data-push]").hidden`)
	if n := eval[int](ann, `window.asked`); n != 0 {
		t.Errorf("the browser was asked %d times without a tap", n)
	}

	ann.permission("denied")
	ann.click("[data-push]", "Tell me on this phone")
	ann.waitText("main", "Your browser refuses to tell you things.")
	ann.shoot("push-refused-phone")
	ann.permission("granted")
	ann.click("[data-push]", "Tell me on this phone")
	ann.waitText("main", "You are told here when you are outbid")
	ann.waitText("[data-push]", "is told")
	ann.shoot("push-told-phone")
	ann.openLive(lotPath(lot))
	ann.waitText("[data-push]", "is told") // it is known again

	e.bid(e.Client(e.bidders[1]), lot, "25")
	m := service.Await(t, 1)[0]
	if !strings.Contains(m.Words, "Outbid on lot 1") || strings.Contains(m.Words, "25") {
		t.Errorf("the phone is told %s", m.Words)
	}
	ann.wait("its service worker", `navigator.serviceWorker.controller !== null`)
	ann.mu.Lock()
	worker := ann.worker
	ann.mu.Unlock()
	ann.do("deliver", call(serviceworker.DeliverPushMessage, serviceworker.DeliverPushMessageParams{
		Origin: strings.TrimSuffix(e.URL(""), "/"), RegistrationID: serviceworker.RegistrationID(worker), Data: m.Words,
	}))
	ann.wait("it is shown", `(async () => { window.shown = await (await navigator.serviceWorker.ready).getNotifications(); })(), window.shown?.length === 1`)
	if got := eval[string](ann, `shown[0].title + " | " + shown[0].body + " | " + shown[0].data.path`); got !=
		fmt.Sprintf("Outbid on lot 1, Vase number 1 | The bid is now £11. The next one is £12. | lots/%d", lot) {
		t.Errorf("the phone shows %s", got)
	}

	ann.click("[data-push]", "This phone is told")
	ann.waitText("main", "You are not told here any more.")
	ann.openLive("/sales/spring/mine")
	ann.waitText("[data-push]", "Tell me on this")
	ann.shoot("push-mine-phone")
}

// TestWhatCannotBeToldIsSaid in words, where the browser or the house lacks what
// it takes.
func TestWhatCannotBeToldIsSaid(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	for script, want := range map[string]string{
		`Object.defineProperty(window, "isSecureContext", { value: false })`: "This house has no https",
		`delete window.PushManager`:                                              "This browser cannot tell you anything",
		`delete window.PushManager; navigator.standalone = false`:                "On an iPhone or iPad, first put this page on the home screen",
		`PushManager.prototype.subscribe = () => Promise.reject(new Error("x"))`: "That did not work. Tap again in a while.",
	} {
		ann := e.seat(0, phone)
		ann.do("lack", call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script}))
		ann.permission("granted")
		ann.openLive("/sales/spring/mine")
		ann.click("[data-push]", "Tell me on this phone")
		ann.waitText("main", want)
	}
}

// permission answers for the browser whether the page may show notifications.
func (p *person) permission(setting string) {
	p.t.Helper()
	p.do("permission", call(browser.SetPermission, browser.SetPermissionParams{
		Permission: &browser.PermissionDescriptor{Name: "notifications"}, Setting: browser.PermissionSetting(setting), Origin: strings.TrimSuffix(p.base, "/"), BrowserContextID: chromedp.FromContext(p.ctx).BrowserContextID,
	}))
}
