package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// catalogue is one language's file.
type catalogue struct {
	Name     string   // of the language, in itself: "Deutsch"
	Dir      string   // "ltr" or "rtl"
	Numbers  string   // the locale whose numbers are written where the reader names no region
	Weekdays []string // from Sunday
	Months   []string // from January
	Short    []string // months, short

	texts map[string]said
	tag   language.Tag
}

// said is a translation: one text, or a form for each of the language's kinds
// of numbers.
type said struct {
	Zero, One, Two, Few, Many, Other string
}

// form is the text for a kind of number, the common one where it has none.
func (s said) form(f plural.Form) string {
	text := ""
	switch f {
	case plural.Zero:
		text = s.Zero
	case plural.One:
		text = s.One
	case plural.Two:
		text = s.Two
	case plural.Few:
		text = s.Few
	case plural.Many:
		text = s.Many
	}
	if text == "" {
		return s.Other
	}
	return text
}

// UnmarshalJSON takes a text or an object of forms.
func (s *said) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &s.Other)
	}
	type forms said
	return json.Unmarshal(b, (*forms)(s))
}

//go:embed catalogue/*.json
var files embed.FS

// languages are the texts that there are, English first: it stands in the
// pages themselves and has no file.
var languages = mustLoad("de")

// mustLoad reads the files of languages. They are part of the program, and
// tried by its tests.
func mustLoad(tags ...string) []*catalogue {
	list := []*catalogue{{Name: "English", Dir: "ltr", Numbers: "en-GB", tag: language.English}}
	for _, tag := range tags {
		c, err := load(tag)
		if err != nil {
			panic(err)
		}
		list = append(list, c)
	}
	return list
}

func load(tag string) (*catalogue, error) {
	name := path.Join("catalogue", tag+".json")
	b, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return parse(tag, b)
}

// parse reads a language's file: what the language is called and how it writes
// dates, and its texts by the English ones.
func parse(tag string, b []byte) (*catalogue, error) {
	var file struct {
		catalogue
		Texts map[string]said
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.DisallowUnknownFields()
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("%s.json: %w", tag, err)
	}
	c := file.catalogue
	if c.Name == "" || c.Dir != "ltr" && c.Dir != "rtl" || len(c.Weekdays) != 7 || len(c.Months) != 12 || len(c.Short) != 12 {
		return nil, fmt.Errorf("%s.json: Name, Dir, seven Weekdays, twelve Months and twelve Short are wanted", tag)
	}
	c.texts = file.Texts
	c.tag = language.Make(tag)
	return &c, nil
}

// Choice is a language that a reader can choose.
type Choice struct {
	Tag, Name string
}

// Choices are the languages that there are.
func Choices() []Choice {
	var list []Choice
	for _, c := range languages {
		list = append(list, Choice{c.tag.String(), c.Name})
	}
	return list
}
