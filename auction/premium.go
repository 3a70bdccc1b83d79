package auction

import (
	"fmt"
	"strconv"
	"strings"
)

// Rate is a share in basis points: 2500 is 25 %.
type Rate int64

// MaxRate is the greatest rate that is taken: the whole.
const MaxRate Rate = 10_000

// Of is a rate's share of an amount in minor units, rounded to the nearest
// unit, a half upwards.
func (r Rate) Of(m Money) Money { return rounded(int64(r) * int64(m)) }

// rounded turns ten-thousandths of a minor unit into units, a half upwards. No
// sum of MaxMoney at MaxRate overflows it.
func rounded(parts int64) Money { return Money((parts + 5_000) / 10_000) }

// String writes a rate in percent, without a sign and without zeros that say
// nothing, such as "12.5". ParseRate reads it back.
func (r Rate) String() string {
	s := strconv.FormatInt(int64(r/100), 10)
	if part := r % 100; part > 0 {
		s += strings.TrimRight(fmt.Sprintf(".%02d", int64(part)), "0")
	}
	return s
}

// ParseRate reads a rate in percent as people type it: "20", "12.5 %", "12,5%".
// The error is a *Wrong.
func ParseRate(text string) (Rate, error) {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "%"))
	whole, part, _ := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	if whole == "" || len(whole) > 3 || len(part) > 2 || strings.Trim(whole+part, "0123456789") != "" || strings.HasSuffix(s, ".") || strings.HasSuffix(s, ",") {
		return 0, &Wrong{Text: "“%s” is no rate in percent. Type one such as 20 or 12.5.", Args: []any{fmt.Sprintf("%.20s", s)}}
	}
	n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || Rate(n) > MaxRate {
		return 0, &Wrong{Text: "“%s” is more than 100 percent.", Args: []any{s}}
	}
	return Rate(n), nil
}

// Tier is one row of a buyer's premium: on what of the hammer price lies above
// the tier before it, up to and including UpTo, the premium is Rate. The last
// tier has UpTo 0 and holds for all that lies above.
type Tier struct {
	UpTo Money
	Rate Rate
}

// Premium is what a buyer pays on top of the hammer price, tiers ascending by
// UpTo, the open one last. Each rate is of the part of the price inside its
// tier, as salerooms print it ("25 % up to 500,000, 20 % above"), so that a
// higher hammer price never costs less. None at all is no premium.
type Premium []Tier

// maxTiers is more than any house prints.
const maxTiers = 16

// On is the premium on a hammer price, in minor units: the exact sum over the
// tiers, rounded once to the nearest unit, a half upwards.
func (p Premium) On(hammer Money) Money {
	var parts int64
	var below Money
	for _, t := range p {
		top := hammer
		if t.UpTo != 0 {
			top = min(hammer, t.UpTo)
		}
		if top > below {
			parts += int64(top-below) * int64(t.Rate)
			below = top
		}
	}
	return rounded(parts)
}

// Check says what is wrong with a premium, a *Wrong with the tier as its line;
// nil when it can be used.
func (p Premium) Check() error {
	if len(p) > maxTiers {
		return tooManyLines(maxTiers)
	}
	for i, t := range p {
		switch last := i == len(p)-1; {
		case t.Rate < 0 || t.Rate > MaxRate:
			return &Wrong{Line: i + 1, Text: "The rate must be between 0 and 100 percent."}
		case last && t.UpTo != 0:
			return &Wrong{Line: i + 1, Text: "The last line holds for every price above the others and has none of its own. Write it as above: 20."}
		case !last && (t.UpTo <= 0 || t.UpTo > MaxMoney):
			return &Wrong{Line: i + 1, Text: "Only the last line goes without a price. Write up to which price the rate holds, such as 500: 25."}
		case !last && i > 0 && t.UpTo <= p[i-1].UpTo:
			return &Wrong{Line: i + 1, Text: "Its price is not above that of the line before it."}
		}
	}
	return nil
}

// Text writes a premium as ParsePremium reads it: a line for each tier, amounts
// in major units, "" for none.
func (p Premium) Text(c Currency) string {
	if len(p) == 1 {
		return p[0].Rate.String()
	}
	lines := make([]string, 0, len(p))
	for _, t := range p {
		upTo := "above"
		if t.UpTo != 0 {
			upTo = t.UpTo.Decimal(c)
		}
		lines = append(lines, upTo+": "+t.Rate.String())
	}
	return strings.Join(lines, "\n")
}

// ParsePremium reads tiers "up to price: rate in percent", one a line, the last
// "above: rate"; a rate alone is one for every price, and nothing is none. What
// it returns has passed Check. The error is a *Wrong, by the line of the text.
func ParsePremium(text string, c Currency) (Premium, error) {
	var p Premium
	var lines []int // of the text, by tier
	for n, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if len(p) == maxTiers {
			return nil, tooManyLines(maxTiers)
		}
		t, err := parseTier(line, c)
		if err != nil {
			return nil, onLine(n+1, err)
		}
		p, lines = append(p, t), append(lines, n+1)
	}
	if len(p) == 1 && p[0] == (Tier{}) {
		return nil, nil // "0"
	}
	return p, OnLines(p.Check(), lines)
}

func parseTier(line string, c Currency) (t Tier, err error) {
	upTo, rate, found := strings.Cut(line, ":")
	if !found {
		t.Rate, err = ParseRate(line)
		return t, err
	}
	if upTo = strings.TrimSpace(upTo); upTo != "" && !strings.EqualFold(upTo, "above") {
		if t.UpTo, err = ParseMoney(upTo, c); err != nil {
			return t, err
		}
		if t.UpTo == 0 {
			return t, &Wrong{Text: "A price is above 0."}
		}
	}
	t.Rate, err = ParseRate(rate)
	return t, err
}

// Fees are what a sale adds to a hammer price.
type Fees struct {
	Premium   Premium
	TaxRate   Rate
	TaxHammer bool // true: the tax is on hammer price and premium; false: on the premium alone
}

// Charge is what one lot costs its buyer.
type Charge struct {
	Hammer  Money
	Premium Money
	Tax     Money
}

// Total is what the buyer pays.
func (c Charge) Total() Money { return c.Hammer + c.Premium + c.Tax }

// Plus adds up two charges: of lots on one invoice, each of which was rounded
// by itself.
func (c Charge) Plus(d Charge) Charge {
	return Charge{c.Hammer + d.Hammer, c.Premium + d.Premium, c.Tax + d.Tax}
}

// On is what a lot with this hammer price costs. Premium and tax are each
// rounded to the minor unit, a half upwards, lot by lot: an invoice is the sum
// of its lines.
func (f Fees) On(hammer Money) Charge {
	c := Charge{Hammer: hammer, Premium: f.Premium.On(hammer)}
	taxed := c.Premium
	if f.TaxHammer {
		taxed += hammer
	}
	c.Tax = f.TaxRate.Of(taxed)
	return c
}
