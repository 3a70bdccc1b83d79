package saleroom

import (
	"context"
	"time"

	"outcry/auction"
)

// Tx is one transaction of the store, as far as the saleroom needs it. What
// it reads includes what it wrote.
type Tx interface {
	// Now is the moment by the clock that decides: the machine's beside a
	// file, the database server's where several machines share one. It is in
	// whole milliseconds, UTC.
	Now(ctx context.Context) (time.Time, error)

	// Lot returns a lot and holds it until the transaction ends. An unknown
	// id is auction.ErrNotFound.
	Lot(ctx context.Context, id int64) (auction.Lot, auction.Terms, error)

	// Hold holds these lots, and the open lots of their groups, in ascending
	// order of id, so that batches of several processes never wait for each
	// other in a circle.
	Hold(ctx context.Context, ids []int64) error

	// Group lists the open lots of a sale's group in ascending order of id.
	Group(ctx context.Context, saleID int64, group string) ([]int64, error)

	// OpenLots lists a sale's open lots, or those of all sales when saleID is
	// 0, in ascending order of id.
	OpenLots(ctx context.Context, saleID int64) ([]int64, error)

	// Due lists the lots whose opening or close is at or before now, in
	// ascending order of id: upcoming lots of published sales by opens_at,
	// open lots that are neither paused nor held by closes_at. A paused
	// sale's upcoming lots wait.
	Due(ctx context.Context, now time.Time, limit int) ([]int64, error)

	// NextDue is the earliest instant at which Due will list a lot; zero when
	// there is none.
	NextDue(ctx context.Context) (time.Time, error)

	// Bidder returns what the rules need to know of a paddle for a lot. A
	// paddle that is not registered, or not approved, is auction.ErrNotFound.
	Bidder(ctx context.Context, lot int64, p auction.Paddle) (auction.Bidder, error)

	// Answered returns the bid that came with a key before, and its answer;
	// auction.ErrNotFound when there was none.
	Answered(ctx context.Context, lot int64, p auction.Paddle, key string) (auction.Bid, auction.Answer, error)

	// Expect reads at once what Answered and Bidder are going to be asked of
	// these submissions, whose lots are held. It changes no answer.
	Expect(ctx context.Context, list []auction.Submission) error

	// Log returns a lot's records in order of seq.
	Log(ctx context.Context, lot int64) ([]auction.Record, error)

	// KeepBid writes a submission under its key with its answer. A taken
	// bid's answer has the seq of its event; a refused one is kept too, so
	// that the same key hears the same answer.
	KeepBid(ctx context.Context, lot int64, b auction.Bid, a auction.Answer) error

	// KeepLot writes the lot's row, which stood at seq was, and appends the
	// events. When the row has moved on it is auction.ErrConflict.
	// nonce salts the seal of a LotOpened among the events.
	KeepLot(ctx context.Context, l auction.Lot, was int64, nonce [16]byte, events []auction.Event) error

	// KeepAct notes what somebody of the staff did.
	KeepAct(ctx context.Context, a auction.Act) error

	// LeaveBid keeps a maximum that was left before its lot opens, under its
	// key, and returns its id, and false when that key kept it before; the
	// same key with another amount is auction.ErrConflict.
	LeaveBid(ctx context.Context, lot int64, b auction.Bid) (int64, bool, error)

	// DropLeftBid takes such a bid back, and tells whose it was;
	// auction.ErrNotFound when there is none.
	DropLeftBid(ctx context.Context, lot, id int64) (auction.Paddle, error)

	// LeftBids lists those that stand on a lot in the order they came.
	LeftBids(ctx context.Context, lot int64) ([]auction.Bid, error)

	// CloseBefore is the close that a lot had before the organiser last
	// brought it forward; zero when they never did.
	CloseBefore(ctx context.Context, lot int64) (time.Time, error)

	// Announcement is what the pages of a sale say, KeepAnnouncement has them
	// say something else; it counts the changes itself.
	Announcement(ctx context.Context, saleID int64) (auction.Announcement, error)
	KeepAnnouncement(ctx context.Context, a auction.Announcement) error

	// HolderByID is a place in a sale; Block has its bids refused from an
	// instant on, or taken again with the zero time.
	HolderByID(ctx context.Context, id int64) (auction.Holder, error)
	Block(ctx context.Context, holder int64, since time.Time) error

	// KeepMails puts mails into the outbox, to be sent once the transaction is
	// committed. A MailOutage without a paddle goes to every paddle that bid on
	// its lot. One that is there already is not put in again.
	KeepMails(ctx context.Context, mails []auction.Mail) error

	// KeepPushes puts messages to the browsers of these paddles into the
	// outbox likewise.
	KeepPushes(ctx context.Context, list []auction.Push) error

	// Pause sets or, with the zero time, clears the moment a sale was paused.
	Pause(ctx context.Context, saleID int64, at time.Time) error

	// Beat writes the heartbeat and returns the one before it (zero at first).
	Beat(ctx context.Context, at time.Time) (time.Time, error)
}

// Store is what keeps the lots.
type Store interface {
	// Update runs fn in one transaction and commits it so that it outlives
	// the machine. When fn or the commit fails nothing is kept, unless
	// Unknown says otherwise of the error. Updates follow one another.
	Update(ctx context.Context, fn func(Tx) error) error

	// EachLot hands over every lot with its log, in order of id.
	EachLot(ctx context.Context, fn func(auction.Lot, auction.Terms, []auction.Record) error) error

	// Fatal reports whether an error means that the disk may have dropped
	// what it took: nothing may be acknowledged after it.
	Fatal(err error) bool

	// Full reports whether an error means that there is no room left.
	Full(err error) bool

	// Unknown reports whether an error leaves open if the transaction was
	// committed.
	Unknown(err error) bool

	// Away reports whether an error means that the database cannot be reached
	// for the moment.
	Away(err error) bool

	// Again reports whether a transaction was rolled back for no fault of its
	// own and may be run again.
	Again(err error) bool
}

// backing is a store whose transactions are of its own type.
type backing[T Tx] interface {
	Update(ctx context.Context, fn func(T) error) error
	EachLot(ctx context.Context, fn func(auction.Lot, auction.Terms, []auction.Record) error) error
	Fatal(err error) bool
	Full(err error) bool
	Unknown(err error) bool
	Away(err error) bool
	Again(err error) bool
}

// Over lets a store whose transactions are of a type of its own be a Store,
// so that neither package need import the other.
func Over[T Tx](s backing[T]) Store { return over[T]{s} }

type over[T Tx] struct{ backing[T] }

func (o over[T]) Update(ctx context.Context, fn func(Tx) error) error {
	return o.backing.Update(ctx, func(tx T) error { return fn(tx) })
}
