package contract

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/test/house"
)

// canaries are amounts in minor units that occur nowhere by chance, each a
// secret that nobody else may read in any form.
var canaries = map[string]string{
	"the reserve of lot 2": "7391713",
	"the maximum of 101":   "9473731",
	"the maximum on lot 3": "6317977",
	"the raise of 101":     "9871379",
}

// spelled are all ways in which an amount in minor units is written: as a
// whole number, with a decimal mark, with the thousands grouped.
func spelled(minor string) *regexp.Regexp {
	major, cents := minor[:len(minor)-2], minor[len(minor)-2:]
	head, tail := major[:len(major)-3], major[len(major)-3:]
	grouping := `(?:[,.' ]|\x{a0}|\x{202f}|&nbsp;|&#160;)?`
	return regexp.MustCompile(head + grouping + tail + `[.,]?` + cents)
}

// TestSecrets: the bytes of everything that others can get hold no maximum and
// no reserve: pages, JSON, logs, frames, answers.
func TestSecrets(t *testing.T) {
	s := newSite(t)
	s.lots("spring", "Lot,Title,Opening bid,Reserve\n1,A box of keys,10,\n2,Two herons,20,73917.13\n3,A stick,5,\n", "--closes-in", "90m")
	s.paddles("spring", 3)
	s.AddUser(organiser, "Olga", "organiser", password)
	s.AddUser("cleo@example.org", "Cleo", "clerk", password)
	s.Start("--metrics")
	ann, bob, guest, clerk := s.enter("spring", "101"), s.enter("spring", "102"), s.guest(), s.signIn("cleo@example.org")
	ids := guest.lotIDs("spring")
	heard := map[string]*strings.Builder{}
	hear := func(who, text string) {
		if heard[who] == nil {
			heard[who] = &strings.Builder{}
		}
		heard[who].WriteString(text)
	}
	sockets := map[string]*websocket.Conn{
		"bob's lots": bob.watch(fmt.Sprintf("lot=%d&lot=%d&lot=%d", ids[0], ids[1], ids[2])), "bob's sale": bob.watch("sale=spring"),
		"a guest's lots": guest.watch(fmt.Sprintf("lot=%d&lot=%d&lot=%d", ids[0], ids[1], ids[2])), "a guest's sale": guest.watch("sale=spring"),
	}
	bids := func(c *client, who string, lot int64, amount string, more ...string) {
		a := c.bid(lot, amount, "", more...)
		if c.told(a).Outcome == "" {
			t.Fatalf("a bid of %s: %d %s", amount, a.status, a.body)
		}
		if who != "" {
			hear(who, a.body)
		}
	}
	bids(ann, "", ids[0], "94737.31")
	bids(bob, "bob's answers", ids[0], "50")
	bids(bob, "bob's answers", ids[0], "7")
	bids(ann, "", ids[0], "98713.79")
	bids(bob, "bob's answers", ids[0], "60")
	bids(ann, "", ids[1], "25") // below the reserve: it stands at its full amount, and is no secret
	bids(bob, "bob's answers", ids[1], "30")
	bids(ann, "", ids[2], "63179.77")
	for name, conn := range sockets {
		frames := 0
		until(t, conn, "the last change", func(m house.Message) bool {
			hear(name, m.Text)
			for _, x := range m.Shown {
				if x.Lot == ids[2] && x.Seq >= 2 {
					frames++
				}
			}
			return frames > 0
		})
	}
	for who, c := range map[string]*client{"bob": bob, "a guest": guest, "a clerk": clerk, "the organiser": s.signIn(organiser)} {
		for _, path := range everywhere(ids) {
			for _, accept := range []string{"text/html", "application/json"} {
				hear(who+" at "+path, c.get(path, "Accept: "+accept).body)
			}
		}
	}
	for who, text := range heard {
		for name, minor := range canaries {
			if strings.HasPrefix(who, "the organiser") && strings.Contains(name, "reserve") {
				continue // who sets it may see it
			}
			if at := spelled(minor).FindStringIndex(text.String()); at != nil {
				t.Errorf("%s: %s stands there: …%s…", who, name, text.String()[max(0, at[0]-80):min(text.Len(), at[1]+80)])
			}
		}
	}
	if !spelled(canaries["the raise of 101"]).MatchString(ann.get(lotPath(ids[0])).body) {
		t.Error("Ann's own page does not tell her maximum in a way that this test would find")
	}
	if !spelled(canaries["the reserve of lot 2"]).MatchString(s.signIn(organiser).get(lotPathDesk(ids[1])).body) {
		t.Error("the organiser's form does not tell the reserve in a way that this test would find")
	}
	time.Sleep(200 * time.Millisecond) // what the program logs about all this
	for name, minor := range canaries {
		if spelled(minor).MatchString(s.Log()) {
			t.Errorf("the program's log tells %s", name)
		}
	}
}

// everywhere are the addresses that somebody may look at, the desk's included:
// a maximum is shown to nobody but its owner.
func everywhere(ids []int64) []string {
	paths := []string{"/", "/sales/spring", "/sales/spring?q=heron", "/sales/spring?show=mine", "/sales/spring?order=price",
		"/sales/spring/mine", "/sales/spring/register", "/metrics", "/desk", "/desk/sales/spring",
		"/desk/sales/spring/lots", "/desk/sales/spring/bidders", "/desk/sales/spring/results", "/desk/sales/spring/results.csv"}
	for _, id := range ids {
		paths = append(paths, lotPath(id), lotPath(id)+"?history=all", lotPath(id)+"/log", lotPathDesk(id))
	}
	return paths
}

// TestSecretsOfTheLog: equal maxima leave different seals, so that a log does
// not tell that two are equal, or let one be guessed.
func TestSecretsOfTheLog(t *testing.T) {
	s := spring(t)
	ann := s.enter("spring", "101")
	ids := ann.lotIDs("spring")
	seal := regexp.MustCompile(`"seal":"([0-9a-f]{64})"`)
	seen := map[string]bool{}
	for _, id := range ids {
		key := "the-same-key-for-all"
		ann.bid(id, "33", key)
		for _, m := range seal.FindAllStringSubmatch(ann.get(lotPath(id)+"/log").body, -1) {
			if seen[m[1]] {
				t.Errorf("the seal %s occurs twice", m[1])
			}
			seen[m[1]] = true
		}
	}
	if len(seen) != 2*len(ids) {
		t.Errorf("%d seals, want one for each opening and each bid", len(seen))
	}
}
