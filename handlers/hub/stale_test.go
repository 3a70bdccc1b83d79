package hub

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// That what a page shows may be out of date is said at once, and with every
// beat until it is not so any more.
func TestStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Config{Writers: 2})
		got, done := collect(pipe(t, h))
		time.Sleep(3 * time.Second)
		at := time.Now()
		h.Stale(true)
		h.Stale(true) // says nothing new
		time.Sleep(20 * time.Second)
		h.Stale(false)
		time.Sleep(time.Second)
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		<-done
		var said []bool
		for _, b := range *got {
			if !strings.HasPrefix(b.text, `{"t":`) || b.at.Before(at) {
				continue
			}
			said = append(said, strings.Contains(b.text, `"stale":true`))
			if len(said) == 1 && !b.at.Equal(at) {
				t.Errorf("said %v later", b.at.Sub(at))
			}
		}
		if want := []bool{true, true, true, false}; len(said) != len(want) || !said[0] || !said[2] || said[3] {
			t.Errorf("the beats said %v, want %v", said, want)
		}
	})
}
