package auction

import "testing"

func TestPaperFollowsTheCurrency(t *testing.T) {
	for _, c := range []struct {
		code   string
		paper  Paper
		letter bool
	}{
		{"GBP", PaperUsual, false}, {"USD", PaperUsual, true}, {"EUR", PaperUsual, false}, {"CAD", PaperUsual, true},
		{"USD", PaperA4, false}, {"GBP", PaperLetter, true},
	} {
		s := Sale{Currency: Currency{Code: c.code}, Paper: c.paper}
		if got := s.Letter(); got != c.letter {
			t.Errorf("a sale in %s on paper %q: on US Letter %v, want %v", c.code, c.paper, got, c.letter)
		}
	}
}
