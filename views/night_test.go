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
	rich := winter
	rich.Goal, rich.Title = 6000000, hostile
	board := BoardView{House: hostile, Sale: rich, Counts: counts, Next: cards(5), Latest: []auction.LotRow{{LotID: 42, Number: hostile, Row: vaseRows()[0]}}, News: News{Message: hostile}, Code: code, Address: hostile}
	house := AuditView{Page: p(HereAudit), Sale: auction.Sale{Zone: "UTC"}, Acts: []auction.Act{{Kind: "new.kind", What: hostile}}}
	return []pageOf{
		{name: "board", c: Board(board)},
		{name: "board-over", c: Board(BoardView{Sale: winter, Counts: auction.Counts{Lots: 2, Sold: 2}, Code: code, News: News{ClosesAt: closes}})},
		{name: "board-frame", c: BoardFrame(board), part: true},
		{name: "control-frame", c: ControlFrame(ControlView{Sale: winter, Counts: counts, NoBids: cards(7)[3:4], Latest: board.Latest}), part: true},
		{name: "news-frame", c: NewsFrame(News{Seq: 3, Message: hostile, ClosesAt: closes, Zone: london}), part: true},
		{name: "lot-form-over", c: LotForm(LotFormView{Page: p(HereLots), Sale: winter, ID: 42, State: auction.Sold, Control: &LotControl{Lot: entries()[4].Public, Hidden: []auction.HiddenBid{{Seq: 2, Paddle: hostile, Amount: 5000, Kind: auction.Exact, Voided: true}}}})},
		{name: "staff", c: Staff(StaffView{Page: p(HereStaff), Me: 1, Staff: []auction.User{{ID: 1, Name: "Ruth", Role: auction.RoleOwner}, {ID: 2, Name: hostile, Email: hostile, Role: auction.RoleClerk}}, Name: bad, Email: bad, Role: bad, Password: bad})},
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
