package handlers

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/saleroom"
	"outcry/store"
)

// Two worlds that differ only in what is hidden: one bidder's maxima, and a
// reserve that is not met. The same things happen in both. Whatever anybody
// else receives is the same, byte for byte but for what is random, and the
// store is asked the same things in the same order, so that nobody can tell by
// how long a refusal takes either.

// world is a house on a clock of its own.
type world struct {
	t     testing.TB
	h     *Handlers
	store *store.Store
	sale  auction.Sale
	lots  []int64
	who   map[string]*http.Cookie
	trace []string // what the saleroom asked of its store since the last act
	got   []string // all that others received
}

// hidden are the amounts in which worlds differ, in minor units.
type hidden struct{ max, raised, reserve auction.Money }

// others are who must not be able to tell the worlds apart. The organisers see
// reserves, so they are not among them.
var others = []string{"nobody", "other", "third", "clerk"}

func TestNobodyCanTellTwoWorldsApart(t *testing.T) {
	for seed := range uint64(3) {
		low := playWorld(t, seed, hidden{max: 700_000, raised: 710_000, reserve: 900_000})
		high := playWorld(t, seed, hidden{max: 88_888_800, raised: 99_999_900, reserve: 500_000_000})
		if len(low) != len(high) || len(low) < 200 {
			t.Fatalf("seed %d: %d things were received in one world, %d in the other", seed, len(low), len(high))
		}
		for i := range low {
			if low[i] != high[i] {
				t.Fatalf("seed %d, thing %d: the worlds can be told apart:\n%s", seed, i, apart(low[i], high[i]))
			}
		}
	}
}

// apart shows two texts where they begin to differ.
func apart(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	cut := func(s string) string { return s[max(0, i-120):min(len(s), i+80)] }
	head, _, _ := strings.Cut(a, "\n")
	return head + "\n…" + cut(a) + "…\n…" + cut(b) + "…"
}

// playWorld plays a world by a seed and returns what others received.
func playWorld(t *testing.T, seed uint64, secret hidden) (got []string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, secret)
		rnd := rand.New(rand.NewPCG(seed, 1))
		w.opening(secret)
		for range 12 {
			w.act(rnd, secret)
			if rnd.IntN(3) == 0 {
				time.Sleep(time.Duration(1+rnd.IntN(10)) * time.Second)
			}
		}
		w.look()
		time.Sleep(2 * time.Minute) // every lot is closed: a house beats each second, so this is a sale of a minute
		w.look()
		got = w.got
	})
	return got
}

