package views

import (
	"slices"
	"strings"
	"testing"
)

// TestAddressBreaksBetweenWords: an address on the board is broken at its points
// and slashes alone; a long word of it gets the whole width.
func TestAddressBreaksBetweenWords(t *testing.T) {
	for address, want := range map[string]struct {
		parts []string
		long  bool
	}{
		"sale.example.org":                       {[]string{"sale", ".example", ".org"}, false},
		"192.168.1.5:8080":                       {[]string{"192", ".168", ".1", ".5", ":8080"}, false},
		"auction.st-alders-hospice.example.org/": {[]string{"auction", ".st-alders-hospice", ".example", ".org/"}, true},
		"example.org/auctions/sales/winter":      {[]string{"example", ".org/", "auctions/", "sales/", "winter"}, false},
		"":                                       {[]string{""}, false},
	} {
		got := addressParts(address)
		if !slices.Equal(got, want.parts) || longPart(address) != want.long || strings.Join(got, "") != address {
			t.Errorf("%s is broken into %q, long: %v", address, got, longPart(address))
		}
	}
}
