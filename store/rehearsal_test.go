package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
	"outcry/store/storetest"
)

func TestRehearsals(t *testing.T) {
	server := storetest.StartPostgres(t)
	for _, db := range []struct {
		name string
		open storetest.Opener
	}{{"SQLite", storetest.SQLite}, {"PostgreSQL", func(t *testing.T) *store.Store {
		return storetest.Open(t, store.Config{Dir: t.TempDir(), URL: server.Database(t)})
	}}} {
		t.Run(db.name, func(t *testing.T) {
			t.Run("a wipe leaves nothing, and touches nothing else", func(t *testing.T) { testWipe(t, db.open(t)) })
			t.Run("what counts cannot be removed by it", func(t *testing.T) { testOnlyRehearsals(t, db.open(t)) })
		})
	}
}

// stage is a house with a sale that counts and its rehearsal, both in the same
// middle of the night.
type stage struct {
	*testing.T
	s                *store.Store
	real, rehearsal  int64 // sales
	realLot, tryLot  int64
	helper, stranger int64 // users who come to the rehearsal alone, with nothing to prove it, and known before
}

func (st *stage) ok(err error) {
	st.Helper()
	if err != nil {
		st.Fatal(err)
	}
}

func (st *stage) exec(text string, args ...any) {
	st.Helper()
	if err := st.s.Exec(st.Context(), text, args...); err != nil {
		st.Fatalf("%s: %v", text, err)
	}
}

func newStage(t *testing.T, s *store.Store) *stage {
	st := &stage{T: t, s: s}
	lot := storetest.OneBid(t, s)
	sale, err := s.Sale(t.Context(), "spring")
	st.ok(err)
	st.real, st.realLot = sale.ID, lot
	u, err := s.AddUser(t.Context(), auction.User{Name: "Known before", Role: auction.RoleBidder})
	st.ok(err)
	st.stranger = u.ID
	st.ok(s.AddPhoto(t.Context(), lot, auction.Photo{Name: "shared", Ext: "jpg", Width: 1, Height: 1}))
	st.fill(st.real, st.realLot, "101", 1, u.ID)
	return st
}

// rehearse makes the rehearsal, with a row of it wherever one can be.
func (st *stage) rehearse() {
	st.Helper()
	ctx, s := st.Context(), st.s
	sale, err := s.SaleByID(ctx, st.real)
	st.ok(err)
	sale.Slug, sale.Rehearses = "spring-rehearsal", st.real
	sale, err = s.CreateSale(ctx, sale)
	st.ok(err)
	st.rehearsal = sale.ID
	lots, err := s.Drafts(ctx, st.real)
	st.ok(err)
	fates, err := s.ImportLots(ctx, sale.ID, []auction.Draft{lots[0].Draft}, false)
	st.ok(err)
	st.tryLot = fates[0].ID
	st.ok(s.SharePhotos(ctx, st.real, sale.ID))
	st.ok(s.AddPhoto(ctx, st.tryLot, auction.Photo{Name: "its-own", Ext: "jpg", Width: 1, Height: 1}))
	_, err = s.ImportHolders(ctx, sale.ID, []auction.HolderRow{{Name: "Bot", Paddle: "7"}, {Name: "Helper", Email: "helper@example.org", Paddle: "8"}}, false)
	st.ok(err)
	helper, err := s.UserByEmail(ctx, "helper@example.org")
	st.ok(err)
	st.helper = helper.ID
	_, err = s.RegisterAs(ctx, sale.ID, st.stranger, "9", "Known before", true)
	st.ok(err)
	opened := time.UnixMilli(1_790_000_000_000).UTC()
	st.ok(s.Update(ctx, func(tx *store.Tx) error {
		l, terms, err := tx.Lot(ctx, st.tryLot)
		if err != nil {
			return err
		}
		next, events := l.Open(terms, opened, [16]byte{15: 1})
		return tx.KeepLot(ctx, next, l.Seq, [16]byte{15: 1}, events)
	}))
	st.ok(s.Update(ctx, func(tx *store.Tx) error {
		_, err := storetest.PlaceBid(ctx, tx, st.tryLot, "7", 2000, opened.Add(time.Second), "key-of-a-bot-000001")
		return err
	}))
	st.fill(sale.ID, st.tryLot, "8", 2, helper.ID)
}

