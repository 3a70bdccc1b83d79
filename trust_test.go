package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWhatTheDocumentsNameIsThere: a promise that names a test is worth as much
// as the test, so it has to be there.
func TestWhatTheDocumentsNameIsThere(t *testing.T) {
	tests := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			tests[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z][A-Za-z0-9_]+\b`)
	for _, doc := range []string{"docs/trust.md", "docs/asvs.md"} {
		text, err := os.ReadFile(doc)
		if err != nil {
			t.Fatal(err)
		}
		names := named.FindAllString(string(text), -1)
		if len(names) < 30 {
			t.Errorf("%s names only %d tests", doc, len(names))
		}
		for _, name := range names {
			if !tests[name] {
				t.Errorf("%s names %s, which does not exist; name the test that holds the promise now", doc, name)
			}
		}
	}
}
