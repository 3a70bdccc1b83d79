package storetest

import (
	"time"

	"outcry/auction"
	"outcry/store"
)

var holdTests = []conformance{
	{"lots that are held are read and kept as ever", func(h *house) {
		s := h.sale("spring")
		p := h.paddle(s.ID, "ann")
		one, two := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug")
		h.open(one)
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			h.ok(tx.Hold(h.ctx, nil))
			h.ok(tx.Hold(h.ctx, []int64{two, one, 99, one}))
			_, err := PlaceBid(h.ctx, tx, one, p.Paddle, 2000, start.Add(time.Second), key(1))
			h.ok(err)
			h.ok(tx.Hold(h.ctx, []int64{one})) // again: it stands as this transaction left it
			l, _, err := tx.Lot(h.ctx, one)
			h.ok(err)
			if l.Bids != 1 {
				h.Errorf("the lot has %d bids after its first", l.Bids)
			}
			_, _, err = tx.Lot(h.ctx, 99)
			h.is("a lot that is not there", err, store.ErrNotFound)
			return nil
		}))
		h.sound()
	}},
	{"a held lot is the one that the database has", func(h *house) {
		s := h.sale("spring")
		id := h.lot(s.ID, "1", "Vase")
		h.open(id)
		want, wantTerms := h.row(id)
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			h.ok(tx.Hold(h.ctx, []int64{id}))
			got, terms, err := tx.Lot(h.ctx, id)
			Same(h.T, "the lot", got, want)
			Same(h.T, "its terms", terms, wantTerms)
			return err
		}))
	}},
	{"pollers hear how far each lot has come", func(h *house) {
		spring, autumn, winter := h.sale("spring"), h.sale("autumn"), h.sale("winter")
		p := h.paddle(spring.ID, "ann")
		one, two := h.lot(spring.ID, "1", "Vase"), h.lot(spring.ID, "2", "Jug")
		three := h.lot(autumn.ID, "1", "Bowl")
		h.lot(winter.ID, "1", "Sledge")
		h.open(one)
		h.open(three)
		h.bid(one, p.Paddle, 2000, 1, key(1))
		for _, c := range []struct {
			sales []int64
			want  []auction.LotSeq
		}{
			{nil, nil},
			{[]int64{99}, nil},
			{[]int64{autumn.ID}, []auction.LotSeq{{SaleID: autumn.ID, LotID: three, Seq: 1}}},
			{[]int64{autumn.ID, spring.ID, 99}, []auction.LotSeq{{SaleID: spring.ID, LotID: one, Seq: 2},
				{SaleID: spring.ID, LotID: two}, {SaleID: autumn.ID, LotID: three, Seq: 1}}},
		} {
			got, err := h.Seqs(h.ctx, c.sales)
			h.ok(err)
			Same(h.T, "Seqs", got, c.want)
		}
	}},
}
