package browser

import (
	"fmt"
	"testing"

	"outcry/test/house"
)

// evening is a house with one open sale, "spring".
type evening struct {
	*house.House
	t       *testing.T
	lots    []house.PublicLot
	bidders []house.Bidder
	past    []house.Bidder // of a sale that is over, where there is one
	guest   *house.Client
}

const (
	staffEmail    = "ruth@example.org"
	staffPassword = "a long enough password"
)

// furnish opens a house with these lots and four bidders, closing in an hour
// unless flags say otherwise.
func furnish(t *testing.T, lots []house.Lot, flags ...string) *evening {
	t.Helper()
	openChromium(t) // skip before there is work
	h := house.New(t)
	h.AddUser(staffEmail, "Ruth", "owner", staffPassword)
	h.Import("spring", lots, append([]string{"--title", "Spring Sale", "--closes-in", "1h"}, flags...)...)
	e := &evening{House: h, t: t, bidders: h.Bidders("spring", 4)}
	h.Start()
	e.guest = h.Client(house.Bidder{})
	e.refresh()
	return e
}

func (e *evening) refresh() {
	e.t.Helper()
	var err error
	if e.lots, err = e.guest.Lots(e.t.Context(), "spring"); err != nil {
		e.t.Fatal(err)
	}
}

// bid takes a maximum from a bidder without a browser.
func (e *evening) bid(c *house.Client, lot int64, amount string) house.Answer {
	e.t.Helper()
	a, err := c.Bid(e.t.Context(), lot, amount)
	if err != nil || !a.Taken() {
		e.t.Fatalf("bid %s on lot %d: %+v, %v", amount, lot, a, err)
	}
	return a
}

// taken is how many bids a paddle has in a lot's log.
func (e *evening) taken(lot int64, paddle string) int {
	e.t.Helper()
	log, err := e.guest.Log(e.t.Context(), lot)
	if err != nil {
		e.t.Fatal(err)
	}
	n := 0
	for _, ev := range log {
		if ev.Event == "bid.taken" && ev.Paddle == paddle {
			n++
		}
	}
	return n
}

// seat opens a window for bidder i.
func (e *evening) seat(i int, s size) *person {
	e.t.Helper()
	p := sit(e.t, e.URL(""), "paddle "+e.bidders[i].Paddle, s)
	p.open(e.bidders[i].Link)
	return p
}

// vases are n ordinary lots that start at 10.
func vases(n int) []house.Lot {
	var all []house.Lot
	for i := range n {
		all = append(all, house.Lot{Title: fmt.Sprintf("Vase number %d", i+1), Description: "Clear glass, about 1920.", Opening: "10", Category: "Glass"})
	}
	return all
}
