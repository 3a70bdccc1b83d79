package views

import "outcry/auction"

// nightPages are the pages that a sale is run with.
func nightPages() []pageOf {
	p := func(h Here) Page { return pageFor(h, true, true) }
	act := auction.Act{ID: 7, At: closes, SaleID: 1, LotID: 42, Number: hostile, Seq: 17, Name: hostile, Kind: auction.ActEntered, Paddle: "9", What: "in the room", Why: hostile}
	entry := auction.DeskEntry{Act: act, Amount: 36000, Price: 36000, Lead: "9", State: auction.Open}
	left, undone := entry, entry
	left.ID, left.Kind, left.Seq, left.Ref, left.Amount, left.State = 8, auction.ActLeft, 0, 3, 0, auction.Upcoming
	undone.ID, undone.Undone = 9, true
	e := entries()[1]
	side := LineSideView{Sale: winter, Number: "114", Entry: &e, Panel: LotFrameView{LotPanelView: vasePanel(), History: vaseRows()}}
	bad := Field{Value: hostile, Error: "That cannot be right."}
	line := LineView{Page: p(HereLine), Sale: winter, Key: "key", Lot: Field{Value: hostile}, Seq: 17, Side: side, Entries: []auction.DeskEntry{entry, left, undone}}
	refused := LineView{Page: p(HereLine), Sale: winter, Key: "key", Lot: bad, Paddle: bad, Amount: bad, Max: true, MayWaive: true, Without: bad, Refused: hostile, Side: LineSideView{Sale: winter, Number: hostile}}
	holder := auction.Holder{ID: 3, Paddle: "101", Name: hostile, Email: "a@example.org"}
	blocked := holder
	blocked.BlockedAt, blocked.Approved = closes, true
	code := QR{Size: 21, Path: "M0 0h7v1h-7z", Label: hostile}
	house := AuditView{Page: p(HereAudit), Sale: auction.Sale{Zone: "UTC"}, Acts: []auction.Act{{Kind: "new.kind", What: hostile}}}
	return []pageOf{
		{name: "check-in", c: CheckIn(CheckInView{Page: p(HereCheckIn), Sale: winter, Query: hostile, Found: []auction.Holder{holder, blocked}, Name: bad, Email: bad, Paddle: bad, Limit: bad})},
		{name: "check-in-empty", c: CheckIn(CheckInView{Page: p(HereCheckIn), Sale: winter})},
		{name: "paddle", c: Paddle(PaddleView{Page: p(HereCheckIn), Sale: winter, Holder: holder, Link: "http://127.0.0.1:8080/enter/abc", Code: code})},
		{name: "paddle-blocked", c: Paddle(PaddleView{Page: p(HereCheckIn), Sale: winter, Holder: blocked, Code: code})},
		{name: "audit", c: Audit(AuditView{Page: p(HereAudit), Sale: winter, Query: auction.ActQuery{Kind: "bid", UserID: 3, Lot: hostile, Paddle: hostile}, Acts: []auction.Act{act, act}, Staff: []auction.User{{ID: 3, Name: hostile}}, Older: 7})},
		{name: "audit-house", c: Audit(house)},
		{name: "line", c: Line(line)},
		{name: "line-refused", c: Line(refused)},
		{name: "line-left", c: Line(LineView{Page: p(HereLine), Sale: winter, Lot: Field{Value: "1"}, Left: "9", Side: LineSideView{Sale: winter}})},
	}
}
