package auction

import (
	"fmt"
	"strings"
)

// preset is an increment table by name, in hundredths of the major unit, as
// its source prints it.
type preset struct {
	name  string
	table Table
}

// presets are the tables of rules §1. The first is what a new sale starts with.
var presets = [...]preset{
	{"house", Table{{9999, 100}, {49999, 500}, {99999, 1000}, {249999, 2500}, {499999, 5000}, {0, 10000}}},
	{"charity", Table{{4900, 100}, {19900, 500}, {99900, 1000}, {0, 2500}}},
	{"ebay-us", Table{{99, 5}, {499, 25}, {2499, 50}, {9999, 100}, {24999, 250}, {49999, 500}, {99999, 1000},
		{249999, 2500}, {499999, 5000}, {0, 10000}}},
	{"ebay-uk", Table{{99, 5}, {499, 20}, {1499, 50}, {5999, 100}, {14999, 200}, {29999, 500}, {59999, 1000},
		{149999, 2000}, {299999, 5000}, {0, 10000}}},
}

// PresetNames lists the names that Preset knows, the usual one first.
func PresetNames() []string {
	names := make([]string, len(presets))
	for i, p := range presets {
		names[i] = p.name
	}
	return names
}

// Preset returns an increment table by name, in minor units of a currency. It
// fails, with a *Wrong, for an unknown name and for a table whose steps the
// currency cannot express (ebay-us steps by 0.05, which yen do not have).
func Preset(name string, c Currency) (Table, error) {
	for _, p := range presets {
		if p.name != name {
			continue
		}
		t := make(Table, len(p.table))
		for i, b := range p.table {
			step, whole := scale(b.Step, c.Digits)
			if !whole {
				return nil, &Wrong{Text: "These steps begin with %s, which is smaller than the smallest unit of %s. Choose others.", Args: []any{b.Step.Decimal(Currency{Digits: 2}), c.Code}}
			}
			t[i] = Band{UpTo: scaleBound(b.UpTo, c.Digits), Step: step}
		}
		return t, nil
	}
	return nil, &Wrong{Text: "There are no steps named “%s”. Choose one of %s.", Args: []any{fmt.Sprintf("%.40s", name), strings.Join(PresetNames(), ", ")}}
}

// scale turns hundredths into units of a currency with so many digits, and
// says whether that goes without a remainder.
func scale(m Money, digits int) (Money, bool) {
	n := m * Money(pow10(digits))
	return n / 100, n%100 == 0
}

// scaleBound turns the end of a band into units of a currency. 0.99 means
// "below 1.00", whatever the digits: 0.999 dinars, 0 yen.
func scaleBound(m Money, digits int) Money {
	if m%100 != 99 {
		n, _ := scale(m, digits)
		return n
	}
	n, _ := scale(m+1, digits)
	return n - 1
}
