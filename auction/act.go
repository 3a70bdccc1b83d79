package auction

import "time"

// ActKind says what staff did.
type ActKind string

const (
	ActEntered   ActKind = "bid.entered"   // a bid for a paddle, at the desk
	ActLeft      ActKind = "bid.left"      // an absentee bid
	ActTookBack  ActKind = "bid.withdrawn" // an absentee bid, before the lot opened
	ActUndone    ActKind = "bid.undone"    // a bid of the desk, struck out by who entered it
	ActVoided    ActKind = "bid.voided"
	ActWithdrawn ActKind = "lot.withdrawn"
	ActReleased  ActKind = "lot.released"
	ActLotPaused ActKind = "lot.paused"
	ActLotGoesOn ActKind = "lot.resumed"
	ActPaused    ActKind = "sale.paused"
	ActResumed   ActKind = "sale.resumed"
	ActExtended  ActKind = "sale.extended"
	ActClosing   ActKind = "sale.closing"    // the close of all open lots announced
	ActCalledOff ActKind = "sale.called-off" // that close
	ActMessage   ActKind = "sale.message"
	ActPublished ActKind = "sale.published"
	ActSale      ActKind = "sale.changed"
	ActMade      ActKind = "sale.made"
	ActHidden    ActKind = "sale.hidden"
	ActOrganiser ActKind = "sale.organiser"      // added
	ActStoodDown ActKind = "sale.organiser-gone" // taken off
	ActLot       ActKind = "lot.changed"
	ActLotAdded  ActKind = "lot.added"
	ActLotGone   ActKind = "lot.removed"
	ActPaddle    ActKind = "paddle.given"
	ActApproved  ActKind = "paddle.approved"
	ActLimit     ActKind = "paddle.limit"
	ActRelinked  ActKind = "paddle.link" // a new link, the old ones void
	ActBlocked   ActKind = "paddle.blocked"
	ActUnblocked ActKind = "paddle.unblocked"
	ActPaid      ActKind = "money.paid"
	ActUnpaid    ActKind = "money.unpaid" // a payment undone
	ActGiven     ActKind = "money.given"  // a donation entered at the desk
	ActNotGiven  ActKind = "money.not-given"
	ActReminded  ActKind = "money.reminded"
	ActHanded    ActKind = "lot.handed" // over, to its buyer
	ActNotHanded ActKind = "lot.not-handed"
	ActAfterBest ActKind = "after.accepted" // these are the AfterKinds
	ActAfterAsk  ActKind = "after.offered"
	ActAfterDrop ActKind = "after.dropped"
	ActAfterList ActKind = "after.relisted"
	ActStaff     ActKind = "staff.added"
	ActRole      ActKind = "staff.role"
	ActInvited   ActKind = "sale.invited"
	ActLetter    ActKind = "sale.letter" // to all bidders
	ActHouse     ActKind = "house.named"
	ActRehearsed ActKind = "sale.rehearsed" // and the rehearsal wiped
)

// Act is something that staff did, as the audit list keeps it. It has no field
// for a maximum or a reserve, and its words say none.
type Act struct {
	ID     int64
	At     time.Time
	SaleID int64  // 0 = of the house
	LotID  int64  // 0 = of no lot
	Number string // the lot's, "" when it is gone
	Seq    int64  // of the lot's event that it made, 0 = none
	Ref    int64  // of an absentee bid: its id
	UserID int64  // who, 0 = the house itself
	Name   string // who, as they are called now
	Kind   ActKind
	Paddle Paddle // the paddle it is about, "" = none
	What   string // more in words, "" = the kind says it all
	Why    string
}

// ActQuery asks for a part of the audit list, the newest first.
type ActQuery struct {
	SaleID int64  // 0 = of the house
	Kind   string // a kind, or its part before the dot; "" = all
	UserID int64  // 0 = of all
	Paddle Paddle
	Lot    string // number, "" = of all
	Before int64  // acts with a lower id only; 0 = from the newest
	Limit  int    // 0 = all
}

// Announcement is what all pages of a sale say at the moment.
type Announcement struct {
	SaleID   int64
	Seq      int64 // counts the changes
	At       time.Time
	Message  string    // "" = none
	ClosesAt time.Time // announced for all open lots; zero = nothing is
}
