package push

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers/push/pushtest"
	"outcry/store"
)

// office is an outbox over a real SQLite file, with a push service over https.
type office struct {
	*testing.T
	store   *store.Store
	service *pushtest.Service
	holder  auction.Holder
	now     time.Time
	out     *Outbox
	log     strings.Builder
}

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

func newKey(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{T: t, service: pushtest.Start(t), now: time.UnixMilli(1_790_000_000_000).UTC()}
	var err error
	if o.store, err = store.Open(t.Context(), store.Config{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.store.Close() })
	s, err := o.store.CreateSale(t.Context(), auction.Sale{Slug: "spring", Title: "Spring", Zone: "Europe/London", Published: true,
		Currency: auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}, Steps: auction.Table{{Step: 100}}, StepsName: "own"})
	o.ok(err)
	u, err := o.store.AddUser(t.Context(), auction.User{Name: "Ann", Role: auction.RoleBidder})
	o.ok(err)
	o.holder, err = o.store.Register(t.Context(), s.ID, u.ID, "Ann", true)
	o.ok(err)
	o.out = o.outbox(loopback)
	return o
}

func (o *office) ok(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// outbox is one that writes messages whose words are the event's number.
func (o *office) outbox(allow []netip.Prefix) *Outbox {
	o.Helper()
	s, err := New(Config{Key: newKey(o.T), Home: "https://sale.example.org", Allow: allow,
		TLS: o.service.Client().Transport.(*http.Transport).TLSClientConfig.Clone()})
	o.ok(err)
	return NewOutbox(OutboxConfig{Box: o.store, Service: s, Log: slog.New(slog.NewTextHandler(&o.log, nil)),
		Compose: func(_ context.Context, m auction.Push, _ time.Time) (Message, error) {
			if m.Seq == 99 {
				return Message{}, &DropError{"nobody needs it"}
			}
			return Message{Words: fmt.Appendf(nil, "event %d", m.Seq), Topic: "lot-1", Lasts: time.Minute, Now: true}, nil
		}})
}

// browser subscribes another browser.
func (o *office) browser(n byte, endpoint string) *pushtest.Browser {
	o.Helper()
	b := o.service.Subscribe(o.T)
	if endpoint == "" {
		endpoint = b.Endpoint
	}
	token := auction.Hash{n}
	o.ok(o.store.AddSession(o.Context(), auction.Session{Token: token, UserID: o.holder.UserID, Until: time.Now().Add(time.Hour)}))
	o.ok(o.store.AddPushTo(o.Context(), auction.PushTo{UserID: o.holder.UserID, Session: token, Endpoint: endpoint, Key: b.Key, Auth: b.Auth, At: o.now}))
	return b
}

func (o *office) browsers() int {
	o.Helper()
	list, err := o.store.PushesTo(o.Context(), o.holder.UserID)
	o.ok(err)
	return len(list)
}

// put puts a message to every browser into the outbox.
func (o *office) put(seq int64) {
	o.Helper()
	o.ok(o.store.Update(o.Context(), func(tx *store.Tx) error {
		return tx.KeepPushes(o.Context(), []auction.Push{{Kind: auction.PushOutbid, SaleID: o.holder.SaleID, LotID: 1, Seq: seq, Paddle: o.holder.Paddle,
			Due: o.now, Until: o.now.Add(45 * time.Minute), At: o.now}})
	}))
}

// round sends what is due so long after the start, and returns all that the
// service has by then.
func (o *office) round(out *Outbox, after time.Duration) []pushtest.Message {
	o.Helper()
	_, err := out.Round(o.Context(), o.now.Add(after))
	o.ok(err)
	return o.service.Messages()
}

// fate is what became of the newest message to the first browser.
func (o *office) fate() auction.Push {
	o.Helper()
	list, err := o.store.PushesTo(o.Context(), o.holder.UserID)
	o.ok(err)
	all, err := o.store.PushesOf(o.Context(), list[0].ID, auction.PushOutbid, o.holder.SaleID)
	o.ok(err)
	return all[len(all)-1]
}

func TestABrowserReadsWhatItIsToldOnce(t *testing.T) {
	o := newOffice(t)
	one, two := o.browser(1, ""), o.browser(2, "")
	o.put(7)
	got := o.round(o.out, 0)
	if len(got) != 2 || got[0].To == got[1].To || got[0].To != one && got[0].To != two {
		t.Fatalf("told: %+v", got)
	}
	m := got[0]
	if m.Words != "event 7" || m.Topic != "lot-1" || m.TTL != "60" || m.Urgency != "high" || m.Bytes != got[1].Bytes {
		t.Errorf("the message is %+v", m)
	}
	if m.Key != o.out.cfg.Service.PublicKey() || m.Signed["sub"] != "https://sale.example.org" || m.Signed["exp"] != float64(o.now.Add(signedFor).Unix()) {
		t.Errorf("it is signed %v by %s", m.Signed, m.Key)
	}
	if got := o.round(o.out, time.Hour); len(got) != 2 {
		t.Errorf("an hour later there are %d messages, want 2", len(got))
	}
	o.put(99)
	if o.round(o.out, time.Hour); o.fate().State != auction.MailFailed { // its time is over
		t.Errorf("after its time it is %s", o.fate().State)
	}
}

func TestABrowserThatIsGoneIsForgotten(t *testing.T) {
	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		o := newOffice(t)
		gone, stays := o.browser(1, ""), o.browser(2, "")
		o.service.Answer(func(b *pushtest.Browser) (int, http.Header) {
			if b == gone {
				return status, nil
			}
			return http.StatusCreated, nil
		})
		o.put(1)
		if got := o.round(o.out, 0); len(got) != 1 || got[0].To != stays || o.browsers() != 1 {
			t.Errorf("after %d: %d messages, %d browsers left", status, len(got), o.browsers())
		}
	}
}

