package storetest

import (
	"time"

	"outcry/auction"
	"outcry/store"
)

var organiserTests = []conformance{
	{"a sale is run by its organisers, and by every owner", func(h *house) {
		person := func(name string, role auction.Role) (auction.User, auction.Hash) {
			u, err := h.AddUser(h.ctx, auction.User{Name: name, Email: name + "@example.org", Role: role})
			h.ok(err)
			token := auction.Hash{0: byte(u.ID)}
			h.ok(h.AddSession(h.ctx, auction.Session{Token: token, UserID: u.ID, Until: time.Now().Add(time.Hour)}))
			return u, token
		}
		olga, olgas := person("olga", auction.RoleOrganiser)
		otto, ottos := person("otto", auction.RoleOrganiser)
		clem, clems := person("clem", auction.RoleClerk)
		ruth, ruths := person("ruth", auction.RoleOwner)
		spring, err := h.CreateSale(h.ctx, auction.Sale{Slug: "spring"}, olga.ID)
		h.ok(err)
		autumn := h.sale("autumn")
		runs := func(what string, token auction.Hash, saleID int64, want bool) {
			h.Helper()
			v, err := h.Visitor(h.ctx, token, saleID)
			h.ok(err)
			if v.Organises != want {
				h.Errorf("%s: organises %v, want %v", what, v.Organises, want)
			}
		}
		names := func(saleID int64, want ...string) {
			h.Helper()
			list, err := h.Organisers(h.ctx, saleID)
			h.ok(err)
			var got []string
			for _, u := range list {
				got = append(got, u.Name)
			}
			Same(h.T, "Organisers", got, want)
		}
		runs("who made the sale", olgas, spring.ID, true)
		runs("who made another sale", olgas, autumn.ID, false)
		runs("an organiser of no sale", ottos, spring.ID, false)
		runs("a clerk", clems, spring.ID, false)
		runs("the owner", ruths, spring.ID, true)
		runs("who made a sale, asked about none", olgas, 0, false)
		names(spring.ID, "ruth", "olga")

		h.ok(h.SetOrganiser(h.ctx, spring.ID, otto.ID, true, start))
		h.ok(h.SetOrganiser(h.ctx, spring.ID, otto.ID, true, start)) // twice is once
		h.is("a clerk as an organiser", h.SetOrganiser(h.ctx, spring.ID, clem.ID, true, start), store.ErrNotFound)
		h.is("nobody as an organiser", h.SetOrganiser(h.ctx, spring.ID, 99, true, start), store.ErrNotFound)
		h.is("an organiser of no sale", h.SetOrganiser(h.ctx, 99, otto.ID, true, start), store.ErrNotFound)
		runs("who was added", ottos, spring.ID, true)
		names(spring.ID, "ruth", "olga", "otto")
		h.ok(h.SetOrganiser(h.ctx, spring.ID, olga.ID, false, start))
		runs("who was taken off", olgas, spring.ID, false)
		names(spring.ID, "ruth", "otto")

		try, err := h.CreateSale(h.ctx, auction.Sale{Slug: "try", Rehearses: spring.ID}, ruth.ID)
		h.ok(err)
		runs("an organiser of the sale, at its rehearsal", ottos, try.ID, true)
		runs("who was taken off, at its rehearsal", olgas, try.ID, false)
		h.ok(h.SetOrganiser(h.ctx, spring.ID, olga.ID, true, start))
		runs("who was added again, at its rehearsal", olgas, try.ID, true)
		h.ok(h.SetOrganiser(h.ctx, spring.ID, olga.ID, false, start))
		runs("who was taken off again, at its rehearsal", olgas, try.ID, false)
		_, err = h.WipeRehearsal(h.ctx, try.ID, auction.Act{Kind: auction.ActRehearsed, At: start})
		h.ok(err)

		n, err := h.OrganiseAll(h.ctx, otto.ID, start)
		h.ok(err)
		Same(h.T, "OrganiseAll adds", n, 1)
		sales, err := h.Organised(h.ctx, otto.ID)
		h.ok(err)
		Same(h.T, "Organised", sales, map[int64]bool{spring.ID: true, autumn.ID: true})

		// Who loses the role runs nothing any more, and the role alone does not
		// give it back.
		h.ok(h.SetRole(h.ctx, otto.ID, auction.RoleClerk))
		runs("who became a clerk", ottos, spring.ID, false)
		h.ok(h.SetRole(h.ctx, otto.ID, auction.RoleOrganiser))
		runs("who has the role again", ottos, spring.ID, false)
		h.ok(h.SetOrganiser(h.ctx, spring.ID, otto.ID, true, start))
		_, err = h.RemovePerson(h.ctx, otto.ID)
		h.ok(err)
		sales, err = h.Organised(h.ctx, otto.ID)
		h.ok(err)
		Same(h.T, "Organised by who was removed", sales, map[int64]bool{})
		names(spring.ID, ruth.Name)
	}},
}
