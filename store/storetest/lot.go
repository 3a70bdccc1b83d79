package storetest

import (
	"fmt"
	"slices"
	"time"

	"outcry/auction"
	"outcry/store"
)

var lotTests = []conformance{
	{"two lots swap their numbers", testSwapNumbers},
	{"every field of a draft comes back", func(h *house) {
		s := h.sale("spring")
		var want auction.Draft
		Fill(h.T, &want)
		id, err := h.AddLot(h.ctx, s.ID, want)
		h.ok(err)
		got, err := h.Draft(h.ctx, id)
		h.ok(err)
		Same(h.T, "Draft after AddLot: words", got.Words, want.Words)
		Same(h.T, "Draft after AddLot: terms", got.Terms, want.Terms)
		Same(h.T, "Draft after AddLot", got, want)

		photos := want.Photos
		want.Photos = nil
		Shift(h.T, &want) // every field to another value
		h.ok(h.SaveDraft(h.ctx, id, want))
		want.Photos = photos // have methods of their own
		got, err = h.Draft(h.ctx, id)
		h.ok(err)
		Same(h.T, "Draft after SaveDraft", got, want)
	}},
	{"every field of a lot comes back", func(h *house) {
		id := h.lot(h.sale("spring").ID, "1", "Vase")
		var want auction.Lot
		Fill(h.T, &want, "ID", "SaleID", "State", "Seq")
		was, _ := h.row(id)
		want.ID, want.SaleID, want.State = was.ID, was.SaleID, auction.Open
		h.change(id, func(l auction.Lot, _ auction.Terms) (auction.Lot, []auction.Event) { return want, nil })
		got, _ := h.row(id)
		Same(h.T, "Tx.Lot after KeepLot", got, want)
		h.ok(h.EachLot(h.ctx, func(l auction.Lot, _ auction.Terms, _ []auction.Record) error {
			Same(h.T, "EachLot", l, want)
			return nil
		}))
		list, err := h.Schedule(h.ctx)
		h.ok(err)
		Same(h.T, "Schedule", list, []auction.Lot{want})
	}},
	{"an entry is the public lot with its words", testEntry},
	{"a catalogue is searched, narrowed, sorted and paged", testCatalogue},
	{"numbers sort as people count", testNumbers},
	{"a lot's terms stand once it has opened", func(h *house) {
		s := h.sale("spring")
		id := h.lot(s.ID, "1", "Vase")
		h.open(id)
		d, err := h.Draft(h.ctx, id)
		h.ok(err)
		d.Title = "Vase, chipped"
		h.ok(h.SaveDraft(h.ctx, id, d))
		d.Reserve = 10
		h.is("saving another reserve", h.SaveDraft(h.ctx, id, d), store.ErrOpened)
		h.is("saving another reserve", h.SaveDraft(h.ctx, id, d), store.ErrConflict)
		h.is("removing it", h.RemoveLot(h.ctx, id), store.ErrOpened)
		got, err := h.Draft(h.ctx, id)
		h.ok(err)
		if got.Title != d.Title || got.Reserve != 0 {
			h.Errorf("after the refusal: title %q, reserve %d", got.Title, got.Reserve)
		}
	}},
	{"a lot is removed with its photos", func(h *house) {
		s := h.sale("spring")
		id, other := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
		p := h.paddle(s.ID, "ann")
		h.ok(h.AddPhoto(h.ctx, id, auction.Photo{Name: "aaaaaaaa", Ext: "jpg"}))
		h.bid(id, p.Paddle, 2000, 1, key(1)) // refused, and remembered
		h.ok(h.RemoveLot(h.ctx, id))
		_, err := h.Entry(h.ctx, id)
		h.is("the removed lot", err, store.ErrNotFound)
		h.is("removing it again", h.RemoveLot(h.ctx, id), store.ErrNotFound)
		h.is("taking its number", h.SaveDraft(h.ctx, other, draft("1", "Jug")), nil)
		h.is("a photo for a lot that is not there", h.AddPhoto(h.ctx, id, auction.Photo{Name: "bbbbbbbb"}), store.ErrNotFound)
		_, err = h.AddLot(h.ctx, 99, draft("1", "x"))
		h.is("a lot in no sale", err, store.ErrNotFound)
		_, err = h.AddLot(h.ctx, s.ID, draft("1", "x"))
		h.is("a number that is taken", err, store.ErrConflict)
	}},
	{"photos keep their order", func(h *house) {
		id := h.lot(h.sale("spring").ID, "1", "Vase")
		var want auction.Photo
		Fill(h.T, &want)
		h.ok(h.AddPhoto(h.ctx, id, want))
		h.ok(h.AddPhoto(h.ctx, id, auction.Photo{Name: "second", Ext: "png"}))
		h.ok(h.AddPhoto(h.ctx, id, auction.Photo{Name: "third", Ext: "png"}))
		e, err := h.Entry(h.ctx, id)
		h.ok(err)
		Same(h.T, "the first photo", e.Photos[0], want)
		h.ok(h.SortPhotos(h.ctx, id, []string{"third", want.Name, "second"}))
		h.is("an order that leaves one out", h.SortPhotos(h.ctx, id, []string{"third"}), store.ErrConflict)
		h.is("an order that names one twice", h.SortPhotos(h.ctx, id, []string{"third", "third", "second"}), store.ErrConflict)
		h.ok(h.RemovePhoto(h.ctx, id, "second"))
		h.is("removing it again", h.RemovePhoto(h.ctx, id, "second"), store.ErrNotFound)
		got, err := h.LotPhotos(h.ctx, id)
		h.ok(err)
		Same(h.T, "LotPhotos", []string{got[0].Name, got[1].Name}, []string{"third", want.Name})
	}},
	{"an import adds, updates and changes nothing twice", testImport},
	{"a catalogue is asked for some lots by their ids", func(h *house) {
		s, other := h.sale("spring"), h.sale("autumn")
		var ids []int64
		for i := range 60 {
			ids = append(ids, h.lot(s.ID, fmt.Sprint(i+1), "Vase"))
		}
		for _, want := range [][]int64{{}, ids[3:4], ids[:9], ids[:10], ids[5:], append([]int64{h.lot(other.ID, "1", "Jug")}, ids[7])} {
			list, n, err := h.Entries(h.ctx, s.ID, auction.Query{Lots: want})
			h.ok(err)
			var got []int64
			for _, e := range list {
				got = append(got, e.ID)
			}
			own := slices.DeleteFunc(slices.Clone(want), func(id int64) bool { return !slices.Contains(ids, id) })
			if !slices.Equal(got, own) || n != len(own) {
				h.Errorf("lots %v: got %v, %d in all", want, got, n)
			}
		}
	}},
	{"a long import gives numbers across its runs, and again changes nothing", func(h *house) {
		s := h.sale("spring")
		file := make([]auction.Draft, 333)
		for i := range file {
			file[i] = draft("", fmt.Sprintf("Lot %d", i))
			if i%3 == 2 {
				file[i].Number = fmt.Sprint(400 + i)
			}
		}
		for _, want := range []auction.Fate{auction.FateNew, auction.FateSame} {
			dry, err := h.ImportLots(h.ctx, s.ID, file, true)
			h.ok(err)
			fates, err := h.ImportLots(h.ctx, s.ID, file, false)
			h.ok(err)
			for i, f := range fates {
				if f.Fate != want || f.ID == 0 || f.Number != dry[i].Number {
					h.Errorf("line %d: %+v after a dry run said %+v, want %s", i, f, dry[i], want)
				}
			}
		}
		lots, err := h.Drafts(h.ctx, s.ID)
		h.ok(err)
		Same(h.T, "lots", len(lots), 333)
		Same(h.T, "the first number", lots[0].Number, "402")
		Same(h.T, "the last number", lots[332].Number, fmt.Sprint(732+222))
		d, err := h.Draft(h.ctx, lots[7].ID)
		h.ok(err)
		Same(h.T, "Drafts", lots[7], auction.Entered{ID: lots[7].ID, State: auction.Upcoming, Draft: d})
	}},
	{"an import is all or nothing", func(h *house) {
		s := h.sale("spring")
		_, err := h.ImportLots(h.ctx, s.ID, []auction.Draft{draft("1", "Vase"), draft("2", "Jug"), draft("1", "Bowl")}, false)
		h.is("a number that comes twice", err, store.ErrConflict)
		_, n, err := h.Entries(h.ctx, s.ID, auction.Query{})
		h.ok(err)
		Same(h.T, "lots after a refused import", n, 0)
		_, err = h.ImportLots(h.ctx, 99, []auction.Draft{draft("1", "Vase")}, false)
		h.is("an import into no sale", err, store.ErrNotFound)
	}},
	{"the clock is told what is due", testDue},
}

