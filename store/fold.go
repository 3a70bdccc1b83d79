package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// fold writes a text the way it is searched and matched: without case and
// accents, in any script ("Évêque" as "eveque", "STRASSE" as "straße").
func fold(text string) string {
	plain, _, err := transform.String(
		transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	if err != nil { // text that is not UTF-8 is searched as it is
		plain = text
	}
	return cases.Fold().String(plain)
}

// foldName is fold with the blanks made even, for names that are compared.
func foldName(name string) string { return strings.Join(strings.Fields(fold(name)), " ") }

// searchKey is what a lot is found by. Parts are kept apart by a line break,
// which no searched word contains.
func searchKey(parts ...string) string { return fold(strings.Join(parts, "\n")) }

// pattern makes a LIKE pattern (ESCAPE '\') that finds a word anywhere.
func pattern(word string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(word) + "%"
}

// orderKey makes a key by which numbers sort as people count: "2" before "12"
// before "12A" before "A1". Each run of digits is led by its length.
func orderKey(number string) string {
	number = fold(strings.TrimSpace(number))
	var b strings.Builder
	for i := 0; i < len(number); {
		if !digit(number[i]) {
			b.WriteByte(number[i])
			i++
			continue
		}
		j := i
		for j < len(number) && digit(number[j]) {
			j++
		}
		run := strings.TrimLeft(number[i:j], "0")
		b.WriteByte('0' + byte(min(len(run), 9)))
		b.WriteString(run)
		i = j
	}
	return b.String()
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// wholeNumber reads a plain number; ok is false for "12A" and the like.
func wholeNumber(text string) (n int64, ok bool) {
	if text == "" || len(text) > 9 {
		return 0, false
	}
	for i := range len(text) {
		if !digit(text[i]) {
			return 0, false
		}
		n = n*10 + int64(text[i]-'0')
	}
	return n, true
}
