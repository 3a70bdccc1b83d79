package sheet

import (
	"io"
	"slices"
	"strings"
	"unicode"
)

// headerWithin is how many rows that are not blank may be the one with the
// headings: people put the sale's name above it.
const headerWithin = 10

// column is one that we know.
type column struct {
	name string
	also []string // other headings that mean the same
}

// header is how a row reads as headings.
type header struct {
	at      map[string]int // place of each known column
	ignored []string       // headings that mean nothing to us
	twice   []string       // known columns that two headings claim
	row     row
}

// table is a file whose headings were found.
type table struct {
	header
	scan scanner
}

// open reads a file up to its headings, among which must be one of the columns
// need. Without one there is no table, and the problem says so. code is the
// sale's currency, which headings may end in.
func open(r io.Reader, cols []column, code string, need ...string) (*table, []Problem, error) {
	text, err := readText(r)
	if err != nil {
		return nil, nil, err
	}
	text, told := separatorLine(text)
	var best *table
	for _, sep := range separators(text, told) {
		t := findHeader(scanner{text: text, sep: sep}, cols, code, need)
		if t != nil && (best == nil || len(t.at) > len(best.at)) {
			best = t
		}
	}
	if best == nil {
		return nil, []Problem{noHeader(text, told, need[0])}, nil
	}
	return best, best.problems(), nil
}

// separatorLine takes off the line "sep=;" by which Excel tells the separator.
func separatorLine(text string) (rest string, sep byte) {
	first, rest, _ := strings.Cut(text, "\n")
	first = strings.ToLower(strings.TrimRight(first, "\r"))
	if len(first) == 5 && strings.HasPrefix(first, "sep=") {
		return rest, first[4]
	}
	return text, 0
}

func separators(text string, told byte) []byte {
	if told != 0 && told != '"' {
		return []byte{told}
	}
	all := []byte{',', ';', '\t'}
	first, _, _ := strings.Cut(text, "\n")
	slices.SortStableFunc(all, func(a, b byte) int {
		return strings.Count(first, string(b)) - strings.Count(first, string(a))
	})
	return all
}

func findHeader(s scanner, cols []column, code string, need []string) *table {
	for tried := 0; tried < headerWithin; {
		r, more := s.next()
		if !more {
			return nil
		}
		if r.blank() {
			continue
		}
		tried++
		h := readHeader(r, cols, code)
		if slices.ContainsFunc(need, func(name string) bool { _, ok := h.at[name]; return ok }) {
			return &table{header: h, scan: s}
		}
	}
	return nil
}

// readHeader finds the known columns in a row. A column's own name goes before
// other headings for it: where "Title" and "Name" both stand, Name is ignored.
func readHeader(r row, cols []column, code string) header {
	h := header{at: map[string]int{}, row: r}
	exact := map[string]bool{}
	for i, cell := range r.cells {
		name, own := known(cell, cols, code)
		first, taken := h.at[name]
		switch {
		case name == "":
			h.ignore(cell)
		case !taken:
			h.at[name], exact[name] = i, own
		case own && !exact[name]:
			h.ignore(r.cells[first])
			h.at[name], exact[name] = i, true
		case own == exact[name]:
			h.twice = append(h.twice, name)
		default:
			h.ignore(cell)
		}
	}
	return h
}

func (h *header) ignore(cell string) {
	if s := oneLine(cell); s != "" {
		h.ignored = append(h.ignored, s)
	}
}

// known tells which column a heading names, "" for none, and whether by the
// column's own name.
func known(cell string, cols []column, code string) (name string, own bool) {
	key := heading(cell, code)
	if key == "" {
		return "", false
	}
	for _, c := range cols {
		if key == heading(c.name, "") {
			return c.name, true
		}
		for _, a := range c.also {
			if key == heading(a, "") {
				return c.name, false
			}
		}
	}
	return "", false
}

// heading is a heading as it is compared: letters and digits only, lower case,
// without what is in brackets and without the currency, "#" as "no".
func heading(cell, code string) string {
	s := strings.ReplaceAll(strings.ToLower(oneLine(cell)), "#", " no ")
	if before, rest, ok := strings.Cut(s, "("); ok {
		_, after, _ := strings.Cut(rest, ")")
		s = before + after
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	if short := strings.TrimSuffix(s, strings.ToLower(code)); short != "" {
		return short
	}
	return s
}

// problems tells what the headings leave out or say twice.
func (h *header) problems() []Problem {
	var out []Problem
	for _, name := range h.twice {
		out = append(out, Problem{Line: h.row.number, Column: name, Form: "stands above two columns; take one of them out", Whole: true}.said())
	}
	for _, cell := range h.ignored {
		out = append(out, Problem{Line: h.row.number, Column: short(cell), Form: "is not a column that is known here, and is left out", Note: true}.said())
	}
	return out
}

func noHeader(text string, told byte, need string) Problem {
	s := scanner{text: text, sep: separators(text, told)[0]}
	for {
		r, more := s.next()
		if !more {
			return Problem{Line: 1, Column: need, Form: "the file is empty", Whole: true}.said()
		}
		if r.blank() {
			continue
		}
		return Problem{Line: r.number, Column: need, Value: short(strings.Join(r.cells, " | ")),
			Form: "there is no column %s among the headings", Args: []any{need}, Whole: true}.said()
	}
}

// next returns the next row that is not blank, with what is wrong with its
// shape.
func (t *table) next() (*line, bool) {
	for {
		r, more := t.scan.next()
		if !more {
			return nil, false
		}
		if r.blank() {
			continue
		}
		l := &line{row: r, at: t.at}
		if r.open != "" {
			l.refuse("", r.open, "a quotation mark opens a cell here and is never closed")
		}
		if extra := beyond(r, len(t.row.cells)); extra != "" || r.cut {
			l.refuse("", extra, "the line has more cells than there are headings; a text with the separator in it must stand in quotation marks")
		}
		return l, true
	}
}

// beyond returns the first cell with text after the last heading.
func beyond(r row, headings int) string {
	for i := headings; i < len(r.cells); i++ {
		if s := strings.TrimSpace(r.cells[i]); s != "" {
			return s
		}
	}
	return ""
}
