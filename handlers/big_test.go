package handlers_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/store"
	"outcry/store/storetest"
)

// The house that every list must stand: so many lots and bidders, and on each
// lot some bids.
const (
	bigLots    = 2_000
	bigBidders = 5_000
)

// bigHouse is a site with the sale "spring" of that size, and a bidder in it
// who has bid on lots all over the catalogue.
func bigHouse(t testing.TB, keeps store.Config, bidsALot int) (*site, *person) {
	t.Helper()
	s := builtOn(t, keeps, nil, func(*handlers.Config) {})
	sale, lots := s.sale(bigLots, func(sale *auction.Sale) {
		published(sale)
		sale.OpensAt = time.Now().Add(-time.Minute)
	})
	rows := make([]auction.HolderRow, bigBidders)
	for i := range rows {
		rows[i] = auction.HolderRow{Name: fmt.Sprintf("Bidder number %d", i), Email: fmt.Sprintf("bidder%d@example.org", i)}
	}
	if _, err := s.store.ImportHolders(t.Context(), sale.ID, rows, false); err != nil {
		t.Fatal(err)
	}
	holders, err := s.store.Holders(t.Context(), sale.ID)
	if err != nil {
		t.Fatal(err)
	}
	bidder := s.bidder("Ann", sale)
	ann, err := s.store.Holder(t.Context(), sale.ID, bidder.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	for s.entry(lots[len(lots)-1]).State != auction.Open { // the clock opens them some at a time
		s.room.Wake()
	}
	bid := func(i, n int) {
		by := holders[(i*7+n)%len(holders)].Paddle
		if n == 0 && i%40 == 0 {
			by = ann.Paddle
		}
		amount := auction.Money(2_000 + 3_000*n)
		a, err := s.room.Bid(t.Context(), lots[i], auction.Bid{By: auction.Bidder{Paddle: by}, Kind: auction.Maximum, Amount: amount, Key: fmt.Sprintf("key-of-the-bid-%d", n)})
		if err != nil || a.Outcome == auction.Refused {
			t.Errorf("bid %d on lot %d: %+v, %v", n, i, a, err)
		}
	}
	var wg sync.WaitGroup
	for w := range 100 {
		wg.Go(func() {
			for i := w; i < len(lots); i += 100 {
				for n := range bidsALot {
					bid(i, n)
				}
			}
		})
	}
	wg.Wait()
	return s, bidder
}

// bigPages are the lists of the house, and who looks.
func bigPages(s *site, bidder *person) map[string]*person {
	pages := map[string]*person{}
	for _, path := range []string{"/", "/sales/spring", "/sales/spring?page=9", "/sales/spring?q=vase", "/sales/spring?show=no-bids",
		"/sales/spring?order=closing", "/lots/1", "/lots/1?history=all"} {
		pages[path] = &person{site: s}
	}
	for _, path := range []string{"/sales/spring?page=2", "/sales/spring?show=mine", "/sales/spring/mine", "/lots/41"} {
		pages[path] = bidder
	}
	for _, path := range []string{"/desk", "", "/lots", "/lots?page=17", "/bidders", "/bidders?page=100", "/bidders?q=4711", "/results",
		"/check-in?q=number", "/photos", "/prints", "/prints/catalogue", "/prints/sheets?part=3", "/prints/cards", "/prints/lots"} {
		if path != "/desk" {
			path = "/desk/sales/spring" + path
		}
		pages[path] = s.owner
	}
	return pages
}

const (
	mostPage  = 200 << 10 // bytes of a page
	mostAsked = 40        // statements for a page
)

func testBigHouse(t *testing.T, keeps store.Config) {
	s, bidder := bigHouse(t, keeps, 2)
	for path, who := range bigPages(s, bidder) {
		before := s.store.Asked()
		got := who.do(http.MethodGet, path, nil)
		if asked := s.store.Asked() - before; got.status != http.StatusOK || len(got.text) > mostPage || asked > mostAsked {
			t.Errorf("%s: status %d, %d bytes, %d statements; want 200, at most %d and %d", path, got.status, len(got.text), asked, mostPage, mostAsked)
		}
	}
	var file strings.Builder
	file.WriteString("Lot,Title,Opening bid,Description\n")
	for i := range bigLots {
		fmt.Fprintf(&file, "%d,Vase %d,10,Of baluster form on a spreading foot\n", i+1, i+1)
	}
	before := s.store.Asked()
	preview := upload(t, s.owner, "/desk/sales/spring/import", "file", "lots.csv", file.String())
	if asked := s.store.Asked() - before; preview.status != http.StatusOK || len(preview.text) > mostPage || asked > mostAsked {
		t.Errorf("the preview of an import: status %d, %d bytes, %d statements", preview.status, len(preview.text), asked)
	}
	preview.says(t, "the preview", http.StatusOK, "2,000 changed", "Page 1 of")
}

func TestABigHouse(t *testing.T) { testBigHouse(t, store.Config{Dir: t.TempDir()}) }

func TestABigHouseOnPostgreSQL(t *testing.T) {
	server := storetest.StartPostgres(t)
	testBigHouse(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
}

// BenchmarkPages measures each list of a house with 200,000 bids:
//
//	go test ./handlers -run '^$' -bench Pages
func BenchmarkPages(b *testing.B) {
	s, bidder := bigHouse(b, store.Config{Dir: b.TempDir()}, 100)
	for path, who := range bigPages(s, bidder) {
		b.Run(strings.ReplaceAll(path, "/", "_"), func(b *testing.B) {
			size, before := 0, s.store.Asked()
			for b.Loop() {
				size = len(who.do(http.MethodGet, path, nil).text)
			}
			b.ReportMetric(float64(size), "bytes")
			b.ReportMetric(float64(s.store.Asked()-before)/float64(b.N), "statements")
		})
	}
}
