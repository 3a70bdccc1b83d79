package auction

import "time"

// Role is what somebody may do in the house. Each includes the one before.
type Role string

const (
	RoleBidder    Role = "bidder"
	RoleClerk     Role = "clerk"
	RoleOrganiser Role = "organiser"
	RoleOwner     Role = "owner"
)

// Staff reports whether the role is more than a bidder's.
func (r Role) Staff() bool { return r == RoleClerk || r == RoleOrganiser || r == RoleOwner }

// User is somebody known to the house.
type User struct {
	ID       int64
	Email    string // lower case; "" for a guest who gave none
	Name     string
	Role     Role
	Password string // argon2id in PHC form; "" = cannot sign in by password
	At       time.Time
	// Verified is when they showed that Email is theirs; zero = not yet.
	Verified time.Time
	Lang     string // that they have chosen to read, such as "de"; "" = none
}

// LinkPurpose is what a link in a mail does.
type LinkPurpose string

const (
	LinkSignIn   LinkPurpose = "sign-in"  // signs in
	LinkPassword LinkPurpose = "password" // signs in and sets a new password
	LinkSignUp   LinkPurpose = "sign-up"  // confirms an address, and makes its account if there is none
	LinkAddress  LinkPurpose = "address"  // gives an account another address
	LinkInvite   LinkPurpose = "invite"   // as LinkSignUp, for a sale that somebody was invited to
)

// Link is one that was asked for and goes out by mail. It is good once.
type Link struct {
	ID      int64
	Purpose LinkPurpose
	UserID  int64  // LinkAddress only
	Email   string // where it goes to, which using it proves
	Name    string // for the account that it makes
	SaleID  int64  // LinkInvite only
	Next    string // where to go then, a path of ours; "" = home
	Lang    string // of the page that it was asked for on; kept with its mail alone
	At      time.Time
	Until   time.Time
	Used    time.Time // zero = not yet
}

// Agreement is somebody's yes to the conditions of a sale.
type Agreement struct {
	SaleID int64
	Words  string // what they agreed to
	At     time.Time
}

// Invitation lets somebody get a paddle in a sale that is by invitation.
type Invitation struct {
	Email  string
	At     time.Time
	Paddle Paddle // that they have by now, "" = none
}

// Letter is what the organiser wrote to the bidders of a sale.
type Letter struct {
	ID      int64
	SaleID  int64
	ByID    int64
	Key     string // made by the page: the same letter twice is one
	Subject string
	Words   string
	At      time.Time
	Mails   MailCounts // how far it has come
}

// OwnBid is one bid as its own bidder may see it, the maximum included.
type OwnBid struct {
	Sale   string
	Lot    string
	Paddle Paddle
	Amount Money
	Kind   Kind
	At     time.Time
	Taken  bool
	Voided bool
}

// Holder is somebody's place in one sale: the paddle and what it may do.
type Holder struct {
	ID       int64
	SaleID   int64
	UserID   int64
	Paddle   Paddle
	Name     string
	Email    string
	Approved bool
	Limit    Money // spending limit, 0 = none
	Epoch    int64 // of the paddle's /enter/ link: a new one makes old links void
	At       time.Time
	// BlockedAt is since when the organiser has their bids refused; zero = they
	// are taken.
	BlockedAt time.Time
}

// Visitor is who comes with a session: whose it is, and their place in the sale
// that was asked about. Its zero Holder means that they have none there.
type Visitor struct {
	Session Session
	User    User
	Holder  Holder
	// Organises is whether they run that sale: as one of its organisers, or as an
	// owner, who runs them all.
	Organises bool
}

// SecondStep is what somebody needs besides a password to sign in: codes of an
// app that has the same secret (RFC 6238).
type SecondStep struct {
	UserID int64
	Secret []byte // 20 bytes
	At     time.Time
	Used   int64 // the newest span of 30 seconds, counted from 1970, whose code was used
	Spare  int   // how many spare codes are left
}

// Session is a signed-in browser.
type Session struct {
	Token   Hash // of the cookie's value, which is not kept
	UserID  int64
	ByLink  bool   // came by a paddle's link: a bidder only, whatever the user's role
	Holder  int64  // ByLink: the Holder.ID whose link it was; it acts as that paddle alone
	Device  string // in words, such as "Firefox on Windows", for its owner to know it by
	Until   time.Time
	Created time.Time
}
