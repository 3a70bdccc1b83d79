package handlers

import (
	"errors"
	"net/http"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// invoice is what the viewer owes in a sale.
func (h *Handlers) invoice(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	holder, err := h.holder(r, s.ID)
	if errors.Is(err, auction.ErrNotFound) {
		http.Redirect(w, r.Request, "/sales/"+s.Slug+"/register", http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return h.showInvoice(w, r, s, holder, false)
}

// deskInvoice is the invoice of a paddle, to be printed at the desk.
func (h *Handlers) deskInvoice(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	return h.showInvoice(w, r, s, holder, true)
}

func (h *Handlers) showInvoice(w http.ResponseWriter, r *request, s auction.Sale, holder auction.Holder, desk bool) error {
	here := views.HereMine
	if desk {
		here = views.HereCheckout
	}
	page, err := h.frame(r, lang.Key(lang.T(r.Context(), "Invoice %s", auction.InvoiceNumber(s.ID, holder.Paddle))), here, s)
	if err != nil {
		return err
	}
	books, err := h.cfg.Store.BooksOf(r.Context(), s.ID, holder.Paddle)
	if err != nil {
		return err
	}
	counts, err := h.counts.get(r.Context(), s.ID)
	if err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Invoice(views.InvoiceView{
		Page: page, Sale: s, Holder: holder, Invoice: books.Invoice(holder.Paddle),
		Growing: counts.Open+counts.Upcoming > 0, AtDesk: desk,
	}))
}
