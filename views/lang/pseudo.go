package lang

import (
	"strings"
	"sync"
)

// Two languages are no languages: they show what a page does with words that
// are longer than the English, and with writing from right to left. Browsers
// ask for them by the names that are set aside for it, en-XA and ar-XB; no
// switch offers them.

// pseudo makes a text of the English one.
type pseudo struct {
	change func(string) string
	made   sync.Map // text to its changed form; as many as the pages have
}

func (p *pseudo) text(english string) string {
	if s, ok := p.made.Load(english); ok {
		return s.(string)
	}
	s := p.change(english)
	p.made.Store(english, s)
	return s
}

// longWord is how much is put to a text in one piece, which no line breaks.
const longWord = 8

// long makes a text a third longer, with marks above and below its letters.
func long(text string) string {
	marked := strings.NewReplacer("a", "å", "e", "ë", "i", "ï", "o", "ö", "u", "ü", "A", "Å", "E", "Ë", "I", "Ï", "O", "Ö", "U", "Ü", "n", "ñ", "c", "ç")
	more := ""
	for n := (len(text) + 2) / 3; n > 0; n -= longWord {
		more += strings.Repeat("~", min(n, longWord)) + " "
	}
	return "⟦" + outsideVerbs(text, marked.Replace) + strings.TrimRight(more, " ") + "⟧"
}

// mirrored makes each word run from right to left.
func mirrored(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		if !strings.ContainsAny(w, "%[]") && w != "" {
			words[i] = "\u202e" + w + "\u202c"
		}
	}
	return strings.Join(words, " ")
}

// outsideVerbs changes a text but for the places that are filled: %s, %[2]s.
func outsideVerbs(text string, change func(string) string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '%')
		if at < 0 {
			return b.String() + change(text)
		}
		b.WriteString(change(text[:at]))
		end := at + 1
		for end < len(text) && strings.IndexByte("[0123456789]", text[end]) >= 0 {
			end++
		}
		end = min(end+1, len(text))
		b.WriteString(text[at:end])
		text = text[end:]
	}
}

var (
	longer = &Lang{Tag: "en-XA", Dir: "ltr", suffix: "@en-XA", numbers: styles["en"], pseudo: &pseudo{change: long}}
	rtl    = &Lang{Tag: "ar-XB", Dir: "rtl", suffix: "@ar-XB", numbers: styles["en"], pseudo: &pseudo{change: mirrored}}
)

// pseudoOf finds one of the two by the locale that asks for it.
func pseudoOf(locale string) *Lang {
	switch locale {
	case longer.Tag:
		return longer
	case rtl.Tag:
		return rtl
	}
	return nil
}
