// Package cluster runs several processes of one house on a real PostgreSQL and
// a real NATS server, behind a balancer, kills any part of it, and holds the
// house to what it said: no acknowledged bid is lost, none counts twice, every
// lot closes once, and no page is old for long.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
	"outcry/test/many"
)

func TestMain(m *testing.M) {
	if config := os.Getenv(natsEnv); config != "" {
		os.Exit(beNATS(config))
	}
	house.Main(m)
}

const slug = "evening"

// cluster is one house that several processes serve.
type cluster struct {
	t        *testing.T
	database string
	houses   []*house.House  // the processes
	nats     *many.Messenger // nil where NATS is elsewhere
	words    string          // where NATS is; "" = behind each process's wire
	wires    []*wire         // from each process to NATS
	front    *many.Balancer
	door     string // where people find the house: the balancer's address
	people   []house.Bidder
	clients  []*house.Client // of people, through the balancer
}

// open serves a new house by n processes, which all start at once, and makes a
// sale of these lots with some bidders beside them. flags are further ones of
// import.
func open(t *testing.T, database string, n int, lots []house.Lot, bidders int, flags ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, database: database, nats: many.StartNATS(t)}
	for range n {
		c.wires = append(c.wires, stretch(t, c.nats.Addr()))
	}
	c.begin(n, lots, bidders, flags...)
	return c
}

// openWith is open with NATS somewhere else.
func openWith(t *testing.T, database, words string, n int, lots []house.Lot, bidders int, flags ...string) *cluster {
	t.Helper()
	c := &cluster{t: t, database: database, words: words}
	c.begin(n, lots, bidders, flags...)
	return c
}

func (c *cluster) begin(n int, lots []house.Lot, bidders int, flags ...string) {
	c.t.Helper()
	for range n {
		c.houses = append(c.houses, c.house())
	}
	c.startAll()
	var addrs []string
	for i := range c.houses {
		addrs = append(addrs, c.addr(i))
	}
	c.front = many.Balance(c.t, false, addrs...)
	c.door = c.front.URL()
	office := c.house()
	office.Import(slug, lots, flags...)
	c.people = office.Bidders(slug, bidders)
	for _, p := range c.people {
		c.clients = append(c.clients, c.enter(c.front.URL(), p))
	}
	// Lots that another process made open when the first one looks, each second.
	if err := house.Wait(c.t.Context(), 20*time.Second, "every lot opens", func() bool { return c.none("upcoming") }); err != nil {
		c.t.Fatal(err)
	}
}

// none reports whether every lot was read and none is in one of these states.
func (c *cluster) none(states ...string) bool {
	all, err := c.clients[0].Lots(c.t.Context(), slug)
	return err == nil && !slices.ContainsFunc(all, func(l house.PublicLot) bool { return slices.Contains(states, l.State) })
}

// over reports whether every lot has ended.
func (c *cluster) over() bool { return c.none("upcoming", "open") }

// house is one more process of the house, not started.
func (c *cluster) house() *house.House {
	h := house.New(c.t)
	h.Database = c.database
	return h
}

// start serves by process i.
func (c *cluster) start(i int) {
	c.t.Helper()
	c.houses[i].Start(c.flags(i)...)
}

// flags are those of process i, with limits that no crowd of a test meets.
func (c *cluster) flags(i int) []string {
	words := c.words
	if words == "" {
		words = "nats://" + c.wires[i].addr()
	}
	return []string{"--nats", words, "--bids-per-second", "1000"}
}

// startAll starts every process at the same moment.
func (c *cluster) startAll() {
	c.t.Helper()
	errs := make([]error, len(c.houses))
	var all sync.WaitGroup
	for i, h := range c.houses {
		all.Go(func() { errs[i] = h.Serve(c.flags(i)...) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		c.t.Fatalf("processes that start at the same moment: %v", err)
	}
}

func (c *cluster) addr(i int) string { return strings.TrimPrefix(c.houses[i].URL(""), "http://") }

// enter signs a bidder in at an address of the house.
func (c *cluster) enter(base string, b house.Bidder) *house.Client {
	c.t.Helper()
	client := house.Guest(base)
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	if _, err := client.Get(ctx, b.Link, ""); err != nil {
		c.t.Fatalf("%s enters: %v", b.Name, err)
	}
	return client
}

// verify replays every lot by the program's own command.
func (c *cluster) verify() {
	c.t.Helper()
	if err := c.houses[0].Verify(); err != nil {
		c.t.Error(err)
	}
}

// logs reads every lot's public log.
func (c *cluster) logs() map[int64]string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	all, err := c.clients[0].Lots(ctx, slug)
	if err != nil {
		c.t.Fatal(err)
	}
	logs := map[int64]string{}
	for _, l := range all {
		text, err := c.clients[0].Get(ctx, fmt.Sprintf("/lots/%d/log", l.ID), "")
		if err != nil {
			c.t.Fatal(err)
		}
		logs[l.ID] = string(text)
	}
	return logs
}

// catalogue is n lots that open at 10.00.
func catalogue(n int) []house.Lot {
	list := make([]house.Lot, n)
	for i := range list {
		list[i] = house.Lot{Title: fmt.Sprintf("Lot of the evening %d", i+1), Opening: "10"}
		if i%3 == 1 {
			list[i].Reserve = "25"
		}
	}
	return list
}

// database makes an empty database on a server of the test's own.
func database(t *testing.T) string {
	t.Helper()
	return storetest.StartPostgres(t, "max_connections=200").Database(t)
}

// pair is a primary and a standby that has every commit before it is
// acknowledged.
type pair struct {
	primary, standby *storetest.Postgres
	address          string // that names both
}

func startPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{primary: storetest.StartPostgres(t)}
	p.address = p.primary.Database(t)
	p.standby = p.primary.Standby(t)
	p.follow(t)
	u, err := url.Parse(p.address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("target_session_attrs", "read-write")
	u.Host, u.RawQuery = p.primary.Host()+","+p.standby.Host(), q.Encode()
	p.address = u.String()
	return p
}

// follow lets commits wait for the standby.
func (p *pair) follow(t *testing.T) {
	t.Helper()
	p.primary.Set(t, "synchronous_standby_names", "standby")
	p.primary.AwaitStandby(t, "sync")
}

// failOver takes the primary's power away and, after a while, promotes the
// standby. Commits wait for none until mend.
func (p *pair) failOver(t *testing.T, after time.Duration) {
	t.Helper()
	p.primary.Kill(t)
	time.Sleep(after) // somebody has to notice
	p.standby.Promote(t)
	p.primary, p.standby = p.standby, p.primary
}

// mend brings the server that was killed back as the standby.
func (p *pair) mend(t *testing.T) {
	t.Helper()
	p.standby.Follow(t, p.primary)
	p.follow(t)
}

// times is how often something is done: few, unless OUTCRY_CLUSTER_ROUNDS says
// otherwise.
func times(t *testing.T, few int) int {
	t.Helper()
	s := os.Getenv("OUTCRY_CLUSTER_ROUNDS")
	if s == "" {
		return few
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("OUTCRY_CLUSTER_ROUNDS is %q, want a number of rounds", s)
	}
	return n
}
