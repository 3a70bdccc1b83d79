package handlers

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"outcry/auction"
	"outcry/views"
)

// Who runs the house. Only an owner sees and changes this.

var roles = []auction.Role{auction.RoleClerk, auction.RoleOrganiser, auction.RoleOwner}

func (h *Handlers) staffPage(w http.ResponseWriter, r *request) error {
	return h.showStaff(w, r, http.StatusOK, views.StaffView{})
}

func (h *Handlers) showStaff(w http.ResponseWriter, r *request, status int, v views.StaffView) error {
	var err error
	if v.Page, err = h.frame(r, "Staff", views.HereStaff, auction.Sale{}); err != nil {
		return err
	}
	if v.Staff, err = h.staff(r); err != nil {
		return err
	}
	v.Me = r.viewer.user.ID
	return h.page(w, r.Request, status, views.Staff(v))
}

func (h *Handlers) staff(r *request) ([]auction.User, error) {
	users, err := h.cfg.Store.Users(r.Context())
	return slices.DeleteFunc(users, func(u auction.User) bool { return !u.Role.Staff() }), err
}

// postStaff makes somebody one of the staff: somebody new with a password, or
// somebody who has an account, whose password stays theirs.
func (h *Handlers) postStaff(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	f := func(name string) views.Field { return views.Field{Value: cleanLine(r.PostFormValue(name))} }
	v := views.StaffView{Name: f("name"), Email: f("email"), Role: f("role")}
	role := auction.Role(v.Role.Value)
	v.Email.Error = emailProblem(v.Email.Value)
	if !slices.Contains(roles, role) {
		v.Role.Error = "Choose what they may do."
	}
	if v.Email.Error+v.Role.Error != "" {
		return h.showStaff(w, r, http.StatusUnprocessableEntity, v)
	}
	known, err := h.cfg.Store.UserByEmail(r.Context(), cleanEmail(v.Email.Value))
	switch {
	case err == nil:
		return h.giveRole(w, r, known, role)
	case !errors.Is(err, auction.ErrNotFound):
		return err
	}
	password := r.PostFormValue("password")
	v.Name.Error, v.Password.Error = nameProblem(v.Name.Value), h.passwordProblem(r, password, v.Name.Value, v.Email.Value)
	if v.Name.Error+v.Password.Error != "" {
		return h.showStaff(w, r, http.StatusUnprocessableEntity, v)
	}
	hash, err := h.passwords.hash(r.Context(), password)
	if err != nil {
		return err
	}
	u, err := h.cfg.Store.AddUser(r.Context(), auction.User{Email: cleanEmail(v.Email.Value), Name: v.Name.Value, Role: role, Password: hash, At: now()})
	if err != nil {
		return err
	}
	if err := h.note(r, auction.Act{Kind: auction.ActStaff, What: u.Name + ": " + string(role)}); err != nil {
		return err
	}
	return done(w, r, "/desk/staff", "saved")
}

// postRole changes what one of the staff may do.
func (h *Handlers) postRole(w http.ResponseWriter, r *request) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.ErrNotFound
	}
	if err := form(r); err != nil {
		return err
	}
	u, err := h.cfg.Store.UserByID(r.Context(), id)
	if err != nil {
		return err
	}
	role := auction.Role(r.PostFormValue("role"))
	if role != auction.RoleBidder && !slices.Contains(roles, role) {
		return errUnreadable
	}
	return h.giveRole(w, r, u, role)
}

// giveRole gives somebody a role and ends their sessions: what a page offers
// them is what they may do.
func (h *Handlers) giveRole(w http.ResponseWriter, r *request, u auction.User, role auction.Role) error {
	if u.Role == role {
		return done(w, r, "/desk/staff", "saved")
	}
	if u.ID == r.viewer.user.ID {
		return &problem{http.StatusUnprocessableEntity, "own_role", "You cannot change your own role. Another owner can, so that the house is never without one."}
	}
	if err := h.cfg.Store.SetRole(r.Context(), u.ID, role); err != nil {
		return err
	}
	if err := h.endSessionsOf(r.Context(), u.ID, auction.Hash{}); err != nil {
		return err
	}
	if err := h.note(r, auction.Act{Kind: auction.ActRole, What: u.Name + ": " + string(u.Role) + " → " + string(role)}); err != nil {
		return err
	}
	return done(w, r, "/desk/staff", "saved")
}
