package lang

import (
	"strconv"
	"strings"
)

// style is how numbers and amounts are written. The table below was read off
// the browser's own Intl.NumberFormat, and test/browser compares it with that.
type style struct {
	group   string // between thousands
	decimal string
	late    bool   // four digits are not grouped: "1234", but "12.345"
	lakh    bool   // the last three digits, then pairs: "12,34,567"
	after   bool   // the currency's sign stands behind the figure, with a space
	space   bool   // a space between a sign in front and the figure
	inner   bool   // the minus stands between a sign in front and the figure
	mark    string // of direction, before an amount
}

const (
	nbsp  = "\u00a0" // does not break the line
	thin  = "\u202f" // the same, narrow
	toRTL = "\u200f"
)

var styles = map[string]style{
	"en":    {group: ",", decimal: "."},
	"in":    {group: ",", decimal: ".", lakh: true},
	"za":    {group: nbsp, decimal: ",", space: false},
	"de":    {group: ".", decimal: ",", after: true},
	"at":    {group: ".", decimal: ",", space: true},
	"ch":    {group: "’", decimal: ".", space: true, inner: true},
	"fr":    {group: thin, decimal: ",", after: true},
	"fr-CH": {group: thin, decimal: ".", after: true},
	"es":    {group: ".", decimal: ",", after: true, late: true},
	"it-CH": {group: "’", decimal: ".", space: true, inner: true, late: true},
	"nl":    {group: ".", decimal: ",", space: true, inner: true},
	"pl":    {group: nbsp, decimal: ",", after: true, late: true},
	"sv":    {group: nbsp, decimal: ",", after: true},
	"tr":    {group: ".", decimal: ","},
	"he":    {group: ",", decimal: ".", after: true, mark: toRTL},
}

// locales are those whose style is not that of the English. A locale that is
// not here has the style of its language.
var locales = map[string]string{
	"en": "en", "ja": "en", "zh": "en", "ko": "en", "th": "en",
	"en-IN": "in", "hi": "in", "en-ZA": "za",
	"de": "de", "da": "de", "el": "de", "hr": "de", "ro": "de", "vi": "de",
	"de-AT": "at", "es-AR": "at", "pt": "at", "pt-BR": "at",
	"de-CH": "ch", "de-LI": "ch", "fr": "fr", "fr-CH": "fr-CH", "fr-CA": "sv",
	"es": "es", "es-MX": "en", "es-US": "en", "it": "es", "it-CH": "it-CH", "sl": "es", "nl": "nl",
	"pl": "pl", "pt-PT": "pl", "hu": "pl", "bg": "pl",
	"sv": "sv", "nb": "sv", "no": "sv", "nn": "sv", "fi": "sv", "cs": "sv", "sk": "sv", "ru": "sv", "uk": "sv",
	"tr": "tr", "id": "tr", "he": "he", "ar": "he",
}

// styleOf names the style of a locale, "" when none is known.
func styleOf(locale string) string {
	if name, ok := locales[locale]; ok {
		return name
	}
	return locales[base(locale)]
}

// Number writes a whole number: "1,204".
func (l *Lang) Number(n int) string {
	if n < 0 {
		return "−" + l.numbers.grouped(uint64(-n))
	}
	return l.numbers.grouped(uint64(n))
}

// Money writes an amount of n units, of which 10 to the digits make one of the
// currency, with the currency's sign. The small units are left out where there
// are none, unless full.
func (l *Lang) Money(n int64, digits int, sign string, full bool) string {
	s := l.numbers
	figure, minus := s.figure(n, digits, full), ""
	if n < 0 {
		minus = "−"
	}
	switch {
	case sign == "":
		return s.mark + minus + figure
	case s.after:
		return s.mark + minus + figure + nbsp + sign
	case s.space || endsInLetter(sign):
		sign += nbsp
	}
	if s.inner {
		return s.mark + sign + minus + figure
	}
	return s.mark + minus + sign + figure
}

// Range writes two amounts as one, with the currency's sign once: "£300–500".
func (l *Lang) Range(low, high int64, digits int, sign string) string {
	s := l.numbers
	figures := s.figure(low, digits, false) + "–" + s.figure(high, digits, false)
	switch {
	case sign == "":
		return s.mark + figures
	case s.after:
		return s.mark + figures + nbsp + sign
	case s.space || endsInLetter(sign):
		sign += nbsp
	}
	return s.mark + sign + figures
}

// Sign says where the currency's sign stands, for a field that an amount is
// typed into.
func (l *Lang) Sign(sign string) (before, after string) {
	switch {
	case sign == "":
		return "", ""
	case l.numbers.after:
		return "", nbsp + sign
	case l.numbers.space || endsInLetter(sign):
		return sign + nbsp, ""
	}
	return sign, ""
}

// Marks are what groups thousands and what parts the small units off.
func (l *Lang) Marks() (group, decimal string) { return l.numbers.group, l.numbers.decimal }

// figure writes the digits of an amount without its sign.
func (s style) figure(n int64, digits int, full bool) string {
	u, unit := uint64(n), uint64(1)
	if n < 0 {
		u = -u
	}
	for range digits {
		unit *= 10
	}
	whole, minor := u/unit, u%unit
	if minor == 0 && (!full || digits == 0) {
		return s.grouped(whole)
	}
	text := strconv.FormatUint(minor, 10)
	return s.grouped(whole) + s.decimal + strings.Repeat("0", digits-len(text)) + text
}

// grouped writes a whole number.
func (s style) grouped(n uint64) string {
	text := strconv.FormatUint(n, 10)
	if len(text) < 4 || s.late && len(text) < 5 {
		return text
	}
	step := 3
	for at := len(text) - 3; at > 0; at -= step {
		text = text[:at] + s.group + text[at:]
		if s.lakh {
			step = 2
		}
	}
	return text
}

// endsInLetter: a sign such as CHF stands apart from its figure.
func endsInLetter(sign string) bool {
	last := sign[len(sign)-1]
	return last >= 'A' && last <= 'Z' || last >= 'a' && last <= 'z'
}
