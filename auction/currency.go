package auction

import (
	"slices"
	"strings"
)

// Currency says how amounts of one currency are written.
type Currency struct {
	Code   string // ISO 4217, such as "GBP"
	Symbol string // as put before or after the figure, such as "£"
	Digits int    // digits of the minor unit: 2 for GBP, 0 for JPY
}

// currencies are those that a sale can be held in, by code. Digits are those
// of ISO 4217.
var currencies = [...]Currency{
	{"AED", "AED", 2},
	{"ARS", "AR$", 2},
	{"AUD", "A$", 2},
	{"BGN", "лв", 2},
	{"BHD", "BD", 3},
	{"BRL", "R$", 2},
	{"CAD", "CA$", 2},
	{"CHF", "CHF", 2},
	{"CLP", "CL$", 0},
	{"CNY", "CN¥", 2},
	{"COP", "CO$", 2},
	{"CZK", "Kč", 2},
	{"DKK", "kr", 2},
	{"EGP", "E£", 2},
	{"EUR", "€", 2},
	{"GBP", "£", 2},
	{"HKD", "HK$", 2},
	{"HUF", "Ft", 2},
	{"IDR", "Rp", 2},
	{"ILS", "₪", 2},
	{"INR", "₹", 2},
	{"ISK", "kr", 0},
	{"JOD", "JD", 3},
	{"JPY", "¥", 0},
	{"KES", "KSh", 2},
	{"KRW", "₩", 0},
	{"KWD", "KD", 3},
	{"MXN", "MX$", 2},
	{"MYR", "RM", 2},
	{"NGN", "₦", 2},
	{"NOK", "kr", 2},
	{"NZD", "NZ$", 2},
	{"PHP", "₱", 2},
	{"PLN", "zł", 2},
	{"RON", "lei", 2},
	{"SAR", "SAR", 2},
	{"SEK", "kr", 2},
	{"SGD", "S$", 2},
	{"THB", "฿", 2},
	{"TND", "DT", 3},
	{"TRY", "₺", 2},
	{"TWD", "NT$", 2},
	{"UAH", "₴", 2},
	{"USD", "$", 2},
	{"VND", "₫", 0},
	{"ZAR", "R", 2},
}

// Currencies lists every currency that a sale can be held in, by code.
func Currencies() []Currency { return slices.Clone(currencies[:]) }

// CurrencyOf finds a currency by its ISO 4217 code, in any case.
func CurrencyOf(code string) (Currency, bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	i, found := slices.BinarySearchFunc(currencies[:], code, func(c Currency, code string) int {
		return strings.Compare(c.Code, code)
	})
	if !found {
		return Currency{}, false
	}
	return currencies[i], true
}
