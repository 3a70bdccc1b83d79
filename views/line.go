package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// LineView is the desk's one line, with what it said and its last entries.
type LineView struct {
	Page
	Sale     auction.Sale
	Lot      Field // a lot's number
	Paddle   Field
	Amount   Field
	Max      bool // the amount is a maximum
	Without  Field
	MayWaive bool   // what was refused may be taken this once, with a reason
	Key      string // of this submission
	Refused  string // why the line was not taken; "" = it was not, or there was none
	Seq      int64  // of the bid that was just taken, 0 = none
	Left     auction.Paddle
	Side     LineSideView
	Entries  []auction.DeskEntry // newest first
}

// LineSideView is the lot that the line speaks of.
type LineSideView struct {
	Sale   auction.Sale
	Number string         // as typed
	Entry  *auction.Entry // nil = there is no such lot
	Panel  LotFrameView
}

// focus says which field the clerk goes on with.
func (v LineView) focus(field string) templ.Attributes {
	next := "lot"
	switch {
	case v.Lot.Error != "":
	case v.Paddle.Error != "":
		next = "paddle"
	case v.Amount.Error != "" || v.Refused != "":
		next = "amount"
	case v.Lot.Value != "":
		next = "paddle"
	}
	if field == next {
		return templ.Attributes{"autofocus": true}
	}
	return nil
}

// lineControl is one of the three wide fields.
func (v LineView) control(name string, label lang.Key, mode string, f Field) control {
	return control{ID: "line-" + name, Name: name, Label: label, Mode: mode, Auto: "off", MaxLen: 20, Field: f}
}

// justTaken is the entry that the line made last, nil when there is none.
func (v LineView) justTaken() *auction.DeskEntry {
	for i := range v.Entries {
		if e := &v.Entries[i]; v.Seq > 0 && e.Seq == v.Seq && e.Number == v.Lot.Value {
			return e
		}
	}
	return nil
}

// takenWords says what became of an entry when it was taken.
func takenWords(ctx context.Context, e auction.DeskEntry, c auction.Currency) (state, head, text string) {
	if e.Lead == e.Paddle {
		return "lead", lang.T(ctx, "Lot %s: paddle %s leads at %s.", e.Number, string(e.Paddle), Money(ctx, e.Price, c)), ""
	}
	return "out", lang.T(ctx, "Lot %s: taken, and outbid at once.", e.Number),
		lang.T(ctx, "An earlier maximum of paddle %s answered: it leads at %s.", string(e.Lead), Money(ctx, e.Price, c))
}

// entryKind is how a bid of the desk was meant.
func entryKind(e auction.DeskEntry) lang.Key {
	if e.Kind == auction.ActLeft {
		return "left for the opening"
	}
	if e.What == "in the room" {
		return ""
	}
	if e.What == "a maximum" {
		return lang.Key("a maximum")
	}
	return lang.Key(e.What)
}

// mayUndo reports whether an entry can still be taken back.
func mayUndo(e auction.DeskEntry) bool {
	if e.Undone {
		return false
	}
	if e.Kind == auction.ActLeft {
		return e.State == auction.Upcoming
	}
	return e.State == auction.Open
}

// lastUndo is the newest entry that can be taken back, by its id; 0 = none.
func lastUndo(entries []auction.DeskEntry) int64 {
	for _, e := range entries {
		if mayUndo(e) {
			return e.ID
		}
	}
	return 0
}

// DeskRefusal says to a clerk why a bid was not taken. It tells nobody's
// maximum: a clerk may not know one before the lot is over.
func DeskRefusal(ctx context.Context, a auction.Answer, lot string, p auction.Paddle, s auction.Sale) string {
	c := s.Currency
	switch a.Reason {
	case auction.BelowAsk:
		text := lang.T(ctx, "The next bid on lot %s is %s.", lot, Money(ctx, a.Ask, c))
		if a.Lead != "" {
			text = lang.T(ctx, "Paddle %s leads at %s.", string(a.Lead), Money(ctx, a.Price, c)) + " " + text
		}
		return text
	case auction.BelowOwnMax:
		return lang.T(ctx, "Paddle %s leads lot %s already, and would not raise its own bid by this.", string(p), lot)
	case auction.NotOpen:
		return lang.T(ctx, "Lot %s has not opened. Tick “up to” to leave a maximum for it: it is entered when the lot opens.", lot)
	case auction.Closed:
		return lang.T(ctx, "Lot %s closed at %s.", lot, AtTime(a.Missed, s.Zone))
	case auction.Paused:
		return lang.T(ctx, "Lot %s is paused. Enter the bid when it goes on.", lot)
	case auction.OwnLot:
		return lang.T(ctx, "Paddle %s may not bid on lot %s: it is their own, or they can see its reserve.", string(p), lot)
	case auction.Blocked:
		return lang.T(ctx, "Paddle %s is blocked. The organiser can let it bid again, on its page.", string(p))
	case auction.OverLimit:
		return lang.T(ctx, "That would take paddle %s over its limit of %s.", string(p), Money(ctx, a.Limit, c))
	case auction.BuyNowInstead:
		return lang.T(ctx, "Lot %s can be bought now for %s; a bid that high is not taken while it can.", lot, Money(ctx, a.BuyNow, c))
	}
	return lang.T(ctx, "Write an amount in figures, such as %s.", Plain(max(a.Ask, 100), c))
}
