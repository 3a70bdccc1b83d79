// Package sheet reads the spreadsheets that organisers hand over: lots, and
// bidders. It takes what spreadsheet programs write as CSV in any of their
// ways, guesses nothing about money, and lists everything that is wrong in one
// go, so that a file is mended once and not line by line.
package sheet

import (
	"fmt"
	"strings"
)

// Limits of a file.
const (
	MaxBytes   = 20 << 20
	MaxLots    = 10_000
	MaxBidders = 50_000
	maxColumns = 200
)

// Problem is one thing about a file that its owner should know.
type Problem struct {
	Line   int    // row as the spreadsheet counts it, the first is 1
	Column string // our name of it, or for an ignored column its own heading; "" when the whole line is meant
	Value  string // what stands there, shortened
	Text   string // what is wrong with it, a sentence without a full stop

	// Form and Args are the Text before its figures were put in, for whoever
	// says it in another language.
	Form string
	Args []any

	// Note says that nothing is refused for it: a column that was left out,
	// a default that was taken.
	Note bool

	// Whole says that it is wrong with the file and not with a line: nothing
	// of the file can be taken.
	Whole bool

	// Number (lot number or paddle) and Title (title or name) are those of
	// the line, as far as they could be read, to name it in a list.
	Number string
	Title  string
}

// said fills in the Text of a problem.
func (p Problem) said() Problem {
	p.Text = fmt.Sprintf(p.Form, p.Args...)
	return p
}

// String is the problem in one line, for a terminal.
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d", p.Line)
	if p.Column != "" {
		b.WriteString(", " + p.Column)
	}
	b.WriteString(": ")
	if p.Value != "" {
		b.WriteString("“" + p.Value + "”: ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// Refused returns how many problems are more than notes. A file with one or
// more should not be taken before it is mended.
func Refused(problems []Problem) int {
	n := 0
	for _, p := range problems {
		if !p.Note {
			n++
		}
	}
	return n
}

// Hopeless reports whether nothing of the file can be taken: a problem is with
// the file itself.
func Hopeless(problems []Problem) bool {
	for _, p := range problems {
		if p.Whole {
			return true
		}
	}
	return false
}

// Unreadable is the error of a file that cannot be read as a table at all. Its
// text is a sentence for the person who handed it over.
type Unreadable struct {
	Text string // with a verb of package fmt for each of Args
	Args []any
}

func (e *Unreadable) Error() string { return fmt.Sprintf(e.Text, e.Args...) }

// line is one row of the table under its headings.
type line struct {
	row
	at    map[string]int // place of each column that the file has
	found []Problem
}

// raw is a cell as it stands, "" where the row is too short or the file has no
// such column.
func (l *line) raw(column string) string {
	i, ok := l.at[column]
	if !ok || i >= len(l.cells) {
		return ""
	}
	return l.cells[i]
}

// words is a cell tidied to one line of at most limit letters.
func (l *line) words(column string, limit int) string {
	s := oneLine(l.raw(column))
	l.limit(column, s, limit)
	return s
}

// text is a cell tidied to paragraphs of at most limit letters.
func (l *line) text(column string, limit int) string {
	s := paragraphs(l.raw(column))
	l.limit(column, s, limit)
	return s
}

func (l *line) limit(column, s string, limit int) {
	if n := letters(s); n > limit {
		l.refuse(column, s, "is %d letters long; at most %d are taken", n, limit)
	}
}

// refuse adds a problem of this line.
func (l *line) refuse(column, value, form string, args ...any) {
	l.found = append(l.found, Problem{Line: l.number, Column: column, Value: short(value), Text: fmt.Sprintf(form, args...), Form: form, Args: args})
}

// name fills in what the line's problems are to be listed under.
func (l *line) name(number, title string) []Problem {
	for i := range l.found {
		l.found[i].Number, l.found[i].Title = short(number), short(title)
	}
	return l.found
}

// short cuts a value to what fits in a list of problems.
func short(s string) string {
	const most = 60
	s = oneLine(strings.ToValidUTF8(s[:min(len(s), 20*most)], ""))
	if letters(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
