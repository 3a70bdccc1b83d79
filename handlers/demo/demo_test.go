package demo

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

var (
	gbp   = auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}
	start = time.Date(2026, 12, 5, 19, 0, 0, 0, time.UTC)
)

// pictures are the drawings that the pages have.
var pictures = strings.Fields("cello watch painting vase cottage bicycle cheese chair books balloon football piano " +
	"garden cake telescope teapot map lamp quilt kayak typewriter guitar wine portrait")

func TestEveryPictureIsUsedOnce(t *testing.T) {
	var used []string
	for _, l := range Lots(start, ByDefault, gbp) {
		if len(l.Photos) != 1 || l.Photos[0].Ext != "svg" || l.Photos[0].Alt == "" {
			t.Errorf("lot %s: photos %+v, want one drawing with an alternative text", l.Number, l.Photos)
			continue
		}
		used = append(used, l.Photos[0].Name)
	}
	want := slices.Clone(pictures)
	slices.Sort(used)
	slices.Sort(want)
	if !slices.Equal(used, want) {
		t.Errorf("pictures %v\nwant     %v", used, want)
	}
}

func TestEveryPictureIsDrawn(t *testing.T) {
	var missing []string
	for _, l := range Lots(start, ByDefault, gbp) {
		if _, err := os.Stat("../../static/demo/" + l.Picture()); err != nil {
			missing = append(missing, l.Picture())
		}
	}
	if len(missing) > 0 {
		t.Skipf("DRAWINGS ARE MISSING from static/demo: %v", missing)
	}
}

func TestLotsMakeSense(t *testing.T) {
	sale, err := Sale(start, ByDefault, gbp)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, l := range Lots(start, ByDefault, gbp) {
		say := func(format string, args ...any) {
			t.Helper()
			t.Errorf("lot %s, %s: %s", l.Number, l.Title, fmt.Sprintf(format, args...))
		}
		if l.Number != fmt.Sprint(i+1) {
			say("is the %d.", i+1)
		}
		for _, text := range []string{l.Title, l.Subtitle, l.Description} {
			if text == "" || seen[text] || strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
				say("text %q is empty, untidy or a repetition", text)
			}
			seen[text] = true
		}
		if l.Category == "" || l.Consignor == "" {
			say("no category or donor")
		}
		if n := strings.Count(l.Description, "\n\n"); n != 1 || strings.Count(l.Description, "\n") != 2 {
			say("description of %d paragraphs, want 2", n+1)
		}
		if l.Opening <= 0 || l.EstimateLow <= l.Opening || l.EstimateHigh <= l.EstimateLow {
			say("opening %d, estimate %d to %d", l.Opening, l.EstimateLow, l.EstimateHigh)
		}
		if l.Reserve != 0 && (l.Reserve < l.Opening || l.Reserve > l.EstimateLow) {
			say("reserve %d between opening %d and low estimate %d is not", l.Reserve, l.Opening, l.EstimateLow)
		}
		if l.BuyNow != 0 && l.BuyNow <= l.EstimateHigh {
			say("buy now %d within the estimate", l.BuyNow)
		}
		if l.OpensAt.Before(start) || !l.ClosesAt.After(l.OpensAt) || l.ClosesAt.After(start.Add(ByDefault)) {
			say("from %v to %v", l.OpensAt, l.ClosesAt)
		}
		for _, m := range l.Moves {
			if m.By < 0 || m.By >= Least {
				say("a move by person %d of %d", m.By, Least)
			}
		}
		if _, err := sale.Steps.Step(l.Opening), sale.Steps.Check(); err != nil {
			say("steps: %v", err)
		}
	}
}

func TestEveryStateIsPresent(t *testing.T) {
	count := map[auction.State]int{}
	var closes []time.Duration
	for _, l := range Lots(start, ByDefault, gbp) {
		count[l.Becomes]++
		if l.Becomes == auction.Open || l.Becomes == auction.Upcoming {
			closes = append(closes, l.ClosesAt.Sub(start))
		}
		if (l.Becomes == auction.Upcoming) != l.OpensAt.After(start) {
			t.Errorf("lot %s becomes %s and opens at %v", l.Number, l.Becomes, l.OpensAt)
		}
		if (l.Becomes == auction.Withdrawn) != (l.Why != "") {
			t.Errorf("lot %s becomes %s, because %q", l.Number, l.Becomes, l.Why)
		}
	}
	want := map[auction.State]int{auction.Open: 17, auction.Upcoming: 4, auction.Sold: 1, auction.Passed: 1, auction.Withdrawn: 1}
	if fmt.Sprint(count) != fmt.Sprint(want) {
		t.Errorf("states %v, want %v", count, want)
	}
	slices.Sort(closes)
	if closes[0] != 90*time.Second || closes[1] != 3*time.Minute || closes[len(closes)-1] != ByDefault {
		t.Errorf("closes %v, want one in 90 s, the next after 3 min, the last after %v", closes, ByDefault)
	}
	for i := 2; i < len(closes); i++ {
		if d := closes[i] - closes[i-1]; d < 40*time.Second || d > 2*time.Minute {
			t.Errorf("lots close %v apart", d)
		}
	}
}

func TestTimesScale(t *testing.T) {
	for _, length := range []time.Duration{time.Minute, 5 * time.Minute, 3 * time.Hour} {
		lots := Lots(start, length, gbp)
		if got, want := lots[0].ClosesAt.Sub(start), length*3/40; got != want {
			t.Errorf("in %v the first lot closes after %v, want %v", length, got, want)
		}
		if got := lots[23].ClosesAt.Sub(start); got != length {
			t.Errorf("in %v the last lot closes after %v", length, got)
		}
		if got := lots[1].ClosesAt.Sub(start); got != Prelude {
			t.Errorf("in %v the prelude takes %v", length, got)
		}
	}
	jpy := auction.Currency{Code: "JPY", Symbol: "¥"}
	if got := Lots(start, ByDefault, jpy)[0].Opening; got != 20 {
		t.Errorf("opening in a currency without minor units: %d, want 20", got)
	}
	if _, err := Sale(start, ByDefault, jpy); err != nil {
		t.Errorf("Sale in yen: %v", err)
	}
}

func TestPeopleAreDifferentPeople(t *testing.T) {
	people := People(1500)
	seen := map[string]int{string(Visitor): -1}
	for i, p := range people {
		for _, key := range []string{p.Name, p.Email, string(p.Paddle)} {
			if first, ok := seen[key]; ok {
				t.Fatalf("person %d has %q, which person %d has", i, key, first)
			}
			seen[key] = i
		}
	}
	if a, b := People(7), people[:7]; !slices.Equal(a, b) {
		t.Errorf("the first people change with their number: %v, %v", a, b)
	}
	tempers := map[Temper]bool{}
	for _, p := range people[:12] {
		tempers[p.Temper] = true
	}
	if len(tempers) != 6 {
		t.Errorf("twelve people have %d tempers, want all 6", len(tempers))
	}
}
