package main

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mayImport is the house's floor plan: which of our own packages each may
// import. An arrow that is not here is a decision, not an accident.
var mayImport = map[string][]string{
	".":                      {"auction", "handlers", "handlers/demo", "handlers/hub", "handlers/mail", "handlers/photo", "handlers/push", "handlers/sheet", "handlers/word", "saleroom", "static", "store"},
	"auction":                {},
	"saleroom":               {"auction"},
	"store":                  {"auction"},
	"store/storetest":        {"auction", "store"},
	"handlers":               {"auction", "handlers/guess", "handlers/hub", "handlers/mail", "handlers/photo", "handlers/push", "handlers/sheet", "saleroom", "static", "views", "views/lang"},
	"handlers/demo":          {"auction"},
	"handlers/guess":         {}, // passwords that are guessed first
	"handlers/hub":           {},
	"handlers/mail":          {"auction"}, // carries mails of which it knows the row and the words
	"handlers/mail/mailtest": {},
	"handlers/photo":         {},
	"handlers/push":          {"auction"}, // likewise of messages to phones
	"handlers/push/pushtest": {},
	"handlers/word":          {},
	"handlers/sheet":         {"auction"},
	"views":                  {"auction", "static", "views/lang"},
	"views/lang":             {}, // texts, numbers and dates as the reader reads them
	"static":                 {},
}

func TestImportDirections(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); !d.IsDir() || name != "." && strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		p, err := build.ImportDir(path, 0)
		if err != nil || strings.HasPrefix(path, "test") {
			return nil // no package here, or one that drives the whole from outside
		}
		may, known := mayImport[filepath.ToSlash(path)]
		if !known {
			t.Errorf("package %s is not in the floor plan", path)
		}
		for _, imp := range p.Imports {
			if own, ours := strings.CutPrefix(imp, "outcry/"); ours && !slices.Contains(may, own) {
				t.Errorf("%s imports %s, which the floor plan does not allow", path, own)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
