package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

func TestWhatIsAwayAndWhatMayBeTriedAgain(t *testing.T) {
	code := func(c string) error { return fmt.Errorf("bid: %w", &pgconn.PgError{Code: c}) }
	for _, c := range []struct {
		name        string
		err         error
		away, again bool
	}{
		{"nothing", nil, false, false},
		{"refused", &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true, false},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, true, false},
		{"end of the stream", fmt.Errorf("bid: %w", io.ErrUnexpectedEOF), true, false},
		{"no answer in time", context.DeadlineExceeded, true, false},
		{"a caller who left", context.Canceled, false, false},
		{"shutting down", code("57P01"), true, false},
		{"starting", code("57P03"), true, false},
		{"became a standby", code("25006"), true, false},
		{"too many connections", code("53300"), true, false},
		{"connection failure", code("08006"), true, false},
		{"deadlock", code("40P01"), false, true},
		{"serialization", code("40001"), false, true},
		{"lock timeout", code("55P03"), false, true},
		{"paused in a transaction", code("25P03"), false, true},
		{"wrong password", code("28P01"), false, false},
		{"disk full", code("53100"), false, false},
		{"a constraint", code("23505"), false, false},
		{"not found", store.ErrNotFound, false, false},
	} {
		if away, again := store.Away(c.err), store.Again(c.err); away != c.away || again != c.again {
			t.Errorf("%s: away %v, again %v, want %v, %v", c.name, away, again, c.away, c.again)
		}
	}
	s := storetest.SQLite(t)
	for _, err := range []error{context.DeadlineExceeded, io.EOF, store.ErrFull} {
		if s.Away(err) {
			t.Errorf("beside a file Away(%v) = true", err)
		}
	}
}

// within waits until fn succeeds and returns how long that took, without what
// the machine was late meanwhile.
func within(t *testing.T, limit time.Duration, what string, fn func(context.Context) error) time.Duration {
	t.Helper()
	watch := storetest.WatchMachine(t).Start()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), 10*limit)
		err := fn(ctx)
		cancel()
		took := watch.Took()
		if err == nil && took <= limit {
			return took
		}
		if took > limit {
			t.Fatalf("%s: still %v after %v", what, err, took)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// useAll puts every connection of both pools to use once, so that all are idle.
func useAll(t *testing.T, s *store.Store) {
	t.Helper()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := s.Sales(t.Context(), true); err != nil {
				t.Error(err)
			}
			if err := s.SetSetting(t.Context(), "used", "yes"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestPostgreSQLGoesAndComesBack(t *testing.T) {
	server := storetest.StartPostgres(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	ctx := t.Context()

	useAll(t, s)
	server.Stop(syscall.SIGINT)
	server.Start(t)
	if _, err := s.Sales(ctx, true); err != nil { // the first of twelve dead connections
		t.Errorf("reading after a restart between two calls: %v", err)
	}
	if err := s.SetSetting(ctx, "a", "1"); err != nil {
		t.Errorf("writing after a restart between two calls: %v", err)
	}

	useAll(t, s)
	server.Stop(syscall.SIGQUIT)
	watch := storetest.WatchMachine(t).Start()
	for range 20 {
		_, readErr := s.Sales(ctx, true)
		writeErr := s.SetSetting(ctx, "a", "2")
		for what, err := range map[string]error{"reading": readErr, "writing": writeErr, "Ready": s.Ready(ctx)} {
			if !s.Away(err) || s.Again(err) || store.Fatal(err) {
				t.Fatalf("%s without a server: got error %v, want it away", what, err)
			}
		}
	}
	if took := watch.Took(); took > 5*time.Second {
		t.Errorf("60 refusals took %v", took)
	}
	server.Start(t)
	took := within(t, time.Second, "a bid after the server came back", func(ctx context.Context) error { return s.SetSetting(ctx, "a", "3") })
	t.Logf("took bids again %v after the server answered", took)
	within(t, time.Second, "a page after the server came back", func(ctx context.Context) error {
		_, err := s.Sales(ctx, true)
		return err
	})
}

func TestAServerThatTakesNoWord(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	watch := storetest.WatchMachine(t).Start()
	_, err = store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: "postgres://u:secret@" + mute.Addr().String() + "/x?sslmode=disable"})
	if err == nil || !store.Away(err) || strings.Contains(err.Error(), "secret") {
		t.Errorf("Open: got error %v, want it away, without the password", err)
	}
	if took := watch.Took(); took > 4*time.Second {
		t.Errorf("Open took %v", took)
	}
}

func TestAPromotedStandbyTakesOver(t *testing.T) {
	primary := storetest.StartPostgres(t)
	address := primary.Database(t)
	standby := primary.Standby(t)
	primary.Set(t, "synchronous_standby_names", "standby")
	primary.AwaitStandby(t, "sync")
	both := func(query string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.Host = standby.Host() + "," + primary.Host() // the one that takes no bids first
		u.RawQuery += query
		return u.String()
	}
	for _, query := range []string{"", "&target_session_attrs=read-write"} {
		s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: both(query)})
		useAll(t, s)
	}
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: both("")})
	lot := storetest.OneBid(t, s)
	useAll(t, s)
	primary.Stop(syscall.SIGQUIT)
	if err := s.SetSetting(t.Context(), "a", "1"); !s.Away(err) {
		t.Errorf("writing with a standby alone: got error %v, want it away", err)
	}
	if _, err := s.Entry(t.Context(), lot); !s.Away(err) {
		t.Errorf("reading with a standby alone: got error %v, want it away: a standby may be behind", err)
	}
	standby.Set(t, "synchronous_standby_names", "")
	standby.Promote(t)
	took := within(t, 2*time.Second, "a bid after the promotion", func(ctx context.Context) error {
		return s.Update(ctx, func(tx *store.Tx) error {
			l, _, err := tx.Lot(ctx, lot)
			if err != nil {
				return err
			}
			if l.Bids != 1 || l.Max != 2000 {
				t.Errorf("the promoted server has the lot with %d bids, max %d", l.Bids, l.Max)
			}
			a, err := storetest.PlaceBid(ctx, tx, lot, "101", l.Max+100, l.At, "after-failover-1")
			if err == nil && a.Outcome != auction.Raised {
				t.Errorf("the bid's outcome is %s (%s)", a.Outcome, a.Reason)
			}
			return err
		})
	})
	t.Logf("took bids again %v after the promotion", took)
}

