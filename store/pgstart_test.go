package store_test

import (
	"errors"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// edited changes a part of an address.
func edited(t *testing.T, address string, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

func withQuery(t *testing.T, address, name, value string) string {
	return edited(t, address, func(u *url.URL) {
		q := u.Query()
		q.Set(name, value)
		u.RawQuery = q.Encode()
	})
}

// testRefusals: what is wrong with a server or its address is said in one
// sentence that helps.
func testRefusals(t *testing.T, server *storetest.Postgres) {
	address := server.Database(t)
	server.Exec(t, "CREATE ROLE guest LOGIN PASSWORD 'hush'")
	server.Exec(t, "CREATE SCHEMA may_look")
	server.Exec(t, "GRANT USAGE ON SCHEMA may_look TO guest")
	server.Exec(t, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
	as := func(user string) string {
		return edited(t, address, func(u *url.URL) { u.User = url.UserPassword(user, "hush") })
	}
	for _, c := range []struct{ name, address, want string }{
		{"nobody listens", edited(t, address, func(u *url.URL) { u.Host = "127.0.0.1:1" }), "no PostgreSQL answers at 127.0.0.1:1; is it running"},
		{"no such machine", edited(t, address, func(u *url.URL) { u.Host = "nowhere.invalid:5432" }), `no machine is called "nowhere.invalid"`},
		{"no such database", edited(t, address, func(u *url.URL) { u.Path = "/attic" }), `there is no database "attic"`},
		{"no such user", as("stranger"), `does not let user "stranger" in`},
		{"no schema to use", as("guest"), `has no schema that user "guest" may use`},
		{"no right to make tables", withQuery(t, as("guest"), "search_path", "may_look"), `user "guest" has not the right to keep a house`},
		{"no such schema", withQuery(t, address, "search_path", "nowhere"), "has no schema"},
		{"another encoding", edited(t, address, func(u *url.URL) { u.Path = "/latin" }), "encoding is LATIN1"},
		{"an unknown setting", withQuery(t, address, "no_such_thing", "1"), "does not know a setting"},
		{"an address of nonsense", "postgres://u:hush@[::1/x", "postgres://user:password@host:5432/database"},
	} {
		_, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: c.address})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want one that says %q", c.name, err, c.want)
			continue
		}
		if strings.Contains(err.Error(), "hush") || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "SQLSTATE") {
			t.Errorf("%s: the sentence is not plain: %q", c.name, err)
		}
	}
}

// testNeighbours: two houses in one database do not see each other, whichever
// schema comes first.
func testNeighbours(t *testing.T, server *storetest.Postgres) {
	one, two := server.Database(t), server.Database(t)
	schema := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		return u.Query().Get("search_path")
	}
	first := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: one})
	second := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: withQuery(t, two, "search_path", schema(two)+","+schema(one))})
	if _, err := first.CreateSale(t.Context(), auction.Sale{Slug: "spring"}); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Sale(t.Context(), "spring"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the second house knows the first one's sale: %v", err)
	}
	ids := map[string]bool{}
	for _, s := range []*store.Store{first, second} {
		id, err := s.HouseID(t.Context())
		if err != nil || !regexp.MustCompile(`^[A-Za-z0-9]{16}$`).MatchString(id) {
			t.Errorf("HouseID = %q, %v", id, err)
		}
		ids[id] = true
	}
	if len(ids) != 2 {
		t.Errorf("two houses have ids %v", ids)
	}
	again := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: one})
	if id, err := again.HouseID(t.Context()); err != nil || !ids[id] {
		t.Errorf("another process of the first house: id %q, %v, want one of %v", id, err, ids)
	}
}

// testClocks shifts the server's clock by a function that stands before its own.
func testClocks(t *testing.T, server *storetest.Postgres) {
	address := server.Database(t)
	s := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: address})
	near := func(s *store.Store, want time.Duration) {
		t.Helper()
		skew, err := s.ClockSkew(t.Context())
		if err != nil || (skew-want).Abs() > 500*time.Millisecond {
			t.Errorf("ClockSkew = %v, %v, want about %v", skew, err, want)
		}
	}
	near(s, 0)
	execPostgres(t, address, `CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
		$$SELECT pg_catalog.clock_timestamp() + interval '3 minutes'$$`)
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	ahead := withQuery(t, address, "search_path", u.Query().Get("search_path")+",pg_catalog")
	near(storetest.Open(t, store.Config{Dir: t.TempDir(), URL: ahead}), -3*time.Minute)
	near(storetest.SQLite(t), 0)
}

func TestStandbysAreCopiesOnlyWhenTheyAreWaitedFor(t *testing.T) {
	primary := storetest.StartPostgres(t)
	address := primary.Database(t)
	open := func(query string, allow bool) error {
		s, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: address + query, AllowAsync: allow})
		if err == nil {
			err = s.Close()
		}
		return err
	}
	expect := func(when, query, want string) {
		t.Helper()
		err := open(query, false)
		switch {
		case want == "" && err != nil:
			t.Errorf("%s: got error %v, want none", when, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--allow-async")):
			t.Errorf("%s: got error %v, want one that says %q and --allow-async", when, err, want)
		}
		if err := open(query, true); err != nil {
			t.Errorf("%s, allowed: %v", when, err)
		}
	}
	expect("a lone server", "", "")
	standby := primary.Standby(t)
	primary.AwaitStandby(t, "async")
	expect("an asynchronous standby", "", "a standby that commits do not wait for")
	primary.Exec(t, "CREATE ROLE plain LOGIN")
	primary.Exec(t, "GRANT ALL ON SCHEMA "+regexp.MustCompile(`outcry\d+`).FindString(address)+" TO plain")
	asPlain := edited(t, address, func(u *url.URL) { u.User = url.User("plain") })
	if _, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: asPlain}); err == nil || !strings.Contains(err.Error(), "commits do not wait") {
		t.Errorf("a standby that the role may not see more of: got error %v", err)
	}
	primary.Set(t, "synchronous_standby_names", "standby")
	primary.AwaitStandby(t, "sync")
	expect("a synchronous standby", "", "")
	expect("commits that wait for nobody", "&synchronous_commit=local", "synchronous_commit = local")
	if _, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: address + "&synchronous_commit=off", AllowAsync: true}); err == nil {
		t.Error("Open took synchronous_commit = off, since it was allowed an asynchronous standby")
	}

	there := edited(t, address, func(u *url.URL) { u.Host = standby.Host() })
	if _, err := store.Open(t.Context(), store.Config{Dir: t.TempDir(), URL: there}); err == nil || !strings.Contains(err.Error(), "is a standby and takes no bids") {
		t.Errorf("Open of a standby: got error %v", err)
	}
	reader, err := store.OpenReader(t.Context(), store.Config{Dir: t.TempDir(), URL: there}) // to back up from
	if err != nil {
		t.Fatalf("OpenReader of a standby: %v", err)
	}
	defer reader.Close()
	if err := reader.Backup(t.Context(), filepath.Join(t.TempDir(), "backup")); err != nil {
		t.Errorf("Backup from a standby: %v", err)
	}

	primary.Set(t, "synchronous_standby_names", "somebody_else")
	primary.AwaitStandby(t, "async")
	expect("a standby that is not the one waited for", "", "but none follows it")
}
