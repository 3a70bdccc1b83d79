package lang

import (
	"strings"
	"time"
)

// Time writes a moment after a layout of package time, which the language may
// have another for: "Monday 2 January 2006, 15:04" is "Montag, 2. Januar 2006,
// 15:04 Uhr" in German. layout is a key like any other text.
func (l *Lang) Time(t time.Time, layout string) string {
	if l.words == nil {
		return t.Format(layout)
	}
	layout = l.T(layout)
	text := t.Format(layout)
	if strings.Contains(layout, "Monday") {
		text = strings.Replace(text, t.Weekday().String(), l.words.Weekdays[t.Weekday()], 1)
	}
	month := t.Month()
	switch {
	case strings.Contains(layout, "January"):
		text = strings.Replace(text, month.String(), l.words.Months[month-1], 1)
	case strings.Contains(layout, "Jan"):
		text = strings.Replace(text, month.String()[:3], l.words.Short[month-1], 1)
	}
	return text
}
