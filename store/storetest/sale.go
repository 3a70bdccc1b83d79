package storetest

import (
	"fmt"
	"testing"
	"time"

	"outcry/auction"
	"outcry/store"
)

var saleTests = []conformance{
	{"every field of a sale comes back", func(h *house) {
		var want auction.Sale
		Fill(h.T, &want)
		s, err := h.CreateSale(h.ctx, want)
		h.ok(err)
		want.ID = s.ID
		Same(h.T, "CreateSale", s, want)
		got, err := h.Sale(h.ctx, want.Slug)
		h.ok(err)
		Same(h.T, "Sale", got, want)

		saved := want
		Fill(h.T, &saved, "ID")
		saved.ID, saved.Slug, saved.Currency.Code = s.ID, "other", "EUR"
		saved.ByNumber, saved.Private, saved.Fees.TaxHammer, saved.Published, saved.PausedAt = false, false, false, false, time.Time{}
		h.ok(h.SaveSale(h.ctx, saved))
		got, err = h.SaleByID(h.ctx, s.ID)
		h.ok(err)
		saved.Published, saved.PausedAt, saved.Rehearses = true, want.PausedAt, want.Rehearses // have acts of their own, or never change
		Same(h.T, "SaveSale", got, saved)
	}},
	{"a sale's address is its own", func(h *house) {
		h.sale("spring")
		_, err := h.CreateSale(h.ctx, auction.Sale{Slug: "spring"})
		h.is("CreateSale with a taken address", err, store.ErrConflict)
		other := h.sale("autumn")
		other.Slug = "spring"
		h.is("SaveSale with a taken address", h.SaveSale(h.ctx, other), store.ErrConflict)
		_, err = h.Sale(h.ctx, "winter")
		h.is("an unknown sale", err, store.ErrNotFound)
		h.is("saving an unknown sale", h.SaveSale(h.ctx, auction.Sale{ID: 99, Slug: "x"}), store.ErrNotFound)
		h.is("publishing an unknown sale", h.PublishSale(h.ctx, 99), store.ErrNotFound)
	}},
	{"sales are listed by their close, drafts for staff only", func(h *house) {
		for i, slug := range []string{"first", "second", "draft"} {
			_, err := h.CreateSale(h.ctx, auction.Sale{Slug: slug, Published: slug != "draft", ClosesAt: start.Add(time.Duration(i) * time.Hour)})
			h.ok(err)
		}
		for _, c := range []struct {
			all  bool
			want []string
		}{{false, []string{"second", "first"}}, {true, []string{"draft", "second", "first"}}} {
			list, err := h.Sales(h.ctx, c.all)
			h.ok(err)
			var got []string
			for _, s := range list {
				got = append(got, s.Slug)
			}
			Same(h.T, "Sales", got, c.want)
		}
	}},
	{"a sale is published, and hidden until a lot opens", func(h *house) {
		s := h.sale("spring")
		lot := h.lot(s.ID, "1", "Vase")
		h.ok(h.HideSale(h.ctx, s.ID))
		got, err := h.SaleByID(h.ctx, s.ID)
		h.ok(err)
		if got.Published {
			h.Error("a hidden sale is published")
		}
		h.ok(h.PublishSale(h.ctx, s.ID))
		h.open(lot)
		h.is("hiding a sale with an open lot", h.HideSale(h.ctx, s.ID), store.ErrConflict)
		s.Currency = auction.Currency{Code: "JPY"}
		h.is("another currency under an open lot", h.SaveSale(h.ctx, s), store.ErrConflict)
	}},
	{"counts and categories add up", testCounts},
	{"how far a job is comes back", func(h *house) {
		s := h.sale("spring")
		var want auction.Job
		Fill(h.T, &want)
		want.SaleID, want.Kind = s.ID, auction.JobPack
		j, err := h.AddJob(h.ctx, want)
		h.ok(err)
		want.ID = j.ID
		got, err := h.Job(h.ctx, j.ID)
		h.ok(err)
		Same(h.T, "Job", got, want)
		Fill(h.T, &want, "ID", "SaleID", "Kind", "What", "StartedAt")
		h.ok(h.SaveJob(h.ctx, want))
		other, err := h.AddJob(h.ctx, auction.Job{SaleID: s.ID, Kind: auction.JobPack})
		h.ok(err)
		_, err = h.AddJob(h.ctx, auction.Job{SaleID: s.ID, Kind: auction.JobPhotos})
		h.ok(err)
		list, err := h.Jobs(h.ctx, s.ID, auction.JobPack, 9)
		h.ok(err)
		Same(h.T, "Jobs", list, []auction.Job{other, want})
		h.is("a job that is not there", h.SaveJob(h.ctx, auction.Job{ID: 99}), store.ErrNotFound)
	}},
	{"the files of jobs stay for a while, the newest few", func(h *house) {
		s, autumn := h.sale("spring"), h.sale("autumn")
		var files []auction.JobFile
		for i := range 6 {
			of := s
			if i == 0 {
				of = autumn
			}
			j, err := h.AddJob(h.ctx, auction.Job{SaleID: of.ID, Kind: auction.JobPack})
			h.ok(err)
			f := auction.JobFile{JobID: j.ID, Name: fmt.Sprint("pack-", i, ".zip"), Data: []byte{0, byte(i), 0xff}, Until: start.Add(time.Duration(i) * time.Hour)}
			h.ok(h.KeepJobFile(h.ctx, f))
			files = append(files, f)
		}
		before := start.Add(-time.Hour)
		for i, gone := range []bool{false, true, true, false, false, false} { // of the one sale, the oldest two
			got, err := h.JobFile(h.ctx, files[i].JobID, before)
			if gone {
				h.is("a file that gave way", err, store.ErrNotFound)
				continue
			}
			h.ok(err)
			Same(h.T, "JobFile", got, files[i])
		}
		_, err := h.JobFile(h.ctx, files[4].JobID, files[4].Until)
		h.is("a file whose time is over", err, store.ErrNotFound)
		h.ok(h.SweepJobFiles(h.ctx, files[4].Until))
		_, err = h.JobFile(h.ctx, files[4].JobID, before)
		h.is("a file that was swept", err, store.ErrNotFound)
		_, err = h.JobFile(h.ctx, files[5].JobID, before)
		h.ok(err)
	}},
	{"settings and the secret stay", func(h *house) {
		_, err := h.Setting(h.ctx, "name")
		h.is("a setting never set", err, store.ErrNotFound)
		h.ok(h.SetSetting(h.ctx, "name", "one"))
		h.ok(h.SetSetting(h.ctx, "name", "two"))
		got, err := h.Setting(h.ctx, "name")
		h.ok(err)
		Same(h.T, "Setting", got, "two")
		first, err := h.Secret(h.ctx)
		h.ok(err)
		again, err := h.Secret(h.ctx)
		h.ok(err)
		Same(h.T, "Secret, asked again", again, first)
		if len(first) != 32 {
			h.Errorf("the secret has %d bytes, want 32", len(first))
		}
	}},
	{"the store is ready and knows its figures", func(h *house) {
		h.ok(h.Ready(h.ctx))
		h.lot(h.sale("spring").ID, "1", "Vase")
		st, err := h.Stats(h.ctx)
		h.ok(err)
		if st.Lots != 1 || st.Sales != 1 || st.Bytes <= 0 || st.Version == "" || st.Schema < 1 || st.Free <= 0 {
			h.Errorf("Stats: %+v", st)
		}
	}},
}

