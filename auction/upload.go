package auction

import "time"

// WatchMark is how somebody's watch list stands, so that a change is seen.
type WatchMark struct {
	UserID int64
	Lots   int64 // how many
	Sum    int64 // of their ids
	At     time.Time
}

// Upload is a spreadsheet between its preview and the word to go on. It belongs
// to who handed it over, for one sale and one purpose.
type Upload struct {
	Token  Hash // of what the page sends back
	UserID int64
	SaleID int64
	What   string // what the spreadsheet holds
	Name   string // of the file
	Data   []byte
	Until  time.Time
}
