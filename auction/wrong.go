package auction

import "fmt"

// Wrong is what is wrong with a table, a premium or a rate as somebody typed
// it. Text is a sentence in English with a place for each of Args; whoever shows
// it may say it in another language.
type Wrong struct {
	Line int // counted from 1; 0 = all of it, or the only one
	Text string
	Args []any
	Err  error // instead of Text: why an amount in the line cannot be read
}

func (w *Wrong) Error() string {
	text := fmt.Sprintf(w.Text, w.Args...)
	if w.Err != nil {
		text = w.Err.Error()
	}
	if w.Line == 0 {
		return text
	}
	return fmt.Sprintf("line %d: %s", w.Line, text)
}

func (w *Wrong) Unwrap() error { return w.Err }

// onLine is an error of a line, told with its number.
func onLine(n int, err error) error {
	if w, ok := err.(*Wrong); ok {
		w.Line = n
		return w
	}
	return &Wrong{Line: n, Err: err}
}

// OnLines tells a *Wrong of a row by the line of the text that the row stood on:
// people leave lines empty.
func OnLines(err error, lines []int) error {
	if w, ok := err.(*Wrong); ok && w.Line > 0 && w.Line <= len(lines) {
		w.Line = lines[w.Line-1]
	}
	return err
}

// tooManyLines is said of a table that is longer than any house prints.
func tooManyLines(most int) *Wrong {
	return &Wrong{Text: "At most %s lines are taken.", Args: []any{fmt.Sprint(most)}}
}
