package disk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// missing says what this machine lacks for a disk, "" when nothing.
func missing() string {
	if os.Geteuid() != 0 {
		return "only root can mount a disk"
	}
	for _, program := range []string{"mkfs.ext4", "losetup"} {
		if _, err := exec.LookPath(program); err != nil {
			return "there is no " + program
		}
	}
	return ""
}

// create makes an image whose blocks all exist: the machine's own disk running
// full must not look like a fault of the one under test.
func create(image string, size int64) error {
	f, err := os.Create(image)
	if err != nil {
		return err
	}
	return errors.Join(syscall.Fallocate(int(f.Fd()), 0, 0, size), f.Close())
}

func (d *Disk) mount() error {
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return err
	}
	err := unix.Mount(d.device, d.Dir, "ext4", unix.MS_NOATIME, "")
	d.up = d.up || err == nil
	return err
}

// unmount waits for a process that is on its way out.
func (d *Disk) unmount() error {
	for began := time.Now(); ; {
		err := unix.Unmount(d.Dir, 0)
		if err == nil {
			d.up = false
			return nil
		}
		if !errors.Is(err, unix.EBUSY) || time.Since(began) > 10*time.Second {
			return err
		}
		time.Sleep(5 * time.Millisecond) // between two questions
	}
}

const (
	shutdown   = 0x8004587d // EXT4_IOC_SHUTDOWN: _IOR('X', 125, __u32)
	noLogFlush = 2          // EXT4_GOING_FLAGS_NOLOGFLUSH: not even the journal
)

// Cut cuts the disk's power: from now on nothing reaches it, and what was not
// flushed is lost. It may be called from any goroutine.
func (d *Disk) Cut() error {
	dir, err := os.Open(d.Dir)
	if err != nil {
		return err
	}
	defer dir.Close()
	if err := unix.IoctlSetPointerInt(int(dir.Fd()), shutdown, noLogFlush); err != nil {
		return fmt.Errorf("cut the power of %s: %w", d.Dir, err)
	}
	return nil
}

// Fill writes a file until the disk has no more room than spare, in bytes. It
// stops there by itself, so that it does not take what the house gives back
// when it finds the disk full.
func (d *Disk) Fill(name string, spare int64) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	block := make([]byte, 16<<10)
	rand.Read(block) // never fails
	for {
		var st unix.Statfs_t
		if err := unix.Statfs(d.Dir, &st); err != nil {
			return err
		}
		if int64(st.Bavail)*st.Bsize <= spare+int64(len(block)) {
			return nil
		}
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