func newWorld(t testing.TB, secret hidden) *world {
	t.Helper()
	w := &world{t: t, who: map[string]*http.Cookie{}}
	ctx, stop := context.WithCancel(context.Background())
	var err error
	if w.store, err = store.Open(ctx, store.Config{Dir: t.TempDir()}); err != nil {
		t.Fatal(err)
	}
	gbp, _ := auction.CurrencyOf("GBP")
	steps, err := auction.Preset("house", gbp)
	if err != nil {
		t.Fatal(err)
	}
	w.sale, err = w.store.CreateSale(ctx, auction.Sale{Slug: "spring", Title: "Spring", Currency: gbp, Zone: "UTC",
		OpensAt: now(), ClosesAt: now().Add(time.Minute), Steps: steps, StepsName: "house",
		SoftClose: auction.SoftClose{Window: 10 * time.Second, Extension: 10 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	drafts := make([]auction.Draft, 3)
	for i := range drafts {
		drafts[i] = w.sale.Complete(auction.Draft{Words: auction.Words{Number: strconv.Itoa(i + 1), Title: "Vase"}, Terms: auction.Terms{Opening: 1000}}, i)
	}
	drafts[2].Reserve = secret.reserve
	fates, err := w.store.ImportLots(ctx, w.sale.ID, drafts, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fates {
		w.lots = append(w.lots, f.ID)
	}
	if err := w.store.PublishSale(ctx, w.sale.ID); err != nil {
		t.Fatal(err)
	}
	watch := hub.New(hub.Config{})
	room := saleroom.New(saleroom.Config{
		Store: traced{saleroom.Over(w.store), w}, Announce: func(c []saleroom.Change) { w.h.Announce(c) },
		Fatal: func(err error) { t.Errorf("fatal: %v", err) },
	})
	w.h = New(ctx, Config{Store: w.store, Room: room, Hub: watch, Photos: w.store, Secret: []byte("secret"),
		Limits: Limits{BidsPerSecond: 1e6, BidsBurst: 1e6}, Log: slog.New(slog.DiscardHandler)})
	if err := room.Start(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		room.Stop()
		stop()
		watch.Close(context.Background())
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	for name, role := range map[string]auction.Role{"ann": "bidder", "other": "bidder", "third": "bidder", "clerk": "clerk", "owner": "owner"} {
		var u auction.User
		if u, w.who[name] = signedIn(t, w.h, w.store, name+"@example.org", role); role == "bidder" {
			paddle := map[string]auction.Paddle{"ann": "7", "other": "8", "third": "9"}[name]
			if _, err := w.store.RegisterAs(ctx, w.sale.ID, u.ID, paddle, name, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	return w
}

// opening is what makes the worlds differ.
func (w *world) opening(secret hidden) {
	w.bid("other", 0, "20", "max")
	w.bid("ann", 0, secret.max.Decimal(w.sale.Currency), "max")
	w.bid("ann", 1, secret.max.Decimal(w.sale.Currency), "max")
	w.bid("ann", 2, "30", "max") // under the reserve a maximum stands at its full amount, and is no secret
}

// act does one of the things that happen at a sale, the same in both worlds.
func (w *world) act(rnd *rand.Rand, secret hidden) {
	who, lot := []string{"other", "third"}[rnd.IntN(2)], rnd.IntN(3)
	below := strconv.Itoa(20 + rnd.IntN(3000)) // any maximum of Ann's is above
	switch rnd.IntN(10) {
	case 0:
		w.bid("ann", rnd.IntN(2), secret.raised.Decimal(w.sale.Currency), "max")
	case 1:
		w.bid(who, lot, "0.01", "max")
	case 2:
		w.bid(who, lot, "a lot", "max")
	case 3:
		w.bid(who, lot, below, "exact")
	case 4:
		w.hear(who, "POST", lotPath(w.lots[lot])+"/take-back", url.Values{})
	case 5:
		w.hear("clerk", "POST", fmt.Sprintf("/desk/lots/%d/void", w.lots[lot]), url.Values{"seq": {strconv.Itoa(2 + rnd.IntN(3))}, "reason": {"A slip."}})
	case 6:
		w.hear("owner", "POST", "/desk/sales/spring/pause", url.Values{"reason": {"Fire alarm."}})
		w.bid(who, lot, below, "max")
		w.hear("owner", "POST", "/desk/sales/spring/resume", url.Values{})
	default:
		w.bid(who, lot, below, "max")
	}
	if rnd.IntN(3) == 0 {
		w.look()
	}
}

func (w *world) bid(who string, lot int, amount, kind string) {
	key := fmt.Sprintf("key-of-a-world-%06d", len(w.got))
	w.hear(who, "POST", lotPath(w.lots[lot])+"/bids", url.Values{"amount": {amount}, "key": {key}, "kind": {kind}})
}

// hear does something as somebody, and keeps the answer and what it took when
// they are one of the others.
func (w *world) hear(who, method, path string, form url.Values) {
	w.trace = nil
	res := send(w.h, method, path, form, w.who[who])
	if slices.Contains(others, who) {
		var b bytes.Buffer
		res.Header.Write(&b)
		b.ReadFrom(res.Body)
		w.keep(who+" "+method+" "+path, fmt.Sprintf("%d %s\n%s", res.StatusCode, b.String(), strings.Join(w.trace, " ")))
	}
}

var random = regexp.MustCompile(`[A-Za-z0-9_-]{22,64}`)

// keep keeps a thing that was received, without seals, hashes and fresh keys,
// which are random in every world.
func (w *world) keep(what, text string) {
	w.got = append(w.got, what+"\n"+random.ReplaceAllString(text, "RANDOM"))
}

// look is all that others can look at.
func (w *world) look() {
	paths := []string{"/", "/sales/spring", "/sales/spring?order=price", "/sales/spring/mine", "/desk/sales/spring", "/desk/sales/spring/lots",
		"/desk/sales/spring/bidders", "/desk/sales/spring/results", "/desk/sales/spring/results.csv"}
	for _, id := range w.lots {
		paths = append(paths, lotPath(id), lotPath(id)+"/log", "/desk"+lotPath(id))
	}
	for _, who := range others {
		for _, path := range paths {
			r := httptest.NewRequest("GET", path, nil)
			if c := w.who[who]; c != nil {
				r.AddCookie(c)
			}
			rec := httptest.NewRecorder()
			w.h.ServeHTTP(rec, r)
			w.keep(who+" GET "+path, fmt.Sprint(rec.Code, rec.Header(), rec.Body))
			if strings.HasPrefix(path, "/lots") || path == "/sales/spring" {
				w.hear(who, "GET", path, nil)
			}
		}
	}
	w.frames()
}

// frames are what sockets are sent: the lots and the cards, and where another
// bidder stands.
func (w *world) frames() {
	ctx := w.t.Context()
	for _, p := range []auction.Paddle{"", "8"} {
		var lots []watched
		for _, id := range w.lots {
			lots = append(lots, watched{id, w.sale, p})
		}
		frame, err := w.h.live.lotSnapshot(ctx, lots)
		if err != nil {
			w.t.Fatal(err)
		}
		w.keep("the lots' frames", string(frame))
		if frame, err = w.h.live.cardSnapshot(ctx, w.sale, p, nil); err != nil {
			w.t.Fatal(err)
		}
		w.keep("the cards' frames", string(frame))
	}
}

// traced is a store that notes what the saleroom asks of it.
type traced struct {
	saleroom.Store
	w *world
}

func (s traced) Update(ctx context.Context, fn func(saleroom.Tx) error) error {
	return s.Store.Update(ctx, func(tx saleroom.Tx) error { return fn(tracedTx{tx, s.w}) })
}

type tracedTx struct {
	saleroom.Tx
	w *world
}

func (t tracedTx) note(what string) { t.w.trace = append(t.w.trace, what) }

func (t tracedTx) Lot(ctx context.Context, id int64) (auction.Lot, auction.Terms, error) {
	t.note("lot")
	return t.Tx.Lot(ctx, id)
}

func (t tracedTx) Bidder(ctx context.Context, lot int64, p auction.Paddle) (auction.Bidder, error) {
	t.note("bidder")
	return t.Tx.Bidder(ctx, lot, p)
}

func (t tracedTx) Answered(ctx context.Context, lot int64, p auction.Paddle, key string) (auction.Bid, auction.Answer, error) {
	t.note("answered")
	return t.Tx.Answered(ctx, lot, p, key)
}

func (t tracedTx) Log(ctx context.Context, lot int64) ([]auction.Record, error) {
	t.note("log")
	return t.Tx.Log(ctx, lot)
}

func (t tracedTx) KeepBid(ctx context.Context, lot int64, b auction.Bid, a auction.Answer) error {
	t.note("keep bid")
	return t.Tx.KeepBid(ctx, lot, b, a)
}

func (t tracedTx) KeepLot(ctx context.Context, l auction.Lot, was int64, nonce [16]byte, events []auction.Event) error {
	t.note(fmt.Sprintf("keep lot with %d events", len(events)))
	return t.Tx.KeepLot(ctx, l, was, nonce, events)
}
