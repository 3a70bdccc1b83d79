package cluster

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/test/house"
)

// TestOwnPagesFollowAnyProcess: what is somebody's own reaches their pages
// wherever it happened, with NATS at once and without it soon: that they were
// outbid on a lot that the page does not show, that they starred a lot on
// another device, and that their session is over.
func TestOwnPagesFollowAnyProcess(t *testing.T) {
	t.Parallel()
	c := open(t, database(t), 2, catalogue(3), 2, "--closes-in", "1h")
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	lot, other := all[0].ID, all[2].ID
	ann, ben := c.people[0], c.people[1]
	there := c.enter(c.houses[0].URL(""), ben) // everything is done at the first process, and seen at the second
	amount := 20
	outdo := func(who *house.Client) {
		t.Helper()
		if a, err := who.Bid(t.Context(), lot, fmt.Sprint(amount)); err != nil || a.Outcome != "leading" {
			t.Fatalf("bid %d: %+v, %v", amount, a, err)
		}
		amount += 10
	}
	for _, nats := range []bool{true, false} {
		if !nats {
			c.nats.Stop()
		}
		annHere := c.enter(c.houses[1].URL(""), ann)
		annThere := annHere.At(c.houses[0].URL(""))
		for _, page := range []string{fmt.Sprintf("lot=%d", other), "own=" + slug, "mine=" + slug} {
			what := fmt.Sprintf("%s, NATS %v", page, nats)
			s := listen(t, annHere, page)
			standing := fmt.Sprintf(`"#standing-%d"`, lot)
			outdo(annThere)
			s.until(what+": she leads", func(text string) bool { return strings.Contains(text, standing) && strings.Contains(text, "You lead") })
			outdo(there)
			s.until(what+": she is outbid", func(text string) bool {
				return strings.Contains(text, standing) && strings.Contains(text, "data-lost")
			})
			if strings.HasPrefix(page, "mine") {
				star := url.Values{"on": {fmt.Sprint(other)}}
				if _, err := annThere.Post(t.Context(), "/sales/"+slug+"/watch", star); err != nil {
					t.Fatal(err)
				}
				s.until(what+": the starred lot is there", func(text string) bool {
					return strings.Contains(text, `id="mine"`) && strings.Contains(text, "Lot of the evening 3")
				})
				if _, err := annThere.Post(t.Context(), "/sales/"+slug+"/watch", url.Values{"off": {fmt.Sprint(other)}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		// The session that the socket was opened with is ended at the other process.
		s := listen(t, annHere, "own="+slug)
		if _, err := annThere.Post(t.Context(), "/sign-out", nil); err != nil {
			t.Fatal(err)
		}
		s.ends(fmt.Sprintf("her session was ended, NATS %v", nats))
	}
	c.verify()
}

// ear is a socket with what it says.
type ear struct {
	t    *testing.T
	conn *websocket.Conn
}

func listen(t *testing.T, c *house.Client, query string) ear {
	t.Helper()
	conn, err := c.Watch(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	s := ear{t, conn}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := house.Next(ctx, conn); err != nil {
		t.Fatalf("%s: its first message: %v", query, err)
	}
	return s
}

// until reads until a message says something.
func (s ear) until(what string, says func(text string) bool) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	for {
		m, err := house.Next(ctx, s.conn)
		if err != nil {
			s.t.Fatalf("%s: %v", what, err)
		}
		if says(m.Text) {
			return
		}
	}
}

// ends reads until the house ends the socket for good.
func (s ear) ends(what string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 30*time.Second)
	defer cancel()
	for {
		_, err := house.Next(ctx, s.conn)
		var closed websocket.CloseError
		if errors.As(err, &closed) && closed.Code == websocket.StatusPolicyViolation {
			return
		}
		if err != nil {
			s.t.Fatalf("%s: the socket ends with %v, want 1008", what, err)
		}
	}
}
