package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMyLotsIsLive: My lots hears of each of its lots, whoever moved it, and of
// nobody else's maximum; many that move at once are told in the end as they are.
func TestMyLotsIsLive(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(6, published)
	ann, ben := s.bidder("Ann", sale), s.bidder("Ben", sale)
	conn := ann.socket("mine=spring")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	hears := func(what string, whole func(text string) bool) {
		t.Helper()
		for {
			_, message, err := conn.Read(ctx)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			text := tags.ReplaceAllString(string(message), " ")
			if strings.Contains(text, "73.21") {
				t.Fatalf("%s: Ann is told Ben's maximum: %s", what, text)
			}
			if strings.Contains(string(message), `id="mine"`) && whole(string(message)) {
				return
			}
		}
	}
	has := func(list string, n int) func(string) bool {
		return func(text string) bool {
			_, rest, found := strings.Cut(text, `id="my-list-`+list+`"`)
			part, _, _ := strings.Cut(rest, "</section>")
			return found && strings.Count(part, `id="my-row-`) == n
		}
	}
	if got := ann.do("POST", "/sales/spring/watch", url.Values{"on": {lotID(lots[5])}}); got.status != http.StatusSeeOther {
		t.Fatalf("a star: %d", got.status)
	}
	hears("a star", has("soon", 1))
	var bidders sync.WaitGroup
	for _, id := range lots[:5] {
		form := bidForm("12")
		bidders.Go(func() { ann.do("POST", lotPath(id, "/bids"), form) })
	}
	bidders.Wait()
	hears("five bids at once", has("lead", 5))
	for _, id := range lots[:5] {
		form := bidForm("73.21")
		bidders.Go(func() { ben.do("POST", lotPath(id, "/bids"), form) })
	}
	bidders.Wait()
	hears("five leads lost at once", has("out", 5))
}
