package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"
)

// recall reads how long each mutant took that a run which was broken off has
// seen caught. No file is none.
func recall(file string) (map[string]time.Duration, error) {
	known := map[string]time.Duration{}
	if file == "" {
		return known, nil
	}
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return known, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		ms, name, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.ParseInt(ms, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is no line of a run", file, lines.Text())
		}
		known[name] = time.Duration(n) * time.Millisecond
	}
	return known, lines.Err()
}

// remember notes a mutant that was caught; one that was not is tried again.
func remember(file string, r result) error {
	if file == "" || r.err != nil {
		return nil
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%d %s\n", r.took.Milliseconds(), r.name)
	return errors.Join(err, f.Close())
}
