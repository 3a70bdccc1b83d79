package views

import (
	"strings"
	"testing"

	"outcry/auction"
)

// TestABidderIsFolded: who waits is approved without opening anything; the rest
// is folded away under a name of its own, and stands open where it is to be mended.
func TestABidderIsFolded(t *testing.T) {
	v := BiddersView{Sale: auction.Sale{Slug: "spring", Currency: gbp}, LimitOf: 3}
	v.Viewer.Manager = true
	for name, c := range map[string]struct {
		row     BidderRow
		summary string
		outside bool // the form that approves
		open    bool
	}{
		"who waits": {BidderRow{Holder: auction.Holder{ID: 1, Paddle: "101", Name: "Ann"}, Link: "http://x/enter/a"},
			`Spending limit · Link<span class="vh">: <span dir="auto">Ann</span></span>`, true, false},
		"who may bid": {BidderRow{Holder: auction.Holder{ID: 2, Paddle: "102", Name: "Bob", Limit: 50000, Approved: true}},
			`Spending limit £500 · Approval<span class="vh">: <span dir="auto">Bob</span></span>`, false, false},
		"a limit to mend": {BidderRow{Holder: auction.Holder{ID: 3, Paddle: "103", Name: "Cy", Approved: true}}, "Spending limit · Approval", false, true},
	} {
		var b strings.Builder
		if err := bidder(v, c.row).Render(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
		before, folded, ok := strings.Cut(b.String(), "<details")
		if !ok || strings.Contains(before, `name="approved" value="1"`) != c.outside || strings.Contains(folded, `name="approved" value="1"`) {
			t.Errorf("%s: the form that approves is in the wrong place: %s", name, b.String())
		}
		if !strings.Contains(folded, "<summary>"+c.summary) || strings.HasPrefix(folded, " open") != c.open || !strings.Contains(folded, `name="limit"`) {
			t.Errorf("%s: folded: %s", name, folded)
		}
	}
}
