package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"outcry/store"
	"outcry/store/storetest"
)

func TestPostgreSQLByItself(t *testing.T) {
	server := storetest.StartPostgres(t)
	open := func(t *testing.T, url string) (*store.Store, error) {
		return store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: url})
	}
	t.Run("migrations", func(t *testing.T) {
		testMigrations(t, func() *store.Store {
			return storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
		})
	})
	t.Run("what is not ours is refused", func(t *testing.T) {
		url := server.Database(t)
		execPostgres(t, url, "CREATE TABLE theirs (x int)")
		if _, err := open(t, url); !errors.Is(err, store.ErrForeign) {
			t.Errorf("Open: got error %v, want ErrForeign", err)
		}
	})
	t.Run("what is newer is refused", func(t *testing.T) {
		url := server.Database(t)
		s, err := open(t, url)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		execPostgres(t, url, "INSERT INTO outcry_schema VALUES (99, 'future', 0)")
		if _, err := open(t, url); !errors.Is(err, store.ErrNewer) {
			t.Errorf("Open: got error %v, want ErrNewer", err)
		}
	})
	t.Run("a server that forgets is refused", func(t *testing.T) {
		url := server.Database(t)
		if _, err := open(t, url+"&synchronous_commit=off"); err == nil || !strings.Contains(err.Error(), "power cut") {
			t.Errorf("Open with synchronous_commit=off: got error %v", err)
		}
	})
	t.Run("an address is not repeated in an error", func(t *testing.T) {
		_, err := open(t, "postgres://u:pa%ss@localhost:bad/x")
		if err == nil || strings.Contains(err.Error(), "pa%ss") {
			t.Errorf("Open: got error %v", err)
		}
	})
	t.Run("events are append-only", func(t *testing.T) {
		url := server.Database(t)
		s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: url})
		storetest.OneBid(t, s)
		for _, text := range []string{"UPDATE events SET amount = 1", "DELETE FROM events", "TRUNCATE events"} {
			if err := tryPostgres(t, url, text); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: got error %v, want append-only", text, err)
			}
		}
	})
	t.Run("two stores share a database", func(t *testing.T) { testTwoNodes(t, server.Database(t)) })
	t.Run("a commit that lost its connection is unknown", func(t *testing.T) { testLostCommit(t, server) })
	t.Run("batches that hold their lots first never wait in a circle", func(t *testing.T) { testHoldHammer(t, server.Database(t)) })
	t.Run("a lot is held with its group", func(t *testing.T) { testHoldTakesMates(t, server.Database(t)) })
	t.Run("a deadlock may be tried again", func(t *testing.T) { testDeadlock(t, server.Database(t)) })
	t.Run("what is wrong is said plainly", func(t *testing.T) { testRefusals(t, server) })
	t.Run("two houses live in two schemas", func(t *testing.T) { testNeighbours(t, server) })
	t.Run("a session that has run out is told nothing", func(t *testing.T) {
		testPushRunOut(t, storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)}))
	})
	t.Run("a sign-out fails no message", func(t *testing.T) { testPushAndSignOut(t, server.Database(t)) })
	t.Run("clocks are compared", func(t *testing.T) { testClocks(t, server) })
	t.Run("photos are the same for all processes", func(t *testing.T) { testPhotos(t, store.Config{URL: server.Database(t)}) })
	t.Run("photos in a directory", func(t *testing.T) {
		testPhotos(t, store.Config{URL: server.Database(t), Photos: store.PhotosInDirectory, Dir: t.TempDir()})
	})
	t.Run("a backup is a SQLite file", func(t *testing.T) {
		s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
		storetest.OneBid(t, s)
		testBackup(t, s)
	})
}

func tryPostgres(t *testing.T, url, text string) error {
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), text)
	return err
}

// awaitPostgres asks until the answer is yes.
func awaitPostgres(t *testing.T, url, question string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Error(err)
		return
	}
	defer conn.Close(t.Context())
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		var yes bool
		if err := conn.QueryRow(t.Context(), question).Scan(&yes); err != nil {
			t.Errorf("%s: %v", question, err)
			return
		}
		if yes {
			return
		}
	}
	t.Errorf("%s: not within a minute", question)
}

func execPostgres(t *testing.T, url, text string) {
	t.Helper()
	if err := tryPostgres(t, url, text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}
