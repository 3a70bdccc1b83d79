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
