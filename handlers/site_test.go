package handlers_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/hub"
	"outcry/handlers/mail"
	"outcry/handlers/mail/mailtest"
	"outcry/saleroom"
	"outcry/store"
)

// site is the whole house as serve wires it, over a real SQLite file.
type site struct {
	*httptest.Server
	t     testing.TB
	store *store.Store
	room  *saleroom.Room
	house *handlers.Handlers
	owner *person
	post  *mailtest.Server // nil = the house sends no mails
	box   *mail.Outbox
	lose  atomic.Bool // the saleroom's connection breaks under its next commit, for good
	log   logged      // all that it logs, however small
}

// losing is a store that can lose its connection under a commit.
type losing struct {
	saleroom.Store
	lose *atomic.Bool
}

var errLost = errors.New("connection lost")

func (l losing) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	err := l.Store.Update(ctx, fn)
	if l.lose.Load() {
		return errLost
	}
	return err
}

func (l losing) Unknown(err error) bool { return errors.Is(err, errLost) }

func newSite(t testing.TB) *site { return limited(t, handlers.Limits{}) }

// limited is a site with limits of its own, for a test that must not depend on
// how fast the machine asks.
func limited(t testing.TB, limits handlers.Limits) *site {
	t.Helper()
	return configured(t, func(c *handlers.Config) { c.Limits = limits })
}

// configured is a site that something of the configuration is changed of.
func configured(t testing.TB, change func(*handlers.Config)) *site {
	t.Helper()
	return built(t, nil, change)
}

// built is a configured site that sends its mails to a server of the test; nil =
// it sends none.
func built(t testing.TB, post *mailtest.Server, change func(*handlers.Config)) *site {
	t.Helper()
	return builtOn(t, store.Config{Dir: t.TempDir()}, post, change)
}

