package house

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Edit changes one place of one file: Old has to stand in it exactly once.
type Edit struct {
	File     string // from the repository's root
	Old, New string
}

// Overlay writes changed copies of files into a folder and returns the list of
// them that `go build -overlay` takes, so that the sources stay as they are. An
// edit whose place is not there is an error: the program has changed, and the
// edit has to follow it.
func Overlay(dir string, edits ...Edit) (string, error) {
	texts, err := Changed(edits...)
	if err != nil {
		return "", err
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for file, text := range texts {
		copied := filepath.Join(dir, strings.ReplaceAll(file, string(filepath.Separator), "_"))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		overlay.Replace[file] = copied
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	return list, os.WriteFile(list, text, 0o600)
}

// Changed returns the texts that edits make of files, by their paths.
func Changed(edits ...Edit) (map[string]string, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	texts := map[string]string{}
	for _, e := range edits {
		file := filepath.Join(root, filepath.FromSlash(e.File))
		if texts[file] == "" {
			b, err := os.ReadFile(file)
			if err != nil {
				return nil, err
			}
			texts[file] = string(b)
		}
		if n := strings.Count(texts[file], e.Old); n != 1 {
			return nil, fmt.Errorf("%s has %q %d times, not once: this mutant has to follow the program", e.File, e.Old, n)
		}
		texts[file] = strings.Replace(texts[file], e.Old, e.New, 1)
	}
	return texts, nil
}

// Mutant builds a program that is broken on purpose, to prove that a test
// sees it, and returns its path. Sources and release builds know nothing of
// it: the compiler is handed changed copies.
func Mutant(tb testing.TB, edits ...Edit) string {
	tb.Helper()
	dir := tb.TempDir()
	list, err := Overlay(dir, edits...)
	if err != nil {
		tb.Fatal(err)
	}
	path, err := build(dir, "-overlay", list)
	if err != nil {
		tb.Fatal(err)
	}
	return path
}
