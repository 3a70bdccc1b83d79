package handlers

import (
	"net/http"
	"slices"
	"strconv"

	"outcry/auction"
	"outcry/views"
)

// results is what a sale came to: the sums, and one list at a time.
func (h *Handlers) results(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page")) // anything else is the first page
	v := views.ResultsView{Sale: s, List: views.ResultList(r.URL.Query().Get("list")), At: max(1, min(page, 1000))}
	if v.Page, err = h.frame(r, "Results", views.HereResults, s); err != nil {
		return err
	}
	if v.Counts, err = h.counts.get(r.Context(), s.ID); err != nil { // its bids take long to count
		return err
	}
	books, err := h.cfg.Store.Books(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v.Takings = books.Takings()
	if err := h.resultList(r, &v, books); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Results(v))
}

// resultList fills in the part of the list that is shown.
func (h *Handlers) resultList(r *request, v *views.ResultsView, books auction.Books) error {
	switch v.List {
	case views.ResultBuyers:
		return h.resultBuyers(r, v, books)
	case views.ResultPassed, views.ResultOut:
		return h.resultUnsold(r, v)
	case views.ResultDonors:
		list, err := h.cfg.Store.Donors(r.Context(), v.Sale.ID)
		v.Found = len(list)
		v.Donors = part(list, v.At)
		return err
	}
	v.List, v.Found = views.ResultSold, len(books.Bought)
	shown := part(books.Bought, v.At)
	names, err := holdersOf(h, r, v.Sale, shown, func(b auction.Bought) auction.Paddle { return b.Paddle })
	for _, b := range shown {
		v.Sold = append(v.Sold, views.SoldRow{Bought: b, Charge: books.Fees.On(b.Hammer), Buyer: names[b.Paddle]})
	}
	return err
}

// part is the page of a list that is shown, the first is 1.
func part[T any](list []T, page int) []T {
	from := min(len(list), (page-1)*views.ResultRows)
	return list[from:min(len(list), from+views.ResultRows)]
}

// holdersOf reads whose the paddles of a list are, all at once.
func holdersOf[T any](h *Handlers, r *request, s auction.Sale, list []T, of func(T) auction.Paddle) (map[auction.Paddle]auction.Holder, error) {
	seen := map[auction.Paddle]bool{}
	var paddles []auction.Paddle
	for _, row := range list {
		if p := of(row); !seen[p] {
			seen[p] = true
			paddles = append(paddles, p)
		}
	}
	return h.cfg.Store.HoldersByPaddle(r.Context(), s.ID, paddles)
}

func (h *Handlers) resultBuyers(r *request, v *views.ResultsView, books auction.Books) error {
	var list []auction.Invoice
	for _, i := range books.Invoices() {
		list = append(list, i)
	}
	slices.SortFunc(list, func(a, b auction.Invoice) int { return comparePaddles(a.Paddle, b.Paddle) })
	v.Found = len(list)
	shown := part(list, v.At)
	names, err := holdersOf(h, r, v.Sale, shown, func(i auction.Invoice) auction.Paddle { return i.Paddle })
	for _, i := range shown {
		v.Buyers = append(v.Buyers, views.AccountRow{Holder: names[i.Paddle], Invoice: i})
	}
	return err
}

// comparePaddles puts paddles in the order in which people count.
func comparePaddles(a, b auction.Paddle) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

func (h *Handlers) resultUnsold(r *request, v *views.ResultsView) error {
	show := auction.ShowPassed
	if v.List == views.ResultOut {
		show = auction.ShowOut
	}
	entries, found, err := h.cfg.Store.Entries(r.Context(), v.Sale.ID, auction.Query{Show: show, Limit: views.ResultRows, Offset: (v.At - 1) * views.ResultRows})
	if err != nil {
		return err
	}
	v.Found = found
	for _, e := range entries {
		row := views.UnsoldRow{Entry: e}
		if e.State == auction.Withdrawn {
			events, err := h.cfg.Store.LatestEvents(r.Context(), e.ID, 1)
			if err != nil {
				return err
			}
			for _, ev := range events {
				row.Reason = ev.Reason
			}
		}
		v.Unsold = append(v.Unsold, row)
	}
	return nil
}
