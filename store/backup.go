package store

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A backup is one tar.gz with a SQLite file, whatever the house runs on, the
// pictures, and last a manifest with the SHA-256 of each file: a backup that
// was cut short has none.

const (
	manifestName  = "manifest.json"
	backupFormat  = 1
	mostPhotoSize = 1 << 30 // bytes; anything larger in a backup is not a picture
)

type manifest struct {
	Format int               `json:"format"`
	Schema int               `json:"schema"`
	Made   time.Time         `json:"made"`
	Files  map[string]string `json:"files"` // name to SHA-256 in hex
}

// Backup writes one file with everything, as it was at one moment, while the
// house runs or not. The file appears whole and checked under its name, or not
// at all; one that is there already is left alone (fs.ErrExist).
func (s *Store) Backup(ctx context.Context, file string) (err error) {
	defer func() { err = in(err, "back up to %s", file) }()
	if _, err := os.Lstat(file); err == nil {
		return fs.ErrExist
	}
	work, err := os.MkdirTemp(filepath.Dir(file), ".outcry-backup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	database := filepath.Join(work, sqliteFile)
	if err := s.engine.copyTo(ctx, database); err != nil {
		return in(err, "copy the database")
	}
	if err := withoutPhotos(ctx, database); err != nil {
		return in(err, "take the photos out of the copy")
	}
	if err := checkDatabase(ctx, database); err != nil {
		return err
	}
	packed := filepath.Join(work, "backup")
	if err := s.pack(ctx, packed, database); err != nil {
		return err
	}
	if _, err := readBackup(ctx, packed, nil); err != nil {
		return in(err, "read it back")
	}
	if err := os.Link(packed, file); err != nil { // unlike a rename, never over another file
		if errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := os.Rename(packed, file); err != nil { // a file system without links
			return err
		}
	}
	return syncDir(filepath.Dir(file))
}

// copyTo writes a copy of the file as it is at one moment. Bids go on
// meanwhile.
func (e *sqlite) copyTo(ctx context.Context, file string) error {
	db := sql.OpenDB(connector{e.file, copying})
	defer db.Close()
	_, err := db.ExecContext(ctx, "VACUUM INTO $1", file)
	return err
}

// withoutPhotos empties the copy's table of pictures: in a backup they are
// files, wherever the house keeps them.
func withoutPhotos(ctx context.Context, file string) error {
	e := &sqlite{file: file, writer: make(chan struct{}, 1)}
	if err := e.openWriter(ctx); err != nil {
		return err
	}
	kept, err := one(ctx, direct{e.conn}, readInt64, "SELECT count(*) FROM "+photosTable)
	if err == nil && kept > 0 {
		_, err = e.conn.ExecContext(ctx, "DELETE FROM "+photosTable+"; VACUUM")
	}
	return errors.Join(err, e.close())
}

// pack writes the archive, onto the disk.
func (s *Store) pack(ctx context.Context, packed, database string) error {
	f, err := os.OpenFile(packed, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := bufio.NewWriterSize(f, 1<<20)
	zip, err := gzip.NewWriterLevel(buf, gzip.BestSpeed)
	if err != nil {
		return err
	}
	p := packer{tar: tar.NewWriter(zip), made: time.Now().UTC().Truncate(time.Second), sums: map[string]string{}}
	copied, err := os.Open(database)
	if err != nil {
		return err
	}
	defer copied.Close()
	if err := p.file(sqliteFile, copied); err != nil {
		return err
	}
	photos, err := s.PhotoFiles()
	if err != nil {
		return err
	}
	for _, name := range photos {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.packPhoto(&p, name); err != nil {
			return err
		}
	}
	if err := p.manifest(); err != nil {
		return err
	}
	return errors.Join(p.tar.Close(), zip.Close(), buf.Flush(), f.Sync())
}

type packer struct {
	tar  *tar.Writer
	made time.Time
	sums map[string]string
}

// packPhoto adds a file that is not in the database's copy. One that was
// dropped meanwhile is left out.
func (s *Store) packPhoto(p *packer, name string) error {
	f, _, err := s.OpenPhoto(name)
	if err != nil {
		_, err = absent(err)
		return err
	}
	defer f.Close()
	return p.file(photosDir+"/"+name, f)
}

func (p *packer) file(name string, f io.ReadSeeker) error {
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := p.tar.WriteHeader(p.header(name, size)); err != nil {
		return err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(p.tar, sum), f); err != nil {
		return err
	}
	p.sums[name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (p *packer) header(name string, size int64) *tar.Header {
	return &tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: p.made, Format: tar.FormatPAX}
}

func (p *packer) manifest() error {
	text, err := json.MarshalIndent(manifest{backupFormat, newestSchema(), p.made, p.sums}, "", "\t")
	if err != nil {
		return err
	}
	if err := p.tar.WriteHeader(p.header(manifestName, int64(len(text)))); err != nil {
		return err
	}
	_, err = p.tar.Write(text)
	return err
}

// keepFile takes one file of a backup.
type keepFile func(name string, content io.Reader) error

// readBackup reads a backup through, hands each file to keep (nil = none) and
// checks every sum.
func readBackup(ctx context.Context, file string, keep keepFile) (manifest, error) {
	f, err := os.Open(file)
	if err != nil {
		return manifest{}, err
	}
	defer f.Close()
	zip, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return manifest{}, fmt.Errorf("it is not a backup: %w", err)
	}
	archive := tar.NewReader(zip)
	sums := map[string]string{}
	for {
		if err := ctx.Err(); err != nil {
			return manifest{}, err
		}
		h, err := archive.Next()
		if err != nil {
			return manifest{}, fmt.Errorf("it is cut short or not a backup: %w", err)
		}
		if h.Name == manifestName {
			m, err := readManifest(archive, sums)
			if err != nil {
				return m, err
			}
			_, err = io.Copy(io.Discard, zip) // to the end: gzip's own sum stands there
			return m, err
		}
		if !backupName(h) {
			return manifest{}, fmt.Errorf("it holds %q, which no backup does", h.Name)
		}
		sum := sha256.New()
		content := io.TeeReader(archive, sum)
		if keep != nil {
			if err := keep(h.Name, content); err != nil {
				return manifest{}, err
			}
		}
		if _, err := io.Copy(io.Discard, content); err != nil {
			return manifest{}, fmt.Errorf("%s is damaged: %w", h.Name, err)
		}
		sums[h.Name] = hex.EncodeToString(sum.Sum(nil))
	}
}

// backupName accepts what Backup writes and nothing else: a name from an
// archive must not lead anywhere.
func backupName(h *tar.Header) bool {
	if h.Typeflag != tar.TypeReg {
		return false
	}
	photo, ok := strings.CutPrefix(h.Name, photosDir+"/")
	return h.Name == sqliteFile || ok && photoName.MatchString(photo) && h.Size <= mostPhotoSize
}

func readManifest(r io.Reader, sums map[string]string) (manifest, error) {
	var m manifest
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return m, fmt.Errorf("its manifest is damaged: %w", err)
	}
	if m.Format > backupFormat {
		return m, fmt.Errorf("%w: backup format %d", ErrNewer, m.Format)
	}
	if err := newer(m.Schema); err != nil {
		return m, err
	}
	if len(sums) != len(m.Files) || m.Files[sqliteFile] == "" {
		return m, fmt.Errorf("it holds %d files; its manifest names %d", len(sums), len(m.Files))
	}
	for name, want := range m.Files {
		if sums[name] != want {
			return m, fmt.Errorf("%s is damaged: its SHA-256 is %s, not %s", name, sums[name], want)
		}
	}
	return m, nil
}

// checkDatabase reads a file, that nobody else has open, from end to end.
func checkDatabase(ctx context.Context, file string) error {
	db := sql.OpenDB(connector{file, alone})
	defer db.Close()
	e := &sqlite{file: file, reads: db}
	if err := e.checkFile(ctx); err != nil {
		return plainly(err)
	}
	have, err := e.schema(ctx)
	if err != nil {
		return err
	}
	if err := newer(have); err != nil {
		return err
	}
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("the database is damaged: %s", verdict)
	}
	orphans, err := db.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer orphans.Close()
	if orphans.Next() {
		return errors.New("the database is damaged: rows have lost what they belong to")
	}
	return orphans.Err()
}
