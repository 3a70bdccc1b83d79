package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// builder makes a house; the first error ends the test.
type builder struct {
	*testing.T
	*store.Store
	ctx context.Context
	now time.Time
	n   int // of the next key

	olga auction.User // runs the sales
}

func (b *builder) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// busyHouse fills a store with a house in the middle of its business: two
// sales, so many lots in every state, bids taken, refused, raised and voided,
// people with and without an address, photos, and ids that were given up.
func busyHouse(t *testing.T, s *store.Store, lots int) {
	t.Helper()
	b := &builder{T: t, Store: s, ctx: t.Context(), now: time.UnixMilli(1_790_000_000_000).UTC()}
	_, err := s.Secret(b.ctx)
	b.ok(err)
	b.ok(s.SetSetting(b.ctx, "name", "Haus am Fluß"))
	owner, err := s.AddUser(b.ctx, auction.User{Email: "o@example.org", Name: "Ö. Wner", Role: auction.RoleOwner, Password: "$x$"})
	b.ok(err)
	b.ok(s.AddSession(b.ctx, auction.Session{Token: auction.Hash{0: 1, 31: 0xff}, UserID: owner.ID, ByLink: true, Created: b.now, Until: b.now.Add(1e6 * time.Hour)}))
	if b.olga, err = s.AddUser(b.ctx, auction.User{Email: "olga@example.org", Name: "Olga", Role: auction.RoleOrganiser}); err != nil {
		t.Fatal(err)
	}
	for k, slug := range []string{"spring", "autumn"} {
		b.sale(slug, k == 0, lots/2)
	}
	b.ok(s.Update(b.ctx, func(tx *store.Tx) error {
		_, err := tx.Beat(b.ctx, b.now)
		return err
	}))
	for i := range 3 {
		b.ok(s.KeepPhoto(fmt.Sprintf("photofile%d-s.jpg", i), bytes.Repeat([]byte{byte(i), 0, 0xff}, 1000*i+1)))
	}
}

func (b *builder) sale(slug string, published bool, lots int) {
	sale, err := b.CreateSale(b.ctx, auction.Sale{Slug: slug, Title: "The " + slug + " sale", Published: published, Zone: "Europe/London",
		Currency: auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}, Steps: auction.Table{{UpTo: 99, Step: 5}, {Step: 10}}, OpensAt: b.now}, b.olga.ID)
	b.ok(err)
	_, err = b.ImportHolders(b.ctx, sale.ID, []auction.HolderRow{{Name: "Ann", Email: "ann@example.org"}, {Name: "Bob"},
		{Name: "Çelik", Paddle: "12A"}}, false)
	b.ok(err)
	drafts := make([]auction.Draft, lots)
	for i := range drafts {
		drafts[i] = auction.Draft{Words: auction.Words{Title: fmt.Sprintf("Lot “%d”", i), Description: strings.Repeat("Wörter ", i%40)},
			Terms:   auction.Terms{Opening: 100, Reserve: auction.Money(i % 3 * 200), Steps: auction.Table{{Step: 10}}, Group: []string{"", "pair"}[i%2]},
			OpensAt: b.now, ClosesAt: b.now.Add(time.Hour)}
	}
	fates, err := b.ImportLots(b.ctx, sale.ID, drafts, false)
	b.ok(err)
	for i, f := range fates {
		if i%10 < 9 { // the others are yet to open
			b.trade(f.ID, i)
		}
		if i%7 == 0 {
			b.ok(b.AddPhoto(b.ctx, f.ID, auction.Photo{Name: fmt.Sprint(slug, "photo", i), Ext: "jpg", Width: 3, Height: 2, Alt: "ein Bild"}))
		}
	}
	gone, err := b.AddLot(b.ctx, sale.ID, drafts[0])
	b.ok(err)
	b.ok(b.RemoveLot(b.ctx, gone))
}

// trade opens a lot, bids on it, and lets some of them end.
func (b *builder) trade(lot int64, i int) {
	change := func(tx *store.Tx, rule func(auction.Lot, auction.Terms) (auction.Lot, []auction.Event)) {
		l, t, err := tx.Lot(b.ctx, lot)
		b.ok(err)
		next, events := rule(l, t)
		b.ok(tx.KeepLot(b.ctx, next, l.Seq, [16]byte{3: 3}, events))
	}
	b.ok(b.Update(b.ctx, func(tx *store.Tx) error {
		change(tx, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
			return l.Open(t, b.now, [16]byte{3: 3})
		})
		for j, amount := range []auction.Money{500, 300, 50, 900, 700, 900}[:i%7] {
			b.n++
			_, err := storetest.PlaceBid(b.ctx, tx, lot, []auction.Paddle{"101", "102", "12A"}[j%3], amount,
				b.now.Add(time.Duration(j+1)*time.Second), fmt.Sprintf("key-%012d", b.n))
			b.ok(err)
		}
		return nil
	}))
	b.ok(b.Update(b.ctx, func(tx *store.Tx) error {
		if i%7 == 6 {
			l, t, err := tx.Lot(b.ctx, lot)
			b.ok(err)
			log, err := tx.Log(b.ctx, lot)
			b.ok(err)
			next, events, err := l.Void(t, log, log[1].Seq, b.now.Add(time.Minute), "a slip of the pen")
			b.ok(err)
			b.ok(tx.KeepLot(b.ctx, next, l.Seq, [16]byte{}, events))
		}
		if i%5 == 0 {
			change(tx, func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
				return l.KnockDown(t, b.now.Add(2*time.Hour))
			})
		}
		return nil
	}))
}

