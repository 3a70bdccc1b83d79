package auction

import (
	"errors"
	"strings"
	"testing"
)

var (
	usd = Currency{Code: "USD", Symbol: "$", Digits: 2}
	eur = Currency{Code: "EUR", Symbol: "€", Digits: 2}
	jpy = Currency{Code: "JPY", Symbol: "¥", Digits: 0}
	kwd = Currency{Code: "KWD", Symbol: "KD", Digits: 3}
)

func TestParseMoney(t *testing.T) {
	aud, _ := CurrencyOf("aud")
	for _, c := range []struct {
		text string
		c    Currency
		want Money
	}{
		{"46.50", gbp, 4650}, {"46,50", gbp, 4650}, {"46.5", gbp, 4650}, {"46", gbp, 4600}, {" 46 ", gbp, 4600},
		{"£46.50", gbp, 4650}, {"£ 46.50", gbp, 4650}, {"46.50 £", gbp, 4650}, {"gbp 46.50", gbp, 4650}, {"46.50GBP", gbp, 4650},
		{"1,234.50", gbp, 123450}, {"1.234,50", eur, 123450}, {"1 234", gbp, 123400}, {"1\u00a0234,50 €", eur, 123450},
		{"1\u202f234", eur, 123400}, {"1'234.50", gbp, 123450}, {"1’234", gbp, 123400},
		{"$30.00", usd, 3000}, {"$30", aud, 3000}, {"A$30", aud, 3000}, {"AU$30", aud, 3000}, {"30 US$", usd, 3000}, {"30 AUD", aud, 3000},
		{"1,234", gbp, 123400}, {"12,345", gbp, 1234500}, {"123,456", eur, 12345600},
		{"1,234,567", gbp, 123456700}, {"1.234.567", gbp, 123456700}, {"1,234,567.89", gbp, 123456789}, {"1.234.567,8", eur, 123456780},
		{".50", gbp, 50}, {",5", gbp, 50}, {"0", gbp, 0}, {"0.00", gbp, 0}, {"007", gbp, 700}, {"0,5", eur, 50},
		{"1234", jpy, 1234}, {"1,234", jpy, 1234}, {"1.234", jpy, 1234}, {"¥1,234", jpy, 1234}, {"1,234,567", jpy, 1234567},
		{"1.234", kwd, 1234}, {"1,5", kwd, 1500}, {"1234.5", kwd, 1234500}, {"1,234.567", kwd, 1234567}, {"0,234", kwd, 234}, {"1,234,567", kwd, 1234567000},
		{"100000000000", gbp, MaxMoney}, {"100,000,000,000.00", gbp, MaxMoney},
	} {
		if got, err := ParseMoney(c.text, c.c); err != nil || got != c.want {
			t.Errorf("ParseMoney(%q, %s) = %d, %v; want %d", c.text, c.c.Code, got, err, c.want)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, c := range []struct {
		text string
		c    Currency
		why  string // must occur in the error
	}{
		{"", gbp, "no figure"}, {"£", gbp, "no figure"}, {"  ", gbp, "no figure"},
		{"1.234", gbp, "type 1234 or 1.23"}, {"12.345", eur, "type 12345 or 12.34"}, {"£1.234", gbp, "two ways"},
		{"1,234", kwd, "type 1234 or 1.234"},
		{"-5", gbp, "negative"}, {"−5", gbp, "negative"}, {"(5)", gbp, "negative"}, {"£-5", gbp, "negative"},
		{"1e5", gbp, "exponent"}, {"1E5", gbp, "exponent"}, {"5%", gbp, "'%'"}, {"five", gbp, "'f'"}, {"+5", gbp, "'+'"},
		{"$30", gbp, "'$'"}, {"30 €", gbp, "'€'"}, {"30 USD", gbp, "'U'"}, {"CA$30", usd, "'C'"}, {"٣", gbp, "'٣'"}, {"0x10", gbp, "'x'"},
		{"46.505", gbp, "two ways"}, {"46.5050", gbp, "4 digits after"}, {"0.005", gbp, "3 digits after"}, {"1234.567", gbp, "3 digits after"},
		{"1,234.567", gbp, "3 digits after"}, {"1234,567", gbp, "3 digits after"}, {"1.23456", kwd, "5 digits after"},
		{"46.", gbp, "missing"}, {".", gbp, "missing"}, {",", gbp, "missing"},
		{"46.50", jpy, "no smaller unit"}, {"46.5", jpy, "no smaller unit"}, {"0.500", jpy, "no smaller unit"},
		{"1,23,456", gbp, "groups of three"}, {"12 34", gbp, "groups of three"}, {"1,2345.00", gbp, "groups of three"}, {"1,,234", gbp, "groups of three"},
		{"1  234", gbp, "groups of three"}, {"0,123,456", gbp, "groups of three"}, {"1 234,567 890", gbp, "middle"}, {"1,234.567,89", gbp, "contradict"},
		{"100000000000.01", gbp, "at most 100000000000.00"}, {"99999999999999999999999999", gbp, "at most"},
		{strings.Repeat("9", 200), gbp, "too long"}, {"1\xff", gbp, "not part of"}, {"1\x002", gbp, "not part of"},
	} {
		got, err := ParseMoney(c.text, c.c)
		var m *MoneyError
		if !errors.As(err, &m) || got != 0 || !strings.Contains(err.Error(), c.why) {
			t.Errorf("ParseMoney(%q, %s) = %d, %v; want an error with %q", c.text, c.c.Code, got, err, c.why)
		}
	}
}

func TestDecimal(t *testing.T) {
	for _, c := range []struct {
		m    Money
		c    Currency
		want string
	}{
		{0, gbp, "0.00"}, {5, gbp, "0.05"}, {4650, gbp, "46.50"}, {-4650, gbp, "-46.50"}, {-5, gbp, "-0.05"},
		{1234, jpy, "1234"}, {-1, jpy, "-1"}, {1234, kwd, "1.234"}, {7, kwd, "0.007"}, {MaxMoney, gbp, "100000000000.00"},
		{-1 << 63, gbp, "-92233720368547758.08"},
	} {
		if got := c.m.Decimal(c.c); got != c.want {
			t.Errorf("Money(%d).Decimal(%s) = %q, want %q", c.m, c.c.Code, got, c.want)
		}
	}
}

// TestDecimalIsReadBack holds for every currency: what a form shows can be
// sent back unchanged.
func TestDecimalIsReadBack(t *testing.T) {
	if n := len(Currencies()); n < 35 {
		t.Errorf("%d currencies, want at least 35", n)
	}
	for i, c := range Currencies() {
		if i > 0 && Currencies()[i-1].Code >= c.Code {
			t.Errorf("%s is out of order", c.Code)
		}
		if found, ok := CurrencyOf(" " + strings.ToLower(c.Code)); !ok || found != c {
			t.Errorf("CurrencyOf(%q) = %v, %t", c.Code, found, ok)
		}
		for _, m := range []Money{0, 1, 9, 10, 99, 100, 999, 1000, 1234, 12345, 123456, 1234567, 100000, MaxMoney} {
			for _, text := range []string{m.Decimal(c), c.Symbol + m.Decimal(c), m.Decimal(c) + " " + c.Code} {
				if got, err := ParseMoney(text, c); err != nil || got != m {
					t.Errorf("ParseMoney(%q, %s) = %d, %v; want %d", text, c.Code, got, err, m)
				}
			}
		}
	}
	if c, ok := CurrencyOf("XXX"); ok {
		t.Errorf("CurrencyOf(XXX) = %v", c)
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, seed := range []string{"46.50", "£46,50", "1,234.50", "1.234,50", "1 234", "$30.00", "1.234", "-1", "1e9", "99999999999999999999", ".5", "\xff"} {
		for digits := range 4 {
			f.Add(seed, digits)
		}
	}
	f.Fuzz(func(t *testing.T, text string, digits int) {
		c := Currency{Code: "GBP", Symbol: "£", Digits: ((digits % 4) + 4) % 4}
		m, err := ParseMoney(text, c)
		if err != nil {
			if m != 0 || err.Error() == "" {
				t.Fatalf("ParseMoney(%q) = %d with error %v", text, m, err)
			}
			return
		}
		if m < 0 || m > MaxMoney {
			t.Fatalf("ParseMoney(%q) = %d", text, m)
		}
		if again, err := ParseMoney(m.Decimal(c), c); err != nil || again != m {
			t.Fatalf("%q is %d is %q is %d, %v", text, m, m.Decimal(c), again, err)
		}
		// The figure's digits are the amount's: nothing was invented or lost.
		if digitsOf(text, c) != strings.TrimLeft(digitsOf(m.Decimal(c), c), "0") {
			t.Fatalf("ParseMoney(%q) = %s: other digits", text, m.Decimal(c))
		}
	})
}

// digitsOf is the digits of a text without zeros before them, and with the
// zeros that are missing after a decimal mark.
func digitsOf(text string, c Currency) string {
	var b strings.Builder
	for _, r := range text {
		if r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	digits := b.String()
	after := 0
	if i := strings.LastIndexAny(text, ".,"); i >= 0 && c.Digits > 0 {
		for _, r := range text[i+1:] {
			if r >= '0' && r <= '9' {
				after++
			}
		}
		if after > c.Digits || strings.Count(text, text[i:i+1]) > 1 || after == 3 && c.Digits == 2 {
			after = 0 // it groups thousands
		}
	}
	return strings.TrimLeft(digits+strings.Repeat("0", c.Digits-after), "0")
}
