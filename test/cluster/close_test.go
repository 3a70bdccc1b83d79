package cluster

import (
	"slices"
	"testing"
	"time"

	"outcry/store/storetest"
	"outcry/test/house"
	"outcry/test/ledger"
)

// TestEightCloseTheSameLots: 500 lots close at one moment on eight processes,
// and each closes once.
func TestEightCloseTheSameLots(t *testing.T) {
	t.Parallel()
	const lots, processes = 500, 8
	list := catalogue(lots)
	for i := range list {
		list[i].Reserve = ""
	}
	c := open(t, database(t), processes, list, 2, "--closes-in", "15s", "--soft-close", "0")
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil || len(all) != lots {
		t.Fatalf("%d lots, %v", len(all), err)
	}
	closes := time.UnixMilli(all[0].ClosesAt)
	if time.Now().After(closes) {
		t.Fatal("the sale was not ready before its close: give it longer")
	}
	for _, l := range all[:20] {
		if a, err := c.clients[l.ID%2].Bid(t.Context(), l.ID, "20"); err != nil || !a.Taken() {
			t.Fatalf("bid on lot %d: %+v, %v", l.ID, a, err)
		}
	}
	p := look(c, c.houses[processes-1].URL(""), "sale="+slug)
	time.Sleep(time.Until(closes))
	machine := storetest.WatchMachine(t).Start()
	if err := house.Wait(t.Context(), time.Until(closes)+30*time.Second, "every lot closes", c.over); err != nil {
		t.Fatal(err)
	}
	var late []time.Duration
	sold := 0
	for id, text := range c.logs() {
		log, err := ledger.Read(text)
		if err != nil || len(log) == 0 {
			t.Errorf("lot %d: %d events, %v", id, len(log), err)
			continue
		}
		last := log[len(log)-1]
		if n := house.Count(log, "lot.sold") + house.Count(log, "lot.passed"); n != 1 || last.Event != "lot.sold" && last.Event != "lot.passed" {
			t.Errorf("lot %d ended %d times: %s", id, n, text)
		}
		sold += house.Count(log, "lot.sold")
		late = append(late, time.Duration(last.At-last.ClosesAt)*time.Millisecond)
	}
	slices.Sort(late)
	if sold != 20 || late[0] < 0 {
		t.Errorf("%d lots were sold, want 20; the first fell %v after its close", sold, late[0])
	}
	if worst := late[len(late)-1]; worst > 5*time.Second+machine.Stalled() {
		t.Errorf("a lot fell %v after its close", worst)
	}
	c.verify()
	final, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Wait(t.Context(), 10*time.Second, "a page shows the end", func() bool { return p.behind(final) == "" }); err != nil {
		t.Errorf("%v: %s", err, p.behind(final))
	}
	var seen time.Duration
	for _, l := range final {
		seen = max(seen, p.since(l.ID, l.Seq).Sub(closes))
	}
	t.Logf("%d lots fell %v to %v after their close, half of them within %v; a page showed the last %v after it",
		len(late), late[0], late[len(late)-1], late[len(late)/2], seen.Round(time.Millisecond))
}