// fill puts a row of a sale into every table that may have one.
func (st *stage) fill(sale, lot int64, paddle string, n int, user int64) {
	st.Helper()
	key := fmt.Sprint("key-", n)
	st.exec("INSERT INTO payments (sale_id, paddle, amount, method, note, key, at) VALUES ($1, $2, 5, 'cash', '', $3, 1)", sale, paddle, key)
	st.exec("INSERT INTO appeals (sale_id, title, words, goal, levels, open) VALUES ($1, '', '', 0, '[]', TRUE)", sale)
	st.exec("INSERT INTO donations (sale_id, paddle, amount, giving, key, at) VALUES ($1, $2, 5, 'appeal', $3, 1)", sale, paddle, key)
	st.exec("INSERT INTO handovers (lot_id, at, by_id) VALUES ($1, 1, $2)", lot, st.stranger)
	st.exec("INSERT INTO after_acts (lot_id, n, at, kind, paddle, price, until_at, ref, reason) VALUES ($1, 1, 1, 'offered', $2, 5, 9, 0, '')", lot, paddle)
	st.ok(st.s.KeepAct(st.Context(), auction.Act{SaleID: sale, LotID: lot, Kind: auction.ActSale}))
	st.exec("INSERT INTO absentee_bids (lot_id, paddle, key, amount, at, gone_at) VALUES ($1, $2, $3, 5, 1, 0)", lot, paddle, key)
	st.exec("INSERT INTO announcements (sale_id, seq, at, message, closes_at) VALUES ($1, 1, 1, 'Soup', 0)", sale)
	j, err := st.s.AddJob(st.Context(), auction.Job{SaleID: sale, Kind: auction.JobPack})
	st.ok(err)
	st.ok(st.s.KeepJobFile(st.Context(), auction.JobFile{JobID: j.ID, Name: "pack.zip", Data: []byte{1}, Until: time.UnixMilli(1)}))
	st.ok(st.s.AddMail(st.Context(), auction.Mail{Kind: auction.MailOutbid, SaleID: sale, LotID: lot, Paddle: auction.Paddle(paddle), Seq: int64(n)}))
	st.exec("INSERT INTO links (purpose, user_id, email, name, sale_id, next, created_at, until_at, used_at) VALUES ('invite', 0, 'a@example.org', '', $1, '', 1, 2, 0)", sale)
	st.ok(st.s.Agree(st.Context(), sale, user, "the words of "+key, time.UnixMilli(1)))
	st.exec("INSERT INTO invitations (sale_id, email, at) VALUES ($1, 'a@example.org', 1)", sale)
	st.ok(st.s.Watch(st.Context(), user, lot, true, time.UnixMilli(1)))
	st.exec("INSERT INTO sale_organisers (sale_id, user_id, at) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING", sale, st.stranger)
	st.exec("INSERT INTO letters (sale_id, by_id, key, subject, words, at) VALUES ($1, 0, $2, '', '', 1)", sale, key)
	st.ok(st.s.KeepUpload(st.Context(), auction.Upload{Token: auction.Hash{byte(n)}, UserID: st.stranger, SaleID: sale, What: "lots", Data: []byte{1}, Until: time.UnixMilli(9)}, time.UnixMilli(1)))
	holder, err := st.s.HolderByPaddle(st.Context(), sale, auction.Paddle(paddle))
	st.ok(err)
	st.ok(st.s.AddSession(st.Context(), auction.Session{Token: auction.Hash{byte(n)}, UserID: holder.UserID, ByLink: true, Holder: holder.ID, Until: time.UnixMilli(9), Created: time.UnixMilli(1)}))
	st.ok(st.s.AddPushTo(st.Context(), auction.PushTo{UserID: holder.UserID, Session: auction.Hash{byte(n)}, Endpoint: "https://push.example.org/" + key, Key: make([]byte, 65), Auth: make([]byte, 16), At: time.UnixMilli(1)}))
	st.ok(st.s.Update(st.Context(), func(tx *store.Tx) error {
		return tx.KeepPushes(st.Context(), []auction.Push{{Kind: auction.PushOutbid, SaleID: sale, LotID: lot, Paddle: auction.Paddle(paddle), Seq: int64(n)}})
	}))
}

