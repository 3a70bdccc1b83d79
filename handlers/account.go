package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// accountPage is where somebody sees and changes what the house has of them.
func (h *Handlers) accountPage(w http.ResponseWriter, r *request) error {
	return h.showMyAccount(w, r, http.StatusOK, views.MyAccountView{
		Name: views.Field{Value: r.viewer.user.Name}, Email: views.Field{Value: r.viewer.user.Email},
	})
}

func (h *Handlers) showMyAccount(w http.ResponseWriter, r *request, status int, v views.MyAccountView) error {
	var err error
	if v.Page, err = h.frame(r, "Your account", views.HereNone, auction.Sale{}); err != nil {
		return err
	}
	v.Mails, v.User = h.mails(), r.viewer.user
	v.HasPassword = v.User.Password != ""
	v.User.Password = "" // no page needs it
	v.Owner = owner.allows(r.viewer) == nil
	if v.Owner && v.House.Error == "" {
		if v.House.Value, err = h.house.get(r.Context()); err != nil {
			return err
		}
	}
	stops, err := h.cfg.Store.MailStops(r.Context(), v.User.ID)
	if err != nil {
		return err
	}
	v.Topics = chosen(topics, stops)
	if v.Told, err = h.phones(r, stops); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.MyAccount(v))
}

// accountForm fills the page's other fields with what stands.
func accountForm(r *request) views.MyAccountView {
	return views.MyAccountView{Name: views.Field{Value: r.viewer.user.Name}, Email: views.Field{Value: r.viewer.user.Email}}
}

