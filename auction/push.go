package auction

import "time"

// PushKind says what a push message tells of.
type PushKind string

const (
	PushOutbid  PushKind = "outbid"  // they lost the lead
	PushClosing PushKind = "closing" // a lot that they watch or bid on closes soon
	PushWon     PushKind = "won"     // a lot was sold to them
)

// PushTo is a browser that somebody wants to be told on. It belongs to the
// session that it was signed in with, and ends with it.
type PushTo struct {
	ID       int64
	UserID   int64
	Session  Hash
	Holder   int64  // the place whose link the session came by: it hears of that sale alone; 0 = an account
	Endpoint string // https://… of the browser's maker: whoever knows it and the keys can write there
	Key      []byte // the browser's public key, 65 bytes
	Auth     []byte // 16 bytes that it shares with us
	Device   string // in words for its owner: "Firefox on Windows"
	At       time.Time
}

// Push is one message to one browser: what it tells of, not yet its words. They
// are written when it is sent, by how things stand then.
type Push struct {
	ID     int64
	To     PushTo
	Kind   PushKind
	SaleID int64
	LotID  int64
	Seq    int64  // of the lot's event that it tells of; 0 = of none
	Paddle Paddle // whose browsers it goes to; not kept with the message
	Due    time.Time
	Until  time.Time // not sent from then on
	At     time.Time // when what it tells of happened

	State MailState
	Tries int    // how often a sender took it; tells one sender's turn from the next one's
	Fails int    // how often it could not be sent
	Error string // why it was not, or not yet, sent
	Done  time.Time
}

// Closing is a lot that closes soon.
type Closing struct {
	LotID    int64
	ClosesAt time.Time
}
