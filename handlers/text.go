package handlers

import (
	"strings"
	"unicode"
)

// What people type is kept as text, and every page escapes it. Some characters
// are no text: they show nothing, or make a line read differently from what it
// says, so that one bidder's name could pass for another's.

// cleanLine tidies a text of one line: single spaces, and nothing that cannot
// be seen.
func cleanLine(s string) string {
	s = strings.Join(strings.Fields(cleanText(s)), " ")
	if strings.IndexFunc(s, seen) < 0 {
		return "" // joiners with nothing to join
	}
	return s
}

// cleanText takes out of a longer text what cannot be seen, but for line ends
// and tabs.
func cleanText(s string) string {
	return strings.Map(func(r rune) rune {
		if unseen(r) {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
}

// seen reports whether a character shows something by itself.
func seen(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r)
}

// unseen reports whether a character is taken out: controls, marks that turn
// the direction of writing, and what is invisible. Joiners stay, which some
// scripts and families of emoji are written with, and the two plain marks of
// direction, which turn nothing round.
func unseen(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r == '\u200c' || r == '\u200d' || r == '\u200e' || r == '\u200f':
		return false
	case unicode.IsControl(r):
		return true
	case r == '\u034f' || r == '\u115f' || r == '\u1160' || r == '\u3164' || r == '\uffa0': // fillers, which show as nothing
		return true
	}
	return unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
}
