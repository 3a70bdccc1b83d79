package handlers

import (
	"cmp"
	"slices"
	"testing"
)

// A round comes by everybody, however many there are, also while some come and
// go.
func TestARoundComesByEverybody(t *testing.T) {
	var all []int
	for i := range 2*lookedAt + 5 {
		all = append(all, i)
	}
	var r round[int]
	met := map[int]bool{}
	for n := range 3 {
		part := r.next(slices.DeleteFunc(slices.Clone(all), func(i int) bool { return i == lookedAt-1 && n > 0 }), cmp.Compare)
		if len(part) == 0 || len(part) > lookedAt {
			t.Fatalf("part %d has %d", n, len(part))
		}
		for _, i := range part {
			met[i] = true
		}
	}
	if len(met) != len(all) {
		t.Errorf("three parts met %d of %d", len(met), len(all))
	}
	if part := r.next(slices.Clone(all), cmp.Compare); part[0] != 0 {
		t.Errorf("after its end it begins with %d", part[0])
	}
	if part := r.next(nil, cmp.Compare); len(part) != 0 {
		t.Errorf("of nobody it met %v", part)
	}
	if part := r.next([]int{7}, cmp.Compare); len(part) != 1 || part[0] != 7 {
		t.Errorf("of one it met %v", part)
	}
	if part := r.next([]int{7}, cmp.Compare); len(part) != 1 {
		t.Errorf("of the same one it met %v", part)
	}
}
