package contract

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
	"outcry/test/many"
)

func TestMain(m *testing.M) { house.Main(m) }

// site is a house with what this package asks of one.
type site struct {
	*house.House
	t       *testing.T
	bidders map[string]house.Bidder // by sale and paddle: "spring/101"

	// Where several processes serve the house, all but the first, and what
	// hands each request to another one.
	others []*house.House
	front  *many.Balancer
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{House: house.New(t), t: t, bidders: map[string]house.Bidder{}}
	if server != nil {
		s.Database = server.Database(t)
	}
	for s.Database != "" && words != nil && len(s.others) < 2 {
		other := house.New(t)
		other.Database = s.Database
		s.others = append(s.others, other)
	}
	return s
}

// Start serves the house. A process on PostgreSQL makes way for others when it
// stops; here are none, and nobody has to wait for that.
func (s *site) Start(flags ...string) {
	s.t.Helper()
	if s.Database != "" {
		flags = append(flags, "--drain", "0")
	}
	if s.Database == "" || len(s.others) == 0 {
		s.House.Start(flags...)
		return
	}
	flags = append(flags, "--nats", "nats://"+words.Addr())
	addrs := []string{}
	for _, h := range append(s.others, s.House) {
		h.Start(flags...)
		addrs = append(addrs, strings.TrimPrefix(h.URL(""), "http://"))
	}
	if s.front == nil {
		s.front = many.Balance(s.t, false, addrs...)
		s.t.Cleanup(func() {
			for i, n := range s.front.Served() {
				served[i] += n
			}
		})
	}
}

// Stop stops all processes.
func (s *site) Stop() error {
	var errs []error
	for _, h := range append(s.others, s.House) {
		errs = append(errs, h.Stop())
	}
	return errors.Join(errs...)
}

// URL is an address of the house, at its balancer where it has one.
func (s *site) URL(path string) string {
	if s.front != nil {
		return s.front.URL() + path
	}
	return s.House.URL(path)
}

// must is Run for a command that has to succeed; it returns what was printed.
func (s *site) must(args ...string) string {
	s.t.Helper()
	r := s.Run(args...)
	if r.Code != 0 {
		s.t.Fatalf("outcry %s: exit %d\n%s%s", strings.Join(args, " "), r.Code, r.Out, r.Err)
	}
	return r.Out
}

// lots imports a table of lots into a sale that it makes.
func (s *site) lots(sale, table string, flags ...string) {
	s.t.Helper()
	s.ImportFile(sale, file(s.t, "lots.csv", table), append([]string{"--increments", "ebay-us"}, flags...)...)
}

// paddles registers n bidders, paddles 101 and up.
func (s *site) paddles(sale string, n int) {
	s.t.Helper()
	for _, b := range s.Bidders(sale, n) {
		s.bidders[sale+"/"+b.Paddle] = b
	}
}

const (
	organiser = "olga@example.org"
	password  = "three dull grey herons"
)

// threeLots are a table with what the contract tells apart: a plain lot, one
// with a reserve, one to buy now.
const threeLots = `Lot,Title,Description,Category,Opening bid,Reserve,Buy now,Donor
1,A box of keys,"Iron, all sizes.",Odds,10.00,,,
2,Two herons,Bronze.,Art,20.00,100.00,,
3,Walking stick,Ash.,Odds,5.00,,50.00,Marsh Trust
`

// spring is a running house with the sale of three open lots, four paddles,
// 101 to 104, and an organiser.
func spring(t *testing.T, flags ...string) *site {
	t.Helper()
	s := newSite(t)
	s.lots("spring", threeLots, "--title", "Spring Sale", "--closes-in", "90m")
	s.paddles("spring", 4)
	s.AddUser(organiser, "Olga", "organiser", password)
	s.Start(flags...)
	return s
}

// eventually waits for what must become true within 20 seconds.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	if err := house.Wait(t.Context(), 20*time.Second, what, is); err != nil {
		t.Fatal(err)
	}
}

// file writes a file for a command to read and returns its path.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lotPath is a lot's address.
func lotPath(id int64) string { return fmt.Sprintf("/lots/%d", id) }
