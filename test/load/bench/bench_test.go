//go:build linux

package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A process that is told to be a baseline is one, as the bench itself is.
func TestMain(m *testing.M) {
	for i, arg := range os.Args {
		if arg == "-baseline" {
			if err := runBaseline(os.Args[i+1]); err != nil {
				os.Exit(1)
			}
			return
		}
	}
	os.Exit(m.Run())
}

// The short form of the bench is run for its counting: every bid found in the
// file, every delivery counted and held against the first. How fast anything
// was is not looked at.
func TestShort(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program several times")
	}
	b := &bench{report: newReport(io.Discard), short: true, turns: 1, tmp: t.TempDir()}
	for _, s := range []section{{"durable", b.durable}, {"fanout", b.fanout}, {"pages", b.pages}, {"bytes", b.weight}, {"start", b.starts}} {
		if err := s.run(t.Context()); err != nil {
			t.Fatalf("%s: %v", s.name, err)
		}
	}
	for _, f := range b.report.Figures {
		if len(f.Ours) == 0 || math.IsNaN(f.Ours.median()) || f.Ours.median() <= 0 {
			t.Errorf("%s, %s is %v", f.Section, f.Name, f.Ours)
		}
		if f.Base != nil && (len(f.Ours) != len(f.Base) || len(f.Ratio) != len(f.Base)) {
			t.Errorf("%s, %s: %d rounds of ours, %d of the baseline, %d ratios", f.Section, f.Name, len(f.Ours), len(f.Base), len(f.Ratio))
		}
	}
	// A frame has as many bytes on every machine.
	for _, f := range b.report.Figures {
		if strings.Contains(f.Name, "bid's frame") && f.reached() != "yes" {
			t.Errorf("%s: %v %s, want %v at most", f.Name, f.Ours, f.Unit, f.Want)
		}
	}
	dir := t.TempDir()
	if err := b.report.save(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bench.json"))
	if err != nil {
		t.Fatal(err)
	}
	var back report
	if err := json.Unmarshal(text, &back); err != nil || len(back.Figures) != len(b.report.Figures) {
		t.Errorf("bench.json holds %d figures, %v, want %d", len(back.Figures), err, len(b.report.Figures))
	}
}

// What is counted wrongly is an error: a copy that differs, a frame of another
// seq, one too few.
func TestScreensAreHeldAgainstTheFirst(t *testing.T) {
	frame := func(text string) []byte { return append([]byte{0x81, byte(len(text))}, text...) }
	for name, frames := range map[string][]string{
		"two that differ": {`<p data-seq="7">a`, `<p data-seq="7">b`},
		"another seq":     {`<p data-seq="8">a`},
	} {
		s := &screens{seq: 7}
		var err error
		for _, f := range frames {
			err = errors.Join(err, s.note(nil, frame(f)))
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s := &screens{seq: 7}
	for range 3 {
		if err := s.note(nil, frame(`<p data-seq="7">a`)); err != nil {
			t.Error(err)
		}
	}
	if s.got != 3 {
		t.Errorf("%d deliveries were counted, want 3", s.got)
	}
}

func TestFrameSize(t *testing.T) {
	for _, c := range []struct {
		p    []byte
		want int
	}{
		{nil, 0}, {[]byte{0x81}, 0}, {[]byte{0x81, 5}, 7}, {[]byte{0x81, 126, 1}, 0},
		{[]byte{0x81, 126, 2, 0x9c}, 4 + 668}, {[]byte{0x81, 127, 0, 0, 0, 0, 0, 1, 0, 1}, 10 + 65537},
	} {
		if got := frameSize(c.p); got != c.want {
			t.Errorf("frameSize(%v) = %d, want %d", c.p, got, c.want)
		}
	}
}

func TestTableAndPlot(t *testing.T) {
	r := newReport(io.Discard)
	r.add(figure{Section: "s", Name: "n", Unit: "/s", Ours: sample{90, 100, 80}, Base: sample{100, 100, 100}, Against: "loop", Want: 0.9})
	if f := r.Figures[0]; f.Ratio.median() != 0.9 || f.reached() != "yes" {
		t.Errorf("the ratio is %v, reached %q", f.Ratio, f.reached())
	}
	r.add(figure{Section: "s", Name: "m", Unit: "ms", Ours: sample{60}, Want: 50, Most: true})
	if f := r.Figures[1]; f.reached() != "NO" {
		t.Errorf("60 of at most 50 is reached: %q", f.reached())
	}
	var table bytes.Buffer
	if err := r.table(&table); err != nil || !strings.Contains(table.String(), "0.90 (0.80 to 1.00)") {
		t.Errorf("the table is\n%s%v", &table, err)
	}
	g := growth{Name: "x", Title: "a < b", Unit: "ms", Along: "bids"}
	for _, x := range []float64{10, 100, 1000} {
		g.put("one", x, 2*x)
		g.put("two", x, 3)
	}
	d := xml.NewDecoder(bytes.NewReader(g.svg()))
	lines := 0
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "polyline" {
			lines++
		}
	}
	if lines != 2 {
		t.Errorf("the plot has %d lines, want 2", lines)
	}
}
