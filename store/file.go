package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Where the files of pictures are kept: for each photo one file a size, named
// by the photo's random name, "-" and the size.
const (
	PhotosInDatabase  = "database"  // the same for all processes, and in the database's own backups
	PhotosInDirectory = "directory" // photos/ in the data directory; several processes have to share it
)

const (
	photosDir    = "photos"
	photosTable  = "photo_files"
	mostPhotoMiB = 32               // of one file: it is read as a whole from the database
	photoWithin  = 15 * time.Second // the methods for photos have no context of their own
)

// photoName is all that a photo's file may be called; nothing in it can lead
// out of the directory.
var photoName = regexp.MustCompile(`^[A-Za-z0-9_-]{8,90}\.(jpg|jpeg|png|svg|webp|avif)$`)

// NewPhotoName makes the name of a photo: random, so that the address of a
// picture cannot be guessed before it is shown.
func NewPhotoName() string { return strings.ToLower(rand.Text()) }

func noPhoto(name string) error { return fmt.Errorf("photo file %q: %w", name, ErrNotFound) }

// photoPlace is where files of pictures are kept. Names were looked at.
type photoPlace interface {
	keep(ctx context.Context, name string, data []byte) error
	open(ctx context.Context, name string) (io.ReadSeekCloser, time.Time, error) // ErrNotFound
	drop(ctx context.Context, name string) error                                 // nil when there is none
	names(ctx context.Context) ([]string, error)
}

// openPhotos chooses where new files go. What was kept in the other place
// before is read and dropped there.
func (s *Store) openPhotos(c Config) error {
	dir, table := photoDir{filepath.Join(c.Dir, photosDir)}, photoTable{s, newPhotoCache()}
	switch {
	case c.Photos == PhotosInDatabase, c.Photos == "" && c.postgres():
		s.photos = []photoPlace{table, dir}
	case c.Photos == PhotosInDirectory, c.Photos == "":
		s.photos = []photoPlace{dir, table}
	default:
		return fmt.Errorf("photos are kept in the %q or in a %q, not in %q", PhotosInDatabase, PhotosInDirectory, c.Photos)
	}
	return nil
}

// KeepPhoto writes a file so that it outlives the machine, over one of the
// same name: other processes may show what they read before for a minute. A
// name that no photo has is ErrNotFound. A file has at most 32 MiB.
func (s *Store) KeepPhoto(name string, data []byte) error {
	switch {
	case !photoName.MatchString(name):
		return noPhoto(name)
	case s.readOnly:
		return ErrReadOnly
	case len(data) > mostPhotoMiB<<20:
		return fmt.Errorf("keep photo %s: it has %d MiB, and a picture at most %d", name, len(data)>>20, mostPhotoMiB)
	}
	ctx, cancel := context.WithTimeout(context.Background(), photoWithin)
	defer cancel()
	return in(s.photos[0].keep(ctx, name, data), "keep photo %s", name)
}

// OpenPhoto opens a file by the name it was kept under, and tells when it was
// kept. ErrNotFound when there is none.
func (s *Store) OpenPhoto(name string) (io.ReadSeekCloser, time.Time, error) {
	if !photoName.MatchString(name) {
		return nil, time.Time{}, noPhoto(name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), photoWithin)
	defer cancel()
	for _, place := range s.photos {
		f, at, err := place.open(ctx, name)
		if none, err := absent(err); none {
			continue
		} else if err != nil {
			return nil, time.Time{}, in(err, "open photo %s", name)
		}
		return f, at, nil
	}
	return nil, time.Time{}, noPhoto(name)
}

// DropPhoto removes a file; one that is gone already is none to remove. Other
// processes may show it for a minute more.
func (s *Store) DropPhoto(name string) error {
	if !photoName.MatchString(name) {
		return noPhoto(name)
	}
	if s.readOnly {
		return ErrReadOnly
	}
	ctx, cancel := context.WithTimeout(context.Background(), photoWithin)
	defer cancel()
	for _, place := range s.photos {
		if err := place.drop(ctx, name); err != nil {
			return in(err, "drop photo %s", name)
		}
	}
	return nil
}

// PhotoFiles lists the names of all files kept, in order.
func (s *Store) PhotoFiles() ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), photoWithin)
	defer cancel()
	var all []string
	for _, place := range s.photos {
		names, err := place.names(ctx)
		if err != nil {
			return nil, in(err, "list photos")
		}
		all = append(all, names...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// photoDir keeps files in a directory.
type photoDir struct{ dir string }

func (p photoDir) keep(_ context.Context, name string, data []byte) error {
	return writeFile(filepath.Join(p.dir, name), data)
}

func (p photoDir) open(_ context.Context, name string) (io.ReadSeekCloser, time.Time, error) {
	f, err := os.Open(filepath.Join(p.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, time.Time{}, noPhoto(name)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		_ = f.Close()
		return nil, time.Time{}, errors.Join(noPhoto(name), err)
	}
	return f, st.ModTime(), nil
}

func (p photoDir) drop(_ context.Context, name string) error {
	if err := os.Remove(filepath.Join(p.dir, name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (p photoDir) names(context.Context) ([]string, error) {
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
