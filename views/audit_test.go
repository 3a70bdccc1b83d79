package views

import (
	"testing"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// TestAuditNotes: what the house wrote down of an act, in English, is said in the
// reader's words; what somebody wrote stays as it is.
func TestAuditNotes(t *testing.T) {
	english, german := t.Context(), lang.With(t.Context(), lang.Choose("de", ""))
	began := DayTime(time.Date(2026, 12, 5, 19, 0, 0, 0, time.UTC), "Europe/Berlin")
	for _, c := range []struct {
		act                    auction.Act
		more, why, mehr, warum string
	}{
		{auction.Act{Kind: auction.ActRehearsed, What: "began " + began + ", 12 lots, 1 bids"},
			"began Saturday 5 December 2026, 20:00, 12 lots, 1 bid", "", "begonnen Samstag, 5. Dezember 2026, 20:00 Uhr, 12 Lose, 1 Gebot", ""},
		{auction.Act{Kind: auction.ActRole, What: "Anna: Maria: bidder → clerk"}, "Anna: Maria: bidder → clerk", "", "Anna: Maria: Bieter → Mitarbeit", ""},
		{auction.Act{Kind: auction.ActStaff, What: "Nell: organiser"}, "Nell: organiser", "", "Nell: Auktionsleitung", ""},
		{auction.Act{Kind: auction.ActStaff, What: "second step: everybody at the desk"}, "second step: everybody at the desk", "", "zweiter Schritt: alle im Büro", ""},
		{auction.Act{Kind: auction.ActLimit, What: "none"}, "none", "", "keines", ""},
		{auction.Act{Kind: auction.ActLimit, What: "1500.00 GBP"}, "£1,500.00", "", "1.500,00\u00a0£", ""},
		{auction.Act{Kind: auction.ActLimit, What: "£1,500"}, "£1,500", "", "£1,500", ""}, // as it was written once
		{auction.Act{Kind: auction.ActPaid, What: "12.50 GBP", Why: "card"}, "£12.50", "Card", "12,50\u00a0£", "Karte"},
		{auction.Act{Kind: auction.ActUnpaid, What: "12.50 GBP", Why: "card"}, "£12.50", "card", "12,50\u00a0£", "card"},
		{auction.Act{Kind: auction.ActUndone, Why: "entered by mistake at the desk"}, "", "entered by mistake at the desk", "", "im Büro versehentlich eingegeben"},
		{auction.Act{Kind: auction.ActMessage, What: "none"}, "none", "", "none", ""},
	} {
		if more, why := actMore(english, c.act), actWhy(english, c.act); more != c.more || why != c.why {
			t.Errorf("%s in English: %q, %q; want %q, %q", c.act.Kind, more, why, c.more, c.why)
		}
		if more, why := actMore(german, c.act), actWhy(german, c.act); more != c.mehr || why != c.warum {
			t.Errorf("%s in German: %q, %q; want %q, %q", c.act.Kind, more, why, c.mehr, c.warum)
		}
	}
}
