//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// sample is what one figure was in each round.
type sample []float64

func (s sample) at(part float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	return sorted[min(int(part*float64(len(sorted))), len(sorted)-1)]
}

func (s sample) median() float64 { return s.at(0.5) }

// figure is one line of the table: ours beside its baseline, round by round,
// and the ratio of the two within each round.
type figure struct {
	Section string  `json:"section"`
	Name    string  `json:"name"`
	Unit    string  `json:"unit"`
	Ours    sample  `json:"ours"`
	Base    sample  `json:"base,omitempty"`    // of the same rounds; nil = there is none
	Against string  `json:"against,omitempty"` // what the baseline is
	Ratio   sample  `json:"ratio,omitempty"`   // ours in parts of the baseline, by round
	Want    float64 `json:"want,omitempty"`    // of the ratio, or of ours where there is no baseline; 0 = nothing is asked
	Most    bool    `json:"most,omitempty"`    // want is the most, not the least
	Note    string  `json:"note,omitempty"`
}

// reached says whether the figure is what was asked for.
func (f figure) reached() string {
	got := f.Ours.median()
	if f.Base != nil {
		got = f.Ratio.median()
	}
	switch {
	case f.Want == 0:
		return ""
	case f.Most && got <= f.Want, !f.Most && got >= f.Want:
		return "yes"
	}
	return "NO"
}

func (f figure) want() string {
	if f.Want == 0 {
		return ""
	}
	return []string{"≥ ", "≤ "}[b2i(f.Most)] + number(f.Want)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// report gathers figures and growth while the bench runs.
type report struct {
	Began   time.Time `json:"began"`
	Machine string    `json:"machine"`
	Load    string    `json:"load"` // of the machine when the run began: figures of a busy one are its own
	Figures []figure  `json:"figures"`
	Growth  []growth  `json:"growth,omitempty"`

	out io.Writer
}

func newReport(out io.Writer) *report {
	load, _ := os.ReadFile("/proc/loadavg") // what is not known stays empty
	return &report{Began: time.Now().UTC().Truncate(time.Second), out: out, Load: strings.TrimSpace(string(load)),
		Machine: fmt.Sprintf("%s, %d processors, %s", cpuName(), runtime.NumCPU(), runtime.Version())}
}

// add keeps a figure and prints it at once, since a run takes a while.
func (r *report) add(f figure) {
	for i := range min(len(f.Ours), len(f.Base)) {
		f.Ratio = append(f.Ratio, f.Ours[i]/f.Base[i])
	}
	r.Figures = append(r.Figures, f)
	fmt.Fprintf(r.out, "  %s\n", strings.Join(f.cells(), " | "))
}

var heads = []string{"what", "ours", "baseline", "ratio (spread)", "asked", "reached"}

func (f figure) cells() []string {
	cells := []string{f.Name, number(f.Ours.median()) + " " + f.Unit, "", "", f.want(), f.reached()}
	if f.Base != nil {
		cells[2] = number(f.Base.median()) + " " + f.Unit + ", " + f.Against
		cells[3] = fmt.Sprintf("%.2f (%.2f to %.2f)", f.Ratio.median(), f.Ratio.at(0), f.Ratio.at(1))
	} else if len(f.Ours) > 1 {
		cells[3] = fmt.Sprintf("(%s to %s)", number(f.Ours.at(0)), number(f.Ours.at(1)))
	}
	if f.Note != "" {
		cells[0] += " (" + f.Note + ")"
	}
	return cells
}

// number prints three digits that count.
func number(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "–"
	case a >= 1000:
		return fmt.Sprintf("%.0f", v)
	case a >= 100 || v == math.Trunc(v):
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// table prints all figures in columns.
func (r *report) table(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	section := ""
	for _, f := range r.Figures {
		if f.Section != section {
			section = f.Section
			fmt.Fprintf(t, "\n%s\t%s\n", strings.ToUpper(section), strings.Join(heads[1:], "\t"))
		}
		fmt.Fprintln(t, strings.Join(f.cells(), "\t"))
	}
	return t.Flush()
}

// markdown is the table as docs/fast.md shows it.
func (r *report) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Run of %s on %s; load average at its start %s.\n", r.Began.Format(time.RFC3339), r.Machine, r.Load)
	section := ""
	for _, f := range r.Figures {
		if f.Section != section {
			section = f.Section
			fmt.Fprintf(&b, "\n**%s**\n\n| %s |\n|%s\n", section, strings.Join(heads, " | "), strings.Repeat("---|", len(heads)))
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(f.cells(), " | "))
	}
	return b.String()
}

// save writes everything that was measured, with its plots, into a directory.
func (r *report) save(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	files := map[string][]byte{"bench.json": append(text, '\n'), "bench.md": []byte(r.markdown())}
	for _, g := range r.Growth {
		files["growth-"+g.Name+".svg"] = g.svg()
	}
	for name, body := range files {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			return err
		}
	}
	return nil
}
