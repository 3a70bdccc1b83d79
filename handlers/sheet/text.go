package sheet

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// clean decodes HTML entities, which the exports of web shops are full of, and
// takes out what is no text: control characters, and the marks that turn the
// direction of writing and can make a line read differently from what it says.
// Tags stay as they are: text, which every page escapes.
func clean(s string) string {
	s = entities(s)
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case unicode.IsControl(r):
			return -1
		case r == '\ufeff' || r == '\u200b' || r == '\u00ad':
			return -1 // invisible, and in the way of a search
		case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	return norm.NFC.String(s)
}

// oneLine is a text cleaned, with single spaces between its words.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// paragraphs is a text cleaned line by line, with at most one empty line
// between two others.
func paragraphs(s string) string {
	var out []string
	for l := range strings.SplitSeq(clean(s), "\n") {
		l = strings.Join(strings.Fields(l), " ")
		if l == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, l)
	}
	return strings.TrimSuffix(strings.Join(out, "\n"), "\n")
}

func letters(s string) int { return utf8.RuneCountInString(s) }

// entities decodes HTML entities that end in a semicolon. Browsers decode some
// without one too, which would turn the drink of "gin &not tonic" into a sign.
func entities(s string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "&")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		const longest = 32 // bytes; HTML's longest name is 31
		end := strings.IndexByte(rest[:min(len(rest), longest)], ';')
		if end >= 0 {
			decoded := html.UnescapeString("&" + rest[:end+1])
			if decoded == ";" || !strings.HasSuffix(decoded, ";") {
				b.WriteString(decoded)
				s = rest[end+1:]
				continue
			}
		}
		b.WriteByte('&') // of itself
		s = rest
	}
}
