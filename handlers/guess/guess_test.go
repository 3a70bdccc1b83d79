package guess

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"testing"
)

func TestCommon(t *testing.T) {
	for password, want := range map[string]bool{
		"123qweasdzxc": true, "1q2w3e4r5t6y": true, "Qwerty123456": true, "motherfucker": true, "leavemealone": true,
		"aaaaaaaaaaaa": true, "abababababab": true, "123412341234": true, "abcdefghijklm": true, "7890123456789": true, "zyxwvutsrqpon": true,
		"the blue door in march": false, "correct horse battery": false, "zwölf kleine Bären": false, "日本語のとても長い文章です": false,
	} {
		if got := Common(password); got != want {
			t.Errorf("%q: common = %v, want %v", password, got, want)
		}
	}
}

// ASVS asks for the 3,000 most frequent ones that the house would take.
func TestTheListIsWhole(t *testing.T) {
	if n := len(common) / markBytes; len(common)%markBytes != 0 || n < 40_000 {
		t.Fatalf("%d bytes of marks", len(common))
	}
	for i := markBytes; i < len(common); i += markBytes {
		if bytes.Compare(common[i-markBytes:i], common[i:i+markBytes]) >= 0 {
			t.Fatalf("mark %d is out of order", i/markBytes)
		}
	}
}

func TestChanceIsNotCommon(t *testing.T) {
	for range 10_000 {
		raw := make([]byte, 10)
		rand.Read(raw)
		if p := base32.StdEncoding.EncodeToString(raw); Common(p) {
			t.Errorf("%q is taken for a common one", p)
		}
	}
}

func TestKnown(t *testing.T) {
	words := []string{"Marsh School Fund", "Ann-Marie Reed", "ann.reed@gardenclub.example"}
	for password, want := range map[string]bool{
		"marshschool2026": true, "MarshSchool!!2026": true, "reed-marie-1977": true, "gardenclub1234": true, "outcry auction 1": true, "Passwort123!": true,
		"gardenclub at the old mill": false, "the blue door in march": false, "123qweasdzxc": false,
	} {
		if got := Known(password, words...); got != want {
			t.Errorf("%q: known = %v, want %v", password, got, want)
		}
	}
}
