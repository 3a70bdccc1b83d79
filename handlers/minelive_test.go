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
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
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

// TestMyLotsHasPages: somebody with more lots than a page shows finds all of
// them, each page is live, and its sums are of all.
func TestMyLotsHasPages(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(130, published)
	ann := s.bidder("Ann", sale)
	for _, id := range lots {
		if err := s.store.Watch(t.Context(), ann.user.ID, id, true, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	ann.bid(lots[129], "20")
	rows := func(text string) int { return strings.Count(text, `id="my-row-`) }
	first, second := ann.get("/sales/spring/mine"), ann.get("/sales/spring/mine?page=2")
	if rows(first.text) != 100 || rows(second.text) != 30 {
		t.Errorf("the pages show %d and %d lots, want 100 and 30", rows(first.text), rows(second.text))
	}
	if len(first.text) > 200<<10 {
		t.Errorf("a page of My lots has %d bytes", len(first.text))
	}
	if !strings.Contains(first.text, `id="my-row-`+lotID(lots[129])) {
		t.Error("the lot that Ann leads is not on the first page")
	}
	second.says(t, "the second page", 200, "Page 2 of 2", "If you win everything you lead")
	ann.get("/sales/spring/mine?page=99").says(t, "a page that is not there", 200, "Page 2 of 2")

	conn := ann.socket("mine=spring&page=2")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ann.bid(lots[0], "20") // a lot of the first page: the second says what Ann leads now
	for {
		_, message, err := conn.Read(ctx)
		if err != nil {
			t.Fatal(err)
		}
		text := string(message)
		if !strings.Contains(text, `id="mine"`) {
			continue
		}
		if got := rows(text); got != 30 {
			t.Fatalf("a frame of the second page has %d lots, want 30", got)
		}
		if strings.Contains(text, "2 lots, at the prices as they stand") {
			return
		}
	}
}