func (h *Handlers) postAccountName(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := accountForm(r)
	v.Name.Value = cleanLine(r.PostFormValue("name"))
	if v.Name.Error = nameProblem(v.Name.Value); v.Name.Error != "" {
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	if err := h.cfg.Store.SetName(r.Context(), r.viewer.user.ID, v.Name.Value); err != nil {
		return err
	}
	return done(w, r, "/account", "saved")
}

// isThem reports whether the form brings the viewer's own password. Who has
// none is signed in by a link to their address, which has to do.
func (h *Handlers) isThem(r *request) (bool, error) {
	if r.viewer.user.Password == "" {
		return true, nil
	}
	if !h.signIns.allow(r.viewer.user.Email, place(h.client(r.Request)), h.knownBrowser(r.Request, r.viewer.user)) {
		return false, errTooMany
	}
	return h.passwords.check(r.Context(), r.viewer.user.Password, r.PostFormValue("current"))
}

const notThem = string(lang.Key("That is not your password. Type the one you sign in with now."))

// postAccountEmail changes the address, once a link that is mailed there is
// opened; it confirms the one there is in the same way. A house without mails
// takes a new one at the word of who knows the password.
func (h *Handlers) postAccountEmail(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := accountForm(r)
	v.Email.Value = r.PostFormValue("email")
	v.Email.Error = emailProblem(v.Email.Value)
	them, err := h.isThem(r)
	if err != nil {
		return err
	}
	if v.Email.Error == "" && !them {
		v.Email.Error = notThem
	}
	if v.Email.Error != "" {
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	if h.mails() {
		l := auction.Link{Purpose: auction.LinkAddress, UserID: r.viewer.user.ID, Email: v.Email.Value, Next: "/account?done=saved"}
		if err := h.ask(r, l); err != nil {
			return err
		}
		return h.showSent(w, r, v.Email.Value)
	}
	err = h.cfg.Store.SetEmail(r.Context(), r.viewer.user.ID, v.Email.Value)
	if errors.Is(err, auction.ErrConflict) {
		v.Email.Error = "Somebody has this address already. Give another one."
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	return done(w, r, "/account", "saved")
}

// postAccountPassword sets a password and ends every other session.
func (h *Handlers) postAccountPassword(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := accountForm(r)
	password := r.PostFormValue("password")
	v.Password.Error = h.passwordProblem(r, password, r.viewer.user.Name, r.viewer.user.Email)
	them, err := h.isThem(r)
	if err != nil {
		return err
	}
	if v.Password.Error == "" && !them {
		v.Password.Error = notThem
	}
	if v.Password.Error != "" {
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	if err := h.newPassword(r.Context(), r.viewer.user.ID, password); err != nil {
		return err
	}
	return h.letIn(w, r, r.viewer.user, "/account?done=saved")
}

// postAccountMails keeps what somebody wants mails about.
func (h *Handlers) postAccountMails(w http.ResponseWriter, r *request) error {
	return h.keepTopics(w, r, topics)
}

// keepTopics keeps which of some topics somebody has ticked.
func (h *Handlers) keepTopics(w http.ResponseWriter, r *request, list []topic) error {
	if err := form(r); err != nil {
		return err
	}
	for _, t := range list {
		stop := !slices.Contains(r.PostForm["topic"], t.key)
		if err := h.cfg.Store.StopMails(r.Context(), r.viewer.user.ID, t.key, stop); err != nil {
			return err
		}
	}
	return done(w, r, "/account", "saved")
}

func (h *Handlers) postHouseName(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := accountForm(r)
	v.House.Value = cleanLine(r.PostFormValue("house"))
	if v.House.Value == "" || len(v.House.Value) > 200 {
		v.House.Error = "Give the house a name of up to 200 letters; it stands on the cover."
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	if err := h.house.set(r.Context(), v.House.Value); err != nil {
		return err
	}
	if err := h.note(r, auction.Act{Kind: auction.ActHouse, What: v.House.Value}); err != nil {
		return err
	}
	return done(w, r, "/account", "saved")
}

// accountData hands somebody all that the house knows of them.
func (h *Handlers) accountData(w http.ResponseWriter, r *request) error {
	data, err := h.ownData(r)
	if err != nil {
		return err
	}
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="my-data.json"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(append(body, '\n'))
	return ignoreGone(err)
}

// ownData is all that the house knows of the viewer, in plain words. Amounts are
// in minor units.
func (h *Handlers) ownData(r *request) (map[string]any, error) {
	ctx, u := r.Context(), r.viewer.user
	data := map[string]any{"account": map[string]any{
		"id": u.ID, "email": u.Email, "name": u.Name, "role": u.Role, "since": u.At, "address_confirmed": moment(u.Verified), "has_password": u.Password != "",
	}}
	read := func(key string, fn func() (any, error)) error {
		v, err := fn()
		if err != nil {
			return fmt.Errorf("data of user %d, %s: %w", u.ID, key, err)
		}
		data[key] = v
		return nil
	}
	for _, part := range []struct {
		key string
		fn  func() (any, error)
	}{
		{"sessions", func() (any, error) { return ownSessions(h.cfg.Store.SessionsOf(ctx, u.ID)) }},
		{"paddles", func() (any, error) { return h.ownPaddles(r) }},
		{"bids", func() (any, error) { return h.cfg.Store.OwnBids(ctx, u.ID) }},
		{"second_step", func() (any, error) { return h.ownStep(ctx, u.ID) }},
		{"agreements", func() (any, error) { return h.cfg.Store.Agreements(ctx, u.ID) }},
		{"mails", func() (any, error) { return ownMails(h.cfg.Store.MailsTo(ctx, u)) }},
		{"organiser_of", func() (any, error) { return h.ownSales(r) }},
		{"no_mails_about", func() (any, error) { return h.cfg.Store.MailStops(ctx, u.ID) }},
		{"told_on", func() (any, error) { return ownPhones(h.cfg.Store.PushesTo(ctx, u.ID)) }},
	} {
		if err := read(part.key, part.fn); err != nil {
			return nil, err
		}
	}
	return data, nil
}

// ownSales are the sales that the viewer runs.
func (h *Handlers) ownSales(r *request) ([]string, error) {
	ids, err := h.cfg.Store.Organised(r.Context(), r.viewer.user.ID)
	slugs := []string{}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if err == nil {
			var s auction.Sale
			s, err = h.sales.get(r.Context(), id)
			slugs = append(slugs, s.Slug)
		}
	}
	return slugs, err
}

// ownStep says since when there is a second step; what it is made of is secret.
func (h *Handlers) ownStep(ctx context.Context, user int64) (any, error) {
	st, err := h.cfg.Store.SecondStep(ctx, user)
	if errors.Is(err, auction.ErrNotFound) {
		return nil, nil
	}
	return map[string]any{"since": st.At, "spare_codes": st.Spare}, err
}

// moment is nil for never.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func ownSessions(list []auction.Session, err error) (any, error) {
	out := []map[string]any{}
	for _, s := range list {
		out = append(out, map[string]any{"device": s.Device, "since": s.Created, "until": s.Until, "by_link": s.ByLink})
	}
	return out, err
}

// ownPaddles are the viewer's paddles, each with the lots it watches and won.
func (h *Handlers) ownPaddles(r *request) (any, error) {
	holders, err := h.cfg.Store.HoldersOf(r.Context(), r.viewer.user.ID)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, p := range holders {
		s, err := h.cfg.Store.SaleByID(r.Context(), p.SaleID)
		if err != nil {
			return nil, err
		}
		if s.Rehearsal() {
			continue // nothing of it counts, and it is gone in a day
		}
		watched, err := h.cfg.Store.Watched(r.Context(), p.SaleID, p.UserID)
		if err != nil {
			return nil, err
		}
		books, err := h.cfg.Store.BooksOf(r.Context(), p.SaleID, p.Paddle)
		if err != nil {
			return nil, err
		}
		out = append(out, map[string]any{
			"bought": books.Bought, "donations": books.Donations, "payments": books.Payments,
			"sale": s.Slug, "paddle": p.Paddle, "name": p.Name, "approved": p.Approved, "limit": p.Limit, "since": p.At, "watched_lots": len(watched),
		})
	}
	return out, nil
}

func ownMails(list []auction.Mail, err error) (any, error) {
	out := []map[string]any{}
	for _, m := range list {
		out = append(out, map[string]any{"about": m.Kind, "at": m.At, "became": m.State, "done": moment(m.Done), "why": m.Error})
	}
	return out, err
}

// postRemoveAccount takes the viewer's name and address out of the house. Their
// paddles and bids stay, as numbers: others' bids were judged by them.
func (h *Handlers) postRemoveAccount(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	v := accountForm(r)
	them, err := h.isThem(r)
	switch {
	case err != nil:
		return err
	case !them:
		v.Remove = notThem
	case r.viewer.user.Role == auction.RoleOwner:
		v.Remove = string(lang.Key("You are the owner of this house. Make somebody else its owner first."))
	case r.PostFormValue("sure") != "1":
		v.Remove = string(lang.Key("Tick the box if you are sure."))
	}
	if v.Remove != "" {
		return h.showMyAccount(w, r, http.StatusUnprocessableEntity, v)
	}
	ended, err := h.cfg.Store.RemovePerson(r.Context(), r.viewer.user.ID)
	if errors.Is(err, auction.ErrConflict) {
		v.Remove = string(lang.Key("You lead a lot that is still open. Wait until it has closed, then come back."))
		return h.showMyAccount(w, r, http.StatusConflict, v)
	}
	if err != nil {
		return err
	}
	for _, token := range ended {
		h.hangUp(token)
	}
	http.SetCookie(w, h.cookie("", -time.Second))
	return done(w, r, "/", "removed-you")
}
