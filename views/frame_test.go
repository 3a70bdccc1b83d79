package views

import "testing"

// Everybody who watches a lot is sent its frame at each bid.
func TestFrameSizes(t *testing.T) {
	frame := html(t, LotFrame(LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}))
	t.Logf("%d bytes: %s", len(frame), frame)
	if len(frame) > 700 {
		t.Errorf("a lot's frame is %d bytes, want 700 at most:\n%s", len(frame), frame)
	}
	card := html(t, CardFrame(CardFrameView{Lot: vase(), Currency: gbp, Zone: london}))
	t.Logf("%d bytes: %s", len(card), card)
	if len(card) > 350 {
		t.Errorf("a card's frame is %d bytes, want 350 at most:\n%s", len(card), card)
	}
}
