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
