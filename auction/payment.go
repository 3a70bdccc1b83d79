package auction

import (
	"errors"
	"time"
)

// Method is how somebody paid.
type Method string

const (
	Cash     Method = "cash"
	Card     Method = "card"
	Transfer Method = "transfer"
	Other    Method = "other"
)

// Methods lists the ways to pay in the order in which the desk offers them.
func Methods() []Method { return []Method{Card, Cash, Transfer, Other} }

// Known reports whether there is such a way to pay.
func (m Method) Known() bool { return m == Cash || m == Card || m == Transfer || m == Other }

// Payment is money that a paddle has paid in a sale. What was written down is
// never changed: a payment that was a mistake is undone, and the row stays.
type Payment struct {
	ID     int64
	SaleID int64
	Paddle Paddle
	Amount Money
	Method Method
	Note   string // such as the number on the card machine's slip
	Key    string // made by the form, so that a double click pays once
	At     time.Time
	By     Clerk
	Undone Undo
}

// Stands reports whether the payment counts.
func (p Payment) Stands() bool { return p.Undone.At.IsZero() }

// Same reports whether two submissions under one key are one and the same.
func (p Payment) Same(q Payment) bool {
	return p.SaleID == q.SaleID && p.Paddle == q.Paddle && p.Amount == q.Amount && p.Method == q.Method && p.Note == q.Note
}

// Clerk is who did something at the desk. ID 0 is the bidder.
type Clerk struct {
	ID   int64
	Name string
}

// Undo says who undid something, when and why; zero = it stands.
type Undo struct {
	At  time.Time
	By  Clerk
	Why string
}

var (
	// ErrKeyUsed means that a key came before with something else.
	ErrKeyUsed = errors.New("the key was used for something else")
	// ErrFeesStand means that lots have opened under a sale's premium and tax.
	ErrFeesStand = errors.New("lots have opened under the present premium and tax")
	// ErrUndone means that something is undone already.
	ErrUndone = errors.New("it is undone already")
	// ErrOverpaid means that a payment is more than is due.
	ErrOverpaid = errors.New("that is more than is due")
)
