package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
)

// ErrNotEmpty means that a backup would be restored over something.
var ErrNotEmpty = errors.New("the data directory is not empty")

// Restore puts a backup back into a data directory that is empty or not there
// yet; ErrNotEmpty, ErrLocked, ErrNewer otherwise. Everything is read, checked
// and on the disk before anything of it is put in place; the database comes
// last, so that a restore that is cut short leaves no house that starts. A
// house on PostgreSQL comes back by Restore into a directory and Move.
func Restore(ctx context.Context, file, dir string) (err error) {
	defer func() { err = in(err, "restore %s", file) }()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := mustBeEmpty(dir); err != nil {
		return err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	work, err := os.MkdirTemp(dir, restoreWork)
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	photos := filepath.Join(work, photosDir)
	if err := os.Mkdir(photos, 0o700); err != nil {
		return err
	}
	_, err = readBackup(ctx, file, func(name string, content io.Reader) error {
		return unpack(filepath.Join(work, filepath.FromSlash(path.Clean(name))), content)
	})
	if err != nil {
		return err
	}
	if err := checkDatabase(ctx, filepath.Join(work, sqliteFile)); err != nil {
		return err
	}
	if err := syncDir(photos); err != nil {
		return err
	}
	for _, name := range []string{photosDir, sqliteFile} {
		if err := os.Rename(filepath.Join(work, name), filepath.Join(dir, name)); err != nil {
			return err
		}
		if err := syncDir(dir); err != nil {
			return err
		}
	}
	return nil
}

// restoreWork begins the name of the directory that a restore unpacks into,
// within the data directory: that may be a mount that nothing can be moved
// over.
const restoreWork = ".restore-"

func mustBeEmpty(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range list {
		switch f.Name() {
		case lockFile, "lost+found":
			continue
		}
		return fmt.Errorf("%w: %s holds %s", ErrNotEmpty, dir, f.Name())
	}
	return nil
}

func unpack(name string, content io.Reader) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, content)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
