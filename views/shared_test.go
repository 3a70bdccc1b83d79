package views

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

var ldScript = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// TestShared: what a link shows elsewhere has full addresses, the numbers that
// everybody sees, and no way out of its element.
func TestShared(t *testing.T) {
	gbp, _ := auction.CurrencyOf("GBP")
	opens := time.Date(2026, 12, 5, 18, 0, 0, 0, time.UTC)
	sale := auction.Sale{Slug: "spring", Title: "Spring Sale", Currency: gbp, Zone: "Europe/London", OpensAt: opens, ClosesAt: opens.Add(2 * time.Hour)}
	lot := auction.Entry{
		Public: auction.Public{ID: 7, State: auction.Open, Price: 4550, Opening: 1000, Bids: 3, OpensAt: opens, ClosesAt: opens.Add(time.Hour)},
		Words: auction.Words{Number: "12A", Title: `Vase </script><script>alert(1)</script>`, Description: "Clear *glass*,\n\nabout 1920.",
			Photos: []auction.Photo{{Name: "abc", Ext: "jpg"}}},
	}
	read := func(v Shared) (string, map[string]any) {
		t.Helper()
		page := string(html(t, shared(Page{House: "Hill School", Shared: v})))
		m := ldScript.FindStringSubmatch(page)
		if m == nil || strings.Count(page, "<script") != 1 || strings.Count(page, "</script") != 1 {
			t.Fatalf("not one block of data: %s", page)
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(m[1]), &data); err != nil {
			t.Fatalf("%v: %s", err, m[1])
		}
		return page, data
	}
	page, data := read(ShareLot(t.Context(), lot, sale, "https://host/auctions"))
	for _, want := range []string{
		`rel="canonical" href="https://host/auctions/lots/7"`, `og:image" content="https://host/auctions/photos/abc-l.jpg"`,
		`og:url" content="https://host/auctions/lots/7"`, `content="Lot 12A in Spring Sale. Clear glass , about 1920."`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s:\n%s", want, page)
		}
	}
	if head, _, _ := strings.Cut(page, "<script"); strings.Contains(head, "45.50") {
		t.Error("a preview, which is kept for days, has the price of an open lot")
	}
	if data["name"] != lot.Title || data["@type"] != "Product" {
		t.Errorf("%v", data)
	}
	for state, want := range map[auction.State][2]string{
		auction.Open: {"45.50", "InStock"}, auction.Upcoming: {"10.00", "PreOrder"}, auction.Sold: {"60.00", "SoldOut"}, auction.Passed: {}, auction.Withdrawn: {},
	} {
		lot.State, lot.Hammer = state, 6000
		_, data := read(ShareLot(t.Context(), lot, sale, "https://host"))
		offer, _ := data["offers"].(map[string]any)
		if want[0] == "" {
			if offer != nil {
				t.Errorf("%s: offered for %v", state, offer)
			}
			continue
		}
		if offer["price"] != want[0] || offer["priceCurrency"] != "GBP" || offer["availability"] != "https://schema.org/"+want[1] {
			t.Errorf("%s: %v, want %v", state, offer, want)
		}
	}
	page, data = read(ShareSale(t.Context(), sale, 24, "Hill School", "https://host"))
	if data["@type"] != "SaleEvent" || data["startDate"] != "2026-12-05T18:00:00Z" || data["organizer"].(map[string]any)["name"] != "Hill School" {
		t.Errorf("%v", data)
	}
	if !strings.Contains(page, `og:image" content="https://host/static/icon-512.`) {
		t.Errorf("a sale without a picture has not the house's icon: %s", page)
	}
}

func TestSummary(t *testing.T) {
	for text, want := range map[string]string{"": "", "a\n\n b": "a b", "**bold** [x]": "bold x", "one two three four": "one two…", "unbrokenwords": "unbrokenwor…"} {
		if got := summary(text, 11); got != want {
			t.Errorf("summary(%q) = %q, want %q", text, got, want)
		}
	}
}