func testEntry(h *house) {
	s := h.sale("spring")
	var d auction.Draft
	Fill(h.T, &d)
	id, err := h.AddLot(h.ctx, s.ID, d)
	h.ok(err)
	l := auction.Lot{ID: id, SaleID: s.ID, State: auction.Upcoming, OpensAt: d.OpensAt, ClosesAt: d.ClosesAt}
	want := auction.Entry{SaleID: s.ID, Sale: "spring", Words: d.Words, Public: l.Public(d.Terms)}
	e, err := h.Entry(h.ctx, id)
	h.ok(err)
	Same(h.T, "Entry of an upcoming lot", e, want)

	Fill(h.T, &l, "ID", "SaleID", "Seq")
	l.State = auction.Sold
	h.change(id, func(auction.Lot, auction.Terms) (auction.Lot, []auction.Event) { return l, nil })
	want.Public = l.Public(d.Terms)
	e, err = h.Entry(h.ctx, id)
	h.ok(err)
	Same(h.T, "Entry of a sold lot", e, want)
	list, n, err := h.Entries(h.ctx, s.ID, auction.Query{})
	h.ok(err)
	Same(h.T, "Entries", list, []auction.Entry{want})
	Same(h.T, "their count", n, 1)
}

func testCatalogue(h *house) {
	s, other := h.sale("spring"), h.sale("other")
	h.lot(other.ID, "1", "Évêque of another sale")
	p := h.paddle(s.ID, "ann")
	var ids []int64
	for i, d := range []auction.Draft{
		{Words: auction.Words{Number: "12", Title: "Portrait of an Évêque", Category: "Art", Consignor: "Ms Straße"}},
		{Words: auction.Words{Number: "2", Title: "100% wool rug", Description: "Kilim_a from ΑΘΗΝΑ", Category: "Rugs"}},
		{Words: auction.Words{Number: "12A", Title: "Portrait of a dog", Subtitle: `C:\dog`, Category: "Art"}},
		{Words: auction.Words{Number: "A1", Title: "Promise"}},
	} {
		d.Terms = auction.Terms{Opening: auction.Money(1000 * (4 - i)), Reserve: 1_000_000, Steps: auction.Table{{Step: 100}}}
		d.OpensAt, d.ClosesAt = start, start.Add(time.Duration(10-i)*time.Minute)
		id, err := h.AddLot(h.ctx, s.ID, d)
		h.ok(err)
		ids = append(ids, id)
	}
	for _, id := range ids[:3] {
		h.open(id)
	}
	h.bid(ids[2], p.Paddle, 2000, 1, key(1))
	h.change(ids[1], func(l auction.Lot, t auction.Terms) (auction.Lot, []auction.Event) {
		return l.KnockDown(t, start.Add(time.Hour))
	})
	for _, c := range []struct {
		q    auction.Query
		want string
		n    int
	}{
		{auction.Query{}, "[2 12 12A A1]", 4},
		{auction.Query{Words: "PORTRAIT"}, "[12 12A]", 2},
		{auction.Query{Words: "eveque portrait"}, "[12]", 1},
		{auction.Query{Words: "éVÊQUE"}, "[12]", 1},
		{auction.Query{Words: "strasse"}, "[12]", 1},
		{auction.Query{Words: "αθήνα"}, "[2]", 1},
		{auction.Query{Words: "100%"}, "[2]", 1},
		{auction.Query{Words: "%"}, "[2]", 1},
		{auction.Query{Words: "m_a"}, "[2]", 1},
		{auction.Query{Words: "l_m"}, "[]", 0},
		{auction.Query{Words: `c:\dog`}, "[12A]", 1},
		{auction.Query{Words: "12a"}, "[12A]", 1},
		{auction.Query{Words: "portrait rug"}, "[]", 0},
		{auction.Query{Category: "Art"}, "[12 12A]", 2},
		{auction.Query{Show: auction.ShowOpen}, "[12 12A]", 2},
		{auction.Query{Show: auction.ShowNoBids}, "[12 A1]", 2},
		{auction.Query{Show: auction.ShowUnbid}, "[12]", 1},
		{auction.Query{Show: auction.ShowUnder}, "[12A]", 1},
		{auction.Query{Show: auction.ShowUnder, Limit: 1, Offset: 1}, "[]", 1},
		{auction.Query{Show: auction.ShowHeld}, "[]", 0},
		{auction.Query{Show: auction.ShowClosed}, "[2]", 1},
		{auction.Query{Show: auction.ShowMine, Paddle: p.Paddle}, "[12A]", 1},
		{auction.Query{Show: auction.ShowMine, Paddle: "9"}, "[]", 0},
		{auction.Query{Order: auction.ByClosing}, "[12A 12 A1 2]", 4},
		{auction.Query{Order: auction.ByBids}, "[2 12 A1 12A]", 4},
		{auction.Query{Order: auction.ByPrice}, "[A1 12A 2 12]", 4},
		{auction.Query{Limit: 2}, "[2 12]", 4},
		{auction.Query{Limit: 2, Offset: 3}, "[A1]", 4},
		{auction.Query{Offset: 2}, "[12A A1]", 4},
		{auction.Query{Offset: 9, Words: "portrait"}, "[]", 2},
	} {
		list, n, err := h.Entries(h.ctx, s.ID, c.q)
		h.ok(err)
		if got := fmt.Sprint(entryNumbers(list)); got != c.want || n != c.n {
			h.Errorf("Entries(%+v) = %s of %d, want %s of %d", c.q, got, n, c.want, c.n)
		}
	}
	h.change(ids[0], func(l auction.Lot, _ auction.Terms) (auction.Lot, []auction.Event) {
		l.Held = true
		return l, nil
	})
	for show, want := range map[auction.Show]string{auction.ShowHeld: "[12]", auction.ShowUnbid: "[]", auction.ShowUnder: "[12A]"} {
		list, _, err := h.Entries(h.ctx, s.ID, auction.Query{Show: show})
		h.ok(err)
		Same(h.T, string(show)+" with one held", fmt.Sprint(entryNumbers(list)), want)
	}
	mine, err := h.LotsOfPaddle(h.ctx, s.ID, p.Paddle)
	h.ok(err)
	Same(h.T, "LotsOfPaddle", entryNumbers(mine), []string{"12A"})
}

