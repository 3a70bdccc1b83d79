package handlers

import (
	"net/http"
	"strconv"

	"outcry/auction"
	"outcry/views"
)

// watched is the viewer's watch list in a sale. It is read once for each page.
func (h *Handlers) watched(r *request, saleID int64) (map[int64]bool, error) {
	if r.watched != nil || !r.viewer.signedIn() {
		return r.watched, nil
	}
	list, err := h.cfg.Store.Watched(r.Context(), saleID, r.viewer.user.ID)
	r.watched = list
	return list, err
}

// starred marks the cards that are on the viewer's watch list.
func starred(cards []views.CardView, watched map[int64]bool) []views.CardView {
	for i := range cards {
		cards[i].Watched = watched[cards[i].Entry.ID]
	}
	return cards
}

// postWatch puts a lot on the viewer's watch list, or takes it off. Somebody
// who is not signed in is led there, and back.
func (h *Handlers) postWatch(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	back := ownPath(r.PostFormValue("back"), "/sales/"+s.Slug)
	switch {
	case r.viewer.signedIn():
	case wantsJSON(r.Request):
		return errSignIn
	default:
		return leadTo(w, r, "/sign-in?next="+queryEscape(back))
	}
	on := r.PostForm.Has("on")
	lot, err := h.lotOfSale(r, s.ID, r.PostFormValue("on")+r.PostFormValue("off"))
	if err != nil {
		return err
	}
	if err := h.cfg.Store.Watch(r.Context(), r.viewer.user.ID, lot.Lot, on, now()); err != nil {
		return err
	}
	h.live.mine.starred(s.ID, r.viewer.user.ID)
	if h.cfg.Starred != nil {
		h.cfg.Starred(s.ID, r.viewer.user.ID)
	}
	if fromHTMX(r.Request) {
		return h.page(w, r.Request, http.StatusOK, views.WatchAnswer(views.WatchView{Lot: lot.Lot, Number: lot.Number, On: on}))
	}
	http.Redirect(w, r.Request, back, http.StatusSeeOther)
	return nil
}

// lotOfSale reads a lot that a form names, if it is one of the sale.
func (h *Handlers) lotOfSale(r *request, saleID int64, text string) (auction.Place, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return auction.Place{}, auction.ErrNotFound
	}
	lot, err := h.places.get(r.Context(), id)
	if err == nil && lot.SaleID != saleID {
		err = auction.ErrNotFound
	}
	return lot, err
}

// leadTo leads to another page of ours, with script and without.
func leadTo(w http.ResponseWriter, r *request, path string) error {
	if !fromHTMX(r.Request) {
		http.Redirect(w, r.Request, path, http.StatusSeeOther)
		return nil
	}
	w.Header().Set("HX-Redirect", path)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
