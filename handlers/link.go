package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// linkFor is how long a link that somebody asked for is good.
const linkFor = 10 * time.Minute // ASVS 6.5.5 allows no more

// linkToken is the last part of a link's address. It follows from the row and
// the house's secret: whoever reads the database's links alone can use none.
func (h *Handlers) linkToken(l auction.Link) string {
	id := binary.BigEndian.AppendUint64(nil, uint64(l.ID))
	return base64.RawURLEncoding.EncodeToString(append(id, h.linkMAC(l)...))
}

func (h *Handlers) linkMAC(l auction.Link) []byte {
	mac := hmac.New(sha256.New, h.cfg.Secret)
	fmt.Fprintf(mac, "link %d %d %s %q", l.ID, l.At.UnixMilli(), l.Purpose, l.Email)
	return mac.Sum(nil)[:16]
}

// linkOf reads the link that a token is of; ErrNotFound for a forged one.
func (h *Handlers) linkOf(ctx context.Context, token string) (auction.Link, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+16 {
		return auction.Link{}, auction.ErrNotFound
	}
	l, err := h.cfg.Store.Link(ctx, int64(binary.BigEndian.Uint64(raw[:8])))
	if err != nil {
		return l, err
	}
	if !hmac.Equal(raw[8:], h.linkMAC(l)) {
		return auction.Link{}, auction.ErrNotFound
	}
	return l, nil
}

// ask puts a link and its mail on their way.
func (h *Handlers) ask(r *request, l auction.Link) error {
	if !h.links.allow(cleanEmail(l.Email)) {
		return errTooMany
	}
	l.At, l.Lang = now(), lang.Of(r.Context()).Tag
	l.Until = l.At.Add(linkFor)
	if err := h.cfg.Store.AddLink(r.Context(), l); err != nil {
		return err
	}
	h.cfg.Mail.Added()
	return nil
}

// postAskLink mails a link to sign in by, or to set a new password. It does and
// says the same whether anybody has the address: the outbox finds that out.
func (h *Handlers) postAskLink(w http.ResponseWriter, r *request) error {
	if !h.mails() {
		return auction.ErrNotFound
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.SignInView{Next: ownPath(r.FormValue("next"), ""), LinkEmail: views.Field{Value: r.PostFormValue("email")}}
	if v.LinkEmail.Error = emailProblem(v.LinkEmail.Value); v.LinkEmail.Error != "" {
		return h.showSignIn(w, r, http.StatusUnprocessableEntity, v)
	}
	purpose := auction.LinkSignIn
	if r.PostFormValue("want") == "password" {
		purpose = auction.LinkPassword
	}
	if err := h.ask(r, auction.Link{Purpose: purpose, Email: v.LinkEmail.Value, Next: v.Next}); err != nil {
		return err
	}
	return h.showSent(w, r, v.LinkEmail.Value)
}

// showSent says that a mail is on its way, if it is.
func (h *Handlers) showSent(w http.ResponseWriter, r *request, email string) error {
	if wantsJSON(r.Request) {
		return writeJSON(w, http.StatusAccepted, map[string]string{"reason": "confirm", "message": string(views.SentText)})
	}
	page, err := h.frame(r, "Look at your mail", views.HereSignIn, auction.Sale{})
	if err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Sent(views.SentView{Page: page, Email: cleanEmail(email)}))
}

// linkPage asks for a tap: mail programs and filters open links by themselves,
// which must not use them up.
func (h *Handlers) linkPage(w http.ResponseWriter, r *request) error {
	l, err := h.linkOf(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	return h.showLink(w, r, http.StatusOK, views.LinkView{Link: l})
}

func (h *Handlers) showLink(w http.ResponseWriter, r *request, status int, v views.LinkView) error {
	var err error
	v.Token = r.PathValue("token")
	v.Over = !v.Link.Used.IsZero() || !now().Before(v.Link.Until)
	if v.Over {
		status = http.StatusGone
	}
	if v.Page, err = h.frame(r, "Welcome", views.HereSignIn, auction.Sale{}); err != nil {
		return err
	}
	// The token stays out of Referer. Not "no-referrer": with it a browser says
	// "Origin: null" of the form on this page, and what it sends is refused.
	w.Header().Set("Referrer-Policy", "strict-origin")
	return h.page(w, r.Request, status, views.LinkPage(v))
}

// postLink uses a link: whoever has it reads the mails of its address.
func (h *Handlers) postLink(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	l, err := h.linkOf(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	password := r.PostFormValue("password")
	if l.Purpose == auction.LinkPassword {
		if problem := h.passwordProblem(r, password, l.Name, l.Email); problem != "" && l.Used.IsZero() {
			return h.showLink(w, r, http.StatusUnprocessableEntity, views.LinkView{Link: l, Password: views.Field{Error: problem}})
		}
	}
	u, err := h.cfg.Store.UseLink(r.Context(), l.ID, now())
	if errors.Is(err, auction.ErrConflict) {
		l.Used = now()
		return h.showLink(w, r, http.StatusGone, views.LinkView{Link: l})
	}
	if err != nil {
		return err
	}
	if l.Purpose == auction.LinkPassword {
		if err := h.newPassword(r.Context(), u.ID, password); err != nil {
			return err
		}
		if u, err = h.cfg.Store.UserByID(r.Context(), u.ID); err != nil { // with the password that was just set
			return err
		}
	}
	return h.welcome(w, r, u, l.Next)
}

// newPassword gives an account a password and ends its sessions.
func (h *Handlers) newPassword(ctx context.Context, user int64, password string) error {
	hash, err := h.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := h.cfg.Store.SetPassword(ctx, user, hash); err != nil {
		return err
	}
	return h.endSessionsOf(ctx, user, auction.Hash{})
}

// linkMail writes the mail that brings a link.
func (h *Handlers) linkMail(ctx context.Context, m auction.Mail, frame views.MailView, now time.Time) (views.MailView, string, error) {
	l, err := h.cfg.Store.Link(ctx, m.Ref)
	if errors.Is(err, auction.ErrNotFound) || err == nil && (!l.Used.IsZero() || !now.Before(l.Until)) {
		return frame, "", drop("the link has run out")
	}
	if err != nil {
		return frame, "", err
	}
	u, err := h.cfg.Store.UserByEmail(ctx, l.Email)
	known := err == nil
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return frame, "", err
	}
	if !known && (l.Purpose == auction.LinkSignIn || l.Purpose == auction.LinkPassword) {
		return frame, "", drop("nobody has the address")
	}
	if known && l.Purpose == auction.LinkAddress && u.ID != l.UserID {
		return frame, "", drop("somebody else has the address")
	}
	v := views.MailLinkView{Frame: frame, Link: l, Known: known, Address: h.here() + "/link/" + h.linkToken(l)}
	if l.SaleID == 0 {
		return views.LinkMail(ctx, v), "", nil
	}
	if v.Sale, err = h.cfg.Store.SaleByID(ctx, l.SaleID); err != nil {
		return frame, "", err
	}
	return views.LinkMail(ctx, v), v.Sale.Contact.Email, nil
}
