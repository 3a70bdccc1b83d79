package handlers

import (
	"context"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// zones are offered where a time zone is asked for; any IANA name is taken.
var zones = []string{
	"Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Paris", "Europe/Amsterdam", "Europe/Madrid",
	"Europe/Rome", "Europe/Vienna", "Europe/Zurich", "Europe/Stockholm", "Europe/Warsaw", "Europe/Athens",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
	"America/Sao_Paulo", "Africa/Johannesburg", "Asia/Kolkata", "Asia/Singapore", "Asia/Hong_Kong", "Asia/Tokyo",
	"Australia/Sydney", "Australia/Perth", "Pacific/Auckland", "UTC",
}

// localTime is how a form's date and time field writes a moment; seconds may
// follow.
const localTime = "2006-01-02T15:04"

// zoneOf is a sale's zone; a sale is never kept with one that does not load.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

// readTime reads a date and time field; ask is said where there is none. A field that says
// the time that was there before (was, zero for none) is that very moment: a
// field has no fractions of a second, and one hour of a year has two moments
// for each of its times.
func readTime(ctx context.Context, f *views.Field, zone *time.Location, ask lang.Key, was time.Time) time.Time {
	face, err := time.Parse(localTime, f.Value)
	if err != nil {
		if face, err = time.Parse(localTime+":05", f.Value); err != nil {
			f.Error = lang.Say(ctx, ask)
			return time.Time{}
		}
	}
	if !was.IsZero() && sameFace(was.In(zone), face) {
		return was
	}
	t := time.Date(face.Year(), face.Month(), face.Day(), face.Hour(), face.Minute(), face.Second(), 0, zone)
	if !sameFace(t, face) {
		f.Error = "The clocks are put forward over this time, so it never comes. Choose one before or after."
		return time.Time{}
	}
	return t.UTC()
}

// sameFace reports whether a calendar and a clock show the same for both.
func sameFace(a, b time.Time) bool { return a.Format(time.DateTime) == b.Format(time.DateTime) }

// readNumber reads a whole number; ask has places for the least and the most.
func readNumber(ctx context.Context, f *views.Field, least, most int, ask lang.Key) int {
	if f.Value == "" {
		f.Value = "0"
	}
	n, err := strconv.Atoi(f.Value)
	if err != nil || n < least || n > most {
		f.Error = lang.Say(ctx, ask, strconv.Itoa(least), strconv.Itoa(most))
		return 0
	}
	return n
}

// readMoney reads an amount that may be left out: 0.
func readMoney(ctx context.Context, f *views.Field, c auction.Currency) auction.Money {
	if f.Value == "" {
		return 0
	}
	m, err := auction.ParseMoney(f.Value, c)
	if err != nil {
		f.Error = moneyProblem(ctx, err, c)
	}
	return m
}

// moneyProblem says why a text is not taken as an amount.
func moneyProblem(ctx context.Context, err error, c auction.Currency) string {
	var bad *auction.MoneyError
	if errors.As(err, &bad) && bad.Two[0] != "" {
		return lang.T(ctx, "It can be read in two ways. Write %s or %s, whichever you mean.", bad.Two[0], bad.Two[1])
	}
	return inWords(ctx, err, lang.Key("That is no amount in %s. Write it in figures, such as %s."), c.Code, auction.Money(123450).Decimal(c))
}

// inWords is what is wrong with what was typed, as the rules say it in English;
// other languages say what to do.
func inWords(ctx context.Context, err error, do lang.Key, args ...any) string {
	if lang.Of(ctx).Tag == lang.English().Tag {
		r, size := utf8.DecodeRuneInString(err.Error())
		return string(unicode.ToUpper(r)) + err.Error()[size:] + "."
	}
	return lang.Say(ctx, do, args...)
}

// wrongWords is what is wrong with a table, a premium or a rate that was typed.
func wrongWords(ctx context.Context, err error, c auction.Currency) string {
	wrong, ok := errors.AsType[*auction.Wrong](err)
	if !ok {
		return err.Error() // never: all that the rules say of such a text is a Wrong
	}
	text := lang.Say(ctx, lang.Key(wrong.Text), wrong.Args...)
	if wrong.Err != nil {
		text = moneyProblem(ctx, wrong.Err, c)
	}
	if wrong.Line == 0 {
		return text
	}
	return lang.T(ctx, "Line %s: %s", strconv.Itoa(wrong.Line), text)
}

// readMinutes reads a time of up to a day in minutes, to the second: 1.5 is 90
// seconds.
func readMinutes(f *views.Field) time.Duration {
	if f.Value == "" {
		f.Value = "0"
	}
	n, err := strconv.ParseFloat(strings.Replace(f.Value, ",", ".", 1), 64)
	if err != nil || !(n >= 0 && n <= 24*60) {
		f.Error = "Give minutes, from 0 to 1440, such as 2 or 1.5."
		return 0
	}
	return time.Duration(math.Round(n*60)) * time.Second
}

// minutes writes a time as readMinutes reads it.
func minutes(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Minutes()*1e4)/1e4, 'f', -1, 64)
}

// money fills a form's field; nothing for 0.
func money(m auction.Money, c auction.Currency) views.Field {
	if m == 0 {
		return views.Field{}
	}
	return views.Field{Value: m.Decimal(c)}
}
