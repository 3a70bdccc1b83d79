package handlers

import (
	"net/http"
	"time"

	"outcry/views"
)

// overdue lists who owes, the most first, and for how long.
func (h *Handlers) overdue(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.OverdueView{Sale: s, Mails: h.mails()}
	if v.Page, err = h.frame(r, "Who owes", views.HereCheckout, s); err != nil {
		return err
	}
	books, err := h.cfg.Store.Books(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v.Takings = books.Takings()
	rows, more, err := h.owing(r, s, books.Invoices(), views.ResultRows)
	if err != nil {
		return err
	}
	v.More = more
	for _, row := range rows {
		v.Rows = append(v.Rows, views.OverdueRow{AccountRow: row, Days: days(row.Invoice.Since(), now())})
	}
	return h.page(w, r.Request, http.StatusOK, views.Overdue(v))
}

// days is how many whole days have gone by.
func days(since, now time.Time) int { return int(now.Sub(since) / (24 * time.Hour)) }