// sameHouse compares all that can be asked of two stores.
func sameHouse(t *testing.T, got, want *store.Store) {
	t.Helper()
	ctx := t.Context()
	same := func(what string, ask func(*store.Store) (any, error)) {
		t.Helper()
		g, err := ask(got)
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		w, err := ask(want)
		if err != nil {
			t.Fatal(err)
		}
		storetest.Same(t, what, g, w)
	}
	same("the lots with their logs", func(s *store.Store) (any, error) { return everything(t, s), nil })
	same("the secret", func(s *store.Store) (any, error) { return s.Secret(ctx) })
	same("the id", func(s *store.Store) (any, error) { return s.HouseID(ctx) })
	same("a setting", func(s *store.Store) (any, error) { return s.Setting(ctx, "name") })
	same("users", func(s *store.Store) (any, error) { return s.Users(ctx) })
	same("a session", func(s *store.Store) (any, error) { return s.Visitor(ctx, auction.Hash{0: 1, 31: 0xff}, 1) })
	same("the heartbeat", func(s *store.Store) (any, error) { return s.LastBeat(ctx) })
	same("sales", func(s *store.Store) (any, error) { return s.Sales(ctx, true) })
	sales, err := want.Sales(ctx, true)
	if err != nil || len(sales) != 2 {
		t.Fatalf("%d sales, %v", len(sales), err)
	}
	for _, sale := range sales {
		same("organisers", func(s *store.Store) (any, error) { return s.Organisers(ctx, sale.ID) })
		same("holders", func(s *store.Store) (any, error) { return s.Holders(ctx, sale.ID) })
		same("the latest bids", func(s *store.Store) (any, error) { return s.LatestBids(ctx, sale.ID, 1000) })
		same("counts", func(s *store.Store) (any, error) { return s.SaleCounts(ctx, sale.ID) })
		same("entries", func(s *store.Store) (any, error) {
			list, _, err := s.Entries(ctx, sale.ID, auction.Query{})
			return list, err
		})
	}
	names, err := want.PhotoFiles()
	if err != nil || len(names) != 3 {
		t.Fatalf("%d photo files, %v", len(names), err)
	}
	for _, name := range names {
		same("photo "+name, func(s *store.Store) (any, error) { return readPhoto(t, s, name), nil })
	}
}

// move moves a house, killed again and again: the first run is cut short where
// it says its first word, each other so many words later. It returns how often.
func move(t *testing.T, from *store.Store, to store.Config, later int) (kills int) {
	t.Helper()
	for ; ; kills++ {
		to.ForMove = true
		s, err := store.Open(t.Context(), to)
		if err != nil {
			t.Fatal(err)
		}
		ctx, kill := context.WithCancel(t.Context())
		words := 0
		err = store.Move(ctx, from, s, func(string) {
			if words++; words > kills*later {
				kill()
			}
		})
		killed := ctx.Err() != nil // then the connection may be the first to say so
		kill()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err == nil {
			return kills
		}
		if !killed || kills > 500 {
			t.Fatalf("a move that was killed %d times: %v", kills, err)
		}
		to.ForMove = false
		if s, err := store.Open(t.Context(), to); err == nil {
			if sales, _ := s.Sales(t.Context(), true); len(sales) > 0 {
				t.Errorf("a house that is not all there can be served, with %d sales", len(sales))
			}
			_ = s.Close()
		} else if !errors.Is(err, store.ErrMoving) {
			t.Errorf("Open of a house that is not all there: got error %v, want ErrMoving", err)
		}
	}
}

func TestAHouseMovesThereAndBack(t *testing.T) {
	server := storetest.StartPostgres(t)
	home := storetest.SQLite(t)
	busyHouse(t, home, 300)

	there := store.Config{Dir: t.TempDir(), URL: server.Database(t)}
	kills := move(t, home, there, 1)
	t.Logf("moved there after being killed %d times", kills)
	if kills < 5 {
		t.Errorf("the move was killed %d times only", kills)
	}
	moved := storetest.Open(t, there)
	sameHouse(t, moved, home)

	back := store.Config{Dir: t.TempDir()}
	move(t, moved, back, 6)
	returned := storetest.Open(t, back)
	sameHouse(t, returned, home)

	last := everything(t, home)[299].Lot // ids go on, none is given again
	for what, s := range map[string]*store.Store{"home": home, "moved": moved, "returned": returned} {
		id, err := s.AddLot(t.Context(), last.SaleID, auction.Draft{Words: auction.Words{Title: "One more"},
			Terms: auction.Terms{Opening: 100, Steps: auction.Table{{Step: 10}}}, ClosesAt: last.ClosesAt})
		if err != nil || id != last.ID+2 {
			t.Errorf("%s: the next lot has id %d, %v, want %d: the one after the lot that was removed", what, id, err, last.ID+2)
		}
		if _, err := s.AddUser(t.Context(), auction.User{Name: "New", Role: auction.RoleBidder}); err != nil {
			t.Errorf("%s: a new user: %v", what, err)
		}
		b := &builder{T: t, Store: s, ctx: t.Context(), now: time.UnixMilli(1_790_000_000_000).UTC(), n: 1 << 30}
		b.trade(id, 7*5+6)
	}
}