func TestABusyServiceIsAskedWhenItSays(t *testing.T) {
	o := newOffice(t)
	o.browser(1, "")
	answer := func(status int, after string) {
		o.service.Answer(func(*pushtest.Browser) (int, http.Header) {
			return status, http.Header{"Retry-After": {after}}
		})
	}
	answer(http.StatusTooManyRequests, "120")
	o.put(1)
	o.round(o.out, 0)
	if m := o.fate(); m.State != auction.MailWaiting || m.Fails != 1 || !m.Due.Equal(o.now.Add(2*time.Minute)) {
		t.Errorf("after 429 and Retry-After: 120 it is %+v", m)
	}
	answer(http.StatusServiceUnavailable, o.now.Add(5*time.Minute).Format(http.TimeFormat))
	o.round(o.out, 2*time.Minute)
	if m := o.fate(); m.Fails != 2 || !m.Due.Equal(o.now.Add(5*time.Minute)) {
		t.Errorf("after 503 and a date it is %+v", m)
	}
	answer(http.StatusInternalServerError, "")
	o.round(o.out, 5*time.Minute)
	if m := o.fate(); !m.Due.Equal(o.now.Add(5*time.Minute + 20*time.Second)) {
		t.Errorf("after the third failure it is due at %s", m.Due)
	}
	o.service.Answer(nil)
	if got := o.round(o.out, 6*time.Minute); len(got) != 1 {
		t.Errorf("once the service takes it again there are %d messages", len(got))
	}
	o.put(2)
	answer(http.StatusRequestEntityTooLarge, "")
	if o.round(o.out, 6*time.Minute); o.fate().State != auction.MailFailed || o.browsers() != 1 {
		t.Errorf("after 413 it is %+v", o.fate())
	}
}

// A browser names the address that its messages go to: nothing inside the
// house's own network is reached by it, whatever name leads there.
func TestNothingPrivateIsReached(t *testing.T) {
	for address, private := range map[string]bool{
		"127.0.0.1:443": true, "10.1.2.3:443": true, "192.168.0.1:443": true, "172.20.0.1:443": true, "169.254.169.254:443": true,
		"[::1]:443": true, "[fe80::1%eth0]:443": true, "[fd00::1]:443": true, "[::ffff:10.0.0.1]:443": true, "0.0.0.0:443": true,
		"100.64.1.1:443": true, "[64:ff9b::a00:1]:443": true, "224.0.0.1:443": true, "[::]:443": true, "[::10.1.2.3]:443": true, "[::8.8.8.8]:443": true, "[2002:a00:1::]:443": true,
		"8.8.8.8:22": true, "8.8.8.8:443": false, "[2606:4700::1111]:443": false, "[::ffff:8.8.8.8]:443": false,
	} {
		if err := onlyPublic(nil)("tcp", address, nil); errors.Is(err, errPrivate) != private {
			t.Errorf("%s: %v, want private %v", address, err, private)
		}
	}
	o := newOffice(t)
	o.browser(1, "")
	name := o.browser(2, strings.Replace(o.service.URL, "127.0.0.1", "localhost", 1)+"/push/2")
	o.put(1)
	strict := o.outbox(nil)
	if got := o.round(strict, 0); len(got) != 0 || o.fate().State != auction.MailFailed || !strings.Contains(o.fate().Error, "open internet") {
		t.Errorf("%d messages went to %s; it is %+v", len(got), name.Endpoint, o.fate())
	}
	for _, endpoint := range []string{"http://push.example.org/1", "https://", "file:///etc/passwd", "https://a:b@push.example.org/", "", "https://push.example.org/" + strings.Repeat("x", 2000)} {
		if CheckEndpoint(endpoint) == nil {
			t.Errorf("%q is taken for a push service", endpoint)
		}
	}
	// Where a service sends us is not followed either.
	o.service.Answer(func(*pushtest.Browser) (int, http.Header) {
		return http.StatusTemporaryRedirect, http.Header{"Location": {o.service.URL + "/push/1"}}
	})
	o.put(2)
	if got := o.round(o.out, 0); len(got) != 0 || o.fate().State != auction.MailFailed {
		t.Errorf("a redirect was followed: %d messages, %+v", len(got), o.fate())
	}
	if strings.Contains(o.log.String(), "/push/") {
		t.Errorf("the log has an endpoint: %s", o.log.String())
	}
}

func TestManySendersDoubleNoPush(t *testing.T) {
	o := newOffice(t)
	for n := range 5 {
		o.browser(byte(n+1), "")
	}
	for seq := range 8 {
		o.put(int64(seq + 1))
	}
	var senders sync.WaitGroup
	for range 3 {
		out := o.outbox(loopback)
		senders.Go(func() {
			for second := range time.Duration(30) { // to a service that is new to it each sends a few at a time
				if _, err := out.Round(t.Context(), o.now.Add(second*look)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	seen := map[string]int{}
	for _, m := range o.service.Messages() {
		seen[m.To.Endpoint+m.Words]++
	}
	if len(seen) != 40 || len(o.service.Messages()) != 40 {
		t.Errorf("%d messages, %d of them different; want 40", len(o.service.Messages()), len(seen))
	}
}
