// Package house runs the real program for tests: it builds it, fills a data
// directory with a sale and its bidders by the program's own commands, starts,
// stops and kills it, and speaks to it over HTTP as anybody outside would.
//
//	func TestMain(m *testing.M) { house.Main(m) }
//
//	h := house.New(t)
//	h.Import("spring", []house.Lot{{Title: "Vase", Opening: "10"}}, "--closes-in", "1h")
//	bidders := h.Bidders("spring", 2)
//	h.Start()
//	c := h.Client(bidders[0])
//	a, err := c.Bid(ctx, lot, "12.50")
//
// What takes a testing.TB fails the test by itself and must be called from the
// test's own goroutine; what returns an error may be called from any.
package house

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the path of the built program, set by Main.
var program string

// Main builds the program, runs the tests and exits. It is a test package's
// TestMain. The build takes the environment's flags, so what is tested is what
// `make` builds; with OUTCRY_RACE set the program looks for data races too, and
// a test fails when it found one. What the package's tests share is ended by
// ends, in their order.
func Main(m *testing.M, ends ...func()) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "outcry-test-*")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		if program, err = provide(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		code := m.Run()
		for _, end := range ends {
			end()
		}
		return code
	}())
}

// ProgramEnv names, in the environment, the program that Main would build: for
// a test that runs its own package once more elsewhere.
const ProgramEnv = "OUTCRY_TEST_PROGRAM"

func provide(dir string) (string, error) {
	if built := os.Getenv(ProgramEnv); built != "" {
		return built, nil
	}
	return build(dir)
}

func build(dir string, flags ...string) (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "outcry")
	args := append([]string{"build", "-o", path}, flags...)
	if os.Getenv("OUTCRY_RACE") != "" {
		args = append(args, "-race")
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
}

// Root is the repository's root, from wherever in it a test runs.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("no go.mod above the test's directory")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// House is one data directory and, while it runs, the process that serves it.
// Its methods are not for concurrent use, except Client's.
type House struct {
	Dir string // the data directory

	// Database is the postgres://… that keeps the sales, "" for a SQLite file
	// in Dir. Several houses with one Database are processes of one house.
	Database string

	// Program is what is run, "" for what Main built; see Mutant.
	Program string

	// Env is added to the environment of serve: "NAME=value".
	Env []string

	tb   testing.TB
	addr string // "127.0.0.1:port", the same at each start; "" before the first
	cmd  *exec.Cmd
	log  lockedBuffer // what all its processes said on stderr
	done chan struct{}
}

// New returns a house with an empty data directory, not started. At the
// test's end it is killed, and what it logged is shown if the test failed.
func New(tb testing.TB) *House {
	tb.Helper()
	if program == "" {
		tb.Fatal("house: TestMain must call house.Main")
	}
	h := &House{tb: tb, Dir: filepath.Join(tb.TempDir(), "data")}
	tb.Cleanup(func() {
		h.Kill()
		if strings.Contains(h.Log(), "WARNING: DATA RACE") {
			tb.Error("the house has a data race")
		}
		if tb.Failed() && h.Log() != "" {
			tb.Logf("the house logged:\n%s", h.Log())
		}
	})
	return h
}

// Command runs one of the program's commands on the data directory and
// returns what it printed; the error carries what it said on stderr.
func (h *House) Command(stdin string, args ...string) (string, error) {
	cmd := exec.Command(h.program(), append(args, h.where()...)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("outcry %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), nil
}

func (h *House) program() string { return cmp.Or(h.Program, program) }

// where are the flags that say where the house is.
func (h *House) where() []string {
	if h.Database != "" {
		return []string{"--data", h.Dir, "--database", h.Database}
	}
	return []string{"--data", h.Dir}
}

// must is Command for a command that has to succeed.
func (h *House) must(stdin string, args ...string) string {
	h.tb.Helper()
	out, err := h.Command(stdin, args...)
	if err != nil {
		h.tb.Fatal(err)
	}
	return out
}

// Verify replays every lot from its log; an error is the first break.
func (h *House) Verify() error {
	_, err := h.Command("", "verify")
	return err
}

// startTime is how long a start may take on a busy machine.
const startTime = 30 * time.Second

// Start serves the house, at the same address each time, and returns when it
// is ready to take bids. args are further flags of serve.
func (h *House) Start(args ...string) {
	h.tb.Helper()
	if err := h.Serve(args...); err != nil {
		h.Kill()
		h.tb.Fatalf("start: %v\n%s", err, h.Log())
	}
}

// Serve is Start for any goroutine, one at a time for one House.
func (h *House) Serve(args ...string) error {
	open, err := h.Launch(args...)
	if err != nil {
		return err
	}
	select {
	case <-open:
	case <-h.done:
		return fmt.Errorf("it ended at once: %v", h.cmd.ProcessState)
	case <-time.After(startTime):
		return errors.New("it did not say where it is open")
	}
	return h.ready()
}

// Launch begins to serve and waits for nothing, for a test that kills a start.
// The channel is closed when the house has said where it is open.
func (h *House) Launch(args ...string) (open <-chan struct{}, err error) {
	if h.cmd != nil {
		return nil, errors.New("it runs already")
	}
	listen := h.addr
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	cmd := exec.Command(h.program(), slices.Concat([]string{"serve", "--listen", listen}, h.where(), args)...)
	cmd.Stderr = &h.log
	cmd.SysProcAttr = DiesWithUs()
	cmd.Env = append(os.Environ(), h.Env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	done, said := make(chan struct{}), make(chan struct{})
	h.cmd, h.done = cmd, done
	go func() { // ends with the process, which Kill and Stop wait for
		defer close(done)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(&h.log, lines.Text())
			if _, at, ok := strings.Cut(lines.Text(), " is open at http://"); ok {
				if h.addr == "" { // later starts may tell a --base-url that is not ours
					h.addr = at
				}
				close(said)
			}
		}
		cmd.Wait()
	}()
	return said, nil
}

// Stop asks the house to stop, as an operator would, and waits for it. It
// returns an error when it did not end well.
func (h *House) Stop() error {
	if h.cmd == nil {
		return nil
	}
	cmd := h.cmd
	cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-h.done:
	case <-time.After(startTime):
		h.Kill()
		return errors.New("it did not stop when asked to")
	}
	h.cmd = nil
	if !cmd.ProcessState.Success() {
		return fmt.Errorf("it ended with %v", cmd.ProcessState)
	}
	return nil
}

// Kill ends the house without a warning (SIGKILL), as a power cut would end
// the process, and waits until it is gone. Nothing happens when it is not
// running.
func (h *House) Kill() {
	if h.cmd == nil {
		return
	}
	h.cmd.Process.Kill()
	<-h.done
	h.cmd = nil
	transport.CloseIdleConnections() // they lead nowhere now
}

// PID is the process that serves, 0 while none does.
func (h *House) PID() int {
	if h.cmd == nil {
		return 0
	}
	return h.cmd.Process.Pid
}

// Ended is closed when the process that serves is gone.
func (h *House) Ended() <-chan struct{} { return h.done }

// URL is an address of the house, which must have been started once.
func (h *House) URL(path string) string { return "http://" + h.addr + path }

// Log is what the house printed so far.
func (h *House) Log() string { return h.log.String() }

// lockedBuffer is written by the process's pipes while a test reads it.
type lockedBuffer struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
