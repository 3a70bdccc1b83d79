package cluster

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/test/house"
)

// TestWhatIsDecidedAfterTheSaleIsSeenEverywhere: that a lot which passed was sold
// after all reaches the pages that are open at another process: with NATS at
// once, and without it soon.
func TestWhatIsDecidedAfterTheSaleIsSeenEverywhere(t *testing.T) {
	t.Parallel()
	lots := []house.Lot{{Title: "Vase", Opening: "10", Reserve: "500"}, {Title: "Jug", Opening: "10", Reserve: "500"}}
	c := open(t, database(t), 2, lots, 1, "--closes-in", "8s", "--soft-close", "1s/1s")
	all, err := c.clients[0].Lots(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range all {
		if a, err := c.clients[0].Bid(t.Context(), l.ID, "20"); err != nil || !a.Taken() {
			t.Fatalf("a bid under the reserve: %+v, %v", a, err)
		}
	}
	office := c.house()
	office.AddUser("ruth@example.org", "Ruth", "owner", "a long enough password")
	ruth := office.Client(house.Bidder{}).At(c.houses[0].URL(""))
	if err := ruth.SignIn(t.Context(), "ruth@example.org", "a long enough password"); err != nil {
		t.Fatal(err)
	}
	if err := house.Wait(t.Context(), time.Minute, "every lot passes", c.over); err != nil {
		t.Fatal(err)
	}
	ann := c.enter(c.houses[1].URL(""), c.people[0])
	for i, l := range all {
		if i == 1 {
			c.nats.Stop()
		}
		ears := map[string]ear{}
		for _, page := range []string{"sale=" + slug, "mine=" + slug, fmt.Sprintf("lot=%d", l.ID)} {
			ears[page] = listen(t, ann, page)
		}
		if _, err := ruth.Post(t.Context(), fmt.Sprintf("/desk/lots/%d/after", l.ID), url.Values{"act": {"accept"}}); err != nil {
			t.Fatal(err)
		}
		for page, s := range ears {
			s.until(fmt.Sprintf("%s, NATS %v", page, i == 0), func(text string) bool {
				return strings.Contains(text, fmt.Sprintf("-%d", l.ID)) && strings.Contains(text, "fter the sale")
			})
		}
	}
}
