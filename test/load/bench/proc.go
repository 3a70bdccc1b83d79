//go:build linux

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cpuOf is how long a process has computed, all its threads together, as the
// scheduler counts it in nanoseconds.
func cpuOf(pid int) (time.Duration, error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(tasks) == 0 {
		return 0, fmt.Errorf("process %d has no threads: %w", pid, err)
	}
	var sum int64
	for _, name := range tasks {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // the thread has just ended
		}
		ns, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
		if err != nil {
			return 0, err
		}
		sum += ns
	}
	return time.Duration(sum), nil
}

// statusOf reads one line of /proc/PID/status that is in kB, in bytes.
func statusOf(pid int, name string) (float64, error) {
	return kilobytes(fmt.Sprintf("/proc/%d/status", pid), name)
}

// kilobytes reads a line "Name: 123 kB" of a file of /proc, in bytes.
func kilobytes(file, name string) (float64, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if len(fields) >= 2 && fields[0] == name+":" {
			kb, err := strconv.ParseFloat(fields[1], 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("%s has no line %s", file, name)
}

// kernelMemory is what the kernel keeps that sockets are part of: its slabs,
// and the pages in which TCP holds what is on its way.
func kernelMemory() (float64, error) {
	slab, err := kilobytes("/proc/meminfo", "Slab")
	if err != nil {
		return 0, err
	}
	text, err := os.ReadFile("/proc/net/sockstat")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		fields := strings.Fields(string(line))
		if i := slices.Index(fields, "mem"); i > 0 && fields[0] == "TCP:" {
			pages, err := strconv.ParseFloat(fields[i+1], 64)
			return slab + pages*float64(os.Getpagesize()), err
		}
	}
	return slab, nil
}

// cpuName is how the processor calls itself.
func cpuName() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range bytes.Lines(text) {
		if name, value, ok := strings.Cut(string(line), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
