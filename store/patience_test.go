package store_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"outcry/store"
	"outcry/store/storetest"
)

// TestReadsWaitForAServerThatIsSoonBack: what was read while a standby took
// over, or a server was restarted, is a delay; one that stays away is an error
// that nobody waits for twice.
func TestReadsWaitForAServerThatIsSoonBack(t *testing.T) {
	server := storetest.StartPostgres(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	useAll(t, s)
	s.ReadPatience(time.Minute) // a server takes as long to come back as the machine takes
	for range 2 {
		server.Stop(syscall.SIGQUIT)
		read := make(chan error)
		go func() {
			_, err := s.Sales(t.Context(), true)
			read <- err
		}()
		select {
		case err := <-read:
			t.Fatalf("a read ended without a server: %v", err)
		case <-time.After(300 * time.Millisecond):
		}
		server.Start(t)
		if err := <-read; err != nil {
			t.Errorf("a read that met a restart: %v", err)
		}
	}
	s.ReadPatience(2 * time.Second)
	server.Stop(syscall.SIGQUIT)
	if _, err := s.Sales(t.Context(), true); !s.Away(err) {
		t.Errorf("reading without a server: got error %v, want it away", err)
	}
	watch := storetest.WatchMachine(t).Start()
	if _, err := s.Sales(t.Context(), true); !s.Away(err) || watch.Took() > time.Second {
		t.Errorf("reading again without a server: got error %v after %v, want it away at once", err, watch.Took())
	}
}

// TestAFrozenServerIsLeft: a server that takes connections and what is said
// over them, but answers nothing any more, keeps no reader waiting for long.
func TestAFrozenServerIsLeft(t *testing.T) {
	server := storetest.StartPostgres(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	useAll(t, s)
	server.Freeze(t)
	began := time.Now()
	if _, err := s.Sales(t.Context(), true); !s.Away(err) {
		t.Errorf("reading from a frozen server: got error %v, want it away", err)
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("reading from a frozen server took %v", took)
	}
	server.Thaw(t)
	within(t, 10*time.Second, "a page after the server went on", func(ctx context.Context) error {
		_, err := s.Sales(ctx, true)
		return err
	})
}

// TestAFrozenServerKeepsNoWriterWaiting: what changes something, and was asked
// for by nobody who gives up, ends too.
func TestAFrozenServerKeepsNoWriterWaiting(t *testing.T) {
	server := storetest.StartPostgres(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	useAll(t, s)
	server.Freeze(t)
	watch := storetest.WatchMachine(t).Start()
	if err := s.SetSetting(context.Background(), "a", "1"); !s.Away(err) {
		t.Errorf("writing to a frozen server: got error %v, want it away", err)
	}
	took := watch.Took()
	t.Logf("writing to a frozen server ended after %v", took.Round(100*time.Millisecond))
	if took > 30*time.Second {
		t.Errorf("writing to a frozen server took %v", took)
	}
	server.Thaw(t)
	within(t, 5*time.Second, "a write after the thaw", func(ctx context.Context) error { return s.SetSetting(ctx, "a", "2") })
}
