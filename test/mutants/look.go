package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"outcry/test/house"
)

// verdict is what go test said of one test.
type verdict struct {
	ran      bool // to its end, not skipped
	failed   bool // the test itself, not its build
	notBuilt bool
	said     string // the last of it
}

// patience is how long one test may take on a busy machine. A mutant that
// hangs its test is caught by the time-out, which is the test's.
const patience = 3 * time.Minute

// look runs one test, with an overlay when there is one. The overlay goes into
// GOFLAGS, so that a program which the test builds is a mutant too.
func look(ctx context.Context, t test, overlay string) (verdict, error) {
	args := []string{"test", "-json", "-vet=off", "-count=1", "-timeout=" + patience.String(), "-run", t.run}
	if t.short {
		args = append(args, "-short")
	}
	cmd := exec.CommandContext(ctx, "go", append(args, t.pkg)...)
	cmd.Env = environ(overlay)
	root, err := house.Root()
	if err != nil {
		return verdict{}, err
	}
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return verdict{}, fmt.Errorf("go test %s: %w", t.pkg, err)
	}
	return read(out, topOf(t.run)), nil
}

// environ is ours with an overlay for every go command that is run in it.
func environ(overlay string) []string {
	env := os.Environ()
	if overlay == "" {
		return env
	}
	return append(env, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+overlay))
}

// topOf is the test's own name in what -run is given.
func topOf(run string) string {
	name, _, _ := strings.Cut(run, "/")
	return strings.Trim(name, "^$")
}

// event is a line of go test -json.
type event struct {
	Action, Test, Output, FailedBuild string
}

// read makes a verdict of go test's lines: of the named test and nothing else.
// A test that takes the whole process down with it has failed.
func read(out []byte, name string) verdict {
	var v verdict
	var said []string
	began, broke := false, false
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			said = append(said, lines.Text())
			continue
		}
		switch {
		case e.Action == "output" || e.Action == "build-output":
			said = append(said, strings.TrimRight(e.Output, "\n"))
		case e.Action == "build-fail" || e.FailedBuild != "":
			v.notBuilt = true
		case e.Test == name && e.Action == "run":
			began = true
		case e.Test == "" && e.Action == "fail":
			broke = true
		case e.Test == name && e.Action == "fail":
			v.ran, v.failed = true, true
		case e.Test == name && e.Action == "pass":
			v.ran = true
		}
	}
	if began && broke && !v.ran && !v.notBuilt { // it panicked, or hung until its time was over
		v.ran, v.failed = true, true
	}
	v.said = strings.Join(said[max(0, len(said)-60):], "\n")
	return v
}
