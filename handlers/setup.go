package handlers

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"slices"

	"outcry/auction"
	"outcry/views"
)

// setUpOpen is ErrNotFound unless token is that of the one-time link that opens a
// new house, and there is no owner yet, whichever process made one.
func (h *Handlers) setUpOpen(ctx context.Context, token string) error {
	if h.cfg.SetUp == "" || subtle.ConstantTimeCompare([]byte(h.cfg.SetUp), []byte(token)) != 1 {
		return auction.ErrNotFound
	}
	users, err := h.cfg.Store.Users(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(users, func(u auction.User) bool { return u.Role == auction.RoleOwner }) {
		return auction.ErrNotFound
	}
	return nil
}

func (h *Handlers) setUpPage(w http.ResponseWriter, r *request) error {
	if err := h.setUpOpen(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return h.showSetUp(w, r, http.StatusOK, views.SetupView{Token: r.PathValue("token")})
}

func (h *Handlers) showSetUp(w http.ResponseWriter, r *request, status int, v views.SetupView) error {
	var err error
	if v.Page, err = h.frame(r, "First run", views.HereNone, auction.Sale{}); err != nil {
		return err
	}
	v.Readable = h.readable(r.Request)
	return h.page(w, r.Request, status, views.Setup(v))
}

func (h *Handlers) postSetUp(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	if err := h.setUpOpen(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	v := views.SetupView{
		Token: h.cfg.SetUp,
		House: views.Field{Value: cleanLine(r.PostFormValue("house"))},
		Email: views.Field{Value: r.PostFormValue("email")},
		Name:  views.Field{Value: cleanLine(r.PostFormValue("name"))},
	}
	password := r.PostFormValue("password")
	if v.House.Value == "" || len(v.House.Value) > 200 {
		v.House.Error = "Give the house a name of up to 200 letters; it stands on the cover."
	}
	v.Email.Error, v.Name.Error, v.Password.Error = emailProblem(v.Email.Value), nameProblem(v.Name.Value), PasswordProblem(password, v.House.Value, v.Email.Value, v.Name.Value)
	if v.House.Error+v.Email.Error+v.Name.Error+v.Password.Error != "" {
		return h.showSetUp(w, r, http.StatusUnprocessableEntity, v)
	}
	hash, err := h.passwords.hash(r.Context(), password)
	if err != nil {
		return err
	}
	u, err := h.cfg.Store.AddFirstOwner(r.Context(), auction.User{
		Email: cleanEmail(v.Email.Value), Name: v.Name.Value, Password: hash, At: now(),
	})
	if errors.Is(err, auction.ErrConflict) {
		v.Email.Error = "This address has an account already. Give another one."
		return h.showSetUp(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	// Whoever owns the house can name it: should this fail, on their account's page.
	if err := h.house.set(r.Context(), v.House.Value); err != nil {
		return err
	}
	return h.welcome(w, r, u, "/desk?done=open")
}
