package cluster

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
	"outcry/test/many"
)

// TestBadStart: what is wrong with a database is said in one plain sentence,
// without the password, and nothing is served.
func TestBadStart(t *testing.T) {
	t.Parallel()
	server := storetest.StartPostgres(t)
	address := server.Database(t)
	edited := func(change func(*url.URL)) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		u.User = url.UserPassword(u.User.Username(), "hush")
		change(u)
		return u.String()
	}
	search := func(u *url.URL, schema string) {
		q := u.Query()
		q.Set("search_path", schema)
		u.RawQuery = q.Encode()
	}
	server.Exec(t, "CREATE ROLE guest LOGIN")
	server.Exec(t, "CREATE SCHEMA looked_at")
	server.Exec(t, "GRANT USAGE ON SCHEMA looked_at TO guest")
	server.Exec(t, "CREATE SCHEMA shop")
	server.Exec(t, "CREATE TABLE shop.customers (id INT)")
	h := house.New(t)
	h.Database = edited(func(u *url.URL) { search(u, "later") })
	server.Exec(t, "CREATE SCHEMA later")
	h.AddUser("ruth@example.org", "Ruth", "owner", "a long enough password") // makes the house
	server.Exec(t, "INSERT INTO later.outcry_schema (number, name, applied_at) VALUES (1000, 'of tomorrow', 0)")

	for _, c := range []struct{ name, address, want string }{
		{"nobody listens", edited(func(u *url.URL) { u.Host = "127.0.0.1:1" }), "no PostgreSQL answers at 127.0.0.1:1"},
		{"no such database", edited(func(u *url.URL) { u.Path = "/attic" }), `there is no database "attic"`},
		{"no such user", edited(func(u *url.URL) { u.User = url.UserPassword("stranger", "hush") }), `"stranger"`},
		{"no rights", edited(func(u *url.URL) { u.User = url.UserPassword("guest", "hush"); search(u, "looked_at") }), `user "guest" has not the right`},
		{"another program's", edited(func(u *url.URL) { search(u, "shop") }), "tables in the database belong to another program"},
		{"a newer house", h.Database, "the house in the database was written by a newer outcry"},
		{"no postgres address", "mysql://u:hush@127.0.0.1/x", "postgres://"},
		{"nonsense", "postgres://u:hush@[::1/x", "postgres://user:password@host:5432/database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := house.Run(t, house.Input{}, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--database", c.address)
			if r.Code != 1 || !strings.Contains(r.Err, c.want) {
				t.Errorf("exit code %d, %q, want 1 and a sentence with %q", r.Code, r.Err, c.want)
			}
			t.Log(strings.TrimSpace(r.Err))
			if strings.Contains(r.Out+r.Err, "hush") || strings.Count(r.Err, "\n") != 1 || strings.Contains(r.Err, "SQLSTATE") || strings.Contains(r.Out, "is open at") {
				t.Errorf("not one plain sentence: %q %q", r.Out, r.Err)
			}
		})
	}
}