func TestAMoveRefusesWhatItMustNotTouch(t *testing.T) {
	server := storetest.StartPostgres(t)
	ctx := t.Context()
	target := func(url string) *store.Store {
		return storetest.Open(t, store.Config{Dir: t.TempDir(), URL: url, ForMove: true})
	}
	homeDir := t.TempDir()
	home := storetest.Open(t, store.Config{Dir: homeDir})
	busyHouse(t, home, 30)

	full := target(server.Database(t))
	storetest.OneBid(t, full)
	if err := store.Move(ctx, home, full, nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("into a house: got error %v, want ErrNotEmpty", err)
	}

	half := server.Database(t)
	cut, kill := context.WithCancel(ctx)
	defer kill()
	err := store.Move(cut, home, target(half), func(said string) {
		if strings.HasPrefix(said, "moved 30 lots") || strings.HasPrefix(said, "moved 3 sales") || strings.HasPrefix(said, "moved 2 sales") {
			kill()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a move that was killed: %v", err)
	}
	other := storetest.SQLite(t)
	busyHouse(t, other, 10)
	if err := store.Move(ctx, other, target(half), nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("into the half of another house: got error %v, want ErrNotEmpty", err)
	}
	if err := store.Move(ctx, target(half), target(server.Database(t)), nil); !errors.Is(err, store.ErrMoving) {
		t.Errorf("from a house that is not all there: got error %v, want ErrMoving", err)
	}
	reader, err := store.OpenReader(ctx, store.Config{Dir: homeDir})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := store.Move(ctx, reader, target(server.Database(t)), nil); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("from a house that another process may serve: got error %v, want ErrReadOnly", err)
	}

	execPostgres(t, half, "UPDATE users SET name = 'Mallory' WHERE email = 'ann@example.org'")
	if err := store.Move(ctx, home, target(half), nil); err == nil || !strings.Contains(err.Error(), "table users") || !strings.Contains(err.Error(), "not the same") {
		t.Errorf("when the target was changed meanwhile: got error %v", err)
	}
	if _, err := store.Open(ctx, store.Config{Dir: t.TempDir(), URL: half}); !errors.Is(err, store.ErrMoving) {
		t.Errorf("Open after a move that found a difference: got error %v, want ErrMoving", err)
	}
	execPostgres(t, half, "UPDATE users SET name = 'Ann' WHERE email = 'ann@example.org'")
	execPostgres(t, half, "UPDATE bids SET answer = replace(answer, '}', ' }')")
	if err := store.Move(ctx, home, target(half), nil); err == nil || !strings.Contains(err.Error(), "table bids: lot id ") {
		t.Errorf("when an answer in the target was changed: got error %v", err)
	}
}

func TestAServedHouseOnPostgreSQLIsNotMoved(t *testing.T) {
	server := storetest.StartPostgres(t)
	served := storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	storetest.OneBid(t, served)
	beat := func() {
		err := served.Update(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Beat(t.Context(), time.Now())
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	beat()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // as a process that serves does
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Second):
				beat()
			}
		}
	}()
	to := storetest.Open(t, store.Config{Dir: t.TempDir(), ForMove: true})
	if err := store.Move(t.Context(), served, to, nil); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while it is served: got error %v, want ErrLocked", err)
	}
	close(stop)
	<-stopped
	if err := store.Move(t.Context(), served, to, nil); err != nil {
		t.Errorf("when it is served no more: %v", err)
	}
}

func TestABrokenHouseIsNotMoved(t *testing.T) {
	dir := t.TempDir()
	s := storetest.Open(t, store.Config{Dir: dir})
	storetest.OneBid(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	execRaw(t, raw(t, filepath.Join(dir, "outcry.db")), "UPDATE lots SET price = price + 1")
	broken := storetest.Open(t, store.Config{Dir: dir})
	to := store.Config{Dir: t.TempDir(), ForMove: true}
	target := storetest.Open(t, to)
	var broke *auction.Break
	if err := store.Move(t.Context(), broken, target, nil); !errors.As(err, &broke) {
		t.Errorf("a house with a lot that breaks the rules: got error %v", err)
	}
	if sales, err := target.Sales(t.Context(), true); err != nil || len(sales) != 0 {
		t.Errorf("something of it was moved: %v, %v", sales, err)
	}
}
