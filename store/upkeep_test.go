package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

type lotLog struct {
	Lot   auction.Lot
	Terms auction.Terms
	Log   []auction.Record
}

func everything(t *testing.T, s *store.Store) []lotLog {
	t.Helper()
	var list []lotLog
	err := s.EachLot(t.Context(), func(l auction.Lot, terms auction.Terms, log []auction.Record) error {
		list = append(list, lotLog{l, terms, log})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// testBackup backs a house up and compares what comes back.
func testBackup(t *testing.T, s *store.Store) {
	ctx := t.Context()
	picture := []byte("not quite a picture")
	name := store.NewPhotoName() + "-s.jpg"
	if err := s.KeepPhoto(name, picture); err != nil {
		t.Fatal(err)
	}
	secret, err := s.Secret(ctx)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "house.backup")
	if err := s.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(ctx, file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Backup over a file: got error %v, want ErrExist", err)
	}
	left, err := os.ReadDir(filepath.Dir(file))
	if err != nil || len(left) != 1 {
		t.Errorf("Backup left %v (%v)", left, err)
	}
	dir := filepath.Join(t.TempDir(), "new")
	if err := store.Restore(ctx, file, dir); err != nil {
		t.Fatal(err)
	}
	back := storetest.Open(t, store.Config{Dir: dir})
	storetest.Same(t, "everything after a restore", everything(t, back), everything(t, s))
	again, err := back.Secret(ctx)
	if err != nil || !bytes.Equal(again, secret) {
		t.Errorf("the secret is another (%v)", err)
	}
	if got := readPhoto(t, back, name); got != string(picture) {
		t.Errorf("the picture came back as %q", got)
	}
	if n, err := back.PhotosInTable(ctx); n != 0 || err != nil {
		t.Errorf("the restored database holds %d pictures of its own (%v)", n, err)
	}
	if err := store.Restore(ctx, file, dir); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("Restore over a house: got error %v, want ErrNotEmpty", err)
	}
}

func TestABackupComesBack(t *testing.T) {
	for _, photos := range []string{store.PhotosInDirectory, store.PhotosInDatabase} {
		s := storetest.Open(t, store.Config{Dir: t.TempDir(), Photos: photos})
		storetest.OneBid(t, s)
		testBackup(t, s)
	}
}

func TestABackupBesideARunningHouse(t *testing.T) {
	dir := t.TempDir()
	s := storetest.Open(t, store.Config{Dir: dir})
	lot := storetest.OneBid(t, s)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // bids go on meanwhile
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			err := s.Update(t.Context(), func(tx *store.Tx) error {
				l, _, err := tx.Lot(t.Context(), lot)
				if err != nil {
					return err
				}
				_, err = storetest.PlaceBid(t.Context(), tx, lot, "101", l.Max+100, l.At, fmt.Sprintf("more-%012d", i))
				return err
			})
			if err != nil {
				t.Errorf("a bid beside a backup: %v", err)
				return
			}
		}
	})
	reader, err := store.OpenReader(t.Context(), store.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for i := range 3 {
		file := filepath.Join(t.TempDir(), "backup")
		if err := reader.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		to := t.TempDir()
		if err := store.Restore(t.Context(), file, to); err != nil {
			t.Fatal(err)
		}
		back := storetest.Open(t, store.Config{Dir: to})
		for _, l := range everything(t, back) {
			if l.Lot.Seq != int64(len(l.Log)) || l.Lot.Hash != l.Log[len(l.Log)-1].Hash || l.Log[len(l.Log)-1].Bid.Amount != l.Lot.Max {
				t.Errorf("backup %d is not of one moment: lot at %d, %d events", i, l.Lot.Seq, len(l.Log))
			}
		}
	}
	close(stop)
	wg.Wait()
}

func TestADamagedBackupIsRefused(t *testing.T) {
	s := storetest.SQLite(t)
	storetest.OneBid(t, s)
	file := filepath.Join(t.TempDir(), "good")
	if err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) []byte {
		b := bytes.Clone(good)
		b[at] ^= 0x40
		return b
	}
	for what, data := range map[string][]byte{
		"cut in half": good[:len(good)/2], "without its end": good[:len(good)-1], "empty": nil,
		"another file": []byte("Dear diary"), "a bit changed early": flip(100), "a bit changed in the middle": flip(len(good) / 2),
		"a bit changed late": flip(len(good) - 3),
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := store.Restore(t.Context(), bad, dir); err == nil {
			t.Errorf("%s: Restore took it", what)
		}
		if _, err := os.Stat(filepath.Join(dir, "outcry.db")); err == nil {
			t.Errorf("%s: Restore left a database", what)
		}
		if err := store.Restore(t.Context(), file, dir); err != nil {
			t.Errorf("%s: the good one afterwards: %v", what, err)
		}
	}
}