func testCounts(h *house) {
	s := h.sale("spring")
	a, b := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
	var lots []int64
	for i, cat := range []string{"Glass", "Art", "Art", ""} {
		d := draft("", "Lot")
		d.Category = cat
		if i == 1 {
			d.Reserve = 5000
		}
		id, err := h.AddLot(h.ctx, s.ID, d)
		h.ok(err)
		lots = append(lots, id)
	}
	for _, id := range lots[:3] {
		h.open(id)
	}
	h.bid(lots[0], a.Paddle, 2000, 1, key(1))
	h.bid(lots[0], b.Paddle, 3000, 2, key(2)) // 2100
	h.bid(lots[1], a.Paddle, 2000, 3, key(3)) // below the reserve
	h.bid(lots[2], b.Paddle, 1500, 4, key(4)) // 1000
	h.bid(lots[3], b.Paddle, 1500, 4, key(5)) // refused: not open
	h.change(lots[2], func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.KnockDown(t, start.Add(2*time.Hour))
	})
	got, err := h.SaleCounts(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "SaleCounts", got, auction.Counts{Lots: 4, Upcoming: 1, Open: 2, NoBids: 1, Sold: 1,
		Bids: got.Bids, Bidding: 2, Raised: 1000, Promised: 2100})
	if got.Bids < 4 {
		h.Errorf("SaleCounts: %d bids, want at least the 4 taken", got.Bids)
	}
	cats, err := h.Categories(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "Categories", cats, []auction.CategoryCount{{Name: "Art", Lots: 2}, {Name: "Glass", Lots: 1}})
}

// SQLite makes a store beside a file, in a directory of the test's own.
func SQLite(t *testing.T) *store.Store { return Open(t, store.Config{Dir: t.TempDir()}) }

// Open opens a store for a test, which closes it.
func Open(t *testing.T, c store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}
