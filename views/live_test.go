package views

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/coder/websocket"

	"outcry/auction"
)

// frameAt is the vase's frame after one more bid.
func frameAt(t *testing.T, seq int64, price auction.Money) string {
	v := LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}
	v.Lot.Seq, v.Lot.Price, v.Lot.Ask = seq, price, price+2000
	v.Lot.ClosesAt = time.Now().Add(90 * time.Second)
	v.History = append(v.History, auction.Row{Seq: seq, At: closes, Paddle: "214", Amount: price})
	return html(t, LotFrame(v))
}

const price = `document.querySelector("#lot-42 data").textContent`

func TestLivePage(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/lot-outbid"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	until(t, ctx, `/\d/.test(document.querySelector("#lot-42 time").textContent)`)

	h.push(t, frameAt(t, 18, 38000))
	until(t, ctx, price+` === "£380"`)
	until(t, ctx, `document.querySelector("#lot-42 data").style.background !== ""`)
	until(t, ctx, `document.querySelector("#history-42 tr").classList.contains("me")`)
	until(t, ctx, `document.querySelector(".dock button").value === "400.00"`)
	until(t, ctx, `/^01:\d\d$/.test(document.querySelector("#lot-42 time").textContent)`)

	h.push(t, frameAt(t, 17, 36000)) // older: dropped, its history too
	h.push(t, frameAt(t, 19, 40000))
	until(t, ctx, price+` === "£400"`)

	v := StandingView{Standing: *standingOn(entries()[1], true), Number: "114", Currency: gbp}
	v.Standing.Seq = 20
	h.push(t, html(t, StandingFrame(v)))
	until(t, ctx, `getComputedStyle(document.querySelector("#lot-42 > button")).display === "none"`)
	if got := eval(t, ctx, `document.querySelector(".dock button").hidden`); got != "true" {
		t.Errorf("the dock still offers a bid to the leader: hidden is %s", got)
	}
	v.Standing.Seq, v.Standing.Leads = 15, false
	h.push(t, html(t, StandingFrame(v))) // an older standing
	h.push(t, frameAt(t, 21, 42000))
	until(t, ctx, price+` === "£420"`)
	if got := eval(t, ctx, `document.querySelector("#standing-42 .band").dataset.s`); got != "lead" {
		t.Errorf("an older standing was shown: %s", got)
	}
}

// A price never changes on a button while it is pressed.
func TestPressedButtonHolds(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/lot-outbid"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	press := `document.querySelector("#lot-42 > button").dispatchEvent(new PointerEvent("pointerdown", {bubbles: true}))`
	do(t, ctx, press)
	h.push(t, frameAt(t, 18, 38000))
	time.Sleep(300 * time.Millisecond)
	if got := eval(t, ctx, price); got != "£360" {
		t.Errorf("the price under a pressed button became %s", got)
	}
	do(t, ctx, `document.dispatchEvent(new PointerEvent("pointerup"))`)
	until(t, ctx, price+` === "£380"`)
}

// The same bid after an unknown answer goes out under the same key, another
// bid under another, and what was typed stays until it was taken.
func TestKeys(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/lot-outbid"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	status := func(code int, answer BidAnswerView) {
		text := html(t, BidAnswer(answer))
		h.answer(func(w http.ResponseWriter, _ string) {
			w.WriteHeader(code)
			w.Write([]byte(text))
		})
	}
	unavailable, refused, taken := answers()[len(answers())-3], answers()[0], answers()[2]
	bidMax := func(amount, outcome string) {
		do(t, ctx, `document.querySelector("#amount-42").value = "`+amount+`"; document.querySelector("#answer-42").replaceChildren(); document.querySelector("#max-42 button").click()`)
		until(t, ctx, `document.querySelector("#answer-42 [data-outcome='`+outcome+`']") !== null`)
	}
	status(503, unavailable)
	bidMax("500", "unavailable")
	status(422, refused)
	bidMax("500", "refused")
	if got := eval(t, ctx, `document.querySelector("#amount-42").value`); got != "500" {
		t.Errorf("after a refusal the amount is %q, want what was typed", got)
	}
	status(200, taken)
	bidMax("500", "leading")
	if got := eval(t, ctx, `document.querySelector("#amount-42").value`); got != "" {
		t.Errorf("after it was taken the amount is still %q", got)
	}
	do(t, ctx, `document.querySelector("#answer-42").replaceChildren(); document.querySelector("#lot-42 > button").click()`)
	until(t, ctx, `document.querySelector("#answer-42 [data-outcome]") !== null`)

	status(422, refused)
	bidMax("370", "refused")
	until(t, ctx, `document.querySelector("#answer-42 .again button").value === "380.00"`)
	h.push(t, frameAt(t, 18, 38000))
	until(t, ctx, `document.querySelector("#answer-42 .again") === null`) // £380 would be refused now

	bids := h.came()
	if len(bids) != 5 {
		t.Fatalf("came: %q", bids)
	}
	if bids[0] != bids[1] {
		t.Errorf("the same bid after 503 went out as %q and %q", bids[0], bids[1])
	}
	if bids[1] == bids[2] {
		t.Errorf("a bid after a refusal went out under the refused one's key: %q", bids[2])
	}
	if !strings.HasPrefix(bids[3], "exact 380.00 ") {
		t.Errorf("the button sent %q", bids[3])
	}
}

