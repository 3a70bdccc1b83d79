package handlers_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/push"
	"outcry/handlers/push/pushtest"
	"outcry/store"
)

// phones is a site that tells phones, through a push service of the test.
type phones struct {
	*site
	service *pushtest.Service
	out     *push.Outbox
	heard   int
}

func telling(t *testing.T) *phones {
	t.Helper()
	p := &phones{service: pushtest.Start(t)}
	var carrier *push.Service
	p.site = configured(t, func(c *handlers.Config) {
		key, err := c.Store.(interface {
			PushKey(ctx context.Context) ([]byte, error)
		}).PushKey(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		carrier, err = push.New(push.Config{Key: key, Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
			TLS: p.service.Client().Transport.(*http.Transport).TLSClientConfig.Clone()})
		if err != nil {
			t.Fatal(err)
		}
		c.PushKey = carrier.PublicKey()
	})
	p.out = push.NewOutbox(push.OutboxConfig{Box: p.store, Service: carrier, Compose: p.house.ComposePush, Log: p.log.logger(t)})
	return p
}

// asks has somebody told on a phone, as the page's script does.
func (p *phones) asks(who *person) *pushtest.Browser {
	p.t.Helper()
	b := p.service.Subscribe(p.t)
	b64 := base64.RawURLEncoding.EncodeToString
	got := who.do("POST", "/push", url.Values{"endpoint": {b.Endpoint}, "p256dh": {b64(b.Key)}, "auth": {b64(b.Auth)}})
	if got.status != 204 {
		p.t.Fatalf("POST /push: %d %s", got.status, got.text)
	}
	return b
}

// told is what phones are shown.
type told struct {
	To                           *pushtest.Browser
	Title, Body, Path, Tag, Lang string
}

// after sends what is due so long from now, and returns what phones were told.
func (p *phones) after(wait time.Duration) []told {
	p.t.Helper()
	at := time.Now().Add(wait)
	if err := p.out.Closing(p.t.Context(), at); err != nil {
		p.t.Fatal(err)
	}
	for {
		n, err := p.out.Round(p.t.Context(), at)
		if err != nil {
			p.t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	all := p.service.Messages()
	var list []told
	for _, m := range all[p.heard:] {
		x := told{To: m.To}
		if err := json.Unmarshal([]byte(m.Words), &x); err != nil {
			p.t.Fatal(err)
		}
		list = append(list, x)
	}
	p.heard = len(all)
	return list
}

// are fails the test unless exactly these were told, by title and text.
func (p *phones) are(when string, got []told, want ...string) {
	p.t.Helper()
	var have []string
	for _, x := range got {
		have = append(have, x.Title+": "+x.Body)
	}
	slices.Sort(have)
	slices.Sort(want)
	if !slices.Equal(have, want) {
		p.t.Errorf("%s phones are told\n%q, want\n%q", when, have, want)
	}
}

func TestWhoLostTheLeadIsToldOnTheirPhone(t *testing.T) {
	p := telling(t)
	sale, lots := p.sale(2, published)
	ann, bob := p.bidder("Ann", sale), p.bidder("Bob", sale)
	phone := p.asks(ann)
	ann.bid(lots[0], "5555")
	bob.bid(lots[0], "7777")
	p.are("at once", p.after(0))
	got := p.after(3 * time.Second)
	p.are("after the grace", got, "Outbid on lot 1, Vase 1: The bid is now £5,580. The next one is £5,605.")
	m := p.service.Messages()[0]
	if got[0].To != phone || got[0].Path != strings.TrimPrefix(lotPath(lots[0], ""), "/") || got[0].Lang != "en" || m.Topic == "" || m.Urgency != "high" || m.TTL == "0" {
		t.Errorf("the message is %+v, %+v", got[0], m)
	}
	if strings.Contains(m.Words, "7777") || strings.Contains(m.Words, "7,777") {
		t.Errorf("it tells a maximum: %s", m.Words)
	}
	// Outbid twice before it could be sent: told once. The lead again: not at all.
	ann.bid(lots[0], "8000")
	bob.bid(lots[0], "8100")
	ann.bid(lots[0], "8200")
	bob.bid(lots[0], "8300")
	p.are("after two losses", p.after(time.Minute), "Outbid on lot 1, Vase 1: The bid is now £8,225. The next one is £8,250.")
	ann.bid(lots[1], "20")
	bob.bid(lots[1], "30")
	ann.bid(lots[1], "40")
	p.are("with the lead again", p.after(time.Minute))

	// In her language, and not of what she does not want.
	if err := p.store.SetLang(t.Context(), ann.user.ID, "de"); err != nil {
		t.Fatal(err)
	}
	bob.bid(lots[1], "50")
	p.are("in German", p.after(time.Minute), "Überboten bei Los 2, Vase 2: Das Gebot steht bei 41\u00a0£. Das nächste ist 42\u00a0£.")
	ann.do("POST", "/account/phones", url.Values{"topic": {"push-closing", "push-won"}}).says(t, "the choice", 303)
	ann.bid(lots[1], "60")
	bob.bid(lots[1], "70")
	p.are("of what she does not want", p.after(time.Minute))
	ann.get("/account").says(t, "her account", 200, `value="push-outbid"`, `value="push-closing" checked`)
}

func TestALotThatClosesSoonIsToldOnce(t *testing.T) {
	p := telling(t)
	sale, lots := p.sale(3, published)
	ann, bob, cat := p.bidder("Ann", sale), p.bidder("Bob", sale), p.person("Cat", auction.RoleBidder)
	for _, who := range []*person{ann, bob, cat} {
		p.asks(who)
	}
	ann.bid(lots[0], "20")
	bob.bid(lots[0], "30")
	cat.do("POST", "/sales/spring/watch", url.Values{"on": {lotPath(lots[0], "")[len("/lots/"):]}}).says(t, "a star", 303)
	cat.do("POST", "/sales/spring/watch", url.Values{"on": {lotPath(lots[1], "")[len("/lots/"):]}}).says(t, "another", 303)
	p.are("after the outbid", p.after(5*time.Second), "Outbid on lot 1, Vase 1: The bid is now £21. The next one is £22.")
	p.are("an hour before", p.after(45*time.Minute))
	at := p.entry(lots[0]).ClosesAt.In(must(time.LoadLocation("Europe/London"))).Format("15:04") + " (London time). "
	soon := []string{
		"Closes soon: lot 1, Vase 1: It closes at " + at + "You are outbid at £21.",
		"Closes soon: lot 1, Vase 1: It closes at " + at + "You lead at £21.",
		"Closes soon: lot 1, Vase 1: It closes at " + at + "The bid is £21.",
		"Closes soon: lot 2, Vase 2: It closes at " + at + "There is no bid yet. The first one is £10.",
	}
	got := p.after(51 * time.Minute)
	p.are("nine minutes before", got, soon...)
	p.are("a little later", p.after(52*time.Minute))
	// Another process, or this one after a restart, tells nobody again.
	p.out = push.NewOutbox(push.OutboxConfig{Box: p.store, Compose: p.house.ComposePush})
	p.are("by another process", p.after(53*time.Minute))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A close that was moved away before the message went is told of when it is
// near again.
func TestAMovedCloseIsToldWhenItIsNear(t *testing.T) {
	p := telling(t)
	sale, lots := p.sale(1, published)
	ann := p.bidder("Ann", sale)
	p.asks(ann)
	ann.bid(lots[0], "20")
	at := time.Now().Add(51 * time.Minute)
	if err := p.out.Closing(t.Context(), at); err != nil { // in the outbox, not yet sent
		t.Fatal(err)
	}
	if err := p.room.Extend(t.Context(), p.owner.user.ID, sale.ID, 30*time.Minute, "more time"); err != nil {
		t.Fatal(err)
	}
	p.are("before the old close", p.after(55*time.Minute))
	p.are("before the new close", p.after(81*time.Minute), "Closes soon: lot 1, Vase 1: It closes at "+
		p.entry(lots[0]).ClosesAt.In(must(time.LoadLocation("Europe/London"))).Format("15:04")+" (London time). You lead at £10.")
}

func TestABuyerIsToldOfAllThatFellTogether(t *testing.T) {
	p := telling(t)
	sale, lots := p.sale(0, func(x *auction.Sale) { x.Fees.Premium = auction.Premium{{Rate: 1000}} })
	for _, n := range []string{"1", "2"} {
		id, err := p.store.AddLot(t.Context(), sale.ID, sale.Complete(auction.Draft{
			Words: auction.Words{Number: n, Title: "Vase " + n}, Terms: auction.Terms{Opening: 1000, BuyNow: 2000},
		}, 0))
		if err != nil {
			t.Fatal(err)
		}
		lots = append(lots, id)
	}
	if err := p.store.PublishSale(t.Context(), sale.ID); err != nil {
		t.Fatal(err)
	}
	p.room.Wake()
	p.room.Wake()
	ann := p.bidder("Ann", sale)
	p.asks(ann)
	for _, lot := range lots {
		f := bidForm("20")
		f.Set("kind", "buy")
		ann.do("POST", lotPath(lot, "/bids"), f).says(t, "buy it now", 303)
	}
	p.are("at once", p.after(0))
	got := p.after(20 * time.Second)
	p.are("after a while", got, "Sold to you: 2 lots: To pay for these: £44.00.")
	if len(got) == 1 && got[0].Path != "sales/spring/mine" {
		t.Errorf("a tap opens %s", got[0].Path)
	}
	p.are("a little later", p.after(30*time.Second))
	later := time.Now().Add(time.Minute)
	err := p.store.Update(t.Context(), func(tx *store.Tx) error {
		return tx.KeepPushes(t.Context(), []auction.Push{{Kind: auction.PushWon, SaleID: sale.ID, LotID: lots[1], Seq: 99, Paddle: "101", At: later, Due: later, Until: later.Add(time.Hour)}})
	})
	if err != nil {
		t.Fatal(err)
	}
	p.are("one that fell later", p.after(2*time.Minute), "Sold to you: lot 2, Vase 2: The hammer price is £20.")
	p.are("a day later", p.after(24*time.Hour))
}

func TestTellingEndsWithTheSession(t *testing.T) {
	p := telling(t)
	sale, lots := p.sale(1, published)
	ann, bob := p.bidder("Ann", sale), p.bidder("Bob", sale)
	holder, err := p.store.Holder(t.Context(), sale.ID, ann.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	guest := &person{site: p.site}
	if got := guest.do("POST", "/push", url.Values{}); got.status == 204 {
		t.Error("somebody who is not signed in is told")
	}
	ann.get("/push").says(t, "before", 200, `"on":false`, `"key":"B`)
	phone := p.asks(ann)
	ann.get("/push").says(t, "after", 200, `"on":true`)
	p.asks(bob)
	b64 := base64.RawURLEncoding.EncodeToString
	for _, f := range []url.Values{
		{},
		{"endpoint": {"http://127.0.0.1/x"}, "p256dh": {b64(phone.Key)}, "auth": {b64(phone.Auth)}},
		{"endpoint": {phone.Endpoint}, "p256dh": {b64(phone.Key[1:])}, "auth": {b64(phone.Auth)}},
		{"endpoint": {phone.Endpoint}, "p256dh": {b64(phone.Key)}, "auth": {"!"}},
	} {
		ann.do("POST", "/push", f).says(t, "a form that is none", 422)
	}
	data := ann.get("/account/data.json")
	data.says(t, "what the house knows of her", 200, `"told_on"`, phone.Endpoint)
	list, err := p.store.PushesTo(t.Context(), ann.user.ID)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d browsers, %v", len(list), err)
	}
	bob.do("POST", "/push/end", url.Values{"browser": {strconv.FormatInt(list[0].ID, 10)}}).says(t, "hers, by him", 303)
	if list, err = p.store.PushesTo(t.Context(), ann.user.ID); err != nil || len(list) != 1 {
		t.Errorf("he ended hers: %v, %v", list, err)
	}
	bob.do("POST", "/push/end", url.Values{}).says(t, "his own", 204)
	ann.do("POST", "/sign-out", url.Values{}).says(t, "she signs out", 303)
	cat := p.bidder("Cat", sale)
	cat.bid(lots[0], "20")
	bob.bid(lots[0], "30")
	err = p.store.Update(t.Context(), func(tx *store.Tx) error { // as if she had led it
		return tx.KeepPushes(t.Context(), []auction.Push{{Kind: auction.PushOutbid, SaleID: sale.ID, LotID: lots[0], Seq: 9, Paddle: holder.Paddle, Until: time.Now().Add(time.Hour)}})
	})
	if err != nil {
		t.Fatal(err)
	}
	p.are("after signing out", p.after(time.Minute))
}
