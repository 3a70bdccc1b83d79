package lang

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// yetBare are the templates that still have English of their own; the list only
// ever gets shorter.
var yetBare = map[string]bool{}

var (
	templComment = regexp.MustCompile(`(?m)^\s*//.*$`)
	templTag     = regexp.MustCompile(`<[^<>]*>`)
	wordsInAttr  = regexp.MustCompile(`\b(?:aria-label|alt|placeholder|title|data-l|data-(?:on|off|wait|open|lead|out|paused|held|stale|over))="([^"]*)"`)
)

// names are words that are the same in every language.
var names = map[string]bool{"outcry": true, "UTC": true, "·": true, "Tab": true, "F9": true, "Esc": true}

// TestNoTemplateHasBareWords: a text that stands in a template by itself is read
// in English by everybody. It belongs into lang.T.
func TestNoTemplateHasBareWords(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "*.templ"))
	if err != nil || len(files) < 20 {
		t.Fatalf("%d templates, %v", len(files), err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := bareWords(string(b))
		switch base := filepath.Base(name); {
		case yetBare[base] && len(found) == 0:
			t.Errorf("%s has no bare words any more: take it off the list", base)
		case !yetBare[base]:
			for _, words := range found {
				t.Errorf("%s: %q is not in lang.T", base, words)
			}
		}
	}
}

func TestBareWordsAreFound(t *testing.T) {
	for source, want := range map[string]int{
		"templ a() {\n\t<p>Hello there</p>\n}":                                1,
		"templ a() {\n\t<p>\n\t\tHello there\n\t</p>\n}":                      1,
		"templ a() {\n\t<p aria-label=\"More of it\"></p>\n}":                 1,
		"templ a() {\n\t<p>{ lang.T(ctx, \"Hello\") }</p>\n}":                 0,
		"templ a() {\n\t<p>{ lang.T(ctx, \"Hello\") }, and more</p>\n}":       1,
		"templ a() {\n\tif x {\n\t\t@other(x)\n\t} else {\n\t\t<br/>\n\t}\n}": 0,
		"templ a() {\n\t// A comment.\n\t<p>outcry · </p>\n}":                 0,
	} {
		if found := bareWords(source); len(found) != want {
			t.Errorf("%q: found %q, want %d", source, found, want)
		}
	}
}

// bareWords are the texts of a template that stand outside braces and tags.
func bareWords(source string) []string {
	var found []string
	note := func(text string) {
		if text = strings.TrimSpace(text); hasWords(text) {
			found = append(found, text)
		}
	}
	for _, body := range templBodies(templComment.ReplaceAllString(source, "")) {
		for _, m := range wordsInAttr.FindAllStringSubmatch(body, -1) {
			note(m[1])
		}
		body = templTag.ReplaceAllString(withoutCode(body), "\n")
		for line := range strings.SplitSeq(body, "\n") {
			line = strings.TrimSpace(line)
			if !isStatement(line) {
				note(line)
			}
		}
	}
	return found
}

// templBodies are the insides of the templ components of a file.
func templBodies(source string) []string {
	var all []string
	for _, part := range strings.Split("\n"+source, "\ntempl ")[1:] {
		if _, body, ok := strings.Cut(part, "{\n"); ok {
			if end := strings.Index(body, "\n}"); end >= 0 {
				all = append(all, body[:end])
			}
		}
	}
	return all
}

// withoutCode takes out the expressions in braces, with what they hold; blocks
// of statements, whose brace ends a line, stay.
func withoutCode(body string) string {
	var b strings.Builder
	depth := 0
	var quote rune
	for i, r := range body {
		switch {
		case depth > 0 && quote != 0:
			if r == quote && body[i-1] != '\\' {
				quote = 0
			}
		case depth > 0 && (r == '"' || r == '`'):
			quote = r
		case r == '{' && (depth > 0 || !strings.HasPrefix(strings.TrimLeft(body[i+1:], " \t"), "\n")):
			depth++
		case r == '}' && depth > 0:
			depth--
		case depth == 0:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isStatement reports whether a line of a template is Go: if, for, switch, case,
// or the call of another component.
func isStatement(line string) bool {
	for _, begin := range []string{"if ", "for ", "switch ", "case ", "default:", "}", "@", "<!"} {
		if strings.HasPrefix(line, begin) {
			return true
		}
	}
	return strings.HasSuffix(line, "{")
}

func hasWords(text string) bool {
	for word := range strings.FieldsSeq(text) {
		letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
		if letters && !names[strings.Trim(word, ".,;:()")] && !strings.HasPrefix(word, "&") {
			return true
		}
	}
	return false
}
