package handlers

import (
	"net/http"

	"outcry/auction"
	"outcry/views"
)

// resultsAPage keeps the list of results under 200 KB.
const resultsAPage = 500

// publicResults is what the lots of a sale were sold for, as everybody may see it.
func (h *Handlers) publicResults(w http.ResponseWriter, r *request) error {
	if wantsJSON(r.Request) {
		return h.sale(w, r)
	}
	s, err := h.saleOf(r)
	if err != nil {
		return toRegister(w, r, r.PathValue("slug"), err)
	}
	q := queryOf(r, "")
	q = auction.Query{Show: auction.ShowClosed, Limit: resultsAPage, Offset: q.Offset / views.PageLots * resultsAPage}
	v := views.PublicResultsView{Sale: s, Query: q}
	if v.Page, err = h.frame(r, "Results", views.HereCatalogue, s); err != nil {
		return err
	}
	if v.Counts, err = h.counts.get(r.Context(), s.ID); err != nil {
		return err
	}
	if v.Lots, v.Found, err = h.cfg.Store.Entries(r.Context(), s.ID, q); err != nil {
		return err
	}
	findable(w, s)
	return h.page(w, r.Request, http.StatusOK, views.PublicResults(v))
}
