package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"outcry/auction"
	"outcry/views"
)

// Who runs a sale. Its reserves are for these eyes alone; whoever else has the
// role of organiser may do there what a clerk may.

// organisers shows them to all staff, so that everybody knows whom to ask.
func (h *Handlers) organisers(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.OrganisersView{Sale: s, Me: r.viewer.user.ID}
	if v.Page, err = h.frame(r, "Organisers", views.HereControl, s); err != nil {
		return err
	}
	if v.Organisers, err = h.cfg.Store.Organisers(r.Context(), s.ID); err != nil {
		return err
	}
	if v.Viewer.Manager {
		if v.Others, err = h.otherOrganisers(r, v.Organisers); err != nil {
			return err
		}
	}
	return h.page(w, r.Request, http.StatusOK, views.Organisers(v))
}

// otherOrganisers are those of the house who do not run the sale.
func (h *Handlers) otherOrganisers(r *request, have []auction.User) ([]auction.User, error) {
	users, err := h.cfg.Store.Users(r.Context())
	return slices.DeleteFunc(users, func(u auction.User) bool {
		return u.Role != auction.RoleOrganiser || slices.ContainsFunc(have, func(o auction.User) bool { return o.ID == u.ID })
	}), err
}

// postOrganiser adds somebody who runs the sale, or takes them off it.
func (h *Handlers) postOrganiser(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	add, drop := r.PostFormValue("add"), r.PostFormValue("remove")
	id, err := strconv.ParseInt(add+drop, 10, 64)
	if err != nil || (add == "") == (drop == "") {
		return errUnreadable
	}
	if drop != "" && id == r.viewer.user.ID {
		return &problem{http.StatusUnprocessableEntity, "own_sale", "You cannot take yourself off a sale. Another organiser of it can, or the owner."}
	}
	u, err := h.cfg.Store.UserByID(r.Context(), id)
	if err != nil {
		return err
	}
	if err := h.cfg.Store.SetOrganiser(r.Context(), s.ID, id, add != "", now()); err != nil {
		return err
	}
	act := auction.Act{SaleID: s.ID, Kind: auction.ActOrganiser, What: u.Name}
	if drop != "" {
		act.Kind = auction.ActStoodDown
	}
	return h.noted(w, r, act, "/desk/sales/"+s.Slug+"/organisers", "saved")
}

// runs reports whether the viewer runs a sale other than the one that the
// address is about.
func (h *Handlers) runs(r *request) (func(auction.Sale) bool, error) {
	if owner.allows(r.viewer) == nil {
		return func(auction.Sale) bool { return true }, nil
	}
	own, err := h.cfg.Store.Organised(r.Context(), r.viewer.user.ID)
	return func(s auction.Sale) bool { return own[s.ID] }, err
}
