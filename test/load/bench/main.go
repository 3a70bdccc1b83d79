//go:build linux

// Command bench measures what outcry does all evening, each figure beside what
// the machine could do at all: see docs/fast.md.
//
//	go run ./test/load/bench [-short] [-only durable,fanout] [-rounds 5] [-out DIR] [-pprof DIR]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// bench is one run.
type bench struct {
	report  *report
	short   bool   // a minimum of everything, to check the counting
	turns   int    // rounds of each figure that count
	tmp     string // everything that is written lies in it
	dirs    int
	pprof   string // directory for profiles, "" for none
	program string // the built server
}

func main() {
	if err := run1(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run1() error {
	short := flag.Bool("short", false, "check the counting, not the speed")
	only := flag.String("only", "", "sections to run, with commas between them; all when empty")
	rounds := flag.Int("rounds", 5, "rounds of each figure, ours and the baseline by turns")
	out := flag.String("out", "", "directory for bench.json, bench.md and the plots; none are written when empty")
	pprof := flag.String("pprof", "", "directory for profiles of the server")
	kind := flag.String("baseline", "", "be a baseline; the bench itself starts it so")
	flag.Parse()
	if *kind != "" {
		return runBaseline(*kind)
	}
	moreFiles()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tmp, err := os.MkdirTemp("", "outcry-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	b := &bench{report: newReport(os.Stdout), short: *short, turns: *rounds, tmp: tmp, pprof: *pprof}
	sections := []section{
		{"durable", b.durable}, {"slow", b.slow}, {"web", b.webBids}, {"fanout", b.fanout}, {"memory", b.memory}, {"evening", b.evening},
		{"conflation", b.conflation}, {"pages", b.pages}, {"bytes", b.weight}, {"start", b.starts}, {"growth", b.growing},
	}
	if err := b.runAll(ctx, sections, *only); err != nil {
		return err
	}
	if err := b.report.table(os.Stdout); err != nil || *out == "" {
		return err
	}
	return b.report.save(*out)
}

// moreFiles lets this process and those it starts open as many sockets as the
// largest figure takes, where that is allowed.
func moreFiles() {
	for _, n := range []uint64{65_536, 32_768} {
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: n, Max: n}) == nil {
			return
		}
	}
}

// files is how many this process may open.
func files() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return 1024
	}
	return int(l.Cur)
}

// section is a group of figures.
type section struct {
	name string
	run  func(context.Context) error
}

func (b *bench) runAll(ctx context.Context, all []section, only string) error {
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(only, ",") {
		wanted[strings.TrimSpace(name)] = only != ""
	}
	ran := 0
	for _, s := range all {
		if only != "" && !wanted[s.name] {
			continue
		}
		ran++
		began := time.Now()
		fmt.Printf("%s\n", s.name)
		if err := s.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Printf("  %v\n", time.Since(began).Round(time.Second))
	}
	if ran == 0 {
		return errors.New("no such section: " + only)
	}
	return nil
}

// size is what a full run measures, or what a short one does.
func (b *bench) size(full, short int) int {
	if b.short {
		return short
	}
	return full
}

// rounds is how often a figure is taken: once more than counts, since the
// first fills caches.
func (b *bench) rounds() int { return b.size(b.turns, 1) + 1 }

// dir is a fresh directory.
func (b *bench) dir() (string, error) {
	b.dirs++
	dir := filepath.Join(b.tmp, strconv.Itoa(b.dirs))
	return dir, os.Mkdir(dir, 0o700)
}
