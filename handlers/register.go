package handlers

import (
	"errors"
	"net/http"

	"outcry/auction"
	"outcry/views"
)

// conditions shows what a bidder agrees to, to everybody.
func (h *Handlers) conditions(w http.ResponseWriter, r *request) error {
	s, err := h.saleToJoin(r)
	if err != nil {
		return err
	}
	page, err := h.frame(r, "Conditions of sale", views.HereNone, s)
	if err != nil {
		return err
	}
	findable(w, s)
	return h.page(w, r.Request, http.StatusOK, views.Conditions(views.ConditionsView{Page: page, Sale: s}))
}

func (h *Handlers) registerPage(w http.ResponseWriter, r *request) error {
	s, err := h.saleToJoin(r)
	if err != nil {
		return err
	}
	if err := h.mayRegister(r, s); err != nil {
		return err
	}
	return h.showRegister(w, r, http.StatusOK, s, views.RegisterView{
		Name: views.Field{Value: r.viewer.user.Name}, Next: ownPath(r.URL.Query().Get("next"), ""),
	})
}

func (h *Handlers) showRegister(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.RegisterView) error {
	var err error
	if v.Page, err = h.frame(r, "Get a paddle", views.HereNone, s); err != nil {
		return err
	}
	v.Sale = s
	holder, err := h.holder(r, s.ID)
	if err == nil {
		v.Holder = &holder
	} else if !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	return h.page(w, r.Request, status, views.Register(v))
}

func (h *Handlers) postRegister(w http.ResponseWriter, r *request) error {
	s, err := h.saleToJoin(r)
	if err != nil {
		return err
	}
	if err := h.mayRegister(r, s); err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.RegisterView{
		Name:  views.Field{Value: cleanLine(r.PostFormValue("name"))},
		Agree: views.Field{Value: r.PostFormValue("agree")},
		Next:  ownPath(r.FormValue("next"), ""),
	}
	v.Name.Error = nameProblem(v.Name.Value)
	if v.Agree.Value != "1" {
		v.Agree.Error = "A bid is a promise to buy: please read the conditions and tick the box."
	}
	if v.Name.Error+v.Agree.Error != "" {
		return h.showRegister(w, r, http.StatusUnprocessableEntity, s, v)
	}
	if err := h.cfg.Store.Agree(r.Context(), s.ID, r.viewer.user.ID, views.TermsText(r.Context(), s), now()); err != nil {
		return err
	}
	// Who is invited, or came by a link of the organiser's, is approved by that.
	holder, err := h.cfg.Store.Register(r.Context(), s.ID, r.viewer.user.ID, v.Name.Value, s.Registration != auction.RegisterApprove)
	if err != nil {
		return err
	}
	next := v.Next
	if next == "" {
		next = "/sales/" + s.Slug
	}
	if !holder.Approved {
		return done(w, r, next, "waiting")
	}
	return done(w, r, next, "paddle")
}

// mayRegister keeps a paddle's link to its own sale, and paddles that come by
// invitation to those who are invited.
func (h *Handlers) mayRegister(r *request, s auction.Sale) error {
	if !r.viewer.session.ByLink && s.Registration != auction.RegisterInvite && !s.Rehearsal() {
		return nil
	}
	_, err := h.holder(r, s.ID)
	switch {
	case !errors.Is(err, auction.ErrNotFound):
		return err
	case r.viewer.session.ByLink:
		return errOtherSale
	}
	invited, err := h.invited(r, s)
	if err == nil && !invited {
		err = errInvited
	}
	return err
}
