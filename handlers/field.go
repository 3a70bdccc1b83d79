package handlers

import (
	"fmt"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/views"
)

// zones are offered where a time zone is asked for; any IANA name is taken.
var zones = []string{
	"Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Paris", "Europe/Amsterdam", "Europe/Madrid",
	"Europe/Rome", "Europe/Vienna", "Europe/Zurich", "Europe/Stockholm", "Europe/Warsaw", "Europe/Athens",
	"America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto",
	"America/Sao_Paulo", "Africa/Johannesburg", "Asia/Kolkata", "Asia/Singapore", "Asia/Hong_Kong", "Asia/Tokyo",
	"Australia/Sydney", "Australia/Perth", "Pacific/Auckland", "UTC",
}

// zoneOf is a sale's zone; a sale is never kept with one that does not load.
func zoneOf(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

func formTime(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(localTime)
}

// readTime reads a date and time field; what tells what for.
func readTime(f *views.Field, zone *time.Location, what string) time.Time {
	t, err := time.ParseInLocation(localTime, f.Value, zone)
	if err != nil {
		if t, err = time.ParseInLocation(localTime+":05", f.Value, zone); err != nil {
			f.Error = "Give the day and the time at which it " + what + ", such as 2026-12-05T19:00."
			if what == "first lot closes" {
				f.Error = "Give the day and the time at which the first lot closes, such as 2026-12-05T20:30."
			}
			return time.Time{}
		}
	}
	return t.UTC()
}

func readNumber(f *views.Field, least, most int, unit string) int {
	if f.Value == "" {
		f.Value = "0"
	}
	n, err := strconv.Atoi(f.Value)
	if err != nil || n < least || n > most {
		f.Error = fmt.Sprintf("Give whole %s, from %d to %d.", unit, least, most)
		return 0
	}
	return n
}

// readMoney reads an amount that may be left out: 0.
func readMoney(f *views.Field, c auction.Currency) auction.Money {
	if f.Value == "" {
		return 0
	}
	m, err := auction.ParseMoney(f.Value, c)
	if err != nil {
		f.Error = err.Error()
	}
	return m
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// money fills a form's field; nothing for 0.
func money(m auction.Money, c auction.Currency) views.Field {
	if m == 0 {
		return views.Field{}
	}
	return views.Field{Value: m.Decimal(c)}
}
