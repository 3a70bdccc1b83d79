package main

import (
	"testing"
	"time"
)

func TestDrainOf(t *testing.T) {
	for text, want := range map[string]drain{
		"2s/10s": {2 * time.Second, 10 * time.Second},
		"0":      {},
		"0s/1m":  {0, time.Minute},
	} {
		if got, err := drainOf(text); err != nil || got != want {
			t.Errorf("drainOf(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2s", "2/10", "-1s/2s", "1s/-2s", "1s/2s/3s"} {
		if got, err := drainOf(text); err == nil {
			t.Errorf("drainOf(%q) = %v, want it refused", text, got)
		}
	}
}
