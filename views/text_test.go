package views

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
)

func TestAmount(t *testing.T) {
	yen, franc := auction.Currency{Code: "JPY", Symbol: "¥"}, auction.Currency{Code: "CHF", Symbol: "CHF", Digits: 2}
	for _, c := range []struct {
		m           auction.Money
		c           auction.Currency
		text, plain string
	}{
		{0, gbp, "£0", "0.00"}, {5, gbp, "£0.05", "0.05"}, {38000, gbp, "£380", "380.00"}, {30550, gbp, "£305.50", "305.50"},
		{123456, gbp, "£1,234.56", "1234.56"}, {123456000, gbp, "£1,234,560", "1234560.00"}, {100, gbp, "£1", "1.00"},
		{-2550, gbp, "−£25.50", "-25.50"}, {1234567, yen, "¥1,234,567", "1234567"}, {38000, franc, "CHF\u00a0380", "380.00"},
		{99999, gbp, "£999.99", "999.99"}, {9223372036854775807, gbp, "£92,233,720,368,547,758.07", "92233720368547758.07"},
		{-9223372036854775808, gbp, "−£92,233,720,368,547,758.08", "-92233720368547758.08"},
	} {
		if got := Amount(c.m, c.c); got != c.text {
			t.Errorf("Amount(%d, %s) = %q, want %q", c.m, c.c.Code, got, c.text)
		}
		if got := Plain(c.m, c.c); got != c.plain {
			t.Errorf("Plain(%d, %s) = %q, want %q", c.m, c.c.Code, got, c.plain)
		}
	}
	if got := AmountFull(38000, gbp); got != "£380.00" {
		t.Errorf("AmountFull = %q", got)
	}
	for _, c := range []struct {
		low, high auction.Money
		want      string
	}{{0, 0, ""}, {30000, 50000, "£300–500"}, {0, 50000, "£500"}, {30000, 0, "£300"}, {100000, 150050, "£1,000–1,500.50"}} {
		if got := Range(c.low, c.high, gbp); got != c.want {
			t.Errorf("Range(%d, %d) = %q, want %q", c.low, c.high, got, c.want)
		}
	}
}

func TestTimes(t *testing.T) {
	summer := time.Date(2026, 7, 4, 18, 30, 5, 0, time.UTC)
	for _, c := range []struct{ name, got, want string }{
		{"winter", DayTime(closes, london), "Saturday 5 December 2026, 20:47"},
		{"summer", DayTime(summer, london), "Saturday 4 July 2026, 19:30"},
		{"another day", Day(closes.Add(4*time.Hour), london), "Sunday 6 December 2026"},
		{"of day", AtTime(summer, "America/New_York"), "14:30:05"},
		{"no such zone", AtTime(summer, "Nowhere/At all"), "18:30:05"},
		{"input", ForInput(summer, london), "2026-07-04T19:30:05"},
		{"no time", ForInput(time.Time{}, london), ""},
		{"minutes", Clock(4*time.Minute + 12*time.Second), "04:12"},
		{"hours", Clock(time.Hour + 4*time.Minute + 12*time.Second), "1:04:12"},
		{"days", Clock(52*time.Hour + time.Minute), "2 d 04 h"},
		{"past", Clock(-time.Second), "00:00"},
		{"span", Span(2*time.Minute) + " " + Span(90*time.Second) + " " + Span(time.Hour), "2 minutes 90 seconds 1 hour"},
		{"times", Times(1) + " " + Times(2) + " " + Times(3), "once twice 3 times"},
		{"count", Count(1, "bid", "bids") + " " + Count(1204, "bid", "bids"), "1 bid 1,204 bids"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestPhotoURL(t *testing.T) {
	for _, c := range []struct {
		p    auction.Photo
		want string
	}{
		{auction.Photo{Name: "a1b2", Ext: "jpg"}, "/photos/a1b2-m.jpg"},
		{auction.Photo{Name: "lot-vase", Ext: "svg"}, "/photos/lot-vase.svg"},
		{auction.Photo{Name: "../../etc/x", Ext: "jpg"}, "/photos/..%2F..%2Fetc%2Fx-m.jpg"},
	} {
		if got := PhotoURL(c.p, "m"); got != c.want {
			t.Errorf("PhotoURL(%v) = %q, want %q", c.p, got, c.want)
		}
	}
}

// A component that fails half way gives no half page.
func TestRenderFails(t *testing.T) {
	broken := errors.New("broken")
	c := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		io.WriteString(w, "half a")
		return broken
	})
	if b, err := Render(context.Background(), c); !errors.Is(err, broken) || b != nil {
		t.Errorf("Render = %q, %v", b, err)
	}
}

// What a bidder is told of their own amount is true of an exact bid and of a
// maximum, and of a price that the reserve has lifted.
func TestOwnWords(t *testing.T) {
	answer := func(o auction.Outcome, amount, price auction.Money) string {
		v := BidAnswerView{Currency: gbp, Zone: london, Answer: auction.Answer{Outcome: o, Amount: amount, Price: price, At: closes}}
		return answerHead(t.Context(), v) + " " + answerText(t.Context(), v)
	}
	last := func(max, price auction.Money, won bool) string {
		c := CardView{Currency: gbp, Standing: &auction.Standing{Leads: true, Max: max, Won: won, Over: won}}
		c.Entry.Price, c.Entry.Hammer = price, price
		return lastBid(t.Context(), c)
	}
	for _, c := range []struct{ got, want string }{
		{answer(auction.Leading, 3000, 3000), "Bid taken. £30 at 20:47:00, and it led then."},
		{answer(auction.Leading, 3000, 1000), "Bid taken. We bid for you up to £30. It led at 20:47:00, at £10."},
		{answer(auction.Raised, 3000, 2500), "Maximum raised. We bid for you up to £30."},
		{last(4500, 4500, false), "Your bid £45"},
		{last(4500, 2000, false), "Your maximum £45"},
		{last(4500, 4500, true), "Your bid was £45"},
		{last(4500, 2000, true), "Your maximum was £45"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
