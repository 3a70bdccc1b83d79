package main

import (
	"bytes"
	"fmt"
	"time"
)

// line is a mutant's row on a terminal.
func line(r result) string {
	what := "caught"
	if r.err != nil {
		what = r.err.Error()
	}
	return fmt.Sprintf("%-38s %-60s %6.1f s  %s", r.name, r.test, r.took.Seconds(), what)
}

// page is the table for people to read.
func page(results []result) []byte {
	var b bytes.Buffer
	b.WriteString(`# Mutants

Each row is a bug that was put into the program on purpose, and the test that
saw it. A test that cannot fail proves nothing; these can. ` + "`make mutants`" + ` writes
this table, and fails when a bug is seen by nobody.

| bug | what it breaks | seen by | seen | seconds |
|---|---|---|---|---|
`)
	var all time.Duration
	caught := 0
	for _, r := range results {
		seen := "**no**"
		if r.err == nil {
			seen = "yes"
			caught++
		}
		all += r.took
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %.1f |\n", r.name, r.breaks, r.test, seen, r.took.Seconds())
	}
	fmt.Fprintf(&b, "\n%d of %d were seen, in %s.\n", caught, len(results), all.Round(time.Second))
	return b.Bytes()
}
