package handlers

import (
	"net/http"

	"outcry/auction"
	"outcry/views"
)

// troubled is how many mails in trouble are listed.
const troubled = 50

// deskMail shows how the outbox stands, and what could not be sent.
func (h *Handlers) deskMail(w http.ResponseWriter, r *request) error {
	page, err := h.frame(r, "Mails", views.HereDesk, auction.Sale{})
	if err != nil {
		return err
	}
	v := views.DeskMailView{Page: page, On: h.mails(), Now: now()}
	if v.Counts, err = h.cfg.Store.MailCounts(r.Context(), v.Now); err != nil {
		return err
	}
	if v.Troubled, err = h.cfg.Store.TroubledMails(r.Context(), troubled); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.DeskMail(v))
}
