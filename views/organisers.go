package views

import (
	"outcry/auction"
	"outcry/views/lang"
)

// OrganisersView is who runs a sale, and the form that adds somebody.
type OrganisersView struct {
	Page
	Sale       auction.Sale
	Organisers []auction.User // owners first
	Others     []auction.User // with the role of organiser, who do not run this sale
	Me         int64          // the viewer
}

// personOptions offers people by name and address.
func personOptions(users []auction.User) []option {
	list := make([]option, len(users))
	for i, u := range users {
		list[i] = option{itoa64(u.ID), lang.Key(u.Name + " · " + u.Email)}
	}
	return list
}