// builtOn is a built site over a store of another kind.
func builtOn(t testing.TB, keeps store.Config, post *mailtest.Server, change func(*handlers.Config)) *site {
	t.Helper()
	s := &site{t: t, post: post}
	var err error
	if s.store, err = store.Open(t.Context(), keeps); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var h *handlers.Handlers
	watch := hub.New(hub.Config{})
	s.room = saleroom.New(saleroom.Config{
		Store: losing{saleroom.Over(s.store), &s.lose}, Announce: func(c []saleroom.Change) { h.Announce(c) },
		Fatal: func(err error) { t.Errorf("fatal: %v", err) }, Log: s.log.logger(t),
		Mail: post != nil, Push: true,
	})
	s.Server = httptest.NewUnstartedServer(nil)
	s.URL = "http://" + s.Listener.Addr().String()
	mailing, base := s.mailing(func() *handlers.Handlers { return h })
	cfg := handlers.Config{
		Mail: mailing, BaseURL: base,
		Store: s.store, Room: s.room, Hub: watch, Photos: s.store, Secret: []byte("a secret of the test"), Log: s.log.logger(t),
		Metrics: true,
	}
	change(&cfg)
	h = handlers.New(ctx, cfg)
	s.house = h
	if err := s.room.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Config.Handler, s.URL = h, ""
	s.Start()
	t.Cleanup(func() {
		if err := watch.Close(context.Background()); err != nil {
			t.Error(err)
		}
		s.Close()
		s.room.Stop()
		stop()
		h.Wait()
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.owner = s.person("Ruth", auction.RoleOwner)
	return s
}

// person is somebody with a browser that runs no script.
type person struct {
	*site
	user   auction.User
	cookie string
}

// person makes an account and signs it in.
func (s *site) person(name string, role auction.Role) *person {
	s.t.Helper()
	u, err := s.store.AddUser(s.t.Context(), auction.User{Email: strings.ToLower(name) + "@example.org", Name: name, Role: role, At: time.Now()})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.browser(u, "session-of-"+name)
}

// browser is one in which somebody is signed in.
func (s *site) browser(u auction.User, cookie string) *person {
	s.t.Helper()
	err := s.store.AddSession(s.t.Context(), auction.Session{
		Token: sha256.Sum256([]byte(cookie)), UserID: u.ID, Created: time.Now(), Until: time.Now().Add(time.Hour),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return &person{site: s, user: u, cookie: cookie}
}

// bidder is a person with a paddle.
func (s *site) bidder(name string, sale auction.Sale) *person {
	s.t.Helper()
	p := s.person(name, auction.RoleBidder)
	if _, err := s.store.Register(s.t.Context(), sale.ID, p.user.ID, name, true); err != nil {
		s.t.Fatal(err)
	}
	return p
}

// page is an answer that was read to its end.
type page struct {
	status int
	header http.Header
	text   string
}

// do sends one request and follows no redirect.
func (p *person) do(method, path string, form url.Values, header ...string) page {
	p.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.URL+path, body)
	if err != nil {
		p.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	req.AddCookie(&http.Cookie{Name: "outcry", Value: p.cookie})
	return p.send(req)
}

func (p *person) send(req *http.Request) page {
	p.t.Helper()
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return page{res.StatusCode, res.Header, string(text)}
}

// get reads a page that has to be there.
func (p *person) get(path string) page {
	p.t.Helper()
	got := p.do(http.MethodGet, path, nil)
	if got.status != http.StatusOK {
		p.t.Fatalf("GET %s: %d", path, got.status)
	}
	return got
}

// says fails the test when the page has another status or lacks a text.
func (p page) says(t testing.TB, what string, status int, texts ...string) {
	t.Helper()
	if p.status != status {
		t.Errorf("%s: status %d, want %d", what, p.status, status)
	}
	plain := tags.ReplaceAllString(p.text, "")
	for _, text := range texts {
		if !strings.Contains(plain, text) && !strings.Contains(p.text, text) {
			t.Errorf("%s: the page does not say %q", what, text)
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// filled is what a form's field holds.
func (p page) filled(t testing.TB, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `"[^>]*? value="([^"]*)"`).FindStringSubmatch(p.text)
	if m == nil {
		t.Fatalf("the page has no field %q with a value", name)
	}
	return m[1]
}

var gbp, _ = auction.CurrencyOf("GBP")

// sale makes a sale that is open for an hour, published when it has lots.
func (s *site) sale(lots int, change func(*auction.Sale)) (auction.Sale, []int64) {
	s.t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	sale := auction.Sale{
		Slug: "spring", Title: "Spring Sale", Currency: gbp, Zone: "Europe/London", StepsName: "charity",
		OpensAt: now.Add(-time.Minute), ClosesAt: now.Add(time.Hour),
	}
	if change != nil {
		change(&sale)
	}
	var err error
	if sale.Steps, err = auction.Preset(sale.StepsName, sale.Currency); err != nil {
		s.t.Fatal(err)
	}
	publish := sale.Published
	sale.Published = false
	if sale, err = s.store.CreateSale(s.t.Context(), sale); err != nil {
		s.t.Fatal(err)
	}
	drafts := make([]auction.Draft, lots)
	for i := range drafts {
		drafts[i] = sale.Complete(auction.Draft{
			Words: auction.Words{Number: strconv.Itoa(i + 1), Title: fmt.Sprintf("Vase %d", i+1), Category: fmt.Sprintf("Kind %d", i%7)},
			Terms: auction.Terms{Opening: 1000},
		}, i)
	}
	fates, err := s.store.ImportLots(s.t.Context(), sale.ID, drafts, false)
	if err != nil {
		s.t.Fatal(err)
	}
	ids := make([]int64, lots)
	for i, f := range fates {
		ids[i] = f.ID
	}
	if publish {
		if err := s.store.PublishSale(s.t.Context(), sale.ID); err != nil {
			s.t.Fatal(err)
		}
		sale.Published = true
		s.room.Wake()
		s.room.Wake() // the first looks at the timetable, the lots open before the second
	}
	return sale, ids
}

func published(s *auction.Sale) { s.Published = true }

func (s *site) entry(lot int64) auction.Entry {
	s.t.Helper()
	e, err := s.store.Entry(s.t.Context(), lot)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

func lotPath(id int64, more string) string { return fmt.Sprintf("/lots/%d%s", id, more) }

var keys int

// bidForm is a bid as a page without script sends it.
func bidForm(amount string) url.Values {
	keys++
	return url.Values{"amount": {amount}, "key": {fmt.Sprintf("key-of-the-test-%06d", keys)}, "kind": {"max"}, "sure": {"1"}}
}

// logged is a log that a test can read.
type logged struct {
	mu sync.Mutex // guards b
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// logger keeps everything, and shows what matters beside the test.
func (l *logged) logger(t testing.TB) *slog.Logger {
	return slog.New(slog.NewMultiHandler(
		slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}),
		slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}),
	))
}

// without script a page keeps what was typed in the field of the maximum.
func (p page) keeps(t testing.TB, what, amount string) {
	t.Helper()
	if !strings.Contains(p.text, `value="`+amount+`"`) {
		t.Errorf("%s: the page does not keep the amount %s", what, amount)
	}
}

func TestABidThatIsNotJudgedIsSaidWithoutScript(t *testing.T) {
	s := limited(t, handlers.Limits{BidsPerSecond: 0.001, BidsBurst: 3}) // a bid in 1,000 s after three
	sale, lots := s.sale(1, published)
	waits := s.person("Waits", auction.RoleBidder)
	if _, err := s.store.Register(t.Context(), sale.ID, waits.user.ID, "Waits", false); err != nil {
		t.Fatal(err)
	}
	got := waits.do("POST", lotPath(lots[0], "/bids"), bidForm("55.50"))
	got.says(t, "not approved", 403, "Your paddle is not approved yet.")

	ann := s.bidder("Ann", sale)
	form := bidForm("55.50")
	form.Set("key", "short")
	got = ann.do("POST", lotPath(lots[0], "/bids"), form)
	got.says(t, "without a key", 400, "Reload the page and try again.")
	got.keeps(t, "without a key", "55.50")

	fast := s.bidder("Fast", sale)
	for range 3 {
		fast.do("POST", lotPath(lots[0], "/bids"), bidForm("1"))
	}
	got = fast.do("POST", lotPath(lots[0], "/bids"), bidForm("55.50"))
	got.says(t, "too fast", 429, "Too many bids in a short time.")
	got.keeps(t, "too fast", "55.50")

	s.room.Stop()
	got = ann.do("POST", lotPath(lots[0], "/bids"), bidForm("55.50"))
	got.says(t, "stopping", 503, "Nothing happened")
	got.keeps(t, "stopping", "55.50")
	if got.header.Get("Retry-After") == "" {
		t.Error("a 503 without Retry-After")
	}
}

func TestABidInDoubtIsNotCalledNothing(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	s.lose.Store(true)
	form := bidForm("55.50")
	got := ann.do("POST", lotPath(lots[0], "/bids"), form, "Accept", "application/json")
	got.says(t, "to a program", 500, `"reason":"in_doubt"`)
	got = ann.do("POST", lotPath(lots[0], "/bids"), form)
	if want := lotPath(lots[0], "?amount=55.50&done=doubt"); got.status != 303 || got.header.Get("Location") != want {
		t.Errorf("without script: %d to %q, want 303 to %s", got.status, got.header.Get("Location"), want)
	}
	got = ann.do("POST", lotPath(lots[0], "/bids"), form, "HX-Request", "true")
	if want := lotPath(lots[0], "?amount=55.50&done=doubt"); got.status != 500 || got.header.Get("HX-Redirect") != want {
		t.Errorf("to htmx: %d to %q, want 500 to %s", got.status, got.header.Get("HX-Redirect"), want)
	}
	ann.get(lotPath(lots[0], "?amount=55.50&done=doubt")).says(t, "the lot", 200, "could not tell whether your bid was taken", "You lead")
}

func TestABidTakenBackIsGone(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, published)
	ann := s.bidder("Ann", sale)
	if got := ann.do("POST", lotPath(lots[0], "/bids"), bidForm("55")); got.status != 303 {
		t.Fatalf("the bid: %d", got.status)
	}
	got := ann.do("POST", lotPath(lots[0], "/take-back"), nil)
	if want := lotPath(lots[0], "?done=taken"); got.status != 303 || got.header.Get("Location") != want {
		t.Errorf("taken back: %d to %q, want 303 to %s", got.status, got.header.Get("Location"), want)
	}
	ann.get(got.header.Get("Location")).says(t, "afterwards", 200, "Your bid is taken back.")
	for _, path := range []string{"/sales/spring", "/sales/spring/mine"} {
		plain := tags.ReplaceAllString(ann.get(path).text, "")
		if strings.Contains(plain, "1 outbid") || strings.Contains(plain, "Outbid") {
			t.Errorf("%s counts the bid that was taken back as outbid", path)
		}
	}
}

func TestTheFrontPageSortsSalesByWhatIsToCome(t *testing.T) {
	s := newSite(t)
	s.sale(1, published) // is on the cover
	day := 24 * time.Hour
	for slug, when := range map[string]time.Duration{"empty": day, "gone": -2 * day} {
		s.sale(0, func(sale *auction.Sale) {
			sale.Slug, sale.Title, sale.Published = slug, "The "+slug+" sale", true
			sale.OpensAt, sale.ClosesAt = sale.OpensAt.Add(when), sale.ClosesAt.Add(when)
		})
	}
	text := tags.ReplaceAllString(s.owner.get("/").text, "")
	past := strings.Index(text, "Past sales")
	if empty, gone := strings.Index(text, "The empty sale"), strings.Index(text, "The gone sale"); past < 0 || empty > past || gone < past {
		t.Errorf("the front page has Past at %d, the sale to come without lots at %d, the one that is over at %d", past, empty, gone)
	}
	if got := s.owner.get("/sales/empty"); got.status != http.StatusOK {
		t.Errorf("a catalogue without lots: %d", got.status)
	}
}

func TestAnEmptyFieldTakesNoLimitAway(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, published)
	ann := s.bidder("Ann", sale)
	for _, limit := range []string{"500", ""} {
		form := url.Values{"name": {"Ann"}, "email": {ann.user.Email}, "limit": {limit}}
		if got := s.owner.do("POST", "/desk/sales/spring/bidders", form); got.status != http.StatusSeeOther {
			t.Fatalf("add Ann with limit %q: %d", limit, got.status)
		}
		if holder, err := s.store.Holder(t.Context(), sale.ID, ann.user.ID); err != nil || holder.Limit != 50_000 {
			t.Errorf("after adding Ann with limit %q hers is %d, %v; want 50000", limit, holder.Limit, err)
		}
	}
}