func testSwapNumbers(h *house) {
	s, other := h.sale("spring"), h.sale("autumn")
	one, two := h.lot(s.ID, "12", "Vase"), h.lot(s.ID, "3A", "Rug")
	h.lot(other.ID, "7", "Another sale's")
	for range 3 {
		h.ok(h.SwapNumbers(h.ctx, one, "3A"))
		got, _, err := h.Entries(h.ctx, s.ID, auction.Query{})
		h.ok(err)
		if len(got) != 2 || got[0].ID != one || got[0].Number != "3A" || got[0].Title != "Vase" || got[1].ID != two || got[1].Number != "12" {
			h.Errorf("swapped: %+v", got)
		}
		found, _, err := h.Entries(h.ctx, s.ID, auction.Query{Words: "3A"})
		h.ok(err)
		Same(h.T, "found by its new number", entryNumbers(found), []string{"3A"})
		h.ok(h.SwapNumbers(h.ctx, one, "12"))
	}
	h.is("a number of another sale", h.SwapNumbers(h.ctx, one, "7"), store.ErrNotFound)
	h.is("its own number", h.SwapNumbers(h.ctx, one, "12"), store.ErrNotFound)
	h.is("no lot", h.SwapNumbers(h.ctx, 99, "12"), store.ErrNotFound)
	h.open(two)
	h.is("one that has opened", h.SwapNumbers(h.ctx, one, "3A"), store.ErrOpened)
	h.is("of one that has opened", h.SwapNumbers(h.ctx, two, "12"), store.ErrOpened)
}

