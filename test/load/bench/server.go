//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// server is the real program, serving a house in a process of its own.
type server struct {
	cmd     *exec.Cmd
	addr    string // host:port
	profile string // host:port of its profiles, "" without
	took    time.Duration
	errs    *strings.Builder
}

// build builds the program as `make run` does, once a run.
func (b *bench) build(ctx context.Context) (string, error) {
	if b.program != "" {
		return b.program, nil
	}
	root, err := root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(b.tmp, "outcry")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, ".")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	b.program = path
	return path, nil
}

// root is the repository's, from wherever in it the bench runs.
func root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("run the bench inside the repository")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}

// serve starts the program over a furnished house; limits that a crowd of one
// address would meet are out of the way. took is from its start to the first
// page.
func (b *bench) serve(ctx context.Context, dir string, env ...string) (*server, error) {
	program, err := b.build(ctx)
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--bids-per-second", "1000000", "--sockets-per-address", "50000"}
	if b.pprof != "" {
		args = append(args, "--profiles", "127.0.0.1:0")
	}
	s := &server{cmd: exec.CommandContext(ctx, program, args...), errs: &strings.Builder{}}
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stderr = s.errs
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for s.addr == "" && lines.Scan() {
		if _, at, ok := strings.Cut(lines.Text(), "profiles are at http://"); ok {
			s.profile = at
		}
		if _, at, ok := strings.Cut(lines.Text(), " is open at http://"); ok {
			s.addr = at
		}
	}
	go io.Copy(io.Discard, out) // ends with the process
	if s.addr == "" {
		_ = s.cmd.Wait()
		return nil, fmt.Errorf("the server ended at once: %s", s.errs)
	}
	if _, err := s.get("/", ""); err != nil {
		s.stop()
		return nil, err
	}
	s.took = time.Since(began)
	return s, nil
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// stop ends the server as an operator would.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait() // however it ends: what it measured is known
}

// get reads a page, or what accept says.
func (s *server) get(path, accept string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, "http://"+s.addr+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	return fetch(req)
}

func fetch(req *http.Request) ([]byte, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= 400 {
		err = fmt.Errorf("%s: %s", req.URL.Path, resp.Status)
	}
	return body, err
}

// save fetches a profile into the directory that -pprof names, when it does.
func (b *bench) save(s *server, kind, name string) error {
	if b.pprof == "" || s.profile == "" {
		return nil
	}
	req, err := http.NewRequest(http.MethodGet, "http://"+s.profile+"/debug/pprof/"+kind, nil)
	if err != nil {
		return err
	}
	body, err := fetch(req)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.pprof, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.pprof, name+".pprof"), body, 0o644)
}

// profiling takes a processor profile of so many seconds while something is
// measured; what it returns waits for it.
func (b *bench) profiling(s *server, name string, seconds int) func() error {
	done := make(chan error, 1)
	go func() { done <- b.save(s, fmt.Sprintf("profile?seconds=%d", seconds), name) }()
	return func() error { return <-done }
}

// cookies signs bidders in by their links and returns a cookie for each.
func (b *bench) cookies(ctx context.Context, dir string, s *server, n int) ([]string, error) {
	const base = "http://links.example"
	out, err := exec.CommandContext(ctx, b.program, "bidders", "--data", dir, "--sale", hallSlug, "--base-url", base, "links").Output()
	if err != nil {
		return nil, fmt.Errorf("ask for links: %w", err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(out))).ReadAll()
	if err != nil || len(lines) <= n {
		return nil, fmt.Errorf("%d links for %d bidders: %w", len(lines)-1, n, err)
	}
	var all []string
	for _, l := range lines[1 : n+1] {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+strings.TrimPrefix(l[2], base), nil)
		if err != nil {
			return nil, err
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		c := resp.Cookies()
		if len(c) == 0 {
			return nil, fmt.Errorf("the link of paddle %s set no cookie: %s", l[0], resp.Status)
		}
		all = append(all, c[0].Name+"="+c[0].Value)
	}
	return all, nil
}

// bidForm is the body of a bid.
func bidForm(amount int64, key string) string {
	return url.Values{"amount": {fmt.Sprintf("%d.%02d", amount/100, amount%100)}, "key": {key}}.Encode()
}
