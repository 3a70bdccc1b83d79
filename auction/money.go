// Package auction holds the bidding rules: pure functions from values to
// values. It knows no clock, no database, no network and no goroutine; the
// moment of a decision is an argument, and every answer is returned.
package auction

// Money is an amount in whole minor units (cents, pence) of the sale's currency.
type Money int64

// Currency says how amounts of one currency are written.
type Currency struct {
	Code   string // ISO 4217, such as "GBP"
	Symbol string // as put before or after the figure, such as "£"
	Digits int    // digits of the minor unit: 2 for GBP, 0 for JPY
}
