package sheet

import "strings"

// row is one row of a file.
type row struct {
	number int // as the spreadsheet counts, the first is 1
	cells  []string
	open   string // the beginning of a cell whose quotation mark is never closed
	cut    bool   // it has more than maxColumns cells
}

func (r row) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// scanner takes a text apart into rows. It never fails. Where encoding/csv in
// its lenient way lets one stray quotation mark swallow all rows up to the
// next, this one takes the mark as a letter: a lost row is a lost lot.
type scanner struct {
	text string
	at   int
	sep  byte
	rows int
}

func (s *scanner) next() (row, bool) {
	if s.at >= len(s.text) {
		return row{}, false
	}
	s.rows++
	r := row{number: s.rows}
	for {
		cell, whole := s.cell()
		if !whole && r.open == "" {
			r.open = cell
		}
		if len(r.cells) < maxColumns {
			r.cells = append(r.cells, cell)
		} else if strings.TrimSpace(cell) != "" {
			r.cut = true
		}
		if s.at >= len(s.text) {
			return r, true
		}
		end := s.text[s.at]
		s.at++
		if end == s.sep {
			continue
		}
		if end == '\r' && s.at < len(s.text) && s.text[s.at] == '\n' {
			s.at++
		}
		return r, true
	}
}

// cell reads up to the separator or line end that closes the cell, which it
// leaves. It reports false when a quotation mark opens the cell and the file
// ends before one closes it.
func (s *scanner) cell() (string, bool) {
	start := s.at
	for s.at < len(s.text) && s.text[s.at] == ' ' {
		s.at++
	}
	if s.at == len(s.text) || s.text[s.at] != '"' {
		return s.plain(start, start), true
	}
	open := s.at + 1
	shut := closing(s.text, open)
	if shut < 0 {
		return s.plain(start, open), false
	}
	after := shut + 1
	for after < len(s.text) && s.text[after] == ' ' {
		after++
	}
	inner := s.text[open:shut]
	if after == len(s.text) || s.ends(s.text[after]) {
		s.at = after
		return strings.ReplaceAll(inner, `""`, `"`), true
	}
	// Something follows the closing mark: the marks are letters of the text,
	// as in "Old Faithful" geyser. Two that stand in different rows are no
	// pair.
	if strings.ContainsAny(inner, "\r\n") {
		return s.plain(start, open), true
	}
	return s.plain(start, after), true
}

// plain takes the text from start to the first separator or line end at or
// after from.
func (s *scanner) plain(start, from int) string {
	s.at = from
	for s.at < len(s.text) && !s.ends(s.text[s.at]) {
		s.at++
	}
	return s.text[start:s.at]
}

func (s *scanner) ends(b byte) bool { return b == s.sep || b == '\n' || b == '\r' }

// closing finds the mark that closes a cell opened before from, doubled ones
// passed over; -1 when there is none.
func closing(text string, from int) int {
	for {
		i := strings.IndexByte(text[from:], '"')
		if i < 0 {
			return -1
		}
		from += i
		if from+1 < len(text) && text[from+1] == '"' {
			from += 2
			continue
		}
		return from
	}
}
