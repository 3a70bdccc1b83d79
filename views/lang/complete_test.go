package lang

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryTextIsTranslated compares each language's file with the sources.
func TestEveryTextIsTranslated(t *testing.T) {
	texts := used(t)
	if len(texts) < 100 {
		t.Fatalf("%d texts found in the sources: the search finds nothing", len(texts))
	}
	for _, c := range languages[1:] {
		var missing []string
		for _, text := range slices.Sorted(maps.Keys(texts)) {
			if s, ok := c.texts[text]; !ok || s.Other == "" {
				missing = append(missing, text)
				t.Errorf("%s.json misses a text of %s:\n\t%q", c.tag, texts[text], text)
			}
		}
		for text := range c.texts {
			if texts[text] == "" {
				t.Errorf("%s.json has a text that nobody uses any more:\n\t%q", c.tag, text)
			}
		}
		wantList(t, c, missing)
	}
}

// wantList writes what a language misses into a file of its own, ready to be
// filled, when OUTCRY_MISSING names a directory.
func wantList(t *testing.T, c *catalogue, missing []string) {
	dir := os.Getenv("OUTCRY_MISSING")
	if dir == "" {
		return
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, text := range missing {
		if err := e.Encode(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, c.tag.String()+".missing"), []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[a-z%]|[\[\]]`)

// verbs are the places of a text: each as %[n]s, in order of n, and its
// brackets.
func verbs(text string) []string {
	var list []string
	n := 0
	for _, v := range verb.FindAllString(text, -1) {
		if v == "%s" {
			n++
			v = "%[" + string(rune('0'+n)) + "]s"
		}
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}

// TestTranslationsKeepTheirPlaces: a translation has the same places to fill as
// the English, no more and no fewer, and the same link.
func TestTranslationsKeepTheirPlaces(t *testing.T) {
	for _, c := range languages[1:] {
		for text, s := range c.texts {
			for _, form := range []string{s.Zero, s.One, s.Two, s.Few, s.Many, s.Other} {
				if form != "" && !slices.Equal(verbs(form), verbs(text)) {
					t.Errorf("%s.json: %q has other places than %q", c.tag, form, text)
				}
			}
		}
	}
}
