// Package auction holds the bidding rules: pure functions from values to
// values. It knows no clock, no database, no network and no goroutine; the
// moment of a decision is an argument, and every answer is returned.
package auction

import "strconv"

// Money is an amount in whole minor units (cents, pence) of the sale's currency.
type Money int64

// MaxMoney is the greatest amount that is taken anywhere: 10^13 minor units.
// It leaves so much room below the end of int64 that no sum of a sale's
// amounts can overflow.
const MaxMoney Money = 10_000_000_000_000

// Decimal writes an amount plainly, in major units with a point and without
// symbol or grouping, such as "46.50": for form fields and files. ParseMoney
// reads it back.
func (m Money) Decimal(c Currency) string {
	if c.Digits == 0 {
		return strconv.FormatInt(int64(m), 10)
	}
	var buf [32]byte
	b := buf[:0]
	u := uint64(m)
	if m < 0 {
		b = append(b, '-')
		u = -u
	}
	unit := uint64(pow10(c.Digits))
	b = strconv.AppendUint(b, u/unit, 10)
	b = append(b, '.')
	minor := u % unit
	for unit /= 10; unit > 0; unit /= 10 {
		b = append(b, '0'+byte(minor/unit%10))
	}
	return string(b)
}

// pow10 is 10 to the n, for the few digits that a currency's minor unit has.
func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}
