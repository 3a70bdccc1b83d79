package auction

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPremiumIsOfThePartInsideEachTier(t *testing.T) {
	tiers := Premium{{UpTo: 50_000, Rate: 2500}, {UpTo: 1_000_000, Rate: 2000}, {Rate: 1250}}
	for _, c := range []struct{ hammer, want Money }{
		{0, 0}, {1, 0}, {2, 1}, // 0.25 and 0.5 of a cent
		{50_000, 12_500}, {50_001, 12_500}, {50_003, 12_501}, // 12,500.6
		{1_000_000, 202_500}, {1_000_004, 202_501}, {MaxMoney, 202_500 + (MaxMoney-1_000_000)/8},
	} {
		if got := tiers.On(c.hammer); got != c.want {
			t.Errorf("premium on %d: %d, want %d", c.hammer, got, c.want)
		}
	}
	if got := Premium(nil).On(1000); got != 0 {
		t.Errorf("no premium on 1000: %d", got)
	}
}

func TestChargeRoundsEachLot(t *testing.T) {
	fees := Fees{Premium: Premium{{Rate: 2500}}, TaxRate: 2000}
	if got, want := fees.On(18), (Charge{18, 5, 1}); got != want { // 4.5 up, 1.0
		t.Errorf("tax on the premium: %+v, want %+v", got, want)
	}
	fees.TaxHammer = true
	if got, want := fees.On(18), (Charge{18, 5, 5}); got != want { // 4.6
		t.Errorf("tax on both: %+v, want %+v", got, want)
	}
	if got := fees.On(18).Plus(fees.On(10_000)).Total(); got != 28+15_000 {
		t.Errorf("two lots: %d", got)
	}
}

func TestPremiumText(t *testing.T) {
	gbp, _ := CurrencyOf("GBP")
	for _, c := range []struct{ text, want string }{
		{"", ""}, {" \n", ""}, {"0", ""}, {"20", "20"}, {"12,5 %", "12.5"}, {"above: 20%", "20"}, {": 20", "20"},
		{"£500: 25\r\n10,000.00: 20 %\nAbove: 12.05", "500.00: 25\n10000.00: 20\nabove: 12.05"},
	} {
		p, err := ParsePremium(c.text, gbp)
		if got := p.Text(gbp); err != nil || got != c.want {
			t.Errorf("ParsePremium(%q): %q, %v; want %q", c.text, got, err, c.want)
		}
	}
	for _, text := range []string{"x", "-1", "100.01", "1000", "20.", "12.345", "1e1", "500: 25", "500: 25\n400: 20\nabove: 1",
		"20\n30", "0: 20\nabove: 10", "500: 25: 3\nabove: 1", "above: 20\nabove: 10", "٢٠"} {
		if p, err := ParsePremium(text, gbp); err == nil {
			t.Errorf("ParsePremium(%q) took %v", text, p)
		}
	}
}

func TestPremiumNeverFalls(t *testing.T) {
	gbp, _ := CurrencyOf("GBP")
	rapid.Check(t, func(t *rapid.T) {
		var p Premium
		top := Money(0)
		for range rapid.IntRange(0, 4).Draw(t, "tiers") {
			top += Money(rapid.Int64Range(1, 1_000_000).Draw(t, "wide"))
			p = append(p, Tier{top, Rate(rapid.Int64Range(0, int64(MaxRate)).Draw(t, "rate"))})
		}
		p = append(p, Tier{Rate: Rate(rapid.Int64Range(1, int64(MaxRate)).Draw(t, "above"))})
		a := Money(rapid.Int64Range(0, int64(MaxMoney)-1).Draw(t, "hammer"))
		lower, higher := p.On(a), p.On(a+1)
		if lower < 0 || lower > a || higher < lower || higher > lower+1 {
			t.Fatalf("%v on %d and one more: %d, %d", p, a, lower, higher)
		}
		back, err := ParsePremium(p.Text(gbp), gbp)
		if err != nil || back.Text(gbp) != p.Text(gbp) || back.On(a) != lower {
			t.Fatalf("%v came back as %v, %v", p, back, err)
		}
	})
}
