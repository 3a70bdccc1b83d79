package lang

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// TestAThirdLanguageIsOneFile does what docs/translate.md says: a file with a
// text for each key, and its name in the list. Every text is then said in it,
// and what is counted has as many forms as the language has.
func TestAThirdLanguageIsOneFile(t *testing.T) {
	texts := used(t)
	german := languages[1]
	file := map[string]any{
		"Name": "Wspak", "Dir": "ltr", "Numbers": "pl",
		"Weekdays": german.Weekdays, "Months": german.Months, "Short": german.Short,
	}
	said := map[string]any{}
	for text := range texts {
		said[text] = "¤" + text
		if german.texts[text].One != "" {
			said[text] = map[string]string{"One": "1¤" + text, "Few": "few¤" + text, "Many": "many¤" + text, "Other": "¤" + text}
		}
	}
	file["Texts"] = said
	b, err := json.Marshal(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := parse("pl", b)
	if err != nil {
		t.Fatal(err)
	}
	wereLanguages, wereAll := languages, all
	t.Cleanup(func() { languages, all = wereLanguages, wereAll })
	languages = append(languages[:len(languages):len(languages)], c)
	all = combine()

	l := Choose("", "pl-PL,pl;q=0.9,en;q=0.5")
	if l.Tag != "pl" || !Known("pl") || len(Choices()) != len(wereLanguages)+1 {
		t.Fatalf("a reader of Polish gets %s; the languages are %v", l.Tag, Choices())
	}
	ctx := With(context.Background(), l)
	for text := range texts {
		if got := Say(ctx, Key(text)); !strings.HasPrefix(got, "¤") {
			t.Errorf("%q is said %q", text, got)
		}
	}
	for n, want := range map[int]string{1: "1¤1 bids", 3: "few¤3 bids", 5: "many¤5 bids", 22: "few¤22 bids"} {
		if got := N(ctx, n, "%s bid", "%s bids"); got != want {
			t.Errorf("%d bids are %q, want %q", n, got, want)
		}
	}
	if got := l.Money(123450, 2, "zł", false); !strings.Contains(got, "1234,50") {
		t.Errorf("an amount is written %q", got)
	}
}
