package handlers

import (
	"crypto/subtle"
	"errors"
	"net/http"
	"sync"

	"outcry/auction"
	"outcry/views"
)

// setUp is the one-time link that opens a new house. It works until there is
// an owner.
type setUp struct {
	mu    sync.Mutex // guards token; held while an owner is made, so that there is one
	token string     // "" once used
}

func newSetUp(token string) *setUp { return &setUp{token: token} }

func (s *setUp) valid(token string) bool {
	return s.token != "" && subtle.ConstantTimeCompare([]byte(s.token), []byte(token)) == 1
}

func (h *Handlers) setUpPage(w http.ResponseWriter, r *request) error {
	h.setUp.mu.Lock()
	valid := h.setUp.valid(r.PathValue("token"))
	h.setUp.mu.Unlock()
	if !valid {
		return auction.ErrNotFound
	}
	return h.showSetUp(w, r, http.StatusOK, views.SetupView{Token: r.PathValue("token")})
}

func (h *Handlers) showSetUp(w http.ResponseWriter, r *request, status int, v views.SetupView) error {
	var err error
	if v.Page, err = h.frame(r, "First run", views.HereNone, auction.Sale{}); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Setup(v))
}

func (h *Handlers) postSetUp(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	h.setUp.mu.Lock()
	defer h.setUp.mu.Unlock()
	if !h.setUp.valid(r.PathValue("token")) {
		return auction.ErrNotFound
	}
	v := views.SetupView{
		Token: h.setUp.token,
		House: views.Field{Value: cleanLine(r.PostFormValue("house"))},
		Email: views.Field{Value: r.PostFormValue("email")},
		Name:  views.Field{Value: cleanLine(r.PostFormValue("name"))},
	}
	password := r.PostFormValue("password")
	if v.House.Value == "" || len(v.House.Value) > 200 {
		v.House.Error = "Give the house a name of up to 200 letters; it stands on the cover."
	}
	v.Email.Error, v.Name.Error, v.Password.Error = emailProblem(v.Email.Value), nameProblem(v.Name.Value), passwordProblem(password)
	if v.House.Error+v.Email.Error+v.Name.Error+v.Password.Error != "" {
		return h.showSetUp(w, r, http.StatusUnprocessableEntity, v)
	}
	hash, err := h.passwords.hash(r.Context(), password)
	if err != nil {
		return err
	}
	u, err := h.cfg.Store.AddUser(r.Context(), auction.User{
		Email: cleanEmail(v.Email.Value), Name: v.Name.Value, Role: auction.RoleOwner, Password: hash, At: now(),
	})
	if errors.Is(err, auction.ErrConflict) {
		v.Email.Error = "This address has an account already. Give another one."
		return h.showSetUp(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	if err := h.house.set(r.Context(), v.House.Value); err != nil {
		return err
	}
	h.setUp.token = ""
	return h.welcome(w, r, u, "/desk?done=open")
}
