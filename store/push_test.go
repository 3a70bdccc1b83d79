package store_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

// phones is a lot with a bid by a paddle that is told on two browsers.
type phones struct {
	*testing.T
	*store.Store
	lot, sale int64
	one, two  auction.PushTo
	at        time.Time
}

func newPhones(t *testing.T, s *store.Store) *phones {
	t.Helper()
	p := &phones{T: t, Store: s, lot: storetest.OneBid(t, s), at: time.UnixMilli(1_790_000_000_000).UTC().Add(time.Minute)}
	e, err := s.Entry(t.Context(), p.lot)
	p.ok(err)
	p.sale = e.SaleID
	u, err := s.UserByEmail(t.Context(), "ann@example.org")
	p.ok(err)
	p.ok(s.Watch(t.Context(), u.ID, p.lot, true, p.at.Add(-time.Minute)))
	for n := range byte(2) {
		token := auction.Hash{n + 1}
		p.ok(s.AddSession(t.Context(), auction.Session{Token: token, UserID: u.ID, Created: p.at, Until: time.Now().Add(time.Hour)}))
		p.ok(s.AddPushTo(t.Context(), auction.PushTo{UserID: u.ID, Session: token, Endpoint: "https://push.example.org/" + string('a'+rune(n)),
			Key: bytes.Repeat([]byte{n}, 65), Auth: bytes.Repeat([]byte{n}, 16), At: p.at}))
	}
	list, err := s.PushesTo(t.Context(), u.ID)
	p.ok(err)
	p.one, p.two = list[0], list[1]
	return p
}

func (p *phones) ok(err error) {
	p.Helper()
	if err != nil {
		p.T.Fatal(err)
	}
}

// keep tells of an event, and of the close.
func (p *phones) keep(seq int64) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.Context(), time.Minute)
	defer cancel()
	p.ok(p.Update(ctx, func(tx *store.Tx) error {
		return tx.KeepPushes(ctx, []auction.Push{{Kind: auction.PushOutbid, SaleID: p.sale, LotID: p.lot, Seq: seq, Paddle: "101",
			Due: p.at, Until: p.at.Add(time.Hour), At: p.at}})
	}))
	p.ok(p.KeepClosing(ctx, auction.Closing{LotID: p.lot, ClosesAt: p.at.Add(time.Hour)}, p.at, p.at))
}

// waits says how many messages of the two kinds a browser has.
func (p *phones) waits(to auction.PushTo, outbid, closing int) {
	p.Helper()
	for kind, want := range map[auction.PushKind]int{auction.PushOutbid: outbid, auction.PushClosing: closing} {
		if list, err := p.PushesOf(p.Context(), to.ID, kind, p.sale); err != nil || len(list) != want {
			p.Errorf("browser %d has %d messages of %s, want %d; %v", to.ID, len(list), kind, want, err)
		}
	}
}

func TestASessionThatHasRunOutIsToldNothing(t *testing.T) { testPushRunOut(t, storetest.SQLite(t)) }

// testPushRunOut: neither what comes after its end, nor what waited then.
func testPushRunOut(t *testing.T, s *store.Store) {
	p := newPhones(t, s)
	p.ok(s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.KeepPushes(t.Context(), []auction.Push{{Kind: auction.PushOutbid, SaleID: p.sale, LotID: p.lot, Seq: 7, Paddle: "101",
			Due: p.at, Until: p.at.Add(time.Hour), At: p.at}})
	}))
	p.ok(s.Exec(t.Context(), "UPDATE sessions SET until_at = $1 WHERE token = $2", time.Now().UnixMilli(), p.one.Session[:]))
	p.keep(8)
	p.waits(p.one, 1, 0)
	p.waits(p.two, 2, 1)
	list, err := s.TakePushes(t.Context(), p.at, p.at.Add(time.Hour), 10)
	p.ok(err)
	for _, m := range list {
		if m.To.ID != p.two.ID {
			t.Errorf("a session that has run out is told %+v", m)
		}
	}
	due, err := s.PushDue(t.Context(), p.at)
	p.ok(err)
	if len(list) != 3 || due {
		t.Errorf("%d messages are sent, want 3; more are due: %v", len(list), due)
	}
}

// testPushAndSignOut: what tells a browser that is being signed out neither
// waits for that nor fails by it.
func testPushAndSignOut(t *testing.T, url string) {
	p := newPhones(t, storetest.Open(t, store.Config{Dir: t.TempDir(), URL: url}))
	conn, err := pgx.Connect(t.Context(), url)
	p.ok(err)
	defer conn.Close(context.WithoutCancel(t.Context()))
	tx, err := conn.Begin(t.Context())
	p.ok(err)
	_, err = tx.Exec(t.Context(), "DELETE FROM sessions WHERE token = $1", p.one.Session[:])
	p.ok(err)
	p.keep(8)
	p.ok(tx.Commit(t.Context()))
	p.waits(p.two, 1, 1)

	// The other way round: a sign-out waits for the transaction that has found
	// the browser, and takes what it was told along.
	_, err = conn.Exec(t.Context(), "SET lock_timeout = 1")
	p.ok(err)
	p.ok(p.Update(t.Context(), func(tx *store.Tx) error {
		if err := tx.KeepPushes(t.Context(), []auction.Push{{Kind: auction.PushWon, SaleID: p.sale, LotID: p.lot, Seq: 9, Paddle: "101",
			Due: p.at, Until: p.at.Add(time.Hour), At: p.at}}); err != nil {
			return err
		}
		if _, err := conn.Exec(t.Context(), "DELETE FROM push_subscriptions WHERE id = $1", p.two.ID); err == nil {
			t.Error("a browser went while it was being told")
		}
		return nil
	}))
	p.ok(p.EndSession(t.Context(), p.two.Session))
	p.waits(p.two, 0, 0)
}
