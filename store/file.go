package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const photosDir = "photos"

// Photos keeps the files of pictures in the data directory: for each photo one
// file a size, named by the photo's random name, "-" and the size.
type Photos struct{ dir string }

// photoName is all that a photo's file may be called; nothing in it can lead
// out of the directory.
var photoName = regexp.MustCompile(`^[A-Za-z0-9_-]{8,90}\.(jpg|jpeg|png|svg|webp|avif)$`)

// NewPhotoName makes the name of a photo: random, so that the address of a
// picture cannot be guessed before it is shown.
func NewPhotoName() string { return strings.ToLower(rand.Text()) }

func (p Photos) path(name string) (string, error) {
	if !photoName.MatchString(name) {
		return "", fmt.Errorf("photo file %q: %w", name, ErrNotFound)
	}
	return filepath.Join(p.dir, name), nil
}

// KeepPhoto writes a file so that it outlives the machine, over one of the
// same name. A name that no photo has is ErrNotFound.
func (p Photos) KeepPhoto(name string, data []byte) error {
	path, err := p.path(name)
	if err != nil {
		return err
	}
	return in(writeFile(path, data), "keep photo %s", name)
}

// OpenPhoto opens a file by the name it was kept under, and tells when it was
// kept. ErrNotFound when there is none.
func (p Photos) OpenPhoto(name string) (io.ReadSeekCloser, time.Time, error) {
	path, err := p.path(name)
	if err != nil {
		return nil, time.Time{}, err
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, fmt.Errorf("photo file %q: %w", name, ErrNotFound)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		_ = f.Close()
		return nil, time.Time{}, errors.Join(fmt.Errorf("photo file %q: %w", name, ErrNotFound), err)
	}
	return f, st.ModTime(), nil
}

// DropPhoto removes a file; one that is gone already is none to remove.
func (p Photos) DropPhoto(name string) error {
	path, err := p.path(name)
	if err != nil {
		return err
	}
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return in(err, "drop photo %s", name)
	}
	return nil
}

// PhotoFiles lists the names of all files kept, in order.
func (p Photos) PhotoFiles() ([]string, error) {
	files, err := os.ReadDir(p.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, f := range files {
		if f.Type().IsRegular() && photoName.MatchString(f.Name()) {
			names = append(names, f.Name())
		}
	}
	return names, nil
}
