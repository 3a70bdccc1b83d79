package handlers

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"outcry/auction"
	"outcry/views"
)

// mine is what the viewer has bid on in a sale, and what they watch.
func (h *Handlers) mine(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	page, err := h.frame(r, "My lots", views.HereMine, s)
	if err != nil {
		return err
	}
	holder, err := h.holder(r, s.ID)
	if errors.Is(err, auction.ErrNotFound) && page.Viewer.Watching == 0 {
		http.Redirect(w, r.Request, "/sales/"+s.Slug+"/register", http.StatusSeeOther)
		return nil
	}
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	v, err := h.mineView(r.Context(), s, holder, r.viewer.user.ID)
	if err != nil {
		return err
	}
	v.Page = page
	return h.page(w, r.Request, http.StatusOK, views.Mine(v.Cut(minePageOf(r.Request))))
}

// minePageOf is which page of My lots is asked for.
func minePageOf(r *http.Request) int {
	page, _ := strconv.Atoi(r.URL.Query().Get("page")) // anything else is the first
	return max(1, min(page, 1000))
}

// mineView is all of somebody's lots of a sale, each where they stand on it. holder
// is zero for somebody without a paddle.
func (h *Handlers) mineView(ctx context.Context, s auction.Sale, holder auction.Holder, user int64) (views.MineView, error) {
	v := views.MineView{Sale: s, Holder: holder}
	seen := map[int64]bool{}
	if holder.Paddle != "" {
		standings, err := h.cfg.Store.Standings(ctx, s.ID, holder.Paddle)
		if err != nil {
			return v, err
		}
		entries, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{Show: auction.ShowMine, Paddle: holder.Paddle, Order: auction.ByClosing})
		if err != nil {
			return v, err
		}
		for _, c := range cards(entries, s, standings) {
			seen[c.Entry.ID] = sortMine(&v, c)
		}
	}
	watched, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{Show: auction.ShowWatched, User: user, Order: auction.ByClosing})
	for _, c := range cards(watched, s, nil) {
		if !seen[c.Entry.ID] {
			v.Watching = append(v.Watching, views.MineLot{CardView: c, Cost: costNow(c, s.Fees)})
		}
	}
	return v, err
}

// costNow is what an open lot would cost its viewer if it ended now, or at the
// next bid where they do not lead.
func costNow(c views.CardView, fees auction.Fees) auction.Charge {
	switch {
	case c.Entry.State.Over():
		return auction.Charge{}
	case c.Standing != nil && c.Standing.Leads:
		return fees.On(c.Entry.Price)
	}
	return fees.On(c.Entry.Ask)
}

// sortMine puts a lot where its bidder stands. false when no bid of theirs
// stands there any more.
func sortMine(v *views.MineView, c views.CardView) bool {
	l := views.MineLot{CardView: c, Cost: costNow(c, v.Sale.Fees)}
	switch st := c.Standing; {
	case st == nil:
		return false
	case c.Entry.After.Paddle != "" && c.Entry.After.Paddle == v.Holder.Paddle:
		l.Cost = v.Sale.Fees.On(c.Entry.After.Price)
		v.Won, v.ToPay = append(v.Won, l), v.ToPay.Plus(l.Cost)
	case st.Won:
		l.Cost = v.Sale.Fees.On(c.Entry.Hammer)
		v.Won, v.ToPay = append(v.Won, l), v.ToPay.Plus(l.Cost)
	case st.Max == 0:
		return false // taken back, or struck out
	case st.Over:
		v.Lost = append(v.Lost, l)
	case st.Leads:
		v.Leading, v.IfWon = append(v.Leading, l), v.IfWon.Plus(l.Cost)
	default:
		v.Outbid = append(v.Outbid, l)
	}
	return true
}