// A line that breaks is said at once, comes back, and a bid without an answer
// is said to be one.
func TestLineComesBack(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/lot-outbid"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	before := h.sockets()
	h.mu.Lock()
	h.lines[before-1].Close(websocket.StatusServiceRestart, "restart")
	h.mu.Unlock()
	until(t, ctx, `document.getElementById("line").textContent === "Back, and up to date"`)
	if h.sockets() <= before {
		t.Error("the line came back without a new socket")
	}
	h.answer(func(w http.ResponseWriter, _ string) { panic(http.ErrAbortHandler) })
	do(t, ctx, `document.querySelector("#lot-42 > button").click()`)
	until(t, ctx, `document.querySelector("#answer-42").textContent.includes("380.00 arrived")`)
}

// The shelf's copy of a lot that is not among the page's entries lives too.
func TestCatalogueLives(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/catalogue"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	lot := vase()
	lot.Seq, lot.Price = 18, 38000
	do(t, ctx, `document.getElementById("card-42").remove()`)
	h.push(t, html(t, CardFrame(CardFrameView{Lot: lot, Currency: gbp, Zone: london})))
	until(t, ctx, `document.querySelector("[data-copy='card-42'] data").textContent === "£380"`)
	v := StandingView{Standing: auction.Standing{Paddle: "214", Lot: 43, Seq: 30, Max: 1000}, Number: "113", Currency: gbp}
	h.push(t, html(t, StandingFrame(v)))
	until(t, ctx, `document.querySelector("#flags").textContent.includes("Outbid on lot 113")`)
	v.Standing.Seq, v.Standing.Leads = 31, true
	h.push(t, html(t, StandingFrame(v)))
	until(t, ctx, `document.querySelector("#flags").children.length === 0 && document.querySelector("#mine-43").textContent.includes("You lead")`)
}

// When a lot ends, the answer to a bid before the end goes, and the lot leaves
// the masthead's count of those where the viewer is outbid.
func TestLotEnds(t *testing.T) {
	ctx, h := browser(t), openHouse(t)
	run(t, ctx, chromedp.Navigate(h.URL+"/page/lot-outbid"))
	until(t, ctx, `document.getElementById("line").textContent === "Live"`)
	outbid := answers()[1]
	outbid.Panel, outbid.Standing = nil, nil
	text := html(t, BidAnswer(outbid))
	h.answer(func(w http.ResponseWriter, _ string) { w.Write([]byte(text)) })
	do(t, ctx, `document.querySelector("#lot-42 > button").click()`)
	until(t, ctx, `document.querySelector("#answer-42 [data-outcome='outbid']") !== null`)
	if got := eval(t, ctx, `document.querySelector(".count").hidden`); got != "false" {
		t.Fatalf("the count of a viewer outbid on one lot: hidden is %s", got)
	}

	sold := LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}
	sold.Lot.State, sold.Lot.Seq, sold.Lot.Hammer, sold.Lot.EndedAt = auction.Sold, 25, 36000, closes
	h.push(t, html(t, LotFrame(sold)))
	until(t, ctx, `document.querySelector("#answer-42").children.length === 0`)
	v := StandingView{Standing: auction.Standing{Paddle: "214", Lot: 42, Seq: 25, Max: 34000, Over: true}, Number: "114", Currency: gbp}
	h.push(t, html(t, StandingFrame(v)))
	until(t, ctx, `document.querySelector(".count").hidden`)
}
