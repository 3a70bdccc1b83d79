package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// copySale shows the form of a new sale with the settings of another, such as
// last year's. Its times are a year on, to be corrected.
func (h *Handlers) copySale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if s.Rehearsal() {
		return errTrying
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v := saleFields(r.Context(), nextYear(s, now()))
	v.Slug, v.Address.Value, v.From, v.FromLots, v.WithLots = "", "", s.Slug, counts.Lots, true
	return h.showSaleForm(w, r, http.StatusOK, v)
}

// nextYear moves a sale to the same weekday and hour of the next year that lies
// ahead: 52 weeks on by the calendar of its zone.
func nextYear(s auction.Sale, now time.Time) auction.Sale {
	zone := zoneOf(s.Zone)
	for ok := true; ok; ok = s.ClosesAt.Before(now) {
		s.OpensAt = s.OpensAt.In(zone).AddDate(0, 0, 7*52).UTC()
		s.ClosesAt = s.ClosesAt.In(zone).AddDate(0, 0, 7*52).UTC()
	}
	return s
}

// postCopySale makes the new sale, with the lots of the other when they are
// wanted: under their numbers, terms and all, without their own times, their
// pictures and whoever bid on them.
func (h *Handlers) postCopySale(w http.ResponseWriter, r *request) error {
	from, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if from.Rehearsal() {
		return errTrying
	}
	v, s, err := h.saleForm(r, auction.Sale{})
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), from.ID)
	if err != nil {
		return err
	}
	v.From, v.FromLots, v.WithLots = from.Slug, counts.Lots, r.PostFormValue("lots") == "1"
	if v.WithLots && v.Currency.Error == "" && s.Currency.Digits != from.Currency.Digits {
		v.Currency.Error = lang.T(r.Context(), "The prices of the lots are written in %s, and this currency has other decimals. Leave the lots out, or keep the currency.", from.Currency.Code)
		v.Error = someWrong
	}
	if v.Error == "" {
		s, err = h.cfg.Store.CreateSale(r.Context(), s, r.viewer.user.ID)
		if errors.Is(err, auction.ErrConflict) {
			v.Address.Error = "Another sale has this address. Choose another one."
			v.Error = someWrong
		} else if err != nil {
			return err
		}
	}
	if v.Error != "" {
		return h.showSaleForm(w, r, http.StatusUnprocessableEntity, v)
	}
	if v.WithLots {
		if err := h.copyLots(r.Context(), from, s, func(d auction.Draft, i int) auction.Draft { return s.Take(from, d, i) }); err != nil {
			return err
		}
	}
	return done(w, r, "/desk/sales/"+s.Slug, "saved")
}

// copyLots enters the lots of a sale in another, each as take says, in the order
// of their numbers.
func (h *Handlers) copyLots(ctx context.Context, from, to auction.Sale, take func(d auction.Draft, i int) auction.Draft) error {
	lots, err := h.cfg.Store.Drafts(ctx, from.ID)
	if err != nil {
		return err
	}
	drafts := make([]auction.Draft, len(lots))
	for i, l := range lots {
		drafts[i] = take(l.Draft, i)
	}
	_, err = h.cfg.Store.ImportLots(ctx, to.ID, drafts, false)
	return err
}

// postUnpublish takes a sale back from the public while no lot has opened.
func (h *Handlers) postUnpublish(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	err = h.cfg.Store.HideSale(r.Context(), s.ID)
	if errors.Is(err, auction.ErrConflict) {
		return &problem{http.StatusUnprocessableEntity, "opened", "Lots have opened, so the sale cannot be taken back. Pause it, or withdraw its lots."}
	}
	if err != nil {
		return err
	}
	h.sales.forget(s.ID)
	h.cfg.Room.Wake()
	return h.noted(w, r, auction.Act{SaleID: s.ID, Kind: auction.ActHidden}, "/desk/sales/"+s.Slug, "hidden")
}
