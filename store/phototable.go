package store

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"
)

// photoTable keeps files in the database.
type photoTable struct {
	s      *Store
	recent *photoCache
}

func (p photoTable) keep(ctx context.Context, name string, data []byte) error {
	if p.s.room.full() { // the last room is for the ends of lots
		return ErrFull
	}
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	defer p.recent.forget(name)
	return p.s.write(ctx, `INSERT INTO photo_files (name, at, data) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at, data = excluded.data`, name, time.Now().UnixMilli(), data)
}

// keptPhoto is a file of the database.
type keptPhoto struct {
	at   time.Time
	data []byte
}

func (p photoTable) open(ctx context.Context, name string) (io.ReadSeekCloser, time.Time, error) {
	if f, ok := p.recent.get(name, time.Now()); ok {
		return inMemory{bytes.NewReader(f.data)}, f.at, nil
	}
	f, err := one(ctx, p.s.reads, func(row scanner, f *keptPhoto) error { return row.Scan(at(&f.at), &f.data) },
		"SELECT at, data FROM photo_files WHERE name = $1", name)
	if err != nil {
		return nil, time.Time{}, err
	}
	p.recent.put(name, f, time.Now())
	return inMemory{bytes.NewReader(f.data)}, f.at, nil
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

func (p photoTable) drop(ctx context.Context, name string) error {
	defer p.recent.forget(name)
	err := p.s.write(ctx, "DELETE FROM photo_files WHERE name = $1", name)
	_, err = absent(err)
	return err
}

func (p photoTable) names(ctx context.Context) ([]string, error) {
	return all(ctx, p.s.reads, readText, "SELECT name FROM photo_files ORDER BY name")
}

const (
	recentBytes  = 64 << 20
	recentFor    = time.Minute // so long a picture that another process dropped or replaced is still shown
	recentAtMost = 2 << 20     // bytes of one file: a larger one is not what a page shows
)

// photoCache keeps the files that were read last in memory: when a sale opens,
// a crowd asks for the same pictures, and the database has bids to take.
type photoCache struct {
	mu    sync.Mutex // guards what follows
	files map[string]recentPhoto
	order []recentName // in the order they were read, which is the order they age
	bytes int
	reads int64 // stamps an entry, so that an old line of order does not end a new one
}

type recentPhoto struct {
	keptPhoto
	read  time.Time
	stamp int64
}

type recentName struct {
	name  string
	stamp int64
}

func newPhotoCache() *photoCache { return &photoCache{files: make(map[string]recentPhoto)} }

func (c *photoCache) get(name string, now time.Time) (keptPhoto, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, ok := c.files[name]
	return f.keptPhoto, ok && now.Sub(f.read) < recentFor
}

func (c *photoCache) put(name string, f keptPhoto, now time.Time) {
	if len(f.data) > recentAtMost {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(name)
	c.reads++
	c.files[name] = recentPhoto{f, now, c.reads}
	c.order = append(c.order, recentName{name, c.reads})
	c.bytes += len(f.data)
	for len(c.order) > 0 {
		oldest := c.order[0]
		held, ok := c.files[oldest.name]
		if ok && held.stamp == oldest.stamp {
			if c.bytes <= recentBytes && now.Sub(held.read) < recentFor {
				return
			}
			c.remove(oldest.name)
		}
		c.order = c.order[1:]
	}
}

func (c *photoCache) forget(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(name)
}

// remove is called with the lock held.
func (c *photoCache) remove(name string) {
	c.bytes -= len(c.files[name].data)
	delete(c.files, name)
}
