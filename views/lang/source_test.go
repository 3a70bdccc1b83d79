package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// used are the texts that the sources put into a reader's language, with the
// place of each: the literal text in a call of lang.T, lang.N, lang.Key or
// Lang.Time, and whatever a literal list of lang.Key holds. A text that is put
// together first is found nowhere, so such a call is a finding of its own.
func used(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git" || path == filepath.Join(root, "test")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Base(filepath.Dir(path)) == "lang" {
			return nil
		}
		files := token.NewFileSet()
		f, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			texts := collector{t, files, texts}
			switch n := n.(type) {
			case *ast.CallExpr:
				texts.call(n)
			case *ast.CompositeLit:
				texts.list(n)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// collector notes the texts of one file.
type collector struct {
	t     *testing.T
	files *token.FileSet
	texts map[string]string
}

func (c collector) add(e ast.Expr, must bool) {
	place := c.files.Position(e.Pos()).String()
	text, ok := literal(e)
	if !ok {
		if must {
			c.t.Errorf("%s: a text that is not literal here, so that nobody can translate it: use lang.Say and a lang.Key", place)
		}
		return
	}
	c.texts[text] = place
}

// literal is the value of a string, or of several that are added up.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, first := literal(e.X)
		b, second := literal(e.Y)
		return a + b, first && second
	case *ast.ParenExpr:
		return literal(e.X)
	}
	return "", false
}

func (c collector) call(call *ast.CallExpr) {
	f, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	from, _ := f.X.(*ast.Ident)
	isLang := from != nil && from.Name == "lang"
	switch {
	case isLang && f.Sel.Name == "T" && len(call.Args) >= 2:
		c.add(call.Args[1], true)
	case isLang && f.Sel.Name == "N" && len(call.Args) >= 4:
		c.add(call.Args[3], true)
	case isLang && f.Sel.Name == "Key" && len(call.Args) == 1:
		c.add(call.Args[0], false) // else a value that is one already
	case !isLang && f.Sel.Name == "Time" && len(call.Args) == 2:
		c.add(call.Args[1], false) // http.Time and its like have no layout
	case !isLang && f.Sel.Name == "T" && len(call.Args) >= 1:
		c.add(call.Args[0], true)
	}
}

// problemText is where a problem of the handlers has its text.
const problemText = 2

// list takes what a literal map or slice of lang.Key holds, and the text of a
// problem.
func (c collector) list(l *ast.CompositeLit) {
	if id, ok := l.Type.(*ast.Ident); ok && id.Name == "problem" {
		for i, e := range l.Elts {
			if kv, named := e.(*ast.KeyValueExpr); named {
				if id, ok := kv.Key.(*ast.Ident); ok && id.Name == "text" {
					c.add(kv.Value, false)
				}
			} else if i == problemText {
				c.add(e, false)
			}
		}
	}
	if !ofKeys(l.Type) {
		return
	}
	ast.Inspect(l, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if list, ok := n.Value.(*ast.CompositeLit); ok {
				c.elements(list)
			} else {
				c.add(n.Value, false)
			}
			return false
		}
		return true
	})
	c.elements(l)
}

func (c collector) elements(l *ast.CompositeLit) {
	for _, e := range l.Elts {
		if _, named := e.(*ast.KeyValueExpr); !named {
			c.add(e, false)
		}
	}
}

// ofKeys reports whether a type holds lang.Key: map[string]lang.Key, []lang.Key.
func ofKeys(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.MapType:
		return ofKeys(e.Value)
	case *ast.ArrayType:
		return ofKeys(e.Elt)
	case *ast.SelectorExpr:
		id, ok := e.X.(*ast.Ident)
		return ok && id.Name == "lang" && e.Sel.Name == "Key"
	}
	return false
}
