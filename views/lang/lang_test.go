package lang

import (
	"context"
	"testing"
	"time"
)

func TestChoose(t *testing.T) {
	for _, c := range []struct{ chosen, accept, want string }{
		{"", "", "en"}, {"", "en-GB,en;q=0.9", "en"}, {"", "en-US", "en"}, {"", "de", "de"}, {"", "de-DE,de;q=0.9,en;q=0.8", "de"},
		{"", "de-AT,de;q=0.9", "de-at"}, {"", "de-CH", "de-ch"}, {"", "fr-FR,fr;q=0.9", "en-fr"}, {"", "fr-FR,fr;q=0.9,de;q=0.5", "de-fr"},
		{"", "en;q=0.3,de;q=0.8", "de"}, {"", "de;q=0,en", "en"}, {"", "tlh", "en"}, {"", "DE-de", "de"}, {"", "en-IN", "en-in"},
		{"de", "en-GB,en", "de"}, {"de", "en,de-AT;q=0.5", "de-at"}, {"en", "de-DE,de", "en"}, {"en", "en-IN,en", "en-in"}, {"xx", "de", "de"},
		{"", "de-Latn-CH", "de-ch"}, {"", "*", "en"}, {"", ";;;,,,q=", "en"}, {"", "de;q=x", "en"}, {"", "en-XA", "en-XA"}, {"", "ar-XB", "ar-XB"},
	} {
		got := Choose(c.chosen, c.accept)
		if got.Name() != c.want {
			t.Errorf("Choose(%q, %q) is %s, want %s", c.chosen, c.accept, got.Name(), c.want)
		}
		if Named(got.Name()) != got {
			t.Errorf("Named(%q) is another", got.Name())
		}
	}
}

func TestTexts(t *testing.T) {
	german := With(context.Background(), all["de"])
	for want, got := range map[string]string{
		"Sie führen":                           T(german, "You lead"),
		"You lead":                             T(context.Background(), "You lead"),
		"No file has this.":                    T(german, "No file has this."),
		"1 Gebot":                              N(german, 1, "%s bid", "%s bids"),
		"1.204 Gebote":                         N(german, 1204, "%s bid", "%s bids"),
		"1 bid":                                N(context.Background(), 1, "%s bid", "%s bids"),
		"0 bids":                               N(context.Background(), 0, "%s bid", "%s bids"),
		"1,204 bids":                           N(context.Background(), 1204, "%s bid", "%s bids"),
		"Samstag, 5. Dezember 2026, 19:00 Uhr": all["de"].Time(time.Date(2026, 12, 5, 19, 0, 0, 0, time.UTC), "Monday 2 January 2006, 15:04"),
		"Saturday 5 December 2026, 19:00":      English().Time(time.Date(2026, 12, 5, 19, 0, 0, 0, time.UTC), "Monday 2 January 2006, 15:04"),
		"1. März 2026":                         all["de"].Time(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2 Jan 2006"),
		"⟦Bïd %s?~~~⟧":                         longer.T("Bid %s?"),
		"\u202eYou\u202c \u202elead\u202c":     rtl.T("You lead"),
		"⟦£5 ñöt åççëptëd.~~~~~~⟧":             longer.T("%s not accepted.", "£5"),
		"%[1]s⟨ %[2]s⟨":                        outsideVerbs("%[1]s< %[2]s<", func(s string) string { return map[string]string{"<": "⟨", "< ": "⟨ "}[s] }),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestPlainTextsCostNothing: a page of 500 lots looks up thousands of them.
func TestPlainTextsCostNothing(t *testing.T) {
	for _, l := range []*Lang{English(), all["de"]} {
		ctx := With(context.Background(), l)
		if n := testing.AllocsPerRun(100, func() { T(ctx, "You lead") }); n > 0 {
			t.Errorf("a text in %s allocates %v times", l.Tag, n)
		}
	}
}

// TestMoney: what the browser's Intl writes, see test/browser.
func TestMoney(t *testing.T) {
	for _, c := range []struct {
		accept string
		n      int64
		digits int
		sign   string
		want   string
	}{
		{"en-GB", 123450, 2, "£", "£1,234.50"}, {"en-GB", 38000, 2, "£", "£380"}, {"en-GB", -123450, 2, "£", "−£1,234.50"}, {"en-GB", 1200, 2, "CHF", "CHF\u00a012"},
		{"de", 123450, 2, "€", "1.234,50\u00a0€"}, {"de-AT", 123450, 2, "€", "€\u00a01.234,50"}, {"de-CH", 123450, 2, "CHF", "CHF\u00a01’234.50"},
		{"fr", 123450, 2, "€", "1\u202f234,50\u00a0€"}, {"es", 123450, 2, "€", "1234,50\u00a0€"}, {"es", 1234550, 2, "€", "12.345,50\u00a0€"},
		{"en-IN", 123456750, 2, "₹", "₹12,34,567.50"}, {"nl", -123450, 2, "€", "€\u00a0−1.234,50"}, {"ja", 1234, 0, "¥", "¥1,234"}, {"en", 5, 3, "KD", "KD\u00a00.005"},
	} {
		if got := Choose("", c.accept).Money(c.n, c.digits, c.sign, false); got != c.want {
			t.Errorf("%s: %q, want %q", c.accept, got, c.want)
		}
	}
	if got := all["de"].Range(30000, 50000, 2, "€"); got != "300–500\u00a0€" {
		t.Errorf("a range is %q", got)
	}
}
