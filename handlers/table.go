package handlers

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// Table writes a spreadsheet as CSV (RFC 4180). Everything that leaves the
// house as a spreadsheet goes through it, because people open such files in
// programs that run a cell as a formula.
type Table struct{ out *csv.Writer }

// NewTable writes to w. The first row is the heads of the columns.
func NewTable(w io.Writer) *Table { return &Table{csv.NewWriter(w)} }

// Row writes a row; each cell is guarded.
func (t *Table) Row(cells ...string) {
	guarded := make([]string, len(cells))
	for i, c := range cells {
		guarded[i] = plainCell(c)
	}
	_ = t.out.Write(guarded) // Flush tells
}

// Flush ends the table, and returns the first error there was.
func (t *Table) Flush() error {
	t.out.Flush()
	return t.out.Error()
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+([.,][0-9]+)?$`)

// plainCell keeps a spreadsheet from running a text as a formula. One that
// splits the file at semicolons, as most of Europe's do, finds the start of a
// cell behind each; one that splits at tabs, behind each tab.
func plainCell(s string) string {
	if plainNumber.MatchString(s) {
		return s
	}
	var b strings.Builder
	start := true
	for _, c := range s {
		if start && strings.ContainsRune("=+-@\t\r\n\x00＝＋－＠", c) {
			b.WriteByte('\'')
		}
		b.WriteRune(c)
		start = c == ';' || c == '\t' || c == '\n' || c == '\r' || start && c == ' '
	}
	return b.String()
}
