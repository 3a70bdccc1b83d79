package main

import (
	"strings"
	"testing"
)

// TestEveryMutantFits: no mutant has been disarmed by a change of the program.
// Whether each is caught is what `make mutants` finds out.
func TestEveryMutantFits(t *testing.T) {
	list := mutants()
	if len(list) < 36 {
		t.Errorf("there are %d mutants, want 36 at least", len(list))
	}
	names := map[string]bool{}
	for _, m := range list {
		if names[m.name] || m.breaks == "" || len(m.edits) == 0 {
			t.Errorf("mutant %q: it needs a name of its own, an edit, and words that say what it breaks", m.name)
		}
		names[m.name] = true
	}
	if err := buildAll(list); err != nil {
		t.Error(err)
	}
}

// TestAFewMutants runs some whole, and what must not count as caught: a change
// that breaks nothing, one that does not build, and one that fits no more.
func TestAFewMutants(t *testing.T) {
	for _, name := range []string{"tie to the later", "maximum in the public log"} {
		list, err := choose("^" + name + "$")
		if err != nil {
			t.Fatal(err)
		}
		if err := try(t.Context(), list[0]); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	premium := in("auction", "TestChargeRoundsEachLot")
	for _, c := range []struct {
		m    mutant
		want string
	}{
		{mutant{name: "nothing", edits: edits(edit("auction/premium.go", "(parts + 5_000) / 10_000", "(5_000 + parts) / 10_000")), test: premium}, "SURVIVED"},
		{mutant{name: "no Go", edits: edits(edit("auction/premium.go", "(parts + 5_000) / 10_000", "(parts + 5_000) / nothing")), test: premium}, "does not build"},
		{mutant{name: "gone", edits: edits(edit("auction/premium.go", "what never stood there", "")), test: premium}, "not once"},
	} {
		if err := try(t.Context(), c.m); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.m.name, err, c.want)
		}
	}
}

// TestOfWhatFails: a verdict is of the named test, and of nothing beside it.
func TestOfWhatFails(t *testing.T) {
	for lines, want := range map[string]verdict{
		`{"Action":"fail","Test":"TestA"}`:                                                                         {ran: true, failed: true},
		`{"Action":"pass","Test":"TestA"}`:                                                                         {ran: true},
		`{"Action":"skip","Test":"TestA"}`:                                                                         {},
		`{"Action":"fail","Test":"TestB"}` + "\n" + `{"Action":"fail"}`:                                            {},
		`{"Action":"run","Test":"TestA"}` + "\n" + `{"Action":"fail"}`:                                             {ran: true, failed: true},
		`{"Action":"run","Test":"TestB"}` + "\n" + `{"Action":"fail"}`:                                             {},
		`{"Action":"run","Test":"TestA"}` + "\n" + `{"Action":"pass","Test":"TestA"}` + "\n" + `{"Action":"fail"}`: {ran: true},
		`{"Action":"build-fail","ImportPath":"x"}`:                                                                 {notBuilt: true},
		`{"Action":"fail","Package":"x","FailedBuild":"x"}`:                                                        {notBuilt: true},
		`{"Action":"fail","Test":"TestA/part"}`:                                                                    {},
		`{"Action":"fail","Test":"TestA/b"}` + "\n" + `{"Action":"fail","Test":"TestA"}`:                           {ran: true, failed: true},
	} {
		got := read([]byte(lines), "TestA")
		got.said = ""
		if got != want {
			t.Errorf("%s: %+v, want %+v", lines, got, want)
		}
	}
}
