package storetest

import (
	"maps"
	"slices"

	"outcry/auction"
)

var watchTests = []conformance{
	{"a watch list is one person's, and of one sale", testWatches},
}

func testWatches(h *house) {
	s, other := h.sale("spring"), h.sale("autumn")
	ann, ben := h.paddle(s.ID, "ann"), h.paddle(s.ID, "ben")
	one, two, far := h.lot(s.ID, "1", "Vase"), h.lot(s.ID, "2", "Jug"), h.lot(other.ID, "1", "Bowl")
	for _, lot := range []int64{one, one, two, far} { // a second tap changes nothing
		h.ok(h.Watch(h.ctx, ann.UserID, lot, true, start))
	}
	h.ok(h.Watch(h.ctx, ben.UserID, two, true, start))
	list := func(sale, user int64) []int64 {
		h.Helper()
		got, err := h.Watched(h.ctx, sale, user)
		h.ok(err)
		entries, _, err := h.Entries(h.ctx, sale, auction.Query{Show: auction.ShowWatched, User: user})
		h.ok(err)
		var ids []int64
		for _, e := range entries {
			ids = append(ids, e.ID)
		}
		Same(h.T, "the lots of the list", slices.Sorted(maps.Keys(got)), slices.Sorted(slices.Values(ids)))
		return slices.Sorted(maps.Keys(got))
	}
	Same(h.T, "ann's", list(s.ID, ann.UserID), []int64{one, two})
	Same(h.T, "ann's elsewhere", list(other.ID, ann.UserID), []int64{far})
	Same(h.T, "ben's", list(s.ID, ben.UserID), []int64{two})

	h.ok(h.Watch(h.ctx, ann.UserID, one, false, start))
	h.ok(h.Watch(h.ctx, ann.UserID, one, false, start))
	Same(h.T, "after she let one go", list(s.ID, ann.UserID), []int64{two})
	h.ok(h.RemoveLot(h.ctx, two)) // a lot that goes takes its stars along
	if got := list(s.ID, ann.UserID); len(got) != 0 {
		h.Errorf("after the lot was removed she watches %v", got)
	}
	if err := h.Watch(h.ctx, ann.UserID, two, true, start); err == nil {
		h.Errorf("a lot that is not there was put on a list")
	}
}
