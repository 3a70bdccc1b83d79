package handlers_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/mail"
	"outcry/handlers/mail/mailtest"
)

// mailed is a site that sends mails, to a server of the test.
func mailed(t testing.TB) *site {
	t.Helper()
	return built(t, mailtest.Start(t, false), func(*handlers.Config) {})
}

// mailing wires the outbox of a site that sends mails.
func (s *site) mailing(h func() *handlers.Handlers) (handlers.Mailing, *url.URL) {
	s.t.Helper()
	if s.post == nil {
		return handlers.Mailing{}, nil
	}
	base, err := url.Parse(s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	server, err := mail.New(mail.Config{URL: "smtp://" + s.post.Addr, From: "Sale <sale@example.org>", TLS: s.post.TLS})
	if err != nil {
		s.t.Fatal(err)
	}
	s.box = mail.NewOutbox(mail.OutboxConfig{
		Box: s.store, Server: server, Log: s.log.logger(s.t),
		Compose: func(ctx context.Context, m auction.Mail, now time.Time) (mail.Message, error) {
			return h().Compose(ctx, m, now)
		},
	})
	return handlers.Mailing{House: "house", Added: s.box.Wake}, base
}

// send sends what is due so long from now, and returns the mails that came of
// it, by "address: subject".
func (s *site) send(after time.Duration) map[string]mailtest.Mail {
	s.t.Helper()
	before := len(s.post.Mails())
	for {
		n, err := s.box.Round(s.t.Context(), time.Now().Add(after))
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	got := map[string]mailtest.Mail{}
	for _, m := range s.post.Mails()[before:] {
		got[m.To+": "+m.Subject()] = m
	}
	return got
}

// only fails the test unless exactly these mails came.
func only(t *testing.T, when string, got map[string]mailtest.Mail, want ...string) {
	t.Helper()
	for _, w := range want {
		if _, ok := got[w]; !ok {
			t.Errorf("%s: no mail %q", when, w)
		}
	}
	if len(got) != len(want) {
		var have []string
		for k := range got {
			have = append(have, k)
		}
		t.Errorf("%s: mails %q, want %q", when, have, want)
	}
}

func (p *person) bid(lot int64, amount string) {
	p.t.Helper()
	if got := p.do("POST", lotPath(lot, "/bids"), bidForm(amount)); got.status != 303 {
		p.t.Fatalf("the bid of %s: %d", amount, got.status)
	}
}

func TestWhoLostTheLeadIsMailed(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(2, published)
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	ann.bid(lots[0], "5555")
	bob.bid(lots[0], "7777")
	only(t, "at once", s.send(0))
	got := s.send(21 * time.Second)
	only(t, "after the grace", got, "ann@example.org: Outbid on lot 1, Vase 1")
	m := got["ann@example.org: Outbid on lot 1, Vase 1"]
	for _, part := range []string{m.Text, m.HTML} {
		if !strings.Contains(part, s.URL+lotPath(lots[0], "")) || strings.Contains(m.Raw, "7777") || strings.Contains(m.Raw, "7,777") {
			t.Errorf("the mail lacks the way to the lot, or tells a maximum: %s", m.Raw)
		}
	}
	only(t, "a day later", s.send(24*time.Hour))

	// Outbid again soon after: one mail, once the cool-down is over, of the last.
	ann.bid(lots[0], "8000")
	bob.bid(lots[0], "8100")
	ann.bid(lots[0], "8200")
	bob.bid(lots[0], "8300")
	only(t, "within the cool-down", s.send(30*time.Second))
	only(t, "after the cool-down", s.send(11*time.Minute), "ann@example.org: Outbid on lot 1, Vase 1")

	// Who has the lead back, or has a page open, needs none.
	ann.bid(lots[1], "20")
	bob.bid(lots[1], "30")
	ann.bid(lots[1], "40")
	ann.watches(lots[0])
	bob.bid(lots[1], "50")
	only(t, "with a page open, or the lead again", s.send(30*time.Minute))
	for p, why := range map[auction.Paddle]string{"101": "a page of theirs was open", "102": "they are not outbid any more"} {
		list, err := s.store.MailsOfEvent(t.Context(), auction.MailOutbid, lots[1], p)
		if err != nil || len(list) == 0 || list[0].State != auction.MailDropped || list[0].Error != why {
			t.Errorf("why paddle %s is not mailed: %+v, %v; want %q", p, list, err, why)
		}
	}
}

func TestTheEndOfALotIsMailed(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(1, func(x *auction.Sale) {
		published(x)
		x.Contact.Email = "office@example.org"
		x.Fees.Premium = auction.Premium{{Rate: 1000}}
	})
	bob := s.bidder("Bob", sale)
	bob.bid(lots[0], "5555")
	if err := s.room.Void(t.Context(), s.owner.user.ID, lots[0], s.entry(lots[0]).Seq, "a slip <b>"); err != nil {
		t.Fatal(err)
	}
	got := s.send(0)
	only(t, "struck out", got, "bob@example.org: Your bid was struck out: lot 1, Vase 1")
	m := got["bob@example.org: Your bid was struck out: lot 1, Vase 1"]
	if !strings.Contains(m.Text, "Reason: a slip <b>") || !strings.Contains(m.HTML, "a slip &lt;b&gt;") || m.Header.Get("Reply-To") != "<office@example.org>" {
		t.Errorf("the mail: %s", m.Raw)
	}
}

func TestAMailIsStoppedByItsLink(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(2, published)
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	ann.bid(lots[0], "20")
	bob.bid(lots[0], "30")
	got := s.send(time.Minute)
	m := got["ann@example.org: Outbid on lot 1, Vase 1"]
	stop := strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")
	if !strings.HasPrefix(stop, s.URL+"/mail/stop/") || !strings.Contains(m.Text, stop) || !strings.Contains(m.HTML, stop) {
		t.Fatalf("the mail's way out: %q in %s", stop, m.Raw)
	}
	path := strings.TrimPrefix(stop, s.URL)
	nobody := &person{site: s}
	nobody.get(path).says(t, "the page asks first", 200, "No more mails about being outbid?")
	nobody.do("POST", path[:len(path)-1]+"x", url.Values{}).says(t, "another topic", 404)
	if stops, err := s.store.MailStops(t.Context(), ann.user.ID); err != nil || len(stops) != 0 {
		t.Errorf("looking at the page stopped %v, %v", stops, err)
	}
	// As a mail program does it (RFC 8058): one POST from nowhere.
	res, err := http.PostForm(stop, url.Values{"List-Unsubscribe": {"One-Click"}})
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if res.StatusCode != 200 || !strings.Contains(string(body), "no more mails about being outbid") {
		t.Errorf("the POST: %d, %s", res.StatusCode, body)
	}
	ann.bid(lots[1], "20")
	bob.bid(lots[1], "30")
	only(t, "afterwards", s.send(time.Minute))
}

func TestTheDeskSeesWhatCouldNotBeSent(t *testing.T) {
	s := mailed(t)
	s.post.Answer(func(string) error { return mailtest.Never })
	sale, lots := s.sale(1, published)
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	ann.bid(lots[0], "20")
	bob.bid(lots[0], "30")
	only(t, "refused", s.send(time.Minute))
	s.owner.get("/desk/mail").says(t, "the outbox", 200, "paddle 101", "given up", "no such mailbox")
	ann.do("GET", "/desk/mail", nil).says(t, "to a bidder", 403)
	newSite(t).owner.get("/desk").says(t, "a house without mails", 200, "This house sends no mails")
}

// watches opens a page of somebody's: the socket that it has, until the test
// ends.
func (p *person) watches(lot int64) {
	p.t.Helper()
	c, _, err := websocket.Dial(p.t.Context(), strings.Replace(p.URL, "http", "ws", 1)+"/live?lot="+strconv.FormatInt(lot, 10),
		&websocket.DialOptions{HTTPHeader: http.Header{"Origin": {p.URL}, "Cookie": {"outcry=" + p.cookie}}})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { c.CloseNow() })
	if _, _, err := c.Read(p.t.Context()); err != nil { // the snapshot: it watches
		p.t.Fatal(err)
	}
}

// Lots that close together are told together, each once, and what one senses of
// it does not depend on which mail is tried first.
func TestWhatIsWonTogetherIsMailedTogether(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(3, func(x *auction.Sale) {
		published(x)
		x.ClosesAt = time.Now().Add(24 * time.Hour)
		x.Fees.Premium = auction.Premium{{Rate: 1000}}
	})
	s.bidder("Ann", sale)
	at := time.Now().UTC().Truncate(time.Millisecond)
	won := func(lot int64, after time.Duration) {
		t.Helper()
		m := auction.Mail{Kind: auction.MailWon, SaleID: sale.ID, LotID: lot, Seq: 9, Paddle: "101", At: at.Add(after), Due: at.Add(after + time.Minute), Until: at.Add(time.Hour)}
		if err := s.store.AddMail(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	won(lots[0], 0)
	won(lots[1], 30*time.Second)
	won(lots[2], 55*time.Second) // too young when the first mail is due
	only(t, "after a minute", s.send(61*time.Second), "ann@example.org: Sold to you: 2 lots of Spring Sale")
	only(t, "a minute later", s.send(121*time.Second), "ann@example.org: Sold to you: lot 3, Vase 3")
	only(t, "an hour later", s.send(time.Hour))
	c, err := s.store.MailCounts(t.Context(), at)
	if err != nil || c.Sent != 2 || c.Dropped != 1 || c.Waiting != 0 {
		t.Errorf("the outbox says %+v, %v", c, err)
	}
}

func TestAnApprovedPaddleIsMailedOnce(t *testing.T) {
	s := mailed(t)
	sale, _ := s.sale(1, func(x *auction.Sale) { published(x); x.Registration = auction.RegisterApprove })
	ann := s.person("Ann", auction.RoleBidder)
	ann.do("POST", "/sales/spring/register", url.Values{"name": {"Ann"}, "agree": {"1"}}).says(t, "registering", 303)
	holder, err := s.store.Holder(t.Context(), sale.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/paddles/" + strconv.FormatInt(holder.ID, 10)
	for range 2 {
		s.owner.do("POST", path, url.Values{"approved": {"1"}, "limit": {"500"}}).says(t, "approving", 303)
	}
	got := s.send(0)
	only(t, "approved", got, "ann@example.org: Your paddle is approved: Spring Sale")
	if m := got["ann@example.org: Your paddle is approved: Spring Sale"]; !strings.Contains(m.Text, "Spending limit: £500") {
		t.Errorf("the mail does not tell the limit: %s", m.Text)
	}
}
