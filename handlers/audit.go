package handlers

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/views"
)

// auditPage is how many acts a page of the audit list shows.
const auditPage = 100

// note keeps what the viewer did outside the saleroom, which notes its own acts.
func (h *Handlers) note(r *request, a auction.Act) error {
	a.UserID = r.viewer.user.ID
	return h.cfg.Store.KeepAct(r.Context(), a)
}

// noted is done after note.
func (h *Handlers) noted(w http.ResponseWriter, r *request, a auction.Act, path, what string) error {
	if err := h.note(r, a); err != nil {
		return err
	}
	return done(w, r, path, what)
}

// auditQuery reads what part of the audit list is asked for. s is the zero
// sale for what was done in the house as a whole.
func auditQuery(r *request, s auction.Sale) auction.ActQuery {
	get := r.URL.Query().Get
	q := auction.ActQuery{SaleID: s.ID, Kind: get("kind"), Paddle: auction.Paddle(get("paddle")), Lot: get("lot")}
	q.UserID, _ = strconv.ParseInt(get("who"), 10, 64)    // anything else is everybody
	q.Before, _ = strconv.ParseInt(get("before"), 10, 64) // anything else is the newest
	return q
}

// audit is the list of what staff did in a sale.
func (h *Handlers) audit(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showAudit(w, r, s)
}

// houseAudit is the list of what was done in the house as a whole.
func (h *Handlers) houseAudit(w http.ResponseWriter, r *request) error {
	return h.showAudit(w, r, auction.Sale{Zone: "UTC"})
}

func (h *Handlers) showAudit(w http.ResponseWriter, r *request, s auction.Sale) error {
	v := views.AuditView{Sale: s, Query: auditQuery(r, s)}
	var err error
	if v.Page, err = h.frame(r, "Audit list", views.HereAudit, s); err != nil {
		return err
	}
	ask := v.Query
	ask.Limit = auditPage + 1
	if v.Acts, err = h.cfg.Store.Acts(r.Context(), ask); err != nil {
		return err
	}
	if len(v.Acts) > auditPage {
		v.Acts = v.Acts[:auditPage]
		v.Older = v.Acts[auditPage-1].ID
	}
	users, err := h.cfg.Store.Users(r.Context())
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Role.Staff() {
			v.Staff = append(v.Staff, u)
		}
	}
	return h.page(w, r.Request, http.StatusOK, views.Audit(v))
}

func (h *Handlers) auditCSV(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.sendAudit(w, r, s, s.Slug+"-audit.csv")
}

func (h *Handlers) houseAuditCSV(w http.ResponseWriter, r *request) error {
	return h.sendAudit(w, r, auction.Sale{}, "house-audit.csv")
}

// sendAudit is the whole list for a spreadsheet.
func (h *Handlers) sendAudit(w http.ResponseWriter, r *request, s auction.Sale, name string) error {
	q := auditQuery(r, s)
	acts, err := h.cfg.Store.Acts(r.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	out := NewTable(w)
	out.Row("Time (UTC)", "Who", "What", "Kind", "Lot", "Event", "Paddle", "More", "Why")
	for _, a := range acts {
		seq := ""
		if a.Seq > 0 {
			seq = strconv.FormatInt(a.Seq, 10)
		}
		out.Row(a.At.UTC().Format(time.RFC3339), views.ActName(context.Background(), a), string(views.ActWords(a.Kind)), string(a.Kind), a.Number, seq,
			string(a.Paddle), a.What, a.Why)
	}
	return ignoreGone(out.Flush())
}
