package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/auction"
)

// inGerman is what a browser set to German asks with.
var inGerman = []string{"Accept-Language", "de-DE,de;q=0.9,en;q=0.5"}

// TestTheLanguageIsChosen: by the browser, else by the account, else by the
// reader's own switch, each before the one named first.
func TestTheLanguageIsChosen(t *testing.T) {
	s := newSite(t)
	_, lots := s.sale(1, published)
	guest := &person{site: s}
	guest.do("GET", lotPath(lots[0], ""), nil).says(t, "no language asked for", 200, `<html lang="en" dir="ltr"`, "Starts at", "£10")
	german := guest.do("GET", lotPath(lots[0], ""), nil, inGerman...)
	german.says(t, "a German browser", 200, `<html lang="de" dir="ltr"`, "Startpreis", "10\u00a0£", "Bieten", `in=de"`)
	if got := german.header.Get("Content-Language"); got != "de" {
		t.Errorf("Content-Language is %q", got)
	}
	if vary := strings.Join(german.header.Values("Vary"), ", "); !strings.Contains(vary, "Accept-Language") || !strings.Contains(vary, "Cookie") {
		t.Errorf("Vary is %q", vary)
	}
	guest.do("GET", "/nowhere", nil, inGerman...).says(t, "an error", 404, "Unter dieser Adresse ist nichts")
	guest.do("GET", "/", nil, append(inGerman, "Cookie", "outcry-lang=en")...).says(t, "the reader's own choice", 200, `<html lang="en"`)
	guest.do("GET", "/", nil, append(inGerman, "Cookie", "outcry-lang=xx")...).says(t, "a choice that there is not", 200, `<html lang="de"`)

	ann := s.person("Ann", auction.RoleBidder)
	got := ann.do("POST", "/language", url.Values{"lang": {"de"}}, "Referer", s.URL+lotPath(lots[0], "?history=all"))
	if got.status != http.StatusSeeOther || got.header.Get("Location") != lotPath(lots[0], "?history=all") {
		t.Errorf("the switch: %d to %q", got.status, got.header.Get("Location"))
	}
	if c := got.header.Get("Set-Cookie"); !strings.HasPrefix(c, "outcry-lang=de; Path=/") {
		t.Errorf("the switch sets %q", c)
	}
	ann.do("GET", "/account", nil).says(t, "on another device of the same account", 200, `<html lang="de"`)
	ann.do("POST", "/language", url.Values{"lang": {"xx"}}).says(t, "a language that there is not", 422)
}

// TestFramesInTwoLanguages: two bidders watch one lot, each in their language,
// and the one who bids in between reads the answer in theirs.
func TestFramesInTwoLanguages(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	english, german := s.frames(t, ann, "lot=1"), s.frames(t, bob, "in=de&lot=1")
	board := s.frames(t, bob, "in=de&board=spring")
	mine := s.frames(t, bob, "in=de&mine=spring")
	cards := s.frames(t, ann, "sale=spring")
	wants(t, "the English snapshot", english, "Starts at", "Bid £10")
	wants(t, "the German snapshot", german, "Startpreis", "10\u00a0£ bieten")
	wants(t, "the board", board, "Vase 1")
	wants(t, "My lots", mine, `id="mine"`)
	wants(t, "the cards", cards, "to start")

	answer := bob.do("POST", lotPath(lots[0], "/bids"), bidForm("1.200,50"), append(inGerman, "HX-Request", "true")...)
	answer.says(t, "the answer", 200, "Gebot angenommen", "Wir bieten für Sie bis 1.200,50\u00a0£", "Bieternummer 102 führt")
	wants(t, "the English frame", english, "Paddle 102 leads", "Current bid")
	wants(t, "the German frame", german, "Bieternummer 102 führt", "Aktuelles Gebot")
	wants(t, "the bidder's own frame", german, "Ihr höchstes Gebot ist 1.200,50\u00a0£")
	wants(t, "My lots after it", mine, "Ihr Maximalgebot 1.200,50\u00a0£")
	wants(t, "the English card", cards, "1 bid<")
	refused := bob.do("POST", lotPath(lots[0], "/bids"), bidForm("5"), append(inGerman, "HX-Request", "true")...)
	refused.says(t, "a refusal", 422, "nicht angenommen", "Ihr eigenes Maximalgebot steht bei 1.200,50\u00a0£")
	refused = bob.do("POST", lotPath(lots[0], "/bids"), bidForm("5"), append(inGerman, "Accept", "application/json")...)
	refused.says(t, "a program's refusal", 422, `"reason":"below_own_max"`, "Your own maximum stands at £1,200.50")
}

// frames opens a socket as somebody and returns what it brings.
func (s *site) frames(t *testing.T, p *person, query string) <-chan string {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(s.URL, "http", "ws", 1)+"/live?"+query, &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {s.URL}, "Cookie": {"outcry=" + p.cookie}},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(1 << 20)
	all := make(chan string, 100)
	ctx, stop := context.WithCancel(context.Background())
	go func() {
		defer close(all)
		for {
			_, b, err := conn.Read(ctx)
			if err != nil {
				return
			}
			if text := string(b); !strings.HasPrefix(text, `{"t":`) {
				all <- text
			}
		}
	}()
	t.Cleanup(func() {
		stop()
		conn.CloseNow()
		for range all { // until the reader has gone
		}
	})
	return all
}

// wants reads frames until one says all the texts.
func wants(t *testing.T, what string, frames <-chan string, texts ...string) {
	t.Helper()
	end := time.After(time.Minute)
	for {
		select {
		case frame, ok := <-frames:
			if !ok {
				t.Fatalf("%s: the socket ended", what)
			}
			found := true
			for _, text := range texts {
				found = found && strings.Contains(frame, text)
			}
			if found {
				return
			}
		case <-end:
			t.Fatalf("%s: no frame says %q", what, texts)
		}
	}
}

// TestAnAmountWithTwoReadings: nobody guesses what may be a thousandfold off;
// the bidder is asked in words, with script and without.
func TestAnAmountWithTwoReadings(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("1.200"), "HX-Request", "true").says(t, "with script", 422, "£1.200 not accepted", "Write 1200 or 1.20, whichever you mean")
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("1.200"), inGerman...).says(t, "without, in German", 422, "1.200\u00a0£ nicht angenommen", "Schreiben Sie 1200 oder 1.20")
	ann.do("POST", lotPath(lots[0], "/bids"), bidForm("much"), "HX-Request", "true").says(t, "no amount", 422, "Write an amount in figures")
	if e := s.entry(lots[0]); e.Bids != 0 {
		t.Errorf("%d bids were taken", e.Bids)
	}
}
