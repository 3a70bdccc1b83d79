package handlers

import (
	"cmp"
	"errors"
	"net/http"

	"outcry/auction"
)

var (
	errPrivate = &problem{http.StatusForbidden, "private", "This sale is private. Get a paddle in it first: then you see it."}
	errInvited = &problem{http.StatusForbidden, "by_invitation", "Paddles in this sale come by invitation. Ask the organiser for one."}
)

// mayEnter is nil when the viewer may see a sale. One that is not published is
// there for staff only, a private one or a rehearsal for those who have a paddle
// in it too; paddles of a rehearsal are given at the desk.
func (h *Handlers) mayEnter(r *request, s auction.Sale) error {
	switch {
	case r.viewer.staff():
		return nil
	case !s.Published:
		return auction.ErrNotFound
	case !s.Unlisted():
		return nil
	case !r.viewer.signedIn():
		return errSignIn
	}
	_, err := h.holder(r, s.ID)
	if !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	if s.Registration == auction.RegisterInvite || s.Rehearsal() {
		if invited, err := h.invited(r, s); err != nil || !invited {
			return cmp.Or(err, error(errInvited))
		}
	}
	return errPrivate
}

// saleToJoin reads the sale that the address names for somebody who wants a
// paddle in it, and so may not see it yet.
func (h *Handlers) saleToJoin(r *request) (auction.Sale, error) {
	s, err := h.cfg.Store.Sale(r.Context(), r.PathValue("slug"))
	if err != nil {
		return s, err
	}
	if err := h.mayEnter(r, s); err != nil && err != errPrivate {
		return auction.Sale{}, err
	}
	return s, nil
}

// toRegister leads somebody who opens a private sale to where they get a paddle
// in it. It returns other errors as they are.
func toRegister(w http.ResponseWriter, r *request, slug string, err error) error {
	if err != errPrivate || wantsJSON(r.Request) {
		return err
	}
	http.Redirect(w, r.Request, "/sales/"+slug+"/register", http.StatusSeeOther)
	return nil
}
