package handlers

import (
	"context"
	"errors"
	"net/http"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

func (h *Handlers) newSale(w http.ResponseWriter, r *request) error {
	v := views.SaleFormView{
		Currency: views.Field{Value: "GBP"}, Zone: views.Field{Value: "Europe/London"},
		Stagger: views.Field{Value: "0"}, Window: views.Field{Value: "2"}, Extension: views.Field{Value: "2"},
		StepsName: views.Field{Value: "charity"}, Receipts: true,
	}
	return h.showSaleForm(w, r, http.StatusOK, v)
}

func (h *Handlers) showSaleForm(w http.ResponseWriter, r *request, status int, v views.SaleFormView) error {
	title, s := lang.Key("New sale"), auction.Sale{}
	if v.Slug != "" {
		title, s = lang.Key("Change the sale"), auction.Sale{ID: -1, Slug: v.Slug, Title: v.Title.Value}
	}
	var err error
	if v.Page, err = h.frame(r, title, views.HereDesk, auction.Sale{}); err != nil {
		return err
	}
	v.Page.Sale = views.SaleLink{Slug: s.Slug, Title: s.Title, Rehearsal: v.Rehearsal}
	v.Presets, v.Currencies, v.Zones = auction.PresetNames(), auction.Currencies(), zones
	return h.page(w, r.Request, status, views.SaleForm(v))
}

func (h *Handlers) postNewSale(w http.ResponseWriter, r *request) error {
	v, s, err := h.saleForm(r, auction.Sale{})
	if err != nil {
		return err
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
	return h.noted(w, r, auction.Act{SaleID: s.ID, Kind: auction.ActMade}, "/desk/sales/"+s.Slug, "saved")
}

func (h *Handlers) editSale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	counts, err := h.cfg.Store.SaleCounts(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v := saleFields(r.Context(), s)
	v.Frozen, v.Rehearsal = hasOpened(counts), s.Rehearsal()
	return h.showSaleForm(w, r, http.StatusOK, v)
}

func (h *Handlers) postEditSale(w http.ResponseWriter, r *request) error {
	old, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v, s, err := h.saleForm(r, old)
	if err != nil {
		return err
	}
	v.Slug, v.Rehearsal = old.Slug, old.Rehearsal()
	var lots []auction.Draft
	if v.Error == "" {
		if lots, err = h.followers(r.Context(), old, s); err != nil {
			return err
		}
		if v.ClosesAt.Error = strandedLot(r.Context(), s, lots); v.ClosesAt.Error != "" {
			v.Error = someWrong
		}
	}
	if v.Error == "" {
		err = h.cfg.Store.SaveSale(r.Context(), s)
		if errors.Is(err, auction.ErrFeesStand) {
			v.Premium.Error = lang.T(r.Context(), "Lots have opened under the premium and tax that were here before, and cost what was said then. Put them back as they were: premium “%s”, tax %s %%.", old.Fees.Premium.Text(old.Currency), old.Fees.TaxRate.String())
			v.Error = someWrong
		} else if errors.Is(err, auction.ErrConflict) {
			v.Address.Error = "Another sale has this address. Choose another one."
			v.Error = someWrong
		} else if err != nil {
			return err
		}
	}
	if v.Error != "" {
		return h.showSaleForm(w, r, http.StatusUnprocessableEntity, v)
	}
	h.sales.forget(s.ID)
	if _, err := h.cfg.Store.ImportLots(r.Context(), s.ID, lots, false); err != nil {
		return err
	}
	h.cfg.Room.Wake()
	return h.noted(w, r, auction.Act{SaleID: s.ID, Kind: auction.ActSale}, "/desk/sales/"+s.Slug, "saved")
}

// followers are the lots that have not opened and that move along with their
// sale, as they will be.
func (h *Handlers) followers(ctx context.Context, old, s auction.Sale) ([]auction.Draft, error) {
	lots, err := h.cfg.Store.Drafts(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	return s.Followers(old, lots), nil
}

// retime gives the lots of a sale that closes by number their turns anew, after
// one was added or has another number. Nothing is lost when it fails: the next
// time mends it.
func (h *Handlers) retime(ctx context.Context, s auction.Sale) error {
	if !s.ByNumber || s.Stagger <= 0 {
		return nil
	}
	lots, err := h.cfg.Store.Drafts(ctx, s.ID)
	if err != nil {
		return err
	}
	_, err = h.cfg.Store.ImportLots(ctx, s.ID, s.Turns(lots), false)
	return err
}

// strandedLot says which lot would close before it opens, because of a time of
// its own, or has closed already in a sale that people see: it would end the
// moment it opens, and there is no way back. "" when there is none.
func strandedLot(ctx context.Context, s auction.Sale, lots []auction.Draft) string {
	for _, d := range lots {
		if why := tooLate(s, d); why != "" {
			return lang.T(ctx, "Lot %s would close on %s.", d.Number, views.DateTime(ctx, d.ClosesAt, s.Zone)) + " " + lang.Say(ctx, why)
		}
	}
	return ""
}

// tooLate says why a lot that has not opened cannot have the close it has, ""
// when it can. In a sale that nobody sees yet the time may still be changed.
func tooLate(s auction.Sale, d auction.Draft) lang.Key {
	switch {
	case !d.ClosesAt.After(d.OpensAt):
		return "A lot must close after it opens."
	case s.Published && !d.ClosesAt.After(now()):
		return "That has passed: the lot would end the moment it opens. Choose a later time."
	}
	return ""
}

// hasOpened reports whether a lot of a sale has opened: from then on its
// currency, zone and address stand.
func hasOpened(c auction.Counts) bool { return c.Lots > c.Upcoming }
