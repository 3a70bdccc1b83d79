package views

import (
	"outcry/auction"
	"outcry/views/lang"
)

// CheckInView is the table at the door.
type CheckInView struct {
	Page
	Sale   auction.Sale
	Query  string           // a name, or a paddle
	Found  []auction.Holder // who it may be; without a query, who came last
	Name   Field            // the form that adds somebody
	Email  Field
	Paddle Field
	Limit  Field
}

// PaddleView is one paddle as it is handed over.
type PaddleView struct {
	Page
	Sale   auction.Sale
	Holder auction.Holder
	Link   string // signs in as the paddle
	Code   QR     // the same
}

// foundWords says what a list at the door is.
func foundWords(v CheckInView) lang.Key {
	switch {
	case v.Query == "" && len(v.Found) == 0:
		return "Nobody has a paddle yet"
	case v.Query == "":
		return "The last who came"
	case len(v.Found) == 0:
		return "Nobody found"
	}
	return "Found"
}
