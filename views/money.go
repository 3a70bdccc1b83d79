package views

import (
	"context"
	"strconv"
	"strings"

	"outcry/auction"
	"outcry/views/lang"
)

// Money writes an amount as the reader does: "£1,234.56", "1.234,56 €", and
// without small units where the amount is whole: "£380".
func Money(ctx context.Context, m auction.Money, c auction.Currency) string {
	return lang.Of(ctx).Money(int64(m), c.Digits, sign(c), false)
}

// MoneyFull is Money with the small units always written, for sums to pay.
func MoneyFull(ctx context.Context, m auction.Money, c auction.Currency) string {
	return lang.Of(ctx).Money(int64(m), c.Digits, sign(c), true)
}

// MoneyRange writes two amounts as an estimate: "£300–500".
func MoneyRange(ctx context.Context, low, high auction.Money, c auction.Currency) string {
	switch {
	case low == 0 && high == 0:
		return ""
	case low == 0 || high == 0 || low == high:
		return Money(ctx, max(low, high), c)
	}
	return lang.Of(ctx).Range(int64(low), int64(high), c.Digits, sign(c))
}

// Amount writes money for no reader in particular, as the English do.
func Amount(m auction.Money, c auction.Currency) string {
	return Money(context.Background(), m, c)
}

// AmountFull is Amount with the minor units always written, for sums to pay.
func AmountFull(m auction.Money, c auction.Currency) string {
	return MoneyFull(context.Background(), m, c)
}

// Range writes two amounts as an estimate: "£300–500".
func Range(low, high auction.Money, c auction.Currency) string {
	return MoneyRange(context.Background(), low, high, c)
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

// sign is a currency's symbol, or its code without one.
func sign(c auction.Currency) string {
	if c.Symbol == "" {
		return c.Code
	}
	return c.Symbol
}

// prefix is the sign as it stands before a figure in English.
func prefix(c auction.Currency) string {
	before, _ := lang.English().Sign(sign(c))
	return before
}

// number writes a whole number as the reader does: "1,204".
func number(ctx context.Context, n int) string { return lang.Of(ctx).Number(n) }

// Count writes a number and its noun: "1 bid", "15 bids", "1,204 bids".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return lang.English().Number(max(n, 0)) + " " + many
}
