// Command mutants breaks the program on purpose, one small bug at a time, and
// has the test that must see it look. A bug that no test sees is a hole in the
// tests: the command says which and fails.
//
//	go run ./test/mutants              every mutant, with its table on stdout
//	go run ./test/mutants -only tie    those whose name matches
//	go run ./test/mutants -check       only that every mutant still builds
//	go run ./test/mutants -out FILE    the table into a file too
//	go run ./test/mutants -resume FILE go on with a run that was broken off
//
// The sources are not touched: the compiler is handed changed copies
// (go test -overlay). A mutant whose place is not found any more is an error,
// so that a change of the program cannot disarm it in silence.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"time"

	"outcry/test/house"
)

// mutant is one deliberate bug.
type mutant struct {
	name   string // short, unique
	breaks string // what is wrong with it, as a sentence for people
	edits  []house.Edit
	test   test // that must fail
}

// test is one that is run by itself.
type test struct {
	pkg string // from the root, such as "./auction"
	run string // as go test's -run reads it

	short bool // with -short
}

func (t test) String() string {
	name := strings.NewReplacer("^", "", "$", "").Replace(t.run)
	return strings.TrimPrefix(t.pkg, "./") + " " + name
}

// result is what became of a mutant.
type result struct {
	mutant
	took time.Duration
	err  error // nil = caught
}

func main() {
	only := flag.String("only", "", "only mutants whose name matches this expression")
	check := flag.Bool("check", false, "build every mutant and run nothing")
	out := flag.String("out", "", "write the table to this file as well")
	resume := flag.String("resume", "", "note each result in this file, and do not try again what is in it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := func() error {
		chosen, err := choose(*only)
		if err != nil {
			return err
		}
		if *check {
			return buildAll(chosen)
		}
		return run(ctx, chosen, *resume, *out)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func choose(only string) ([]mutant, error) {
	expr, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	var chosen []mutant
	for _, m := range mutants() {
		if expr.MatchString(m.name) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no mutant is called %q", only)
	}
	return chosen, nil
}

func run(ctx context.Context, chosen []mutant, resume, out string) error {
	known, err := recall(resume)
	if err != nil {
		return err
	}
	var still []mutant
	for _, m := range chosen {
		if _, done := known[m.name]; !done {
			still = append(still, m)
		}
	}
	if err := soundFirst(ctx, still); err != nil {
		return err
	}
	var results []result
	survived := 0
	for _, m := range chosen {
		r := result{mutant: m}
		if took, done := known[m.name]; done {
			r.took = took
		} else {
			began := time.Now()
			r.err = try(ctx, m)
			r.took = time.Since(began)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := remember(resume, r); err != nil {
				return err
			}
		}
		if r.err != nil {
			survived++
		}
		results = append(results, r)
		fmt.Println(line(r))
	}
	fmt.Printf("%d mutants, %d caught\n", len(results), len(results)-survived)
	if out != "" {
		if err := os.WriteFile(out, page(results), 0o644); err != nil {
			return err
		}
	}
	if survived > 0 {
		return fmt.Errorf("%d mutants were not caught", survived)
	}
	return nil
}

// soundFirst runs each test on the program as it is: one that fails anyway
// would call every mutant caught.
func soundFirst(ctx context.Context, list []mutant) error {
	seen := map[test]bool{}
	for _, m := range list {
		if seen[m.test] {
			continue
		}
		seen[m.test] = true
		v, err := look(ctx, m.test, "")
		switch {
		case err != nil:
			return err
		case v.notBuilt:
			return fmt.Errorf("%s does not build:\n%s", m.test, v.said)
		case v.failed:
			return fmt.Errorf("%s fails without any mutant:\n%s", m.test, v.said)
		case !v.ran:
			return fmt.Errorf("%s does not run here: there is no such test, or it was skipped\n%s", m.test, v.said)
		}
	}
	fmt.Printf("%d tests pass without a mutant\n", len(seen))
	return nil
}

// try returns nil when the mutant is caught, else what happened instead.
func try(ctx context.Context, m mutant) error {
	dir, err := os.MkdirTemp("", "outcry-mutant-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list, err := house.Overlay(dir, m.edits...)
	if err != nil {
		return err
	}
	v, err := look(ctx, m.test, list)
	switch {
	case err != nil:
		return err
	case v.notBuilt:
		return fmt.Errorf("does not build:\n%s", v.said)
	case v.failed:
		return nil
	case !v.ran:
		return fmt.Errorf("%s did not run", m.test)
	}
	return fmt.Errorf("SURVIVED %s", m.test)
}
