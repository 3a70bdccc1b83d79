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

// collector finds the texts that the sources put into a reader's language: the
// literal text in a call of lang.T, lang.N, lang.Key or Lang.Time, and every
// literal that stands where a lang.Key is wanted: in a struct's field, a
// function's argument or result, a map or a list. What is wrong in a form's
// field is such a text too, though it is a string: it may name an amount; and
// so is what is wrong with a file, in packages that know nothing of languages.
type collector struct {
	t       *testing.T
	files   *token.FileSet
	parsed  []*ast.File
	fields  map[string]map[string]int // by type and name: where the field stands
	takes   map[string][]int          // by function: which arguments are keys
	returns map[string]bool           // functions whose result is a key
	texts   map[string]string         // with the place of each
}

// used are the texts of all sources.
func used(t *testing.T) map[string]string {
	t.Helper()
	c := &collector{
		t: t, files: token.NewFileSet(), texts: map[string]string{},
		fields: map[string]map[string]int{"Field": {"Error": 1}, "Problem": {"Form": -1}, "Unreadable": {"Text": 0}, "Unusable": {"Text": 0}, "Wrong": {"Text": 1}}, takes: map[string][]int{"refuse": {2}}, returns: map[string]bool{},
	}
	c.parse(filepath.Join("..", ".."))
	for _, f := range c.parsed {
		ast.Inspect(f, c.declared)
	}
	for _, f := range c.parsed {
		ast.Inspect(f, c.literals)
	}
	return c.texts
}

func (c *collector) parse(root string) {
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
		f, err := parser.ParseFile(c.files, path, nil, parser.SkipObjectResolution)
		c.parsed = append(c.parsed, f)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// declared notes where keys are wanted.
func (c *collector) declared(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.TypeSpec:
		if s, ok := n.Type.(*ast.StructType); ok {
			for name, at := range keysIn(s.Fields) {
				if c.fields[n.Name.Name] == nil {
					c.fields[n.Name.Name] = map[string]int{}
				}
				c.fields[n.Name.Name][name] = at
			}
		}
	case *ast.FuncDecl:
		for _, at := range keysIn(n.Type.Params) {
			c.takes[n.Name.Name] = append(c.takes[n.Name.Name], at)
		}
		if r := n.Type.Results; r != nil && len(r.List) == 1 && isKey(r.List[0].Type) {
			c.returns[n.Name.Name] = true
		}
	}
	return true
}

// keysIn finds the fields or arguments that are keys, with the place of each.
func keysIn(list *ast.FieldList) map[string]int {
	keys, at := map[string]int{}, 0
	for _, f := range list.List {
		for _, name := range f.Names {
			if isKey(f.Type) {
				keys[name.Name] = at
			}
			at++
		}
		if len(f.Names) == 0 {
			at++
		}
	}
	return keys
}

func isKey(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := s.X.(*ast.Ident)
	return ok && from.Name == "lang" && s.Sel.Name == "Key"
}

// add notes a text. Where must says so, anything but a literal is a finding:
// nobody can translate what is put together first.
func (c *collector) add(e ast.Expr, must bool) {
	place := c.files.Position(e.Pos()).String()
	if text, ok := literal(e); ok && text != "" {
		c.texts[text] = place
	} else if !ok && must {
		c.t.Errorf("%s: a text that is not literal here, so that nobody can translate it: use lang.Say and a lang.Key", place)
	}
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

func (c *collector) literals(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		c.call(n)
	case *ast.CompositeLit:
		c.composite(n, n.Type)
	case *ast.AssignStmt:
		for i, to := range n.Lhs {
			if s, ok := to.(*ast.SelectorExpr); ok && s.Sel.Name == "Error" && i < len(n.Rhs) {
				c.add(n.Rhs[i], false)
			}
		}
	case *ast.FuncDecl:
		if c.returns[n.Name.Name] && n.Body != nil {
			ast.Inspect(n.Body, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
					c.add(r.Results[0], false)
				}
				return true
			})
		}
	}
	return true
}

func (c *collector) call(call *ast.CallExpr) {
	name, from := "", ""
	switch f := call.Fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if id, ok := f.X.(*ast.Ident); ok {
			from = id.Name
		}
	}
	switch {
	case from == "lang" && name == "T" && len(call.Args) >= 2:
		c.add(call.Args[1], true)
	case from == "lang" && name == "N" && len(call.Args) >= 4:
		c.add(call.Args[3], true)
	case from == "lang" && name == "Key" && len(call.Args) == 1:
		c.add(call.Args[0], false) // else a value that is in its language already
	case name == "Time" && len(call.Args) == 2:
		c.add(call.Args[1], false)
	}
	for _, at := range c.takes[name] {
		if at < len(call.Args) {
			c.add(call.Args[at], false)
		}
	}
}

// composite takes the keys of a struct, a list or a map; of is its type, which
// the elements of a list leave out.
func (c *collector) composite(l *ast.CompositeLit, of ast.Expr) {
	switch of := of.(type) {
	case *ast.ArrayType:
		c.elements(l, of.Elt)
	case *ast.MapType:
		c.elements(l, of.Value)
	case *ast.Ident:
		c.structure(l, c.fields[of.Name])
	case *ast.SelectorExpr:
		c.structure(l, c.fields[of.Sel.Name])
	case *ast.StructType:
		c.structure(l, keysIn(of.Fields))
	}
}

func (c *collector) elements(l *ast.CompositeLit, of ast.Expr) {
	for _, e := range l.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		inner, ok := e.(*ast.CompositeLit)
		switch {
		case ok && inner.Type == nil:
			c.composite(inner, of)
		case isKey(of):
			c.add(e, false)
		}
	}
}

func (c *collector) structure(l *ast.CompositeLit, keys map[string]int) {
	for i, e := range l.Elts {
		kv, named := e.(*ast.KeyValueExpr)
		for name, at := range keys {
			switch {
			case !named && i == at:
				c.add(e, false)
			case named:
				if id, ok := kv.Key.(*ast.Ident); ok && id.Name == name {
					c.add(kv.Value, false)
				}
			}
		}
	}
}