// TestNATSAwayAtTheStart: a process starts without NATS, says so, takes bids,
// and its notes arrive once NATS is there. A wrong address is refused.
func TestNATSAwayAtTheStart(t *testing.T) {
	t.Parallel()
	address := database(t)
	m := many.StartNATS(t)
	m.Stop()
	h := house.New(t)
	h.Database = address
	h.Import(slug, catalogue(1), "--closes-in", "1h")
	people := h.Bidders(slug, 2)
	h.Start("--nats", "nats://"+m.Addr())
	c := h.Client(people[0])
	all, err := c.Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := c.Bid(t.Context(), all[0].ID, "20"); err != nil || !a.Taken() {
		t.Errorf("a bid without NATS: %+v, %v", a, err)
	}
	if err := house.Wait(t.Context(), 10*time.Second, "it says that NATS is away", func() bool { return strings.Contains(h.Log(), "NATS is away") }); err != nil {
		t.Error(err)
	}
	m.Start(t)
	if err := house.Wait(t.Context(), 20*time.Second, "a note arrives once NATS is there", func() bool {
		all[0].Ask += 10_00
		if a, err := c.Bid(t.Context(), all[0].ID, fmt.Sprint(all[0].Ask/100)); err != nil || a.Outcome == "" {
			t.Fatalf("a bid: %+v, %v", a, err)
		}
		return m.Notes(t) > 0
	}); err != nil {
		t.Error(err)
	}
	r := house.Run(t, house.Input{}, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--database", address, "--nats", "nats://:hush@[::1/")
	if r.Code != 1 || strings.Count(r.Err, "\n") != 1 || strings.Contains(r.Err, "hush") {
		t.Errorf("a wrong NATS address: exit code %d, %q, want 1 and one sentence without the password", r.Code, r.Err)
	}
}

// TestClocksThatDiffer: the database's clock is three minutes ahead of the
// machine's. The process says so, and the database's decides.
func TestClocksThatDiffer(t *testing.T) {
	t.Parallel()
	server := storetest.StartPostgres(t)
	u, err := url.Parse(server.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	const ahead = 3 * time.Minute
	schema := u.Query().Get("search_path")
	server.Exec(t, "CREATE FUNCTION "+schema+`.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
		$$SELECT pg_catalog.clock_timestamp() + interval '3 minutes'$$`)
	q := u.Query()
	q.Set("search_path", schema+",pg_catalog") // ours stands before the server's
	u.RawQuery = q.Encode()
	h := house.New(t)
	h.Database = u.String()
	h.Import(slug, catalogue(1), "--closes-in", (ahead + 12*time.Second).String(), "--soft-close", "0")
	people := h.Bidders(slug, 1)
	h.Start()
	if !strings.Contains(h.Log(), "clock differs") {
		t.Errorf("nothing is said of a clock that differs by %v:\n%s", ahead, h.Log())
	}
	c := h.Client(people[0])
	all, err := c.Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	asked := time.Now()
	a, err := c.Bid(t.Context(), all[0].ID, "30")
	if err != nil || !a.Taken() || time.UnixMilli(a.At).Before(asked.Add(ahead-time.Second)) {
		t.Errorf("a bid: %+v, %v, want it taken at the database's time", a, err)
	}
	closes := time.UnixMilli(all[0].ClosesAt).Add(-ahead)
	time.Sleep(time.Until(closes) - 100*time.Millisecond)
	machine := storetest.WatchMachine(t).Start()
	if err := house.Wait(t.Context(), 30*time.Second, "the lot closes by the database's clock", func() bool {
		l, err := c.Lot(t.Context(), all[0].ID)
		return err == nil && l.State == "sold"
	}); err != nil {
		t.Error(err)
	}
	if late := time.Since(closes); late < -50*time.Millisecond || late-machine.Stalled() > 3*time.Second {
		t.Errorf("it closed %v after its time by the database's clock", late)
	}
	if err := h.Verify(); err != nil {
		t.Error(err)
	}
}

// TestHousesShareServers: two houses in schemas of one PostgreSQL and on one
// NATS know nothing of each other.
func TestHousesShareServers(t *testing.T) {
	t.Parallel()
	server := storetest.StartPostgres(t)
	m := many.StartNATS(t)
	var all []*house.House
	for i := range 2 {
		h := house.New(t)
		h.Database = server.Database(t)
		h.Import(fmt.Sprintf("sale-%d", i), catalogue(1), "--closes-in", "1h")
		h.Start("--nats", "nats://"+m.Addr())
		all = append(all, h)
	}
	for i, h := range all {
		c := house.Guest(h.URL(""))
		if lots, err := c.Lots(t.Context(), fmt.Sprintf("sale-%d", i)); err != nil || len(lots) != 1 {
			t.Errorf("house %d: its own sale has %d lots, %v", i, len(lots), err)
		}
		if _, err := c.Lots(t.Context(), fmt.Sprintf("sale-%d", 1-i)); err == nil {
			t.Errorf("house %d knows the other one's sale", i)
		}
	}
}

// TestDatabaseGone: with the database away for longer than two seconds every
// process refuses bids with 503, says that it is not ready and that its pages
// may be out of date, keeps its sockets, and recovers by itself; also from a
// server that is there and answers nothing.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	server := storetest.StartPostgres(t)
	c := open(t, server.Database(t), 2, catalogue(2), 2, "--closes-in", "1h")
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	g := &gone{t: t, machine: storetest.WatchMachine(t), lot: all[0].ID}
	for i := range c.houses {
		g.clients = append(g.clients, c.enter(c.houses[i].URL(""), c.people[i]))
	}
	p := look(c, c.houses[1].URL(""), "sale="+slug)
	if a, err := g.clients[0].Bid(t.Context(), g.lot, "20"); err != nil || !a.Taken() {
		t.Fatalf("a bid: %+v, %v", a, err)
	}

	server.Kill(t)
	for i := range g.clients {
		g.refuses("without a server", i, http.StatusServiceUnavailable)
	}
	p.says(t, true)
	server.Start(t)
	g.back("a server that was killed")
	p.says(t, false)

	server.Freeze(t)
	for i := range g.clients {
		g.refuses("with a frozen server", i, http.StatusServiceUnavailable)
	}
	p.says(t, true)
	server.Thaw(t)
	g.back("a server that was frozen")
	p.says(t, false)

	for i, h := range c.houses { // which the balancer asked ten times a second
		if n := strings.Count(h.Log(), `msg="not ready"`); n < 1 || n > 8 {
			t.Errorf("process %d logged %d times in two outages that it is not ready, want it once for each", i, n)
		}
	}
	a, err := g.clients[1].Bid(t.Context(), g.lot, "900") // another one than leads: it is seen
	if err != nil || !a.Taken() {
		t.Fatalf("a bid afterwards: %+v, %v", a, err)
	}
	if err := house.Wait(t.Context(), 10*time.Second, "the page, whose socket stayed, shows it", func() bool { return !p.since(g.lot, a.Seq).IsZero() }); err != nil {
		t.Error(err)
	}
	c.verify()
}

// gone bids, at each process, where the database may be away.
type gone struct {
	t       *testing.T
	machine *storetest.Machine
	lot     int64
	clients []*house.Client // at each process
}

func (g *gone) bid(i int, amount string) (house.Answer, time.Duration, error) {
	ctx, cancel := context.WithTimeout(g.t.Context(), 40*time.Second)
	defer cancel()
	began := time.Now()
	a, err := g.clients[i].Bid(ctx, g.lot, amount)
	return a, time.Since(began), err
}

// refuses: process i does not accept a bid, in so many words and within a
// bearable time, is not ready, and lives.
func (g *gone) refuses(when string, i, status int) {
	g.t.Helper()
	machine := g.machine.Start()
	a, took, err := g.bid(i, "500")
	if err != nil || a.Status != status || took-machine.Stalled() > 15*time.Second {
		g.t.Errorf("%s: a bid at process %d: %d %s, %v after %v, want %d", when, i, a.Status, a.Raw, err, took, status)
	}
	g.t.Logf("%s: process %d answered a bid with %d %s after %v", when, i, a.Status, a.Reason, took.Round(10*time.Millisecond))
	ctx, cancel := context.WithTimeout(g.t.Context(), 5*time.Second)
	defer cancel()
	if _, err := g.clients[i].Get(ctx, "/readyz", ""); err == nil {
		g.t.Errorf("%s: process %d says that it is ready", when, i)
	}
	if _, err := g.clients[i].Get(g.t.Context(), "/healthz", ""); err != nil {
		g.t.Errorf("%s: process %d is not alive: %v", when, i, err)
	}
}

// back waits until each process judges bids again.
func (g *gone) back(what string) {
	g.t.Helper()
	began := time.Now()
	for i := range g.clients {
		if err := house.Wait(g.t.Context(), 30*time.Second, fmt.Sprintf("%s: process %d judges bids again", what, i), func() bool {
			a, _, err := g.bid(i, "15")
			return err == nil && a.Outcome != ""
		}); err != nil {
			g.t.Fatal(err)
		}
	}
	g.t.Logf("%s: bids were judged again %v after it came back", what, time.Since(began).Round(10*time.Millisecond))
}
