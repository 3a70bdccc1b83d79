package house

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Program is the path of the program that Main built.
func Program() string { return program }

// Input is what a command is given beside its arguments.
type Input struct {
	Stdin string
	Env   []string // "NAME=value"; of the test's own environment no OUTCRY_… is handed on
}

// Result is what a command left behind.
type Result struct {
	Code     int
	Out, Err string // stdout, stderr
}

// Run runs any command of the program to its end, in an empty directory, for
// tests that look at its exit code and its sentences.
func Run(tb testing.TB, in Input, args ...string) Result {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = tb.TempDir() // a command that writes where it stands litters nothing
	cmd.Stdin = strings.NewReader(in.Stdin)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "OUTCRY_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, in.Env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		tb.Fatalf("outcry %s: %v\n%s%s", strings.Join(args, " "), err, &out, &errs)
	}
	return Result{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// Run is the function Run with the house's data directory and database.
func (h *House) Run(args ...string) Result {
	h.tb.Helper()
	return h.RunWith(Input{}, args...)
}

// RunWith is Run for a command that is given more than its arguments.
func (h *House) RunWith(in Input, args ...string) Result {
	h.tb.Helper()
	return Run(h.tb, in, append(args, h.where()...)...)
}