// TestADemotedServerIsLeft: a server that turns read-only without a restart,
// as one behind a balancer's address seems to.
func TestADemotedServerIsLeft(t *testing.T) {
	server := storetest.StartPostgres(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	useAll(t, s)
	server.Set(t, "default_transaction_read_only", "on")
	var err error
	for range 3000 { // until the sessions have heard of it
		if err = s.SetSetting(t.Context(), "a", "1"); err != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if !s.Away(err) {
		t.Fatalf("writing: got error %v, want it away", err)
	}
	server.Set(t, "default_transaction_read_only", "off")
	within(t, 2*time.Second, "a bid on a server that takes writes again", func(ctx context.Context) error { return s.SetSetting(ctx, "a", "2") })
}

// TestACommitThatTheStandbyDidNotConfirm: the wait for a synchronous standby
// is cut short; PostgreSQL then calls it a success, with a warning.
func TestACommitThatTheStandbyDidNotConfirm(t *testing.T) {
	server := storetest.StartPostgres(t)
	address := server.Database(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: address})
	server.Set(t, "synchronous_standby_names", "nobody")
	server.Stop(syscall.SIGINT) // it is heard of some time after a reload, but from the start
	server.Start(t)
	done := make(chan error, 1)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range 500 {
			time.Sleep(20 * time.Millisecond)
			execPostgres(t, address, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
			if len(done) > 0 {
				return
			}
		}
	})
	done <- s.SetSetting(t.Context(), "a", "1")
	wg.Wait()
	if err := <-done; err == nil || !store.Unknown(err) {
		t.Errorf("a commit that only this server has: got error %v, want an unknown outcome", err)
	}
}

func TestLocksOfOthersDoNotHoldForever(t *testing.T) {
	server := storetest.StartPostgres(t)
	address := server.Database(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: address})
	hasty := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: address + "&lock_timeout=200"})
	pauses := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: address + "&idle_in_transaction_session_timeout=600"})
	lot := storetest.OneBid(t, s)
	hold := func(s *store.Store, wait func()) error {
		return s.Update(t.Context(), func(tx *store.Tx) error {
			if _, _, err := tx.Lot(t.Context(), lot); err != nil {
				return err
			}
			wait()
			_, err := tx.Now(t.Context())
			return err
		})
	}
	var waited error
	if err := hold(s, func() { waited = hold(hasty, func() {}) }); err != nil {
		t.Errorf("the lot that another waited for: %v", err)
	}
	err := hold(pauses, func() { time.Sleep(900 * time.Millisecond) }) // as a process that was paused
	if !s.Again(waited) || s.Away(waited) || store.Unknown(waited) {
		t.Errorf("waiting for a lot that is held: got error %v, want one to try again", waited)
	}
	if !s.Again(err) || store.Unknown(err) {
		t.Errorf("going on after a pause: got error %v, want one to try again", err)
	}
	if err := hold(s, func() {}); err != nil {
		t.Errorf("the lot after both: %v", err)
	}
	if err := (errors.Join(waited, err)); store.Fatal(err) || store.Full(err) {
		t.Errorf("a lock that was waited for is no trouble of the disk: %v", err)
	}
}

// TestAHouseIsMadeAtOneMoment: who looks at an empty database while another
// process makes a house there finds nothing, or a house that is not finished,
// never another program's tables.
func TestAHouseIsMadeAtOneMoment(t *testing.T) {
	server := storetest.StartPostgres(t)
	for round := range 10 {
		c := store.Config{Dir: t.TempDir(), URL: server.Database(t)}
		made := make(chan struct{})
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for open := true; open; {
					select {
					case <-made:
						open = false // once more, to the end
					default:
					}
					s, err := store.OpenReader(t.Context(), c)
					if err == nil {
						s.Close()
					} else if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, store.ErrOld) {
						t.Errorf("round %d: %v", round, err)
					}
				}
			})
		}
		s, err := store.Open(t.Context(), c)
		close(made)
		all.Wait()
		if err != nil {
			t.Fatal(err)
		}
		s.Close()
	}
}
