package views

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"outcry/views/lang"
)

// zones keeps the zones that were asked for, because loading one reads a
// file. It guards itself and holds at most as many as there are zones.
var zones sync.Map

// zone returns the zone of an IANA name, UTC when there is none of that name.
func zone(name string) *time.Location {
	if l, ok := zones.Load(name); ok {
		return l.(*time.Location)
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	zones.Store(name, l)
	return l
}

// AtTime writes a moment's time of day to the second: "20:47:00".
func AtTime(t time.Time, zoneName string) string {
	return t.In(zone(zoneName)).Format("15:04:05")
}

// Date writes a moment's date as the reader does: "Saturday 5 December 2026".
func Date(ctx context.Context, t time.Time, zoneName string) string {
	return lang.Of(ctx).Time(t.In(zone(zoneName)), "Monday 2 January 2006")
}

// DateTime writes date and time: "Saturday 5 December 2026, 19:00".
func DateTime(ctx context.Context, t time.Time, zoneName string) string {
	return lang.Of(ctx).Time(t.In(zone(zoneName)), "Monday 2 January 2006, 15:04")
}

// ShortDate writes a date for tables: "5 Dec 2026".
func ShortDate(ctx context.Context, t time.Time, zoneName string) string {
	return lang.Of(ctx).Time(t.In(zone(zoneName)), "2 Jan 2006")
}

// Hour writes a time of day to the minute: "19:00".
func Hour(t time.Time, zoneName string) string { return t.In(zone(zoneName)).Format("15:04") }

// cities are places of zones that have another name in another language.
var cities = map[string]lang.Key{
	"Athens": "Athens", "Brussels": "Brussels", "Copenhagen": "Copenhagen", "Hong Kong": "Hong Kong", "Kolkata": "Kolkata", "Lisbon": "Lisbon",
	"Luxembourg": "Luxembourg", "Prague": "Prague", "Rome": "Rome", "Singapore": "Singapore", "Tokyo": "Tokyo", "Vienna": "Vienna",
	"Warsaw": "Warsaw", "Zurich": "Zurich",
}

// ZoneWords is how a zone is named to people, by its place: "London time".
func ZoneWords(ctx context.Context, zoneName string) string {
	l := zone(zoneName)
	if l == time.UTC {
		return "UTC"
	}
	place := strings.ReplaceAll(l.String()[strings.LastIndexByte(l.String(), '/')+1:], "_", " ")
	if said, ok := cities[place]; ok {
		place = lang.Say(ctx, said)
	}
	return lang.T(ctx, "%s time", place)
}

// Lasting writes a duration in words: "2 minutes", "90 seconds", "1 hour".
func Lasting(ctx context.Context, d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return lang.N(ctx, int(d/time.Hour), "%s hour", "%s hours")
	case d >= time.Minute && d%time.Minute == 0:
		return lang.N(ctx, int(d/time.Minute), "%s minute", "%s minutes")
	}
	return lang.N(ctx, int(d/time.Second), "%s second", "%s seconds")
}

// HowOften writes how often something happened: "once", "twice", "5 times".
func HowOften(ctx context.Context, n int) string {
	switch n {
	case 1:
		return lang.T(ctx, "once")
	case 2:
		return lang.T(ctx, "twice")
	}
	return lang.N(ctx, n, "%s time", "%s times")
}

// Day writes a moment's date: "Saturday 5 December 2026".
func Day(t time.Time, zoneName string) string {
	return t.In(zone(zoneName)).Format("Monday 2 January 2006")
}

// DayTime writes date and time: "Saturday 5 December 2026, 19:00".
func DayTime(t time.Time, zoneName string) string {
	return t.In(zone(zoneName)).Format(dayTime)
}

// dayTime is how DayTime writes; the audit list reads it back.
const dayTime = "Monday 2 January 2006, 15:04"

// ShortDay writes a date for tables: "5 Dec 2026".
func ShortDay(t time.Time, zoneName string) string {
	return t.In(zone(zoneName)).Format("2 Jan 2006")
}

// ForInput writes a moment as a datetime-local control wants it; "" for the
// zero time.
func ForInput(t time.Time, zoneName string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone(zoneName)).Format("2006-01-02T15:04:05")
}

// Clock writes what is left as the page's clocks do: "2 d 04 h", "1:04:12",
// "04:12". Nothing is left: "00:00".
func Clock(left time.Duration) string {
	s := int64(max(left, 0) / time.Second)
	switch {
	case s >= 86400:
		return strconv.FormatInt(s/86400, 10) + " d " + two(s/3600%24) + " h"
	case s >= 3600:
		return strconv.FormatInt(s/3600, 10) + ":" + two(s/60%60) + ":" + two(s%60)
	}
	return two(s/60) + ":" + two(s%60)
}

func two(n int64) string {
	if n < 10 {
		return "0" + strconv.FormatInt(n, 10)
	}
	return strconv.FormatInt(n, 10)
}

// Span writes a duration in words: "2 minutes", "90 seconds", "1 hour".
func Span(d time.Duration) string {
	switch {
	case d >= time.Hour && d%time.Hour == 0:
		return Count(int(d/time.Hour), "hour", "hours")
	case d >= time.Minute && d%time.Minute == 0:
		return Count(int(d/time.Minute), "minute", "minutes")
	}
	return Count(int(d/time.Second), "second", "seconds")
}

// Times writes how often something happened: "once", "twice", "5 times".
func Times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}

// millis writes a moment for a data- attribute: milliseconds UTC, "0" for the
// zero time.
func millis(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.UnixMilli(), 10)
}

// dataTime is an instant as programs read it.
func dataTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
