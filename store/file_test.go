package store_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"outcry/store"
	"outcry/store/storetest"
)

// readPhoto reads a photo's file, "" when it is not there.
func readPhoto(t *testing.T, s *store.Store, name string) string {
	t.Helper()
	f, at, err := s.OpenPhoto(name)
	if errors.Is(err, store.ErrNotFound) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if at.IsZero() {
		t.Errorf("photo %s was kept at no time", name)
	}
	if end, err := f.Seek(0, io.SeekEnd); err != nil || end == 0 { // as http.ServeContent does
		t.Errorf("photo %s: seek to the end: %d, %v", name, end, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

// testPhotos keeps photos in one process and reads them in another; beside a
// file there is one process.
func testPhotos(t *testing.T, c store.Config) {
	open := func() *store.Store {
		each := c
		if each.Dir == "" {
			each.Dir = t.TempDir()
		}
		return storetest.Open(t, each)
	}
	s := open()
	other := s
	if c.URL != "" {
		other = open()
	}
	name, binary := store.NewPhotoName()+"-l.jpg", string([]byte{0, 1, 0xff, 0xfe, '\'', 0})
	for _, data := range []string{"one", "two", binary} {
		if err := s.KeepPhoto(name, []byte(data)); err != nil {
			t.Fatal(err)
		}
		for range 2 { // from where it is kept, then perhaps from memory
			if got := readPhoto(t, s, name); got != data {
				t.Errorf("kept %q, read %q", data, got)
			}
		}
	}
	if got := readPhoto(t, other, name); got != binary {
		t.Errorf("kept %q, another process read %q", binary, got)
	}
	if n, err := s.PhotosInTable(t.Context()); err != nil || (n == 1) != (c.Photos == store.PhotosInDatabase || c.Photos == "" && c.URL != "") {
		t.Errorf("%d photos in the table (%v)", n, err)
	}
	if err := s.KeepPhoto(store.NewPhotoName()+"-l.jpg", make([]byte, 32<<20+1)); err == nil {
		t.Error("KeepPhoto took more than 32 MiB")
	}
	for _, bad := range []string{"", "x.jpg", "../outcry.db", "..%2foutcry.db", "aaaaaaaa/bbbbbbbb.jpg", "aaaaaaaaaa.jpg.new",
		"aaaaaaaaaa.html", "aaaaaaaaaa", ".aaaaaaaaaa.jpg", "aaaaaaaaaa.jpg\x00", "aaaaaaaaaa.jpg\n", "/etc/passwd"} {
		_, _, openErr := s.OpenPhoto(bad)
		for what, err := range map[string]error{"KeepPhoto": s.KeepPhoto(bad, nil), "OpenPhoto": openErr, "DropPhoto": s.DropPhoto(bad)} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s(%q): got error %v, want ErrNotFound", what, bad, err)
			}
		}
	}
	if names, err := other.PhotoFiles(); err != nil || len(names) != 1 || names[0] != name {
		t.Errorf("PhotoFiles = %v, %v", names, err)
	}
	for range 2 {
		if err := other.DropPhoto(name); err != nil {
			t.Errorf("DropPhoto: %v", err)
		}
	}
	for what, each := range map[string]*store.Store{"the process that dropped it": other, "a new one": func() *store.Store {
		if c.URL == "" {
			return s
		}
		return open()
	}()} {
		if got := readPhoto(t, each, name); got != "" {
			t.Errorf("%s reads a dropped photo as %q", what, got)
		}
	}
}

func TestPhotosBesideAFile(t *testing.T) {
	for _, where := range []string{"", store.PhotosInDirectory, store.PhotosInDatabase} {
		testPhotos(t, store.Config{Photos: where})
	}
	if _, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), Photos: "attic"}); err == nil {
		t.Error("Open keeps photos in the attic")
	}
}

func TestPhotosStayWhenTheirPlaceChanges(t *testing.T) {
	dir := t.TempDir()
	first, second := store.NewPhotoName()+"-s.jpg", store.NewPhotoName()+"-s.jpg"
	for _, step := range []struct{ photos, keep string }{{store.PhotosInDirectory, first}, {store.PhotosInDatabase, second}} {
		s, err := store.Open(t.Context(), store.Config{Dir: dir, Photos: step.photos})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.KeepPhoto(step.keep, []byte(step.keep)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := store.OpenReader(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for _, name := range []string{first, second} {
		if got := readPhoto(t, reader, name); got != name {
			t.Errorf("photo %s reads %q", name, got)
		}
	}
	if names, err := reader.PhotoFiles(); err != nil || len(names) != 2 {
		t.Errorf("PhotoFiles = %v, %v", names, err)
	}
	for what, err := range map[string]error{"KeepPhoto": reader.KeepPhoto(first, nil), "DropPhoto": reader.DropPhoto(first)} {
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("%s of a reader: got error %v, want ErrReadOnly", what, err)
		}
	}
	s := storetest.Open(t, store.Config{Dir: dir})
	if err := s.DropPhoto(second); err != nil { // it is in the table, new ones are not
		t.Fatal(err)
	}
	if got := readPhoto(t, s, second); got != "" {
		t.Errorf("a photo that was dropped from its old place reads %q", got)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "photos", first)); err != nil || !bytes.Equal(data, []byte(first)) {
		t.Errorf("the directory holds %q, %v", data, err)
	}
}
