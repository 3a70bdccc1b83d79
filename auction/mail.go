package auction

import "time"

// MailKind says what a mail tells of.
type MailKind string

const (
	MailOutbid  MailKind = "outbid"  // somebody lost the lead
	MailWon     MailKind = "won"     // a lot was sold to them
	MailPassed  MailKind = "passed"  // their bid was the highest, and under the reserve
	MailOutage  MailKind = "outage"  // an outage moved a close, or holds the lot
	MailVoided  MailKind = "voided"  // the desk struck out their bid
	MailConsign MailKind = "consign" // what became of a lot that they offered
	MailInvoice MailKind = "invoice" // what they owe
	MailPayment MailKind = "payment" // what they paid
	MailOffer   MailKind = "offer"   // a lot that passed is offered to them
	MailNews    MailKind = "news"    // the organiser writes to the bidders of a sale
	MailLink    MailKind = "link"    // they asked for a link: to sign in, for a new password …
	MailInvite  MailKind = "invite"  // the organiser asks them to a sale
	MailReady   MailKind = "ready"   // their paddle is approved
)

// MailState is where a mail is on its way.
type MailState string

const (
	MailWaiting MailState = "waiting" // also while it is tried again
	MailSent    MailState = "sent"    // a mail server took it
	MailDropped MailState = "dropped" // nobody needed it any more, or they asked for none
	MailFailed  MailState = "failed"  // given up, with a reason
)

// Mail is one mail of the outbox: what it tells of, not yet its words. They are
// written when it is sent, by how things stand then. It goes to the user, else
// to whoever has the paddle in the sale, else to the address; MailConsign to
// the lot's consignor.
type Mail struct {
	ID     int64
	Kind   MailKind
	Once   string // at most one mail has a Once, whatever becomes of it; "" = any number
	SaleID int64  // 0 = none
	LotID  int64  // 0 = none
	Seq    int64  // of the lot's event that it tells of
	Paddle Paddle // "" = none
	UserID int64  // 0 = none
	Email  string // "" = the user's
	Ref    int64  // of what it tells of beside: a link, an invoice, a payment, a piece of news
	Data   string // words that are kept nowhere else
	Due    time.Time
	Until  time.Time // not sent from then on: it would be no news any more
	At     time.Time // when what it tells of happened

	State MailState
	Tries int       // how often a sender took it; tells one sender's turn from the next one's
	Fails int       // how often it could not be sent
	Error string    // why it was not, or not yet, sent
	Done  time.Time // when it was sent, dropped or given up
}

// MailCounts are the figures of the outbox.
type MailCounts struct {
	Waiting, Sent, Dropped, Failed int
	Oldest                         time.Time // the oldest that is due and waits; zero = none
}
