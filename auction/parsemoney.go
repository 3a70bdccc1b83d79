package auction

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MoneyError says why a text is not taken as an amount, and what to type.
type MoneyError struct {
	Text string // as typed, shortened
	Why  string // in words
	Type string // what to type instead, "" when only the writer can know
	// Two are the readings of a text that has two; "" = it has not.
	Two [2]string
}

func (e *MoneyError) Error() string {
	if e.Type == "" {
		return fmt.Sprintf("amount %q: %s", e.Text, e.Why)
	}
	return fmt.Sprintf("amount %q: %s; type %s", e.Text, e.Why, e.Type)
}

// ParseMoney reads an amount as people type it, in major units of a currency:
// "46.50", "46,50", "£46.50", "1,234.50", "1.234,50", "1 234", "46.50 GBP".
// The error is a *MoneyError. Zero is an amount; below zero is not.
//
// An amount is money that somebody owes, so nothing is guessed where a wrong
// guess would be a thousandfold off:
//
//   - A comma or point before two digits (or one) is the decimal mark. Where
//     both occur the last is the decimal mark and the other groups thousands;
//     one that occurs twice groups thousands, and then all groups are of three.
//   - "1,234" is one thousand two hundred and thirty-four: nobody bids
//     thousandths of a pound, and no one writes 1.23 that way.
//   - "1.234" is refused in a currency of two digits: one in London who means
//     1.23 or 12.34 slips into it as easily as one in Berlin means 1234.
//   - In a currency of three digits the point is always decimal, and "1,234"
//     is what is refused. In one without a minor unit both group thousands.
func ParseMoney(text string, c Currency) (Money, error) {
	p := moneyParser{text: text, c: c}
	figure, err := p.figure()
	if err != nil {
		return 0, err
	}
	whole, minor, err := p.split(figure)
	if err != nil {
		return 0, err
	}
	return p.value(whole, minor)
}

// moneyParser reads one text.
type moneyParser struct {
	text string
	c    Currency
}

// fail is a refusal of the text.
func (p moneyParser) fail(why, typ string) *MoneyError {
	shown := []rune(strings.ToValidUTF8(p.text, "\uFFFD"))
	if len(shown) > 40 {
		shown = append(shown[:40], '…')
	}
	return &MoneyError{Text: string(shown), Why: why, Type: typ}
}

// twoWays is the refusal of a text of which only its writer knows what it says.
func (p moneyParser) twoWays(a, b string) error {
	err := p.fail("it can be read in two ways", a+" or "+b)
	err.Two = [2]string{a, b}
	return err
}

// example is an amount as the currency writes it.
func (p moneyParser) example() string { return Money(123450).scaled(p.c).Decimal(p.c) }

// scaled reads hundredths as units of a currency.
func (m Money) scaled(c Currency) Money {
	n, _ := scale(m, c.Digits)
	return n
}

// figure is the text without currency and outer space, spaces and apostrophes
// between digits turned into one grouping mark, checked to hold nothing but
// digits, points, commas and that mark.
func (p moneyParser) figure() (string, error) {
	if len(p.text) > 80 {
		return "", p.fail("it is too long", p.example())
	}
	s := p.withoutCurrency(strings.TrimSpace(p.text))
	if s == "" {
		return "", p.fail("there is no figure in it", p.example())
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r == '.' || r == ',':
			b.WriteRune(r)
		case unicode.IsSpace(r) || r == '\'' || r == '’':
			b.WriteByte(' ')
		case r == '-' || r == '−' || r == '(':
			return "", p.fail("an amount cannot be negative", p.example())
		case (r == 'e' || r == 'E') && b.Len() > 0:
			return "", p.fail("an exponent is not understood", "all the digits, such as "+p.example())
		default:
			return "", p.fail(fmt.Sprintf("%q is not part of an amount in %s", r, p.c.Code), p.example())
		}
	}
	return b.String(), nil
}

