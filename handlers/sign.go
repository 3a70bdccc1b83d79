package handlers

import (
	"errors"
	"net/http"
	"net/mail"
	"strings"
	"unicode/utf8"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

func (h *Handlers) signInPage(w http.ResponseWriter, r *request) error {
	v := views.SignInView{Next: ownPath(r.URL.Query().Get("next"), "")}
	return h.showSignIn(w, r, http.StatusOK, v)
}

func (h *Handlers) showSignIn(w http.ResponseWriter, r *request, status int, v views.SignInView) error {
	var err error
	v.Links = h.mails()
	if v.Page, err = h.frame(r, "Sign in", views.HereSignIn, auction.Sale{}); err != nil {
		return err
	}
	v.Readable = h.readable(r.Request) && (v.Next == "/desk" || strings.HasPrefix(v.Next, "/desk/")) // bidders are not frightened
	return h.page(w, r.Request, status, views.SignIn(v))
}

// postSignIn says the same, and takes as long, whether it is the address or
// the password that is wrong.
func (h *Handlers) postSignIn(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	email := cleanEmail(r.PostFormValue("email"))
	v := views.SignInView{Next: ownPath(r.FormValue("next"), ""), Email: views.Field{Value: r.PostFormValue("email")}}
	u, err := h.cfg.Store.UserByEmail(r.Context(), email)
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	if !h.signIns.allow(email, place(h.client(r.Request)), h.knownBrowser(r.Request, u)) {
		h.cfg.Log.Warn("sign-in held back: too many tries", "user", u.ID, "from", h.client(r.Request))
		v.Error = lang.T(r.Context(), "Too many tries for this account. Wait a minute and try again.")
		w.Header().Set("Retry-After", "60")
		return h.signInAnswer(w, r, http.StatusTooManyRequests, v)
	}
	ok, err := h.passwords.check(r.Context(), u.Password, r.PostFormValue("password"))
	if err != nil {
		return err
	}
	if !ok {
		h.cfg.Log.Info("sign-in refused", "user", u.ID, "from", h.client(r.Request)) // not the address: people type passwords there
		v.Error = lang.T(r.Context(), "The email or the password is not right. Check both and try again.")
		return h.signInAnswer(w, r, http.StatusUnprocessableEntity, v)
	}
	return h.welcome(w, r, u, v.Next)
}

func (h *Handlers) signInAnswer(w http.ResponseWriter, r *request, status int, v views.SignInView) error {
	if wantsJSON(r.Request) {
		return writeJSON(w, status, map[string]string{"reason": "sign_in", "message": v.Error})
	}
	return h.showSignIn(w, r, status, v)
}

// letIn signs somebody in and leads them on.
func (h *Handlers) letIn(w http.ResponseWriter, r *request, u auction.User, next string) error {
	if err := h.signIn(w, r.Request, u, 0); err != nil {
		return err
	}
	fresh, err := h.cfg.Store.UserByID(r.Context(), u.ID) // a password that was just set is not in u
	if err != nil {
		return err
	}
	h.remember(w, fresh)
	if wantsJSON(r.Request) {
		return writeJSON(w, http.StatusOK, map[string]string{"name": u.Name, "role": string(u.Role)})
	}
	http.Redirect(w, r.Request, leadOn(u, next), http.StatusSeeOther)
	return nil
}

// leadOn is where somebody goes who has signed in.
func leadOn(u auction.User, next string) string {
	switch {
	case next != "":
		return next
	case u.Role.Staff():
		return "/desk"
	}
	return "/"
}

func (h *Handlers) signUpPage(w http.ResponseWriter, r *request) error {
	return h.showSignUp(w, r, http.StatusOK, views.SignUpView{Next: ownPath(r.URL.Query().Get("next"), "")})
}

func (h *Handlers) showSignUp(w http.ResponseWriter, r *request, status int, v views.SignUpView) error {
	var err error
	v.Links = h.mails()
	if v.Page, err = h.frame(r, "Sign up", views.HereSignIn, auction.Sale{}); err != nil {
		return err
	}
	if wantsJSON(r.Request) && status != http.StatusOK {
		text := strings.TrimSpace(strings.Join([]string{v.Name.Error, v.Email.Error, v.Password.Error, v.Error}, " "))
		return writeJSON(w, status, map[string]string{"reason": "sign_up", "message": text})
	}
	return h.page(w, r.Request, status, views.SignUp(v))
}

func (h *Handlers) postSignUp(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := views.SignUpView{
		Name:  views.Field{Value: cleanLine(r.PostFormValue("name"))},
		Email: views.Field{Value: r.PostFormValue("email")},
		Next:  ownPath(r.FormValue("next"), ""),
	}
	if h.mails() {
		return h.signUpByLink(w, r, v)
	}
	password := r.PostFormValue("password")
	v.Name.Error, v.Email.Error, v.Password.Error = nameProblem(v.Name.Value), emailProblem(v.Email.Value), h.passwordProblem(r, password, v.Name.Value, v.Email.Value)
	if v.Name.Error+v.Email.Error+v.Password.Error != "" {
		return h.showSignUp(w, r, http.StatusUnprocessableEntity, v)
	}
	if !h.signIns.allow(cleanEmail(v.Email.Value), place(h.client(r.Request)), "") {
		return errTooMany
	}
	hash, err := h.passwords.hash(r.Context(), password)
	if err != nil {
		return err
	}
	u, err := h.cfg.Store.AddUser(r.Context(), auction.User{
		Email: cleanEmail(v.Email.Value), Name: v.Name.Value, Role: auction.RoleBidder, Password: hash, At: now(),
	})
	if errors.Is(err, auction.ErrConflict) {
		v.Email.Error = lang.T(r.Context(), "This address has an account already. Sign in instead.")
		return h.showSignUp(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return h.welcome(w, r, u, v.Next)
}

// signUpByLink makes nothing yet: the account is made by whoever opens the link,
// so that nobody can make one, or choose a password, for another's address. It
// does and says the same for an address that has an account.
func (h *Handlers) signUpByLink(w http.ResponseWriter, r *request, v views.SignUpView) error {
	v.Name.Error, v.Email.Error = nameProblem(v.Name.Value), emailProblem(v.Email.Value)
	if v.Name.Error+v.Email.Error != "" {
		return h.showSignUp(w, r, http.StatusUnprocessableEntity, v)
	}
	l := auction.Link{Purpose: auction.LinkSignUp, Email: v.Email.Value, Name: v.Name.Value, Next: v.Next}
	if err := h.ask(r, l); err != nil {
		return err
	}
	return h.showSent(w, r, v.Email.Value)
}

func (h *Handlers) postSignOut(w http.ResponseWriter, r *request) error {
	if err := h.endSession(w, r.Request); err != nil {
		return err
	}
	if wantsJSON(r.Request) {
		return writeJSON(w, http.StatusOK, map[string]bool{"signed_out": true})
	}
	return done(w, r, "/", "signed-out")
}

// enter signs in the holder of a paddle's link. A browser that only looks
// ahead, or a program that asks whether the page is there, is not its holder.
func (h *Handlers) enter(w http.ResponseWriter, r *request) error {
	if r.Method == http.MethodHead || prefetched(r.Request) {
		return errOpenIt
	}
	holder, err := h.holderOf(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	u, err := h.cfg.Store.UserByID(r.Context(), holder.UserID)
	if err != nil {
		return err
	}
	s, err := h.sales.get(r.Context(), holder.SaleID)
	if err != nil {
		return err
	}
	if err := h.signIn(w, r.Request, u, holder.ID); err != nil {
		return err
	}
	http.Redirect(w, r.Request, "/sales/"+s.Slug, http.StatusSeeOther)
	return nil
}

func cleanEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

func nameProblem(name string) string {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return string(lang.Key("Tell us your name, as it should stand on a receipt."))
	case n > 100:
		return string(lang.Key("A name has at most 100 letters here. Shorten it a little."))
	}
	return ""
}

func emailProblem(email string) string {
	email = cleanEmail(email)
	if email == "" {
		return string(lang.Key("Give an email address; it is how you sign in."))
	}
	a, err := mail.ParseAddress(email)
	if err != nil || a.Address != email || len(email) > 254 || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return string(lang.Key("That does not look like an email address. It needs a name, an @ and a domain, such as ruth@example.org."))
	}
	return ""
}
