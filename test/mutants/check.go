package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"outcry/test/house"
)

// buildAll finds out whether every mutant still fits the program and would
// build. It runs nothing, and compiles nothing but what the program is made of:
// a mutant's own package is only held against the types of the others.
func buildAll(list []mutant) error {
	c, err := newChecker()
	if err != nil {
		return err
	}
	groups, bad := together(list)
	for _, g := range groups {
		if err := c.check(g); err != nil {
			bad = append(bad, err)
		}
	}
	return errors.Join(bad...)
}

// together puts mutants that do not touch the same places into as few groups
// as a look at each finds. Each fits the program by itself, or it is an error.
func together(list []mutant) (texts []map[string]string, bad []error) {
	var edits [][]house.Edit
next:
	for _, m := range list {
		alone, err := house.Changed(m.edits...)
		if err != nil {
			bad = append(bad, fmt.Errorf("%s: %w", m.name, err))
			continue
		}
		for i := range edits {
			all := append(edits[i][:len(edits[i]):len(edits[i])], m.edits...)
			if changed, err := house.Changed(all...); err == nil {
				edits[i], texts[i] = all, changed
				continue next
			}
		}
		edits, texts = append(edits, m.edits), append(texts, alone)
	}
	return texts, bad
}

// checker knows the types of every package of the program and of what it uses.
type checker struct {
	files *token.FileSet
	types types.Importer
	of    map[string][]string // a folder's Go files
}

func newChecker() (*checker, error) {
	root, err := house.Root()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}\t{{.Dir}}\t{{join .GoFiles \" \"}}", "./...")
	cmd.Dir = root
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &said)
	}
	exports, c := map[string]string{}, &checker{files: token.NewFileSet(), of: map[string][]string{}}
	for line := range strings.Lines(out.String()) {
		parts := strings.Split(strings.TrimRight(line, "\n"), "\t")
		exports[parts[0]] = parts[1]
		c.of[parts[2]] = strings.Fields(parts[3])
	}
	c.types = importer.ForCompiler(c.files, "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("the types of %s are not known", path)
		}
		return os.Open(exports[path])
	})
	return c, nil
}

// check holds the packages of changed files against the types of the others.
func (c *checker) check(changed map[string]string) error {
	dirs := map[string]bool{}
	for file := range changed {
		if strings.HasSuffix(file, ".go") {
			dirs[filepath.Dir(file)] = true
		}
	}
	for dir := range dirs {
		var files []*ast.File
		for _, name := range c.of[dir] {
			path := filepath.Join(dir, name)
			var text any
			if now, is := changed[path]; is {
				text = now
			}
			f, err := parser.ParseFile(c.files, path, text, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			files = append(files, f)
		}
		var bad []error
		conf := types.Config{Importer: c.types, Error: func(err error) { bad = append(bad, err) }}
		_, _ = conf.Check(filepath.Base(dir), c.files, files, nil) // its first error is among the others
		if len(bad) > 0 {
			return fmt.Errorf("a mutant does not build: %w", errors.Join(bad...))
		}
	}
	return nil
}
