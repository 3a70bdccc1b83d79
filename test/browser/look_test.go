package browser

import (
	"fmt"
	"testing"
)

// TestTheBandNamesTheNextBid: who was outbid reads in the band what the next
// bid must reach, in their language, and it follows what others bid then.
func TestTheBandNamesTheNextBid(t *testing.T) {
	t.Parallel()
	e := furnish(t, vases(1))
	lot := e.lots[0].ID
	ann, ben, cat := e.seat(0, phone), e.Client(e.bidders[1]), e.Client(e.bidders[2])
	ann.openLive(lotPath(lot))
	ann.press("Bid £10")
	ann.waitText(sel("#standing-%d", lot), "You lead")
	next := func(band, amount string) {
		t.Helper()
		ann.waitText(sel("#standing-%d", lot), band+amount+".")
		ann.waitText(sel("#lot-%d > button", lot), amount)
	}
	e.bid(ben, lot, "20")
	next("Outbid You bid £10. Next bid ", "£12")
	e.bid(cat, lot, "30")
	next("Outbid You bid £10. Next bid ", "£22")
	if n := eval[int](ann, fmt.Sprintf(`document.querySelectorAll("#standing-%d [aria-hidden] [data-next], #standing-%d [data-next][aria-hidden=true]").length`, lot, lot)); n != 1 {
		t.Errorf("the amount that moves in a live region is silent %d times, want once", n)
	}
	ann.press("Deutsch")
	ann.wait("live again", `document.documentElement.lang === "de" && document.documentElement.dataset.line === "on"`)
	e.bid(ben, lot, "40")
	next("Nächstes Gebot ", "32 £")
}
