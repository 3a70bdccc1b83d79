package cluster

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
	"outcry/test/many"
)

// TestMove carries a house with bids from a directory into PostgreSQL: killed
// in the middle and run again, it is the same house with the same logs, links
// and answers.
func TestMove(t *testing.T) {
	t.Parallel()
	server := storetest.StartPostgres(t, "max_connections=200")
	old := house.New(t)
	old.Import(slug, catalogue(300), "--closes-in", "1h")
	people := old.Bidders(slug, 4)
	old.Start("--bids-per-second", "1000")
	c := &cluster{t: t, houses: []*house.House{old}, people: people}
	for _, p := range people {
		c.clients = append(c.clients, old.Client(p))
	}
	w := gather(c, manner{gap: 20 * time.Millisecond, enough: 60_00})
	time.Sleep(2 * time.Second)
	w.settle()
	before := c.logs()

	to := server.Database(t)
	move := func() house.Result { return house.Run(t, house.Input{}, "move", "--from", old.Dir, "--to", to) }
	if r := move(); r.Code != 1 || !strings.Contains(r.Err, "is running") || strings.Count(r.Err, "\n") != 1 {
		t.Errorf("moving a house that runs: exit code %d, %q", r.Code, r.Err)
	}
	if err := old.Stop(); err != nil {
		t.Fatal(err)
	}
	// Each is killed when it has come so far; the last but one has carried some
	// lots when it goes on, and the last has only to read back.
	for _, far := range []string{"checked 200 lots", "moved 100 lots, up to id 100", "moved 100 lots, up to id 200", "compared all events"} {
		killMove(t, old.Dir, to, far)
		r := house.Run(t, house.Input{}, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--database", to)
		if r.Code != 1 || !strings.Contains(r.Err, "run the move again") || strings.Count(r.Err, "\n") != 1 {
			t.Errorf("serving a house of which %q: exit code %d, %q", far, r.Code, r.Err)
		}
	}
	if r := move(); r.Code != 0 || !strings.Contains(r.Out, "going on with a move that was cut short") {
		t.Fatalf("the last move: exit code %d\n%s%s", r.Code, r.Out, r.Err)
	}
	if r := move(); r.Code != 1 || strings.Count(r.Err, "\n") != 1 {
		t.Errorf("moving into a house: exit code %d, %q, want 1 and a sentence", r.Code, r.Err)
	}
	sameHouse(t, w, to, before)
}

// killMove kills a move when it says that it has come so far.
func killMove(t *testing.T, from, to, far string) {
	t.Helper()
	cmd := exec.Command(house.Program(), "move", "--from", from, "--to", to)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said, reached := "", false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		said += lines.Text() + "\n"
		if lines.Text() == far && !reached {
			reached = true
			cmd.Process.Kill()
		}
	}
	err = cmd.Wait()
	if !reached || err == nil {
		t.Fatalf("the move was not killed at %q: %v\n%s%s", far, err, said, &errs)
	}
}

// sameHouse serves the moved house by two processes and looks whether anything
// is missing or different.
func sameHouse(t *testing.T, w *crowd, database string, before map[int64]string) {
	t.Helper()
	c := &cluster{t: t, database: database, nats: many.StartNATS(t), people: w.c.people}
	var addrs []string
	for i := range 2 {
		c.houses = append(c.houses, c.house())
		c.wires = append(c.wires, stretch(t, c.nats.Addr()))
		c.start(i)
		addrs = append(addrs, c.addr(i))
	}
	c.front = many.Balance(t, false, addrs...)
	for _, p := range c.people {
		c.clients = append(c.clients, c.enter(c.front.URL(), p)) // by the links of before
	}
	for id, text := range c.logs() {
		if !strings.HasPrefix(text, before[id]) {
			t.Errorf("lot %d: the log was\n%s\nand is\n%s", id, before[id], text)
		}
		delete(before, id)
	}
	if len(before) > 0 {
		t.Errorf("%d lots are missing", len(before))
	}
	w.c = c
	for _, e := range w.ledger.Judged() {
		if a, err := w.say(e); err != nil || a.Raw != e.Heard.Raw {
			t.Errorf("bid %v, sent again to the moved house: %v\n%s%s", e, err, e.Heard.Raw, a.Raw)
		}
	}
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := c.clients[0].Bid(t.Context(), all[0].ID, fmt.Sprint(all[0].Ask/100+500)); err != nil || !a.Taken() {
		t.Errorf("a bid in the moved house: %+v, %v", a, err)
	}
	c.verify()
}
