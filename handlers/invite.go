package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// mostInvited is how many addresses one form takes.
const mostInvited = 5000

// invitations lists who may get a paddle in a sale by invitation.
func (h *Handlers) invitations(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showInvitations(w, r, http.StatusOK, s, views.InvitationsView{})
}

func (h *Handlers) showInvitations(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.InvitationsView) error {
	var err error
	if v.Page, err = h.frame(r, "Invitations", views.HereBidders, s); err != nil {
		return err
	}
	v.Sale, v.Mails, v.Register = s, h.mails(), h.address(r.Request)+"/sales/"+s.Slug+"/register"
	if v.Rows, err = h.cfg.Store.Invitations(r.Context(), s.ID); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Invitations(v))
}

// postInvitations takes a list of addresses. Those that were invited before are
// not mailed again.
func (h *Handlers) postInvitations(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	if s.Rehearsal() {
		return errRehearsal
	}
	v := views.InvitationsView{Emails: views.Field{Value: r.PostFormValue("emails")}}
	emails, bad := addresses(v.Emails.Value)
	switch {
	case len(bad) > 0:
		v.Emails.Error = lang.T(r.Context(), "This does not look like an email address: %s. Nobody was invited yet; mend it and send the list again.", bad[0])
	case len(emails) == 0:
		v.Emails.Error = "Give at least one email address."
	case len(emails) > mostInvited:
		v.Emails.Error = "That is more than 5,000 addresses. Send the list in parts."
	}
	if v.Emails.Error != "" {
		return h.showInvitations(w, r, http.StatusUnprocessableEntity, s, v)
	}
	at := now()
	until := at.Add(30 * 24 * time.Hour)
	if s.ClosesAt.After(at) {
		until = s.ClosesAt.Add(24 * time.Hour)
	}
	fresh, err := h.cfg.Store.Invite(r.Context(), s.ID, emails, at, func(email string) *auction.Link {
		if !h.mails() {
			return nil
		}
		return &auction.Link{Purpose: auction.LinkInvite, Email: email, SaleID: s.ID, Next: "/sales/" + s.Slug + "/register", Lang: lang.Of(r.Context()).Tag, At: at, Until: until}
	})
	if err != nil {
		return err
	}
	h.mailed()
	if fresh > 0 {
		if err := h.note(r, auction.Act{Kind: auction.ActInvited, SaleID: s.ID, What: views.Count(fresh, "address", "addresses")}); err != nil {
			return err
		}
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/invitations", "invited")
}

// addresses reads a list as people paste it, each once.
func addresses(text string) (emails, bad []string) {
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" \t\r\n,;<>\"", c) }) {
		if !strings.Contains(word, "@") {
			continue // of a name before the address
		}
		email := cleanEmail(word)
		if emailProblem(email) != "" {
			bad = append(bad, word)
			continue
		}
		if !seen[email] {
			seen[email] = true
			emails = append(emails, email)
		}
	}
	return emails, bad
}

// invited reports whether the viewer was invited to a sale: by an address that
// they have shown to be theirs.
func (h *Handlers) invited(r *request, s auction.Sale) (bool, error) {
	u := r.viewer.user
	if u.Email == "" || u.Verified.IsZero() || r.viewer.session.ByLink {
		return false, nil
	}
	return h.cfg.Store.Invited(r.Context(), s.ID, u.Email)
}

// letters is what the organiser wrote to the bidders of a sale, and how far it
// has come.
func (h *Handlers) letters(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showLetters(w, r, http.StatusOK, s, views.LettersView{Key: newKey()})
}

func (h *Handlers) showLetters(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.LettersView) error {
	var err error
	if v.Page, err = h.frame(r, "Letters", views.HereBidders, s); err != nil {
		return err
	}
	v.Sale, v.Mails = s, h.mails()
	if v.Rows, err = h.cfg.Store.Letters(r.Context(), s.ID); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Letters(v))
}

// postLetter mails the approved bidders of a sale.
func (h *Handlers) postLetter(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if !h.mails() {
		return auction.ErrNotFound
	}
	if s.Rehearsal() {
		return errRehearsal
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.LettersView{
		Subject: views.Field{Value: cleanLine(r.PostFormValue("subject"))},
		Words:   views.Field{Value: strings.TrimSpace(r.PostFormValue("words"))},
		Key:     r.PostFormValue("key"),
	}
	if v.Subject.Value == "" || len(v.Subject.Value) > 200 {
		v.Subject.Error = "Give the letter a subject of up to 200 letters."
	}
	if v.Words.Value == "" || len(v.Words.Value) > 20_000 {
		v.Words.Error = "Write what you want to tell, in up to 20,000 letters."
	}
	if !goodKey(v.Key) {
		return errKey
	}
	if v.Subject.Error+v.Words.Error != "" {
		return h.showLetters(w, r, http.StatusUnprocessableEntity, s, v)
	}
	at := now()
	l := auction.Letter{SaleID: s.ID, ByID: r.viewer.user.ID, Key: v.Key, Subject: v.Subject.Value, Words: v.Words.Value, At: at}
	err = h.cfg.Store.AddLetter(r.Context(), l, at.Add(2*24*time.Hour))
	if err == nil {
		h.mailed()
		err = h.note(r, auction.Act{Kind: auction.ActLetter, SaleID: s.ID, What: l.Subject})
	} else if errors.Is(err, auction.ErrConflict) {
		err = nil // the same letter again is no second one
	}
	if err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/letters", "letter")
}

// letterMail is a letter of the organiser's.
func (h *Handlers) letterMail(ctx context.Context, m auction.Mail, frame views.MailView) (views.MailView, string, error) {
	l, err := h.cfg.Store.Letter(ctx, m.Ref)
	if errors.Is(err, auction.ErrNotFound) {
		return frame, "", drop("the letter is gone")
	}
	if err != nil {
		return frame, "", err
	}
	s, err := h.cfg.Store.SaleByID(ctx, l.SaleID)
	return views.LetterMail(ctx, frame, s, l), s.Contact.Email, err
}
