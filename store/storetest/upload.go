package storetest

import (
	"bytes"
	"fmt"
	"time"

	"outcry/auction"
	"outcry/store"
)

var uploadTests = []conformance{
	{"a spreadsheet waits for its own person, sale and purpose", func(h *house) {
		s, other := h.sale("spring"), h.sale("autumn")
		ann, bob := h.paddle(s.ID, "ann"), h.paddle(s.ID, "bob")
		var want auction.Upload
		Fill(h.T, &want, "Data", "Until")
		want.UserID, want.SaleID, want.Data, want.Until = ann.UserID, s.ID, []byte("Lot,Title\n1,\x00\xff\n"), start.Add(time.Minute)
		h.ok(h.KeepUpload(h.ctx, want, start))
		got, err := h.Upload(h.ctx, want, want.Until.Add(-time.Millisecond))
		h.ok(err)
		Same(h.T, "Upload", got, want)
		for what, change := range map[string]func(*auction.Upload){
			"somebody else's":        func(u *auction.Upload) { u.UserID = bob.UserID },
			"one of another sale":    func(u *auction.Upload) { u.SaleID = other.ID },
			"one of another purpose": func(u *auction.Upload) { u.What += "x" },
			"one of another token":   func(u *auction.Upload) { u.Token[31]++ },
		} {
			key := want
			change(&key)
			_, err := h.Upload(h.ctx, key, start)
			h.is(what, err, store.ErrNotFound)
		}
		_, err = h.Upload(h.ctx, want, want.Until)
		h.is("one that has run out", err, store.ErrNotFound)
		h.ok(h.SweepUploads(h.ctx, want.Until.Add(-time.Millisecond)))
		_, err = h.Upload(h.ctx, want, start)
		h.ok(err)
		h.ok(h.SweepUploads(h.ctx, want.Until))
		_, err = h.Upload(h.ctx, want, start)
		h.is("one that was swept", err, store.ErrNotFound)
		want.Data = []byte{}
		h.ok(h.KeepUpload(h.ctx, want, start))
		_, err = h.RemovePerson(h.ctx, ann.UserID)
		h.ok(err)
		_, err = h.Upload(h.ctx, want, start)
		h.is("one of somebody who was removed", err, store.ErrNotFound)
	}},
	{"of many spreadsheets the oldest give way, one's own first", func(h *house) {
		s := h.sale("spring")
		n := 0
		keep := func(user int64) auction.Upload {
			n++
			u := auction.Upload{Token: auction.Hash{byte(n)}, UserID: user, SaleID: s.ID, What: "lots", Data: bytes.Repeat([]byte("x"), n), Until: start.Add(time.Duration(n) * time.Minute)}
			h.ok(h.KeepUpload(h.ctx, u, start))
			return u
		}
		kept := func(what string, list []auction.Upload, want bool) {
			for i, u := range list {
				if _, err := h.Upload(h.ctx, u, start); want != (err == nil) {
					h.Errorf("%s, number %d: got error %v, want it kept: %v", what, i+1, err, want)
				}
			}
		}
		ann := h.paddle(s.ID, "ann")
		first := keep(ann.UserID)
		var own []auction.Upload
		for range 3 {
			own = append(own, keep(ann.UserID))
		}
		kept("the fourth of one person", []auction.Upload{first}, false)
		kept("the last three of one person", own, true)
		var others []auction.Upload
		for i := range 8 {
			others = append(others, keep(h.paddle(s.ID, fmt.Sprint("bidder", i)).UserID))
		}
		kept("the oldest of all", own[:1], false)
		kept("the last ten", append(own[1:], others...), true)
	}},
	{"lots that are not good are left out, and the dry run's numbers hold", func(h *house) {
		s := h.sale("spring")
		file := []auction.Draft{draft("", "Vase"), draft("", "Bad jug"), draft("", "Bowl"), draft("9", "Bad lamp"), draft("", "Clock")}
		bad := func(d auction.Draft, fresh bool) string {
			if fresh && len(d.Title) > 4 && d.Title[:4] == "Bad " {
				return "It is bad."
			}
			return ""
		}
		dry, err := h.ImportGoodLots(h.ctx, s.ID, file, bad, true)
		h.ok(err)
		fates, err := h.ImportGoodLots(h.ctx, s.ID, file, bad, false)
		h.ok(err)
		for i, f := range fates {
			if refused := i == 1 || i == 3; f.Number != dry[i].Number || f.Fate != dry[i].Fate || refused != (f.Fate == auction.FateRefused) || refused != (f.Why == "It is bad.") || refused != (f.ID == 0) {
				h.Errorf("line %d: %+v after a dry run said %+v", i, f, dry[i])
			}
		}
		lots, err := h.Drafts(h.ctx, s.ID)
		h.ok(err)
		var got []string
		for _, l := range lots {
			got = append(got, l.Number+" "+l.Title)
		}
		Same(h.T, "lots", got, []string{"10 Vase", "11 Bowl", "12 Clock"})
	}},
}
