package handlers

import (
	"cmp"
	"net/http"
	"time"

	"outcry/auction"
	"outcry/views"
)

// overdue lists who owes, whoever should have paid first on top; where the
// sale gives no date, who owes most.
func (h *Handlers) overdue(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.OverdueView{Sale: s, Mails: h.mails(), Now: now()}
	if v.Page, err = h.frame(r, "Who owes", views.HereCheckout, s); err != nil {
		return err
	}
	books, err := h.cfg.Store.Books(r.Context(), s.ID)
	if err != nil {
		return err
	}
	if v.Jobs, err = h.cfg.Store.Jobs(r.Context(), s.ID, auction.JobReminders, few); err != nil {
		return err
	}
	v.Takings = books.Takings()
	zone, first := zoneOf(s.Zone), mostDue
	if s.DueDays > 0 {
		first = longestDue
	}
	rows, more, err := h.owing(r, s, books.Invoices(), views.ResultRows, first)
	if err != nil {
		return err
	}
	v.More = more
	for _, row := range rows {
		late := row.Invoice.Overdue(s.DueDays, zone, v.Now)
		v.Rows = append(v.Rows, views.OverdueRow{
			AccountRow: row, Days: days(row.Invoice.Since(), v.Now), PayBy: row.Invoice.PayBy(s.DueDays, zone), Late: late,
		})
	}
	return h.page(w, r.Request, http.StatusOK, views.Overdue(v))
}

// mostDue puts who owes most first, longestDue who has owed for longest.
func mostDue(a, b auction.Invoice) int {
	return cmp.Or(cmp.Compare(b.Due(), a.Due()), cmp.Compare(a.Paddle, b.Paddle))
}

func longestDue(a, b auction.Invoice) int { return cmp.Or(a.Since().Compare(b.Since()), mostDue(a, b)) }

// days is how many whole days have gone by.
func days(since, now time.Time) int { return int(now.Sub(since) / (24 * time.Hour)) }
