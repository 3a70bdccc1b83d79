package views

import (
	"github.com/a-h/templ"

	"outcry/auction"
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
	{string(auction.RoleOrganiser), "Organiser: sales and lots, reserves, the audit list"},
	{string(auction.RoleOwner), "Owner: all of it, and the staff"},
}

// newRole offers what somebody of the staff may become.
var newRole = append([]option{{string(auction.RoleBidder), "Bidder: no longer staff"}}, roleOptions...)

func staffURL(user int64) templ.SafeURL { return templ.SafeURL("/desk/staff/" + itoa64(user)) }

// way is one of the staff's links through a sale.
type way struct {
	rest string // of the address, after the sale's
	here Here
	word string
}

// deskWays are the links that a viewer may follow, in the order of an evening.
func deskWays(p Page) []way {
	ways := []way{
		{"", HereControl, "Sale"}, {"/lots", HereLots, "Lots"}, {"/bidders", HereBidders, "Bidders"}, {"/check-in", HereCheckIn, "Check-in"},
		{"/line", HereLine, "Line"}, {"/checkout", HereCheckout, "Checkout"}, {"/appeal", HereDeskAppeal, "Appeal"}, {"/results", HereResults, "Results"},
	}
	if p.Viewer.Manager {
		ways = append(ways, way{"/audit", HereAudit, "Audit"})
	}
	return ways
}

// deskPlace is what the folded list is called: where the viewer is.
func deskPlace(p Page) string {
	for _, w := range deskWays(p) {
		if w.here == p.Here {
			return w.word
		}
	}
	return "Desk"
}
