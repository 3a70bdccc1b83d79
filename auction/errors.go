package auction

import (
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNotFound is what the store returns for something that is not there.
	ErrNotFound = errors.New("not found")
	// ErrConflict is what the store returns when a row has moved on since it
	// was read, or a name is taken.
	ErrConflict = errors.New("conflict")
)

// Why a bid is not voided or taken back (rules §7).
var (
	// ErrNoSuchBid says that the log has no bid with that seq, or none of
	// that paddle.
	ErrNoSuchBid = errors.New("there is no such bid on this lot")
	// ErrVoided says that the bid was struck out before.
	ErrVoided = errors.New("the bid is already struck out")
	// ErrNoReason says that a bid can be struck out only with a reason.
	ErrNoReason = errors.New("a reason is needed")
	// ErrTakeBackTooLate says that the 60 seconds are over.
	ErrTakeBackTooLate = errors.New("a bid can be taken back within 60 seconds only")
	// ErrTakeBackOutbid says that the bid does not lead.
	ErrTakeBackOutbid = errors.New("only a leading bid can be taken back")
	// ErrTakeBackInWindow says that the bid, or this moment, is inside the
	// soft-close window.
	ErrTakeBackInWindow = errors.New("no bid can be taken back so near to the close")
	// ErrTakeBackAnswered says that another bid came after it.
	ErrTakeBackAnswered = errors.New("another bid came after it")
)

// ErrNotHeld says that a lot that is not held by an outage cannot be released.
var ErrNotHeld = errors.New("the lot is not held")

// StateError says that an act does not fit the state that a lot is in. It is
// returned for acts of the desk and for taking back; a bid gets a Refusal.
type StateError struct {
	Act   string // such as "void a bid"
	State State
	// Close is set when the lot is open but its time is over: it waits for
	// its knock-down and nothing else.
	Close  time.Time
	Paused bool // the lot's clock stands: it is paused or held
}

func (e *StateError) Error() string {
	switch {
	case !e.Close.IsZero():
		return fmt.Sprintf("cannot %s: the lot closed at %s", e.Act, e.Close.UTC().Format("2006-01-02 15:04:05.000 MST"))
	case e.Paused:
		return fmt.Sprintf("cannot %s: the lot is paused", e.Act)
	}
	return fmt.Sprintf("cannot %s: the lot is %s", e.Act, e.State)
}

// EarlyCloseError says that a new close does not lie ahead.
type EarlyCloseError struct {
	Close time.Time     // as asked for
	At    time.Time     // the moment it was judged at
	Least time.Duration // how far ahead it has to lie; 0 = at all
}

func (e *EarlyCloseError) Error() string {
	return fmt.Sprintf("the new close %s is not after the present %s",
		e.Close.UTC().Format(time.RFC3339), e.At.UTC().Format(time.RFC3339))
}
