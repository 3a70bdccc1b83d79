package handlers

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

func TestOwnPathLeadsNowhereElse(t *testing.T) {
	for next, want := range map[string]string{
		"/lots/42?amount=380":      "/lots/42?amount=380",
		"/":                        "/",
		"":                         "/home",
		"https://evil.example/":    "/home",
		"//evil.example/":          "/home",
		"/\\evil.example":          "/home",
		"javascript:alert(1)":      "/home",
		"lots/42":                  "/home",
		"/x\r\nSet-Cookie: a=b":    "/home",
		"http:evil.example":        "/home",
		"/%2f/evil.example/../../": "/%2f/evil.example/../../",
	} {
		if got := ownPath(next, "/home"); got != want {
			t.Errorf("ownPath(%q) = %q, want %q", next, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for title, want := range map[string]string{
		"The Winter Sale":             "the-winter-sale",
		"St Alder’s Hospice — 2026":   "st-alders-hospice-2026",
		"  ":                          "",
		"Été à la ferme":              "t-la-ferme",
		"a" + strings.Repeat("b", 99): "a" + strings.Repeat("b", 59),
	} {
		if got := Slug(title); got != want {
			t.Errorf("Slug(%q) = %q, want %q", title, got, want)
		}
	}
}

func TestPlainCellStopsFormulas(t *testing.T) {
	for in, want := range map[string]string{
		"=HYPERLINK(1)": "'=HYPERLINK(1)", "+1": "'+1", "-1": "-1", "-12.50": "-12.50", "-1+1": "'-1+1", "-": "'-", "＝1": "'＝1", "a\t=1": "a\t'=1", "\n=1": "'\n'=1", "@x": "'@x", "\tx": "'\tx", "Vase": "Vase", "": "",
	} {
		if got := plainCell(in); got != want {
			t.Errorf("plainCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGoodKey(t *testing.T) {
	for key, want := range map[string]bool{
		"abcdefghijklmnop": true, "ABC_def-0123456789": true, strings.Repeat("k", 64): true,
		"short": false, strings.Repeat("k", 65): false, "abcdefghijklmno!": false, "abcdefghijklmno ": false, "": false,
	} {
		if got := goodKey(key); got != want {
			t.Errorf("goodKey(%q) = %v, want %v", key, got, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	hash := HashPassword("a sentence works well")
	for password, want := range map[string]bool{"a sentence works well": true, "a sentence works wel": false, "": false} {
		if got, err := samePassword(hash, password); got != want || err != nil {
			t.Errorf("samePassword(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
	if again := HashPassword("a sentence works well"); again == hash {
		t.Error("two hashes of one password are the same: no salt")
	}
	for _, broken := range []string{"", "plain", "$argon2id$v=1$m=1,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=1,t=1,p=1$*$AAAA"} {
		if ok, err := samePassword(broken, "x"); ok || err == nil {
			t.Errorf("samePassword of the broken hash %q: %v, %v", broken, ok, err)
		}
	}
}

func TestLimiterCountsByKeyAndForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1, 3)
		for i := range 3 {
			if !l.allow("87") {
				t.Fatalf("the %dth of a burst of 3 was refused", i+1)
			}
		}
		if l.allow("87") {
			t.Error("a fourth at once was let through")
		}
		if !l.allow("214") {
			t.Error("another paddle was refused for it")
		}
		time.Sleep(time.Second)
		if !l.allow("87") {
			t.Error("after a second the next was refused")
		}
		time.Sleep(2 * time.Minute)
		l.allow("131")
		if len(l.seen) != 1 {
			t.Errorf("%d keys are remembered after a quiet time, want the one that just came", len(l.seen))
		}
	})
}

func TestSaleTables(t *testing.T) {
	gbp, _ := auction.CurrencyOf("GBP")
	table, wrong := readTable(t.Context(), "99: 5\n499.50: 10\n: 25\n", gbp)
	if wrong != "" || table.String() != "9900:500,49950:1000,:2500" {
		t.Errorf("readTable = %s, %q", table, wrong)
	}
	if again, wrong := readTable(t.Context(), tableText(t.Context(), table, gbp), gbp); wrong != "" || again.String() != table.String() {
		t.Errorf("written and read again: %s, %q", again, wrong)
	}
	for _, text := range []string{"", "99 5", "99: x", "99: 5", "above: 5\n99: 5", "99: 0\nabove: 1"} {
		if table, wrong := readTable(t.Context(), text, gbp); wrong == "" {
			t.Errorf("readTable(%q) = %s, want a sentence", text, table)
		}
	}
}

// TestWhatIsWrongWithATable: the very reason, with its line as it was typed, in
// the reader's language.
func TestWhatIsWrongWithATable(t *testing.T) {
	gbp, _ := auction.CurrencyOf("GBP")
	yen, _ := auction.CurrencyOf("JPY")
	german := lang.With(t.Context(), lang.Choose("de", ""))
	steps := func(text string) func(context.Context) string {
		return func(ctx context.Context) string { _, wrong := readTable(ctx, text, gbp); return wrong }
	}
	premium := func(text string) func(context.Context) string {
		return func(ctx context.Context) string {
			_, err := auction.ParsePremium(aboveIn(ctx, text), gbp)
			return wrongWords(ctx, err, gbp)
		}
	}
	for _, c := range []struct {
		said        func(context.Context) string
		english, de string
	}{
		{steps(""), "The table is empty. Write at least one line, such as above: 5.", "Die Tabelle ist leer. Schreiben Sie wenigstens eine Zeile, etwa darüber: 5."},
		{steps("99: 5\n\n150: 4\n:10"), "Line 3: Its step is smaller than that of the line before it. Steps may only grow with the price.", "Zeile 3: Ihr Schritt ist kleiner als der der Zeile davor. Schritte dürfen mit dem Preis nur wachsen."},
		{steps("99: 0\n:10"), "Line 1: A step is an amount above 0.", "Zeile 1: Ein Schritt ist ein Betrag über 0."},
		{steps("99: 5"), "Line 1: The last line holds for every price above the others", "Zeile 1: Die letzte Zeile gilt für alle Preise über den anderen"},
		{steps(":5\n:10"), "Line 1: Only the last line goes without a price.", "Zeile 1: Nur die letzte Zeile hat keinen Preis."},
		{premium("\n500: 25\n\n400: 20\n:10"), "Line 4: Its price is not above that of the line before it.", "Zeile 4: Ihr Preis liegt nicht über dem der Zeile davor."},
		{premium("120"), "Line 1: “120” is more than 100 percent.", "Zeile 1: „120“ ist mehr als 100 Prozent."},
		{premium("100: viel\n: 5"), "Line 1: “viel” is no rate in percent.", "Zeile 1: „viel“ ist kein Satz in Prozent."},
		{premium("x1: 5\n: 5"), "Line 1: Amount", "Zeile 1: Das ist kein Betrag in GBP."},
		{func(ctx context.Context) string {
			_, err := auction.Preset("ebay-us", yen)
			return wrongWords(ctx, err, yen)
		},
			"These steps begin with 0.05, which is smaller than the smallest unit of JPY.", "Diese Schritte beginnen mit 0.05; das ist weniger als die kleinste Einheit von JPY."},
	} {
		if got := c.said(t.Context()); !strings.HasPrefix(got, c.english) {
			t.Errorf("in English: %q, want %q", got, c.english)
		}
		if got := c.said(german); !strings.HasPrefix(got, c.de) {
			t.Errorf("in German: %q, want %q", got, c.de)
		}
	}
	table, wrong := readTable(german, "99: 5\nDarüber: 25", gbp)
	if wrong != "" || tableText(german, table, gbp) != "99.00: 5.00\ndarüber: 25.00\n" || tableText(t.Context(), table, gbp) != "99.00: 5.00\nabove: 25.00\n" {
		t.Errorf("in German words: %v %q", table, wrong)
	}
}

func TestEmailProblem(t *testing.T) {
	for email, good := range map[string]bool{
		"ruth@example.org": true, " Ruth@Example.org ": true, "ruth@": false, "ruth": false, "": false,
		"ruth@example": false, "Ruth <ruth@example.org>": false, "a b@example.org": false, strings.Repeat("a", 250) + "@example.org": false,
	} {
		if got := emailProblem(email) == ""; got != good {
			t.Errorf("emailProblem(%q) = %q, good %v", email, emailProblem(email), good)
		}
	}
}

func TestPlainCellBehindASemicolon(t *testing.T) {
	for in, want := range map[string]string{
		"Ann;=1+1;x": "Ann;'=1+1;x", "a; @b": "a; '@b", " =1": " '=1", "1 - 2": "1 - 2", "Château; 2 bottles": "Château; 2 bottles",
	} {
		if got := plainCell(in); got != want {
			t.Errorf("plainCell(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestLogsKeepNoToken(t *testing.T) {
	for path, want := range map[string]string{"/enter/AAAA": "/enter/…", "/setup/x": "/setup/…", "/lots/1": "/lots/1"} {
		if got := loggable(path); got != want {
			t.Errorf("loggable(%q) = %q, want %q", path, got, want)
		}
	}
}

// slowCounts is a store in which adding up takes as long as with many bids.
type slowCounts struct {
	saleStore
	takes time.Duration
	times int
}

func (s *slowCounts) SaleCounts(context.Context, int64) (auction.Counts, error) {
	time.Sleep(s.takes)
	s.times++
	return auction.Counts{Bids: s.times}, nil
}

func TestCountsAreSharedWhileTheyAreDear(t *testing.T) {
	for _, c := range []struct {
		takes time.Duration
		most  int
	}{{100 * time.Millisecond, 2}, {time.Millisecond, 500}} {
		synctest.Test(t, func(t *testing.T) {
			slow := &slowCounts{takes: c.takes}
			cache := newCountCache(slow)
			for began := time.Now(); time.Since(began) < 3*time.Second; time.Sleep(5 * time.Millisecond) {
				if _, err := cache.get(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
			}
			if n := slow.times; n != c.most {
				t.Errorf("pages for 3 s added up %d times where it takes %s, want %d", n, c.takes, c.most)
			}
		})
	}
}

func TestAPanicIsWrittenDownAndAnswered(t *testing.T) {
	h, _, _ := hostileSite(t)
	var log strings.Builder
	h.cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	w := httptest.NewRecorder()
	h.serve(route{"GET /", nobody, func(http.ResponseWriter, *request) error { panic("a nil map") }, 0}).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != http.StatusInternalServerError || !strings.Contains(log.String(), "a nil map") {
		t.Errorf("answered %d, logged %q; want 500 and the panic", w.Code, log.String())
	}
}

// TestNoTokenIsLogged: of every address with a token in it the log keeps the
// beginning only.
func TestNoTokenIsLogged(t *testing.T) {
	tokens := 0
	for _, rt := range (&Handlers{}).routes() {
		_, path, _ := strings.Cut(rt.pattern, " ")
		if before, _, ok := strings.Cut(path, "{token}"); ok {
			tokens++
			if got := loggable(strings.Replace(path, "{token}", "a-secret", 1)); got != before+"…" {
				t.Errorf("%s is logged as %q, want %q", path, got, before+"…")
			}
		}
	}
	if tokens < 4 {
		t.Errorf("only %d addresses with a token were found", tokens)
	}
}

func TestMinutesToTheSecond(t *testing.T) {
	for _, d := range []time.Duration{0, time.Second, 20 * time.Second, 90 * time.Second, 2 * time.Minute, 24 * time.Hour} {
		f := views.Field{Value: minutes(d)}
		if got := readMinutes(&f); got != d || f.Error != "" {
			t.Errorf("%v is written %q and read as %v, %q", d, f.Value, got, f.Error)
		}
	}
	for _, text := range []string{"-1", "1441", "NaN", "Inf", "two"} {
		if f := (views.Field{Value: text}); readMinutes(&f) != 0 || f.Error == "" {
			t.Errorf("%q is taken for minutes", text)
		}
	}
}

func TestARouteThatSaysNothingStopsTheStart(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a route was served that does not say who may use it")
		}
	}()
	h := &Handlers{mux: http.NewServeMux()}
	h.mount([]route{{pattern: "GET /forgotten"}})
}
