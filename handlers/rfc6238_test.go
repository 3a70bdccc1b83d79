package handlers

import (
	"testing"
	"time"
)

// TestCodesAreThoseOfTheStandard holds the vectors of RFC 6238, appendix B, of
// which six digits are the last six.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(at, 0)
		if got := codeOf(secret, spanAt(now)); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		for off, ok := range map[time.Duration]bool{0: true, -30 * time.Second: true, 30 * time.Second: true, 60 * time.Second: false, 90 * time.Second: false} {
			span, got := spanOfTyped(secret, want, now.Add(off))
			if got != ok || ok && span != spanAt(now) {
				t.Errorf("the code of %d with a clock %v off: span %d, %v; want %v", at, off, span, got, ok)
			}
		}
	}
}
