package auction

import "time"

// Signatures to implement, each in the file of its noun; this file goes away.

func ParseMoney(text string, c Currency) (Money, error) { panic("todo") }
func Replay(start Lot, log []Record) (Lot, error)       { panic("todo") } // the lot row, rebuilt from its log
func Check(l Lot, t Terms, log []Record) error          { panic("todo") } // every invariant, one by one; nil when all hold
func CheckPublic(log []Event) error                     { panic("todo") } // what the public lines alone can show
func History(log []Event) []Row                         { panic("todo") } // oldest first

// Row is one line of a lot's public history (rules §2.8).
type Row struct {
	Seq       int64
	At        time.Time
	Paddle    Paddle
	Amount    Money
	Automatic bool
	Voided    bool
	Reason    string
}
