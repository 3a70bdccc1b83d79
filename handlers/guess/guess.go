// Package guess knows the passwords that are guessed first.
package guess

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// common are the passwords of twelve letters or more among the million most
// frequent ones, in small letters: the first five bytes of the SHA-256 of each,
// in order. It is made by make.go. That a good password is taken for one of
// them happens once in 25 million times.
//
//go:embed common.bin
var common []byte

const markBytes = 5

func mark(password string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(password)))
	return sum[:markBytes]
}

// Common reports whether many people chose this password, which is why it is
// tried first (OWASP ASVS 5.0, 6.2.4), or whether it is a row of a few letters.
func Common(password string) bool {
	m := mark(password)
	at := func(i int) []byte { return common[i*markBytes : (i+1)*markBytes] }
	n := len(common) / markBytes
	i := sort.Search(n, func(i int) bool { return bytes.Compare(at(i), m) >= 0 })
	return i < n && bytes.Equal(at(i), m) || plain(password)
}

// plain is made of fewer than five different letters, or counts up or down.
func plain(password string) bool {
	password = strings.ToLower(password)
	letters := map[rune]bool{}
	up, down, last := true, true, rune(0)
	for i, r := range password {
		letters[r] = true
		if i > 0 {
			up = up && follows(last, r)
			down = down && follows(r, last)
		}
		last = r
	}
	return len(letters) < 5 || up || down
}

// follows reports whether b comes after a; 0 comes after 9.
func follows(a, b rune) bool { return b == a+1 || a == '9' && b == '0' }

// least is how many letters have to be left when what everybody knows is gone.
const least = 6

// Known reports whether a password is little more than words that whoever tries
// it knows: a name, an address, the house (ASVS 6.1.2). Digits and signs around
// them do not count.
func Known(password string, words ...string) bool {
	rest := strings.ToLower(password)
	for _, w := range append(words, "outcry", "auction", "password", "passwort") {
		for _, part := range strings.FieldsFunc(strings.ToLower(w), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(part) >= 4 {
				rest = strings.ReplaceAll(rest, part, "")
			}
		}
	}
	left := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			left++
		}
	}
	return rest != strings.ToLower(password) && left < least
}
