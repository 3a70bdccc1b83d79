package views

import (
	"strconv"
	"strings"

	"outcry/auction"
)

// Amount writes money for people: "£1,234.56", and "£380" where the amount is
// whole. A symbol of letters, or none, stands with a space: "CHF 380".
func Amount(m auction.Money, c auction.Currency) string {
	return amount(m, c, false)
}

// AmountFull is Amount with the minor units always written, for sums to pay.
func AmountFull(m auction.Money, c auction.Currency) string {
	return amount(m, c, true)
}

func amount(m auction.Money, c auction.Currency, full bool) string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "−", uint64(-m)
	}
	unit := uint64(1)
	for range c.Digits {
		unit *= 10
	}
	figure := grouped(n / unit)
	if minor := n % unit; minor != 0 || full && c.Digits > 0 {
		text := strconv.FormatUint(minor, 10)
		figure += "." + strings.Repeat("0", c.Digits-len(text)) + text
	}
	return sign + prefix(c) + figure
}

// Range writes two amounts as an estimate: "£300–500".
func Range(low, high auction.Money, c auction.Currency) string {
	switch {
	case low == 0 && high == 0:
		return ""
	case low == 0 || high == 0 || low == high:
		return Amount(max(low, high), c)
	}
	return Amount(low, c) + "–" + strings.TrimPrefix(Amount(high, c), prefix(c))
}

// Plain writes money as a form sends it: "380.00", "1234.50", "500" where the
// currency has no minor unit.
func Plain(m auction.Money, c auction.Currency) string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "-", uint64(-m)
	}
	text := strconv.FormatUint(n, 10)
	if c.Digits == 0 {
		return sign + text
	}
	if short := c.Digits + 1 - len(text); short > 0 {
		text = strings.Repeat("0", short) + text
	}
	return sign + text[:len(text)-c.Digits] + "." + text[len(text)-c.Digits:]
}

// prefix is what stands before a figure: the symbol, or the code without one.
func prefix(c auction.Currency) string {
	s := c.Symbol
	if s == "" {
		s = c.Code
	}
	if s == "" {
		return ""
	}
	if last := s[len(s)-1]; last >= 'A' && last <= 'Z' || last >= 'a' && last <= 'z' {
		return s + "\u00a0"
	}
	return s
}

// grouped writes a whole number with a comma between thousands.
func grouped(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

// Count writes a number and its noun: "1 bid", "15 bids", "1,204 bids".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(uint64(max(n, 0))) + " " + many
}
