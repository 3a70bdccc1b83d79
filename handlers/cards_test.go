package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// TestAPageHearsOfItsOwnLots: the socket of a page that shows a part of the
// catalogue is sent the cards of that part alone.
func TestAPageHearsOfItsOwnLots(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(5, published)
	bidder := s.bidder("Ann", sale)
	shown := fmt.Sprintf("card=0&card=%d", lots[1])
	if page := bidder.get("/sales/spring?q=" + url.QueryEscape("vase 2")); !strings.Contains(page.text, strings.ReplaceAll("/live?card=0&sale=spring&"+strings.TrimPrefix(shown, "card=0&"), "&", "&amp;")) {
		t.Errorf("the page of a search hears of other lots than it shows")
	}
	if page := bidder.get("/sales/spring"); !strings.Contains(page.text, `"/live?sale=spring"`) {
		t.Errorf("the page of all lots does not hear of all")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, strings.Replace(s.URL, "http", "ws", 1)+"/live?sale=spring&"+shown, &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {s.URL}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	conn.SetReadLimit(1 << 20)
	frame := func() string {
		t.Helper()
		for {
			_, data, err := conn.Read(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if text := string(data); strings.Contains(text, "data-lot") {
				return text
			}
		}
	}
	own, other := fmt.Sprintf(`data-lot="%d"`, lots[1]), func(text string) bool {
		return strings.Count(text, "data-lot=") != strings.Count(text, fmt.Sprintf(`data-lot="%d"`, lots[1]))
	}
	if first := frame(); !strings.Contains(first, own) || other(first) {
		t.Errorf("the snapshot has not lot 2 alone: %s", first)
	}
	bid := func(lot int64, key string) {
		t.Helper()
		form := url.Values{"amount": {"20"}, "key": {key}}
		if got := bidder.do("POST", fmt.Sprintf("/lots/%d/bids", lot), form); got.status != http.StatusSeeOther {
			t.Fatalf("bid: %d %s", got.status, got.text)
		}
	}
	bid(lots[0], "a-key-of-the-test-0")
	bid(lots[1], "a-key-of-the-test-1")
	if news := frame(); !strings.Contains(news, own) || other(news) {
		t.Errorf("after bids on lots 1 and 2 the page of lot 2 hears %s", news)
	}
	if got := bidder.do("GET", "/live?sale=spring&card=x", nil, "Origin", s.URL); got.status != http.StatusBadRequest {
		t.Errorf("a card that is no id: %d, want 400", got.status)
	}
}
