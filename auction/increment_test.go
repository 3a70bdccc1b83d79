package auction

import (
	"slices"
	"strings"
	"testing"
)

func TestPresetsByCurrency(t *testing.T) {
	for _, c := range []struct {
		name string
		c    Currency
		want string // "" = refused
	}{
		{"house", gbp, "9999:100,49999:500,99999:1000,249999:2500,499999:5000,:10000"},
		{"house", jpy, "99:1,499:5,999:10,2499:25,4999:50,:100"},
		{"house", kwd, "99999:1000,499999:5000,999999:10000,2499999:25000,4999999:50000,:100000"},
		{"charity", gbp, "4900:100,19900:500,99900:1000,:2500"},
		{"charity", jpy, "49:1,199:5,999:10,:25"},
		{"charity", kwd, "49000:1000,199000:5000,999000:10000,:25000"},
		{"ebay-us", usd, "99:5,499:25,2499:50,9999:100,24999:250,49999:500,99999:1000,249999:2500,499999:5000,:10000"},
		{"ebay-uk", gbp, "99:5,499:20,1499:50,5999:100,14999:200,29999:500,59999:1000,149999:2000,299999:5000,:10000"},
		{"ebay-uk", kwd, "999:50,4999:200,14999:500,59999:1000,149999:2000,299999:5000,599999:10000,1499999:20000,2999999:50000,:100000"},
		{"ebay-us", jpy, ""}, {"ebay-uk", jpy, ""}, {"House", gbp, ""}, {"", gbp, ""},
	} {
		got, err := Preset(c.name, c.c)
		if (err == nil) != (c.want != "") || got.String() != c.want && err == nil {
			t.Errorf("Preset(%q, %s) = %s, %v; want %q", c.name, c.c.Code, got, err, c.want)
		}
	}
	for _, name := range PresetNames() {
		table := mustPreset(t, name)
		if err := table.Check(); err != nil {
			t.Errorf("preset %s: %v", name, err)
		}
		table[0].Step = 7
		if mustPreset(t, name)[0].Step == 7 {
			t.Errorf("preset %s can be changed from outside", name)
		}
	}
}

func TestParseTable(t *testing.T) {
	for _, text := range []string{":1", ":100", "9999:100,49999:500,:1000", "1:1,2:1,:1"} {
		table, err := ParseTable(text)
		if err != nil || table.String() != text {
			t.Errorf("ParseTable(%q) = %s, %v", text, table, err)
		}
	}
	if table, err := ParseTable(" 9999 : 100 , : 500 "); err != nil || !slices.Equal(table, Table{{9999, 100}, {0, 500}}) {
		t.Errorf("with spaces: %v, %v", table, err)
	}
	for text, why := range map[string]string{
		"": "want price:step", "100": "want price:step", ":": "not between", ":0": "not between", ":-1": "not a whole number",
		"9999:100": "last line holds", "9999:100,": "want price:step", ":100,:200": "not between",
		"9999:100,9999:200,:300": "not above", "9999:100,50:200,:300": "not above", "9999:500,:100": "smaller",
		"0:100,:200": "not between", "1.50:100,:200": "not a whole number", ":100000000000000": "not between",
		":99999999999999999999": "not between", strings.Repeat("1:1,", 100) + ":1": "At most 64", "1:2:3,:4": "not a whole number",
	} {
		if table, err := ParseTable(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("ParseTable(%q) = %s, %v; want an error with %q", text, table, err, why)
		}
	}
	if err := (Table{}).Check(); err == nil {
		t.Error("a table without bands passes Check")
	}
	if step := (Table{}).Step(5); step != 1 {
		t.Errorf("a table without bands steps by %d", step)
	}
}

func FuzzParseTable(f *testing.F) {
	for _, seed := range []string{":1", "9999:100,49999:500,:1000", "1:1,2:1,:1", ":", "a:b", "9999:500,:100", ",,,"} {
		f.Add(seed, int64(50))
	}
	f.Fuzz(func(t *testing.T, text string, price int64) {
		table, err := ParseTable(text)
		if err != nil {
			return
		}
		if err := table.Check(); err != nil {
			t.Fatalf("ParseTable(%q) = %s, which Check refuses: %v", text, table, err)
		}
		again, err := ParseTable(table.String())
		if err != nil || !slices.Equal(again, table) {
			t.Fatalf("%q is %s is %s, %v", text, table, again, err)
		}
		p := Money(price)
		if s := table.Step(p); s <= 0 || p < MaxMoney && p+s+table.Step(p+s) < p+s {
			t.Fatalf("%s steps from %d by %d", table, p, s)
		}
	})
}
