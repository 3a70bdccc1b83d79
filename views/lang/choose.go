package lang

import (
	"slices"
	"strconv"
	"strings"
)

// all are the ways to read that there are, by tag and style: "en", "de",
// "en@fr". There are few, because whatever shows on a page of everybody is made
// once for each that somebody uses.
var all = combine()

func combine() map[string]*Lang {
	ways := map[string]*Lang{}
	for _, c := range languages {
		tag := c.tag.String()
		own := styleOf(c.Numbers)
		for name, s := range styles {
			l := &Lang{Tag: tag, Dir: c.Dir, numbers: s}
			if tag != "en" {
				l.words = c
			}
			key := wayKey(tag, name)
			if name == own {
				key = tag
			}
			if key != "en" {
				l.suffix = "@" + key
			}
			ways[key] = l
		}
	}
	return ways
}

func wayKey(tag, styleName string) string { return tag + "-" + styleName }

// way is the language of a tag, with the numbers of a locale; those of the
// language itself where the locale is not known.
func way(tag, locale string) *Lang {
	if name := styleOf(locale); name != "" {
		if l, ok := all[wayKey(tag, name)]; ok {
			return l
		}
	}
	return all[tag]
}

// Known reports whether there are texts of a language.
func Known(tag string) bool {
	return slices.ContainsFunc(languages, func(c *catalogue) bool { return c.tag.String() == tag })
}

// Choose finds what a reader reads. chosen is the tag of the language that they
// have chosen themselves, "" when they have not; accept is their browser's
// Accept-Language, whose region says how they write numbers.
func Choose(chosen, accept string) *Lang {
	wanted := accepted(accept)
	if Known(chosen) {
		for _, locale := range wanted {
			if base(locale) == chosen {
				return way(chosen, locale)
			}
		}
		return all[chosen]
	}
	if len(wanted) == 0 {
		return English()
	}
	if p := pseudoOf(wanted[0]); p != nil {
		return p
	}
	for _, locale := range wanted {
		if tag := base(locale); Known(tag) {
			return way(tag, wanted[0])
		}
	}
	return way("en", wanted[0])
}

// base is the language of a locale: "de" of "de-AT".
func base(locale string) string {
	tag, _, _ := strings.Cut(locale, "-")
	return tag
}

// mostAccepted is how many entries of an Accept-Language are read.
const mostAccepted = 12

// accepted are the locales of an Accept-Language, best first, in lower case
// but for the region.
func accepted(header string) []string {
	type entry struct {
		locale string
		q      float64
	}
	var list []entry
	for part := range strings.SplitSeq(header, ",") {
		if len(list) == mostAccepted {
			break
		}
		locale, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
			var err error
			if q, err = strconv.ParseFloat(value, 64); err != nil {
				continue
			}
		}
		if locale = tidy(locale); locale != "" && q > 0 {
			list = append(list, entry{locale, q})
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		switch {
		case a.q > b.q:
			return -1
		case a.q < b.q:
			return 1
		}
		return 0
	})
	var locales []string
	for _, e := range list {
		locales = append(locales, e.locale)
	}
	return locales
}

// tidy writes a locale as "de" or "de-AT": scripts and variants say nothing
// here. "" is what is no locale.
func tidy(locale string) string {
	parts := strings.Split(strings.TrimSpace(locale), "-")
	if n := len(parts[0]); n < 2 || n > 3 {
		return ""
	}
	tag := strings.ToLower(parts[0])
	for _, p := range parts[1:] {
		if len(p) == 2 {
			return tag + "-" + strings.ToUpper(p)
		}
	}
	return tag
}

// Named is the language of a name that Name gave, English for any other.
func Named(name string) *Lang {
	if l, ok := all[name]; ok {
		return l
	}
	if p := pseudoOf(name); p != nil {
		return p
	}
	return English()
}

// Name names the language and the style of its numbers: "de", "en-fr".
func (l *Lang) Name() string {
	if l.suffix == "" {
		return "en"
	}
	return l.suffix[1:]
}
