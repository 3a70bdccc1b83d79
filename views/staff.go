package views

import (
	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// StaffView is who runs the house, and the form that adds somebody.
type StaffView struct {
	Page
	Staff    []auction.User
	Me       int64 // the viewer
	Name     Field
	Email    Field
	Role     Field
	Password Field
}

var roleOptions = []option{
	{string(auction.RoleClerk), "Clerk: the desk, check-in, checkout"},
	{string(auction.RoleOrganiser), "Organiser: makes sales, and runs those that name them"},
	{string(auction.RoleOwner), "Owner: all of it, and the staff"},
}

// roleWord names what somebody is.
func roleWord(r auction.Role) lang.Key {
	return map[auction.Role]lang.Key{auction.RoleBidder: "bidder", auction.RoleClerk: "clerk", auction.RoleOrganiser: "organiser", auction.RoleOwner: "owner"}[r]
}

// newRole offers what somebody of the staff may become.
var newRole = append([]option{{string(auction.RoleBidder), "Bidder: no longer staff"}}, roleOptions...)

func staffURL(user int64) templ.SafeURL { return templ.SafeURL("/desk/staff/" + itoa64(user)) }

// way is one of the staff's links through a sale.
type way struct {
	rest string // of the address, after the sale's
	here Here
	word lang.Key
}

// deskWays are the links that a viewer may follow, in the order of an evening.
func deskWays(p Page) []way {
	ways := []way{
		{"", HereControl, lang.Key("Sale")}, {"/lots", HereLots, lang.Key("Lots")}, {"/bidders", HereBidders, lang.Key("Bidders")}, {"/check-in", HereCheckIn, lang.Key("Check-in")},
		{"/line", HereLine, lang.Key("Line")}, {"/checkout", HereCheckout, lang.Key("Checkout")}, {"/appeal", HereDeskAppeal, lang.Key("Appeal")}, {"/results", HereResults, lang.Key("Results")},
	}
	if p.Viewer.Manager {
		ways = append(ways, way{"/audit", HereAudit, lang.Key("Audit")})
	}
	return ways
}

// deskPlace is what the folded list is called: where the viewer is.
func deskPlace(p Page) lang.Key {
	for _, w := range deskWays(p) {
		if w.here == p.Here {
			return w.word
		}
	}
	return lang.Key("Desk")
}
