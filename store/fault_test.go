package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// loseDisk is the helper's part of TestNothingFollowsAFailedSync: every sync
// of its write-ahead log fails.
func loseDisk(ctx context.Context, dir string) int {
	s, err := store.Open(ctx, store.Config{Dir: dir})
	if err != nil {
		fmt.Println("open:", err)
		return 1
	}
	first := s.SetSetting(ctx, "a", "1")
	second := s.SetSetting(ctx, "b", "2")
	fmt.Println(store.Fatal(first), store.Unknown(first), store.Fatal(second), s.Ready(ctx) != nil)
	fmt.Println(first)
	return 0
}

func TestNothingFollowsAFailedSync(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("SKIPPED: no strace to let a sync fail with: Fatal is not tested on a real failure")
	}
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil { // the schema is there: the helper's first sync is its first commit
		t.Fatal(err)
	}
	out, err := again("lose", dir, strace, "-f", "-qq", "-o", "/dev/null", "-P", filepath.Join(dir, "outcry.db-wal"),
		"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO").Output()
	if err != nil && strings.Contains(string(out), "ptrace") {
		t.Skipf("SKIPPED: strace may not trace here: %s", out)
	}
	if err != nil || !strings.HasPrefix(string(out), "true true true true\n") {
		t.Errorf("after a failed sync (fatal, unknown, the next one fatal, not ready): %v, said %q", err, out)
	}
}

func TestAFullDiskRefusesBidsAndClosesLots(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=32m"); err != nil {
		t.Skipf("SKIPPED: no small disk can be mounted here (%v): a full disk is not tested", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	s, err := store.Open(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	lot := storetest.OneBid(t, s)
	if !s.HasBallast() {
		t.Fatal("no ballast on a disk with room")
	}
	filler := filepath.Join(dir, "filler")
	fill(t, filler)

	n := 0
	bid := func() error {
		n++
		return s.Update(t.Context(), func(tx *store.Tx) error {
			l, _, err := tx.Lot(t.Context(), lot)
			if err != nil {
				return err
			}
			a, err := storetest.PlaceBid(t.Context(), tx, lot, "101", l.Max+100, l.At, fmt.Sprintf("full-%012d", n))
			if err == nil && a.Outcome == auction.Refused {
				return fmt.Errorf("refused: %s", a.Reason)
			}
			return err
		})
	}
	for err = nil; err == nil && n < 10000; { // until the log needs room that is not there
		err = bid()
	}
	if !store.Full(err) || store.Fatal(err) {
		t.Fatalf("a bid on a full disk, after %d: got error %v, want a full disk", n, err)
	}
	fill(t, filler+"2") // what the ballast let go, but for what a close needs
	if err := os.Truncate(filler+"2", max(0, size(t, filler+"2")-(1<<20))); err != nil {
		t.Fatal(err)
	}
	if err := bid(); !errors.Is(err, store.ErrFull) {
		t.Errorf("the next bid: got error %v, want ErrFull", err)
	}
	if err := s.Ready(t.Context()); !errors.Is(err, store.ErrFull) {
		t.Errorf("Ready on a full disk: got error %v, want ErrFull", err)
	}
	if _, err := s.Entry(t.Context(), lot); err != nil {
		t.Errorf("reading on a full disk: %v", err)
	}
	err = s.Update(t.Context(), func(tx *store.Tx) error {
		l, terms, err := tx.Lot(t.Context(), lot)
		if err != nil {
			return err
		}
		next, events := l.KnockDown(terms, l.ClosesAt.Add(time.Second))
		return tx.KeepLot(t.Context(), next, l.Seq, [16]byte{}, events)
	})
	if err != nil {
		t.Errorf("a close on a full disk: %v", err)
	}
	for _, f := range []string{filler, filler + "2"} {
		if err := os.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Ready(t.Context()); err != nil || !s.HasBallast() {
		t.Errorf("Ready when there is room again: %v, ballast %v", err, s.HasBallast())
	}
}

// fill writes until the disk is full.
func fill(t *testing.T, name string) {
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 4096)
	for {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func size(t *testing.T, name string) int64 {
	st, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}