// rows are all rows of all tables, as text.
func (st *stage) rows() map[string][]string {
	st.Helper()
	out := map[string][]string{}
	for _, table := range store.Tables() {
		rows, err := st.s.Reads().Query("SELECT * FROM " + table)
		st.ok(err)
		cols, err := rows.Columns()
		st.ok(err)
		list := []string{}
		for rows.Next() {
			vals, dest := make([]any, len(cols)), make([]any, len(cols))
			for i := range vals {
				dest[i] = &vals[i]
			}
			st.ok(rows.Scan(dest...))
			list = append(list, fmt.Sprint(vals))
		}
		st.ok(rows.Err())
		rows.Close()
		slices.Sort(list)
		out[table] = list
	}
	return out
}

func testWipe(t *testing.T, s *store.Store) {
	wipesEveryTable(t, s)
	st := newStage(t, s)
	before := st.rows()
	st.rehearse()
	during := st.rows()
	silent := []string{"mails", "pushes"} // it tells nobody
	byLot, bySale := store.WipedTables()
	ofRehearsals := slices.Concat(byLot, bySale, []string{"sales", "users", "sessions", "conditions", "job_files"})
	for _, table := range store.Tables() {
		switch grown := len(during[table]) > len(before[table]); {
		case slices.Contains(silent, table) && grown:
			t.Errorf("a rehearsal has put %s into the outbox", table)
		case !slices.Contains(silent, table) && !grown && slices.Contains(ofRehearsals, table):
			t.Errorf("the rehearsal has no row in table %s: fill has to put one in, and the wipe to take it out", table)
		}
	}
	dropped, err := s.WipeRehearsal(t.Context(), st.rehearsal, auction.Act{Kind: auction.ActRehearsed, What: "a line"})
	st.ok(err)
	if len(dropped) != 1 || dropped[0].Name != "its-own" {
		t.Errorf("WipeRehearsal: %v hang nowhere any more, want its-own alone", dropped)
	}
	after := st.rows()
	for _, table := range store.Tables() {
		got, want := after[table], before[table]
		if table == "acts" {
			got = slices.DeleteFunc(slices.Clone(got), func(row string) bool { return strings.Contains(row, "sale.rehearsed") })
			if len(after[table])-len(got) != 1 {
				t.Errorf("%d lines tell of the rehearsal, want one", len(after[table])-len(got))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("table %s after the wipe:\n got %v\nwant %v", table, got, want)
		}
	}
	acts, err := s.Acts(t.Context(), auction.ActQuery{SaleID: st.real, Kind: string(auction.ActRehearsed)})
	st.ok(err)
	if len(acts) != 1 || acts[0].What != "a line" || acts[0].At.IsZero() {
		t.Errorf("the audit list of the sale: %+v", acts)
	}
	if _, err := s.WipeRehearsal(t.Context(), st.rehearsal, auction.Act{Kind: auction.ActRehearsed}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("wiping it again: got error %v, want not found", err)
	}
	st.ok(s.EachLot(t.Context(), func(l auction.Lot, terms auction.Terms, log []auction.Record) error {
		return auction.Check(l, terms, log)
	}))
}

// testOnlyRehearsals tries, with the rights that the program has, what would
// remove or change what counts.
func testOnlyRehearsals(t *testing.T, s *store.Store) {
	st := newStage(t, s)
	counts, books := st.told(st.real)
	st.rehearse()
	if got, list := st.told(st.real); got != counts || !reflect.DeepEqual(list, books) {
		t.Errorf("after a rehearsal the sale's figures are\n%+v\n%+v, want\n%+v\n%+v", got, list, counts, books)
	}
	if got, _ := st.told(st.rehearsal); got.Bids != 1 || got.Given == 0 {
		t.Errorf("the rehearsal itself: %+v, want a bid and a donation", got)
	}
	bare, err := s.SaleByID(t.Context(), st.real)
	st.ok(err)
	bare.Slug = "bare" // no row of another table holds it
	bare, err = s.CreateSale(t.Context(), bare)
	st.ok(err)
	before := st.rows()
	if _, err := s.WipeRehearsal(t.Context(), st.real, auction.Act{Kind: auction.ActRehearsed}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("wiping a sale that counts: got error %v, want a conflict", err)
	}
	for _, text := range []string{
		"UPDATE sales SET rehearses = 99 WHERE id = %[1]d",
		"UPDATE sales SET rehearses = 0 WHERE id = %[3]d",
		"UPDATE sales SET id = 77 WHERE id = %[1]d",
		"DELETE FROM sales WHERE id = %[1]d",
		"DELETE FROM sales WHERE id = %[5]d",
		"UPDATE lots SET sale_id = %[3]d WHERE id = %[2]d",
		"REPLACE INTO lots SELECT * FROM lots WHERE id = %[2]d",
		"DELETE FROM events WHERE lot_id = %[2]d",
		"DELETE FROM events",
		"UPDATE events SET amount = 1 WHERE lot_id = %[4]d", // not even of a rehearsal: its log can be checked
		"DELETE FROM acts WHERE sale_id = %[1]d",
		"DELETE FROM payments WHERE sale_id = %[1]d",
		"DELETE FROM donations WHERE sale_id = %[1]d",
		"DELETE FROM after_acts WHERE lot_id = %[2]d",
		"DELETE FROM events WHERE lot_id NOT IN (SELECT id FROM lots WHERE sale_id = %[3]d)",
	} {
		text = strings.SplitN(fmt.Sprintf(text+" -- %[1]d %[2]d %[3]d %[4]d %[5]d", st.real, st.realLot, st.rehearsal, st.tryLot, bare.ID), " --", 2)[0]
		if err := s.Exec(t.Context(), text); err == nil {
			t.Errorf("%s: went through", text)
		}
	}
	sale, err := s.SaleByID(t.Context(), st.rehearsal)
	st.ok(err)
	sale.ID, sale.Slug = 0, "another"
	if _, err := s.CreateSale(t.Context(), sale); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second rehearsal at the same time: got error %v, want a conflict", err)
	}
	for table, want := range before {
		if got := st.rows()[table]; !slices.Equal(got, want) {
			t.Errorf("table %s was changed:\n got %v\nwant %v", table, got, want)
		}
	}
}

// told is what is told of a sale.
func (st *stage) told(sale int64) (auction.Counts, auction.Books) {
	st.Helper()
	counts, err := st.s.SaleCounts(st.Context(), sale)
	st.ok(err)
	books, err := st.s.Books(st.Context(), sale)
	st.ok(err)
	return counts, books
}

// wipesEveryTable finds a table that was added and that a wipe forgets.
func wipesEveryTable(t *testing.T, s *store.Store) {
	byLot, bySale := store.WipedTables()
	for _, table := range store.Tables() {
		rows, err := s.Reads().Query("SELECT * FROM " + table + " LIMIT 0")
		if err != nil {
			t.Fatal(err)
		}
		cols, err := rows.Columns()
		rows.Close()
		if err != nil {
			t.Fatal(err)
		}
		ofSale, ofLot := slices.Contains(cols, "sale_id") && table != "lots", slices.Contains(cols, "lot_id")
		if ofSale && !slices.Contains(bySale, table) || ofLot && !ofSale && !slices.Contains(byLot, table) {
			t.Errorf("table %s names a sale or a lot, and no wipe goes through it", table)
		}
	}
}