// withoutCurrency takes the currency's code or symbol off either end, once.
func (p moneyParser) withoutCurrency(s string) string {
	names := []string{p.c.Code, p.c.Symbol}
	if sign, _ := utf8.DecodeLastRuneInString(p.c.Symbol); sign == '$' || sign == '¥' || sign == '£' {
		// "US$" and "AU$" are as plain as "A$", and "$" says enough where
		// dollars are bid.
		names = []string{p.c.Code, p.c.Code[:min(2, len(p.c.Code))] + string(sign), p.c.Symbol, string(sign)}
	}
	for _, name := range names {
		if name == "" || len(s) < len(name) {
			continue
		}
		if strings.EqualFold(s[:len(name)], name) {
			return strings.TrimSpace(s[len(name):])
		}
		if strings.EqualFold(s[len(s)-len(name):], name) {
			return strings.TrimSpace(s[:len(s)-len(name)])
		}
	}
	return s
}

// split parts a figure into the digits of major and minor units.
func (p moneyParser) split(figure string) (whole, minor string, err error) {
	mark, err := p.decimalMark(figure)
	if err != nil {
		return "", "", err
	}
	whole = figure
	if mark >= 0 {
		whole, minor = figure[:mark], figure[mark+1:]
	}
	if strings.ContainsAny(minor, " .,") {
		return "", "", p.fail("the decimal mark is in the middle of it", p.example())
	}
	if mark >= 0 && minor == "" {
		return "", "", p.fail("digits are missing after the decimal mark", p.example())
	}
	if len(minor) > p.c.Digits {
		if p.c.Digits == 0 {
			return "", "", p.fail(p.c.Code+" has no smaller unit", "a whole amount, such as "+p.example())
		}
		return "", "", p.fail(fmt.Sprintf("it has %d digits after the decimal mark, %s has %d", len(minor), p.c.Code, p.c.Digits), p.example())
	}
	whole, err = p.ungroup(whole)
	return whole, minor, err
}

// decimalMark is where the decimal mark is in a figure, -1 when there is none.
func (p moneyParser) decimalMark(figure string) (int, error) {
	last := strings.LastIndexAny(figure, ".,")
	if last < 0 {
		return -1, nil
	}
	mark := figure[last : last+1]
	other := map[string]string{".": ",", ",": "."}[mark]
	switch n := strings.Count(figure, mark); {
	case n > 1 && strings.Contains(figure, other):
		return 0, p.fail("its marks contradict each other", p.example())
	case n > 1:
		return -1, nil // it occurs often, so it groups
	case strings.Contains(figure, other) || strings.Contains(figure, " "):
		return last, nil // something else groups
	}
	before, after := figure[:last], figure[last+1:]
	if len(after) != 3 || len(before) == 0 || len(before) > 3 || before[0] == '0' {
		return last, nil // no group of thousands looks so
	}
	switch {
	case p.c.Digits == 0 || p.c.Digits < 3 && mark == ",":
		return -1, nil
	case p.c.Digits >= 3 && mark == ".":
		return last, nil
	}
	return 0, p.twoWays(before+after, before+"."+after[:min(len(after), p.c.Digits)])
}

// ungroup takes the grouping marks out of the digits of the major unit, which
// must then be groups of three.
func (p moneyParser) ungroup(whole string) (string, error) {
	i := strings.IndexAny(whole, " .,")
	if i < 0 {
		return whole, nil
	}
	groups := strings.Split(whole, whole[i:i+1])
	ok := len(groups[0]) >= 1 && len(groups[0]) <= 3 && groups[0][0] != '0'
	for _, g := range groups[1:] {
		ok = ok && len(g) == 3 && !strings.ContainsAny(g, " .,")
	}
	if !ok {
		return "", p.fail("its thousands are not in groups of three", "it without marks between them, such as "+p.example())
	}
	return strings.Join(groups, ""), nil
}

// value is the amount of digits before and after the decimal mark.
func (p moneyParser) value(whole, minor string) (Money, error) {
	var m Money
	digits := whole + minor + "0000"[:p.c.Digits-len(minor)]
	for i := range len(digits) {
		m = m*10 + Money(digits[i]-'0')
		if m > MaxMoney {
			return 0, p.fail("it is more than any lot can cost here", "at most "+MaxMoney.Decimal(p.c))
		}
	}
	return m, nil
}
