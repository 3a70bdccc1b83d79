package house

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Freeze stops every thread of the house in the middle of what it does, as the
// processor of a machine that loses its power; only Kill can follow. It takes
// Linux's /proc. What a thread has handed to the kernel, such as an fsync, goes
// on there, but its thread never hears how it ended.
func (h *House) Freeze() error {
	if h.cmd == nil {
		return nil
	}
	if err := h.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for began := time.Now(); time.Since(began) < startTime; {
		running, err := awake(h.cmd.Process.Pid)
		if err != nil || running == 0 {
			return err
		}
	}
	return fmt.Errorf("the house does not stop within %v", startTime)
}

// awake counts the threads of a process that are neither stopped (T), gone
// (Z, X), nor in the kernel where no signal reaches them before they return
// (D).
func awake(pid int) (int, error) {
	all, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	if err != nil || len(all) == 0 {
		return 0, fmt.Errorf("process %d is not in /proc: %v", pid, err)
	}
	n := 0
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the thread has ended
		}
		_, rest, _ := strings.Cut(string(text), ") ") // after a name, which may hold anything
		if rest == "" || !strings.ContainsAny(rest[:1], "TtZXD") {
			n++
		}
	}
	return n, nil
}
