//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// shim is preloaded to make a disk as slow as one can be.
const shim = `#define _GNU_SOURCE
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
static void slow(void) { struct timespec t = {0, %d}; nanosleep(&t, 0); }
int fsync(int fd) { slow(); return syscall(SYS_fsync, fd); }
int fdatasync(int fd) { slow(); return syscall(SYS_fdatasync, fd); }
`

func buildShim(ctx context.Context, path string, by time.Duration) (string, error) {
	source := path + ".c"
	if err := os.WriteFile(source, fmt.Appendf(nil, shim, by.Nanoseconds()), 0o600); err != nil {
		return "", err
	}
	if out, err := exec.CommandContext(ctx, "gcc", "-shared", "-fPIC", "-O1", "-o", path, source).CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the slow disk: %w\n%s", err, out)
	}
	return path, nil
}

// slow measures bids over a disk whose sync takes five milliseconds more.
func (b *bench) slow(ctx context.Context) error {
	library, err := b.slowDisk(ctx, 5*time.Millisecond)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	for _, bidders := range []int{1, 1000} {
		cmd := exec.CommandContext(ctx, self, "-baseline", fmt.Sprintf("hall-%d-%d-%d", bidders, b.size(map[int]int{1: 100, 1000: 15}[bidders], 2), b.rounds()))
		cmd.Env = append(os.Environ(), "LD_PRELOAD="+library)
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var p50, p99, rate sample
		lines := bufio.NewScanner(bytes.NewReader(out))
		for lines.Scan() {
			var a, b, c float64
			if _, err := fmt.Sscan(lines.Text(), &a, &b, &c); err != nil {
				return err
			}
			p50, p99, rate = append(p50, a), append(p99, b), append(rate, c)
		}
		if len(rate) < 2 {
			return fmt.Errorf("the slow disk measured %d rounds", len(rate))
		}
		f := figure{Section: "A disk whose sync takes 5 ms, through the saleroom", Name: fmt.Sprintf("%d bidders, p99", bidders), Unit: "ms", Ours: p99[1:], Most: true,
			Note: fmt.Sprintf("p50 %s ms, %s bids/s", number(p50[1:].median()), number(rate[1:].median()))}
		if bidders == 1000 {
			f.Want = 50
		}
		b.report.add(f)
	}
	return nil
}

// runHall is the saleroom in a process of its own: it prints p50, p99 and bids
// a second of each round.
func runHall(spec string) error {
	var bidders, each, rounds int
	if _, err := fmt.Sscanf(spec, "hall-%d-%d-%d", &bidders, &each, &rounds); err != nil {
		return err
	}
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outcry-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := furnish(ctx, dir, 1, bidders); err != nil {
		return err
	}
	h, err := openHall(ctx, dir)
	if err != nil {
		return err
	}
	for range rounds {
		b, err := h.crowd(ctx, bidders, each)
		if err != nil {
			return err
		}
		fmt.Println(b.p(0.5), b.p(0.99), b.rate())
	}
	return h.close()
}
