package auction

import (
	"errors"
	"time"
)

// Appeal is a sale's fund-a-need: what money is asked for, beside the lots.
type Appeal struct {
	SaleID int64
	Title  string
	Words  string // plain text, paragraphs separated by blank lines
	Goal   Money  // 0 = none: there is a sum and no thermometer
	Levels []Money
	Open   bool // pledges are taken
}

// MaxLevels is how many levels an appeal has at most.
const MaxLevels = 12

// Donation is money that a paddle has promised beside what it bought. It goes
// on the paddle's invoice, bears neither premium nor tax, and is never changed:
// one that was a mistake is undone, and the row stays.
type Donation struct {
	ID     int64
	SaleID int64
	Paddle Paddle
	Amount Money
	From   Giving
	Key    string // made by the form, so that a double click gives once
	At     time.Time
	By     Clerk // ID 0: the paddle itself
	Undone Undo
}

// Giving is where somebody gave.
type Giving string

const (
	ToAppeal   Giving = "appeal"
	AtCheckout Giving = "checkout"
)

// Stands reports whether the donation counts.
func (d Donation) Stands() bool { return d.Undone.At.IsZero() }

// Same reports whether two submissions under one key are one and the same.
func (d Donation) Same(e Donation) bool {
	return d.SaleID == e.SaleID && d.Paddle == e.Paddle && d.Amount == e.Amount && d.From == e.From
}

// Given is what the donations of a sale come to.
type Given struct {
	Appeal Money // to the appeal
	Total  Money // the appeal's included
	Gifts  int   // to the appeal
	Seq    int64 // grows with each donation and each undoing
}

// ErrAppealClosed means that an appeal takes no pledges now.
var ErrAppealClosed = errors.New("the appeal takes no pledges now")

// Percent is how much of the goal has come together, from 0 to 100.
func (a Appeal) Percent(raised Money) int {
	if a.Goal <= 0 || raised <= 0 {
		return 0
	}
	if raised >= a.Goal {
		return 100
	}
	return int(raised * 100 / a.Goal)
}
