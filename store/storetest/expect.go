package storetest

import (
	"fmt"
	"time"

	"outcry/auction"
	"outcry/store"
)

// testExpect asks everything twice, as a batch that Expect knows of and
// without it, and wants the same answers: of keys that were used, that were
// not, that are used in this very transaction, of paddles that may not bid,
// and of more bids than one statement asks for.
func testExpect(h *house) {
	s := h.sale("spring")
	consigned := draft("2", "Urn")
	consigned.Reserve, consigned.Consignor = 5000, "bidder 7"
	one := h.lot(s.ID, "1", "Vase")
	two, err := h.AddLot(h.ctx, s.ID, consigned)
	h.ok(err)
	h.open(one)
	h.open(two)
	var list []auction.Submission
	for i := range 45 {
		p := h.paddle(s.ID, fmt.Sprintf("bidder %d", i))
		if i == 5 {
			p.Approved = false
			h.ok(h.SaveHolder(h.ctx, p))
		}
		if i%3 == 0 && i != 5 {
			h.bid(one, p.Paddle, auction.Money(2000+100*i), 1, key(i))
		}
		list = append(list, auction.Submission{Lot: one, Paddle: p.Paddle, Key: key(i)}, auction.Submission{Lot: two, Paddle: p.Paddle, Key: key(i)})
	}
	list = append(list, list[0], auction.Submission{Lot: 99, Paddle: "101", Key: key(1)}, auction.Submission{Lot: one, Paddle: "none", Key: key(1)})
	ask := func(expect bool) (said []string) {
		h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
			h.ok(tx.Hold(h.ctx, []int64{one, two}))
			if expect {
				h.ok(tx.Expect(h.ctx, list))
				h.ok(tx.Expect(h.ctx, list)) // as for a batch that is tried once more
			}
			for _, b := range list {
				bid, a, err := tx.Answered(h.ctx, b.Lot, b.Paddle, b.Key)
				by, err2 := tx.Bidder(h.ctx, b.Lot, b.Paddle)
				said = append(said, fmt.Sprintf("%v: %+v %+v %v; %+v %v", b, bid, a, err, by, err2))
			}
			return nil
		}))
		return said
	}
	want := ask(false)
	Same(h.T, "with Expect", ask(true), want)
	h.ok(h.Update(h.ctx, func(tx *store.Tx) error {
		h.ok(tx.Hold(h.ctx, []int64{one, two}))
		h.ok(tx.Expect(h.ctx, list))
		_, err := PlaceBid(h.ctx, tx, two, list[3].Paddle, 1500, start.Add(time.Second), list[3].Key)
		h.ok(err)
		_, a, err := tx.Answered(h.ctx, two, list[3].Paddle, list[3].Key)
		if err != nil || a.Amount != 1500 {
			h.Errorf("a key used after Expect: %+v, %v", a, err)
		}
		return nil
	}))
	h.sound()
}
