package handlers

import (
	"cmp"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// saleOf reads the sale that the address names, if the viewer may see it.
func (h *Handlers) saleOf(r *request) (auction.Sale, error) {
	s, err := r.about, error(nil)
	if s.ID == 0 {
		s, err = h.cfg.Store.Sale(r.Context(), r.PathValue("slug"))
	}
	if err != nil {
		return s, err
	}
	if err := h.mayEnter(r, s); err != nil {
		return auction.Sale{}, err
	}
	return s, nil
}

// home is the front page: current, coming and past sales.
func (h *Handlers) home(w http.ResponseWriter, r *request) error {
	page, err := h.frame(r, "Auctions", views.HereNone, auction.Sale{})
	if err != nil {
		return err
	}
	sales, err := h.cfg.Store.Sales(r.Context(), false)
	if err != nil {
		return err
	}
	v := views.HomeView{Page: page}
	for _, s := range sales {
		card, err := h.saleCard(r, s)
		if err != nil {
			return err
		}
		switch {
		case s.Rehearsal(), s.Private && card.Paddle == "": // listed nowhere
		case card.Counts.Open > 0:
			v.Current = append(v.Current, card)
		case card.Counts.Upcoming > 0, card.Counts.Lots == 0 && s.ClosesAt.After(now()):
			v.Coming = append(v.Coming, card)
		default:
			v.Past = append(v.Past, card)
		}
	}
	slices.SortStableFunc(v.Current, func(a, b views.SaleCard) int { return a.Sale.ClosesAt.Compare(b.Sale.ClosesAt) })
	slices.SortStableFunc(v.Coming, func(a, b views.SaleCard) int { return a.Sale.OpensAt.Compare(b.Sale.OpensAt) })
	if v.Highlights, err = h.highlights(r, v); err != nil {
		return err
	}
	findable(w, auction.Sale{})
	v.Page.Shared = views.ShareHouse(r.Context(), cmp.Or(page.House, "outcry"), h.address(r.Request))
	return h.page(w, r.Request, http.StatusOK, views.Home(v))
}

func (h *Handlers) saleCard(r *request, s auction.Sale) (views.SaleCard, error) {
	counts, err := h.counts.get(r.Context(), s.ID)
	if err != nil {
		return views.SaleCard{}, err
	}
	p, err := h.paddle(r, s.ID)
	return views.SaleCard{Sale: s, Counts: counts, Paddle: p}, err
}

// highlights are lots of the sale on the cover that close next.
func (h *Handlers) highlights(r *request, v views.HomeView) ([]views.CardView, error) {
	lead := slices.Concat(v.Current, v.Coming)
	if len(lead) == 0 {
		return nil, nil
	}
	s := lead[0].Sale
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{Order: auction.ByClosing, Limit: 5})
	return cards(entries, s, nil), err
}

// paddle is the viewer's in a sale, "" = none.
func (h *Handlers) paddle(r *request, saleID int64) (auction.Paddle, error) {
	if !r.viewer.signedIn() {
		return "", nil
	}
	holder, err := h.holder(r, saleID)
	if errors.Is(err, auction.ErrNotFound) {
		return "", nil
	}
	return holder.Paddle, err
}

// standings are where the viewer's paddle stands on the lots of a page's sale
// on which a bid of it stands: one that was taken back or struck out does not
// count as outbid. They are read once for each page.
func (h *Handlers) standings(r *request, saleID int64, p auction.Paddle) (map[int64]auction.Standing, error) {
	if r.standings != nil {
		return r.standings, nil
	}
	all, err := h.cfg.Store.Standings(r.Context(), saleID, p)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(all, func(_ int64, st auction.Standing) bool { return st.Max == 0 })
	r.standings = all
	return all, nil
}

func cards(entries []auction.Entry, s auction.Sale, standings map[int64]auction.Standing) []views.CardView {
	out := make([]views.CardView, 0, len(entries))
	for _, e := range entries {
		card := views.CardView{Entry: e, Currency: s.Currency, Zone: s.Zone}
		if st, ok := standings[e.ID]; ok {
			card.Standing = &st
		}
		out = append(out, card)
	}
	return out
}

// sale is the catalogue.
func (h *Handlers) sale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return toRegister(w, r, r.PathValue("slug"), err)
	}
	if wantsJSON(r.Request) {
		entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{})
		if err != nil {
			return err
		}
		return writeJSON(w, http.StatusOK, publicSale(s, entries))
	}
	page, err := h.frame(r, lang.Key(s.Title), views.HereCatalogue, s)
	if err != nil {
		return err
	}
	v, err := h.catalogue(r, s, queryOf(r, page.Viewer.Paddle))
	if err != nil {
		return err
	}
	if findable(w, s) {
		page.Shared = views.ShareSale(r.Context(), s, v.Counts.Lots, page.House, h.address(r.Request))
	}
	v.Page = page
	return h.page(w, r.Request, http.StatusOK, views.Catalogue(v))
}

// queryOf reads what part of the catalogue is asked for.
func queryOf(r *request, p auction.Paddle) auction.Query {
	get := r.URL.Query().Get
	page, _ := strconv.Atoi(get("page")) // anything else is the first page
	q := auction.Query{
		Words: get("q"), Show: auction.Show(get("show")), Category: get("category"),
		Order: auction.Order(get("order")), Paddle: p, User: r.viewer.user.ID, Limit: views.PageLots,
		Offset: max(0, min(page, 1000)-1) * views.PageLots,
	}
	if q.Show == auction.ShowMine && p == "" {
		q.Show = auction.ShowAll
	}
	return q
}

// soonWithin is how near a close must be for the shelf "closing soon".
const soonWithin = time.Hour

func (h *Handlers) catalogue(r *request, s auction.Sale, q auction.Query) (views.CatalogueView, error) {
	ctx := r.Context()
	v := views.CatalogueView{Sale: s, Query: q}
	counts, err := h.counts.get(ctx, s.ID)
	if err != nil {
		return v, err
	}
	v.Counts = counts
	var standings map[int64]auction.Standing
	if q.Paddle != "" {
		if standings, err = h.standings(r, s.ID, q.Paddle); err != nil {
			return v, err
		}
	}
	v.Mine = len(standings)
	watched, err := h.watched(r, s.ID)
	if err != nil {
		return v, err
	}
	v.Watching = len(watched)
	entries, found, err := h.cfg.Store.Entries(ctx, s.ID, q)
	if err != nil {
		return v, err
	}
	v.Lots, v.Found = starred(cards(entries, s, standings), watched), found
	categories, err := h.cfg.Store.Categories(ctx, s.ID)
	if err != nil {
		return v, err
	}
	for _, c := range categories {
		v.Categories = append(v.Categories, views.Category{Name: c.Name, Lots: c.Lots})
	}
	if v.Appeal, err = h.thermometer(ctx, s); err != nil {
		return v, err
	}
	if q.Offset > 0 || q.Words != "" || q.Show != auction.ShowAll || q.Category != "" {
		return v, nil
	}
	soon, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{Show: auction.ShowOpen, Order: auction.ByClosing, Limit: 4})
	for _, c := range cards(soon, s, standings) {
		if c.Entry.ClosesAt.Before(now().Add(soonWithin)) {
			v.Soon = append(v.Soon, c)
		}
	}
	return v, err
}
