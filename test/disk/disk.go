// Package disk gives a test a small disk of its own: an ext4 in a file, which
// can lose its power or run full without anybody else noticing. It takes root
// on Linux; elsewhere the test that asks for one is skipped, and says so.
package disk

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Disk is one file system on a loop device.
type Disk struct {
	Dir string // where it is mounted; empty at first

	tb     testing.TB
	image  string
	device string // "" when it has been taken away
	up     bool   // it is mounted
}

// New makes a disk of so many MiB and mounts it until the test ends. Whoever
// uses it has to be gone by then: make it before the house that lives on it.
func New(tb testing.TB, mib int) *Disk {
	tb.Helper()
	if why := missing(); why != "" {
		tb.Skipf("SKIPPED: %s: %s is not tested here. Run it as root on Linux with e2fsprogs.", why, tb.Name())
	}
	d := &Disk{tb: tb, Dir: filepath.Join(tb.TempDir(), "disk")}
	d.image = filepath.Join(tb.TempDir(), "image")
	if err := create(d.image, int64(mib)<<20); err != nil {
		tb.Fatal(err)
	}
	// Without tables that a thread of the kernel would still have to write,
	// and without blocks that only root may use: a full disk is full.
	d.run("mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", d.image)
	d.device = strings.TrimSpace(d.run("losetup", "--find", "--show", d.image))
	tb.Cleanup(d.Remove)
	if err := d.mount(); err != nil {
		tb.Skipf("SKIPPED: no disk of its own can be mounted here (%v): %s is not tested", err, tb.Name())
	}
	return d
}

// Remove takes the disk away, before the test's end if it needs many.
func (d *Disk) Remove() {
	d.tb.Helper()
	if d.device == "" {
		return
	}
	if d.up {
		if err := d.unmount(); err != nil {
			d.tb.Errorf("unmount %s: %v", d.Dir, err)
		}
	}
	if out, err := exec.Command("losetup", "--detach", d.device).CombinedOutput(); err != nil {
		d.tb.Errorf("detach %s: %v %s", d.device, err, out)
	}
	d.device = ""
	if err := os.Remove(d.image); err != nil {
		d.tb.Error(err)
	}
}

// Repower mounts a disk again whose power was cut: what its journal holds is
// played back, what was never flushed is gone. Nobody may have a file of it
// open.
func (d *Disk) Repower() {
	d.tb.Helper()
	if err := d.unmount(); err != nil {
		d.tb.Fatalf("unmount after the cut: %v", err)
	}
	if err := d.mount(); err != nil {
		d.tb.Fatalf("mount after the cut: %v", err)
	}
}

func (d *Disk) run(name string, args ...string) string {
	d.tb.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		d.tb.Skipf("SKIPPED: no disk of its own can be made here (%s: %v %s): %s is not tested", name, err, out, d.tb.Name())
	}
	return string(out)
}
