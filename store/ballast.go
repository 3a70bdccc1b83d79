package store

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

const (
	ballastFile = "ballast"
	ballastSize = 8 << 20
)

// ballast is room kept back on the disk. When the disk is full it is let go,
// so that lots can still be closed; bids are refused until it could be put
// back. Its bytes are random: a file system that packs zeros would keep
// nothing.
type ballast struct {
	file string

	mu    sync.Mutex // guards what follows, and the file
	empty bool       // let go: the disk was full
}

// newBallast puts the ballast in place. A disk that has no room for it is full.
func newBallast(file string) *ballast {
	b := &ballast{file: file}
	b.empty = b.fill() != nil
	return b
}

func (b *ballast) fill() error {
	if st, err := os.Stat(b.file); err == nil && st.Size() == ballastSize {
		return nil
	}
	data := make([]byte, ballastSize)
	rand.Read(data)
	err := writeFile(b.file, data)
	if err != nil {
		_ = os.Remove(b.file + newSuffix)
	}
	return err
}

// drop lets the ballast go; its room is there for what must still be written.
func (b *ballast) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.empty = true
	_ = os.Remove(b.file) // when it cannot go, there is no more room than before
}

// full reports whether there is room only for what must be written. It tries
// to put the ballast back, so that it notices when room was made.
func (b *ballast) full() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.empty {
		b.empty = !b.spare() || b.fill() != nil
	}
	return b.empty
}

// spare reports whether the disk has room for the ballast and as much again:
// putting it back must not fill the disk once more.
func (b *ballast) spare() bool {
	free, err := freeBytes(filepath.Dir(b.file))
	return err == nil && free > 2*ballastSize
}

// newSuffix marks a file that is being written.
const newSuffix = ".new"

// writeFile writes a file so that it is there whole, or not at all, whatever
// happens to the machine.
func writeFile(name string, data []byte) error {
	f, err := os.OpenFile(name+newSuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return settle(f, name, err)
}

// settle ends the writing of a new file f: on the disk first, then under its
// name. With an error of the writing it is thrown away.
func settle(f *os.File, name string, err error) error {
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return err
	}
	return syncDir(filepath.Dir(name))
}

// syncDir makes the names in a directory outlive the machine.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = errors.Join(d.Sync(), d.Close())
	if errors.Is(err, syscall.EINVAL) { // a file system that cannot
		return nil
	}
	return err
}
