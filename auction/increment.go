package auction

import (
	"fmt"
	"strconv"
	"strings"
)

// Band is one row of an increment table: up to and including UpTo the step is
// Step. The last band has UpTo 0 and holds for every price above.
type Band struct {
	UpTo Money
	Step Money
}

// Table is an increment table, bands ascending by UpTo, the open one last
// (rules §1). A fixed step is a table of one open band.
type Table []Band

// maxBands is more than any house prints and few enough to search in a row.
const maxBands = 64

// Step is what the next ask lies above a price, in minor units. A table that
// Check refuses for being empty steps by one unit, so that an ask always lies
// above its price.
func (t Table) Step(price Money) Money {
	for _, b := range t {
		if price <= b.UpTo || b.UpTo == 0 {
			return b.Step
		}
	}
	return 1
}

// Check says what is wrong with a table, a *Wrong with the band as its line; nil
// when it can be used. Steps must not get smaller as the price rises: otherwise
// a lower bid of the underbidder could cost the leader more than a higher one.
func (t Table) Check() error {
	if len(t) == 0 {
		return &Wrong{Text: "The table is empty. Write at least one line, such as above: 5."}
	}
	if len(t) > maxBands {
		return tooManyLines(maxBands)
	}
	last := len(t) - 1
	for i, b := range t {
		switch {
		case b.Step <= 0 || b.Step > MaxMoney:
			return &Wrong{Line: i + 1, Text: "A step is an amount above 0."}
		case i == last && b.UpTo != 0:
			return &Wrong{Line: i + 1, Text: "The last line holds for every price above the others and has none of its own. Write it as above: 5."}
		case i < last && (b.UpTo <= 0 || b.UpTo > MaxMoney):
			return &Wrong{Line: i + 1, Text: "Only the last line goes without a price. Write up to which price the step holds, such as 99: 5."}
		case i > 0 && i < last && b.UpTo <= t[i-1].UpTo:
			return &Wrong{Line: i + 1, Text: "Its price is not above that of the line before it."}
		case i > 0 && b.Step < t[i-1].Step:
			return &Wrong{Line: i + 1, Text: "Its step is smaller than that of the line before it. Steps may only grow with the price."}
		}
	}
	return nil
}

// String writes a table as ParseTable reads it, such as "9999:100,:500".
func (t Table) String() string {
	var b []byte
	for i, band := range t {
		if i > 0 {
			b = append(b, ',')
		}
		if band.UpTo != 0 {
			b = strconv.AppendInt(b, int64(band.UpTo), 10)
		}
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(band.Step), 10)
	}
	return string(b)
}

// ParseTable reads bands "up to price:step" in minor units, divided by
// commas, the open band last and without a price: "9999:100,49999:500,:1000".
// The table that it returns has passed Check.
func ParseTable(text string) (Table, error) {
	rows := strings.Split(text, ",")
	if len(rows) > maxBands {
		return nil, tooManyLines(maxBands)
	}
	t := make(Table, 0, len(rows))
	for i, row := range rows {
		upTo, step, found := strings.Cut(strings.TrimSpace(row), ":")
		if !found {
			return nil, fmt.Errorf("increment table, band %d: want price:step, got %.40q", i+1, row)
		}
		var b Band
		var err error
		if i < len(rows)-1 || strings.TrimSpace(upTo) != "" {
			if b.UpTo, err = parseMinor(upTo); err != nil {
				return nil, fmt.Errorf("increment table, band %d: price: %w", i+1, err)
			}
		}
		if b.Step, err = parseMinor(step); err != nil {
			return nil, fmt.Errorf("increment table, band %d: step: %w", i+1, err)
		}
		t = append(t, b)
	}
	if err := t.Check(); err != nil {
		return nil, err
	}
	return t, nil
}

// parseMinor reads an amount in minor units: digits and nothing else.
func parseMinor(text string) (Money, error) {
	text = strings.TrimSpace(text)
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0, fmt.Errorf("%.40q is not a whole number of minor units", text)
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || Money(n) > MaxMoney {
		return 0, fmt.Errorf("%.40q is not between 1 and %d minor units", text, MaxMoney)
	}
	return Money(n), nil
}