func entryNumbers(list []auction.Entry) []string {
	numbers := []string{}
	for _, e := range list {
		numbers = append(numbers, e.Number)
	}
	return numbers
}

func testNumbers(h *house) {
	s := h.sale("spring")
	want := []string{"0", "2", "10", "12", "12A", "12B", "100", "999999", "1000000", "A1", "A10"}
	ids := map[string]int64{}
	for _, n := range slices.Backward(want) {
		ids[n] = h.lot(s.ID, n, "Lot "+n)
	}
	list, _, err := h.Entries(h.ctx, s.ID, auction.Query{})
	h.ok(err)
	Same(h.T, "the catalogue", entryNumbers(list), want)
	for i, n := range want {
		prev, next, err := h.Neighbours(h.ctx, ids[n])
		h.ok(err)
		if i > 0 {
			Same(h.T, "before "+n, *prev, auction.LotRef{ID: ids[want[i-1]], Number: want[i-1]})
		} else if prev != nil {
			h.Errorf("before the first: %+v", prev)
		}
		if i < len(want)-1 {
			Same(h.T, "after "+n, *next, auction.LotRef{ID: ids[want[i+1]], Number: want[i+1]})
		} else if next != nil {
			h.Errorf("after the last: %+v", next)
		}
	}
}

func testImport(h *house) {
	s := h.sale("spring")
	h.lot(s.ID, "7", "By hand")
	file := []auction.Draft{draft("", "Vase"), draft("20", "Jug"), draft("", "Vase"), draft("12A", "Bowl")}
	fates := func(drafts []auction.Draft, dry bool) []string {
		h.Helper()
		list, err := h.ImportLots(h.ctx, s.ID, drafts, dry)
		h.ok(err)
		var got []string
		for _, f := range list {
			if (f.ID == 0) != (dry && f.Fate == auction.FateNew) {
				h.Errorf("lot %s, %s, has id %d", f.Number, f.Fate, f.ID)
			}
			got = append(got, f.Number+" "+string(f.Fate))
		}
		return got
	}
	fresh := []string{"21 new", "20 new", "22 new", "12A new"}
	Same(h.T, "a dry run", fates(file, true), fresh)
	Same(h.T, "after a dry run", fates(file, false), fresh)
	Same(h.T, "the same file again", fates(file, false), []string{"21 same", "20 same", "22 same", "12A same"})

	file[0].Description, file[1].Reserve, file[3].Reserve = "Blue", 500, 900
	list, _, err := h.Entries(h.ctx, s.ID, auction.Query{Words: "Bowl"})
	h.ok(err)
	h.open(list[0].ID)
	Same(h.T, "with changes", fates(file, false), []string{"21 changed", "20 changed", "22 same", "12A kept"})
	Same(h.T, "with changes, again", fates(file, false), []string{"21 same", "20 same", "22 same", "12A kept"})
	d, err := h.Draft(h.ctx, list[0].ID)
	h.ok(err)
	Same(h.T, "the open lot's reserve", d.Reserve, auction.Money(0))
	_, n, err := h.Entries(h.ctx, s.ID, auction.Query{})
	h.ok(err)
	Same(h.T, "lots in all", n, 5)
	id, err := h.AddLot(h.ctx, s.ID, draft("", "Next"))
	h.ok(err)
	e, err := h.Entry(h.ctx, id)
	h.ok(err)
	Same(h.T, "the next free number", e.Number, "23")
}

