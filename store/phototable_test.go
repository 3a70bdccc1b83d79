package store

import (
	"fmt"
	"testing"
	"time"
)

func TestRecentPhotosAreBounded(t *testing.T) {
	c, now := newPhotoCache(), time.UnixMilli(1_790_000_000_000)
	photo := func(size int) keptPhoto { return keptPhoto{now, make([]byte, size)} }
	has := func(name string, now time.Time, want bool) {
		t.Helper()
		if _, ok := c.get(name, now); ok != want {
			t.Errorf("%s at %v: in memory %v, want %v", name, now, ok, want)
		}
	}
	for i := range 100 {
		c.put(fmt.Sprint("p", i), photo(1<<20), now)
	}
	if c.bytes > recentBytes || len(c.files) != recentBytes>>20 || len(c.order) != len(c.files) {
		t.Errorf("100 MiB were read: %d bytes are kept in %d files, %d in order", c.bytes, len(c.files), len(c.order))
	}
	has("p35", now, false)
	has("p36", now, true)
	has("p99", now.Add(recentFor-1), true)
	has("p99", now.Add(recentFor), false)

	c.put("large", photo(recentAtMost+1), now)
	has("large", now, false)
	c.put("p99", photo(10), now) // again: counted once
	c.forget("p98")
	c.forget("nothing")
	has("p98", now, false)
	if want := recentBytes - 2<<20 + 10; c.bytes != want {
		t.Errorf("%d bytes are kept, want %d", c.bytes, want)
	}
	c.put("late", photo(5), now.Add(recentFor)) // what aged goes
	if c.bytes != 5 || len(c.files) != 1 || len(c.order) != 1 {
		t.Errorf("a minute later %d bytes are kept in %d files, %d in order", c.bytes, len(c.files), len(c.order))
	}
	for range 1000 {
		c.put("same", photo(7), now.Add(recentFor))
	}
	if c.bytes != 12 {
		t.Errorf("%d bytes are kept, want 12", c.bytes)
	}
}