func testDue(h *house) {
	s := h.sale("spring")
	hidden, err := h.CreateSale(h.ctx, auction.Sale{Slug: "hidden"})
	h.ok(err)
	add := func(saleID int64, opens, closes time.Duration) int64 {
		d := draft("", "Lot")
		d.OpensAt, d.ClosesAt, d.Group = start.Add(opens), start.Add(closes), "pair"
		id, err := h.AddLot(h.ctx, saleID, d)
		h.ok(err)
		return id
	}
	early, late := add(s.ID, 0, time.Hour), add(s.ID, 10*time.Minute, 2*time.Hour)
	add(hidden.ID, 0, time.Hour)
	due := func(at time.Duration, wantNext time.Duration, want ...int64) {
		h.Helper()
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			got, err := tx.Due(h.ctx, start.Add(at), 10)
			h.ok(err)
			if !slices.Equal(got, want) {
				h.Errorf("Due at %v = %v, want %v", at, got, want)
			}
			next, err := tx.NextDue(h.ctx)
			if !next.Equal(start.Add(wantNext)) {
				h.Errorf("NextDue = %v, want %v", next.Sub(start), wantNext)
			}
			return err
		}))
	}
	pause := func(at time.Time) {
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error { return tx.Pause(h.ctx, s.ID, at) }))
	}
	due(-time.Millisecond, 0)
	due(0, 0, early)
	due(10*time.Minute, 0, early, late)
	h.open(early)
	due(0, 10*time.Minute)
	due(time.Hour, 10*time.Minute, early, late)
	pause(start)
	due(time.Hour, time.Hour, early)
	sale, err := h.SaleByID(h.ctx, s.ID)
	h.ok(err)
	Same(h.T, "a paused sale", sale.PausedAt, start)
	pause(time.Time{})
	h.open(late)
	due(time.Hour, time.Hour, early)
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		group, err := tx.Group(h.ctx, s.ID, "pair")
		h.ok(err)
		open, err := tx.OpenLots(h.ctx, s.ID)
		h.ok(err)
		everywhere, err := tx.OpenLots(h.ctx, 0)
		h.ok(err)
		none, err := tx.Group(h.ctx, s.ID, "other")
		Same(h.T, "Group, OpenLots", [][]int64{group, open, everywhere, none}, [][]int64{{early, late}, {early, late}, {early, late}, nil})
		return err
	}))
	h.change(early, func(l auction.Lot, _ auction.Terms) (auction.Lot, []auction.Event) {
		return l.Pause(start, "fire drill")
	})
	due(time.Hour, 2*time.Hour)
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		h.is("pausing no sale", tx.Pause(h.ctx, 99, start), store.ErrNotFound)
		now, err := tx.Now(h.ctx)
		if d := time.Since(now); d < -time.Second || d > time.Minute || now.Truncate(time.Millisecond) != now || now.Location() != time.UTC {
			h.Errorf("Now = %v, which is %v ago", now, d)
		}
		return err
	}))
}
