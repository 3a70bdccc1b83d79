package handlers

import (
	"context"
	"net/http"
	"slices"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// desk is the staff's list of sales.
func (h *Handlers) desk(w http.ResponseWriter, r *request) error {
	page, err := h.frame(r, "Desk", views.HereDesk, auction.Sale{})
	if err != nil {
		return err
	}
	sales, err := h.cfg.Store.Sales(r.Context(), true)
	if err != nil {
		return err
	}
	page.Readable = h.readable(r.Request)
	v := views.DeskView{Page: page, NoMail: !h.mails()}
	for _, s := range sales {
		card, err := h.saleCard(r, s)
		if err != nil {
			return err
		}
		v.Sales = append(v.Sales, card)
	}
	if v.First, err = h.firstSale(r.Context(), v.Sales); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Desk(v))
}

// firstSale is how far a new house has come, nil for one that has had a bid or
// a second sale.
func (h *Handlers) firstSale(ctx context.Context, sales []views.SaleCard) (*views.FirstSale, error) {
	if len(sales) == 0 {
		return &views.FirstSale{}, nil
	}
	sales = slices.DeleteFunc(slices.Clone(sales), func(c views.SaleCard) bool { return c.Sale.Rehearsal() })
	if len(sales) == 0 {
		return nil, nil
	}
	s := sales[0]
	if len(sales) > 1 || s.Counts.Bids > 0 {
		return nil, nil
	}
	holders, err := h.cfg.Store.Holders(ctx, s.Sale.ID)
	if err != nil {
		return nil, err
	}
	first := &views.FirstSale{Slug: s.Sale.Slug, Lots: s.Counts.Lots, Published: s.Sale.Published, Paddles: len(holders)}
	held, err := h.cfg.Store.Acts(ctx, auction.ActQuery{SaleID: s.Sale.ID, Kind: string(auction.ActRehearsed), Limit: 1})
	if err != nil {
		return nil, err
	}
	tried, err := h.triedOf(ctx, s.Sale)
	first.Tried = len(held) > 0 || tried.Slug != ""
	return first, err
}

// few is how many lots or bids the control page lists of a kind; of lots that
// wait for the organiser, mostHeld.
const (
	few      = 8
	mostHeld = 40
)

// deskSale is the page a sale is run from.
func (h *Handlers) deskSale(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.ControlView{Sale: s, Now: now(), Public: h.address(r.Request) + "/sales/" + s.Slug}
	if v.Page, err = h.frame(r, lang.Key(s.Title), views.HereControl, s); err != nil {
		return err
	}
	if v.Counts, err = h.cfg.Store.SaleCounts(r.Context(), s.ID); err != nil {
		return err
	}
	if err := h.controlLists(r.Context(), &v); err != nil {
		return err
	}
	if v.Tried, err = h.triedOf(r.Context(), s); err != nil {
		return err
	}
	if v.Waiting, err = h.cfg.Store.Waiting(r.Context(), s.ID); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Control(v))
}

// controlLists fills in what the control page lists, and brings up to date as
// bids come.
func (h *Handlers) controlLists(ctx context.Context, v *views.ControlView) error {
	var err error
	for _, list := range []struct {
		show  auction.Show
		most  int
		cards *[]views.CardView
		found *int
	}{
		{auction.ShowHeld, mostHeld, &v.Held, &v.HeldAll},
		{auction.ShowUnbid, few, &v.NoBids, new(int)},
		{auction.ShowUnder, few, &v.UnderReserve, &v.UnderAll},
	} {
		var entries []auction.Entry
		if entries, *list.found, err = h.cfg.Store.Entries(ctx, v.Sale.ID, auction.Query{Show: list.show, Order: auction.ByClosing, Limit: list.most}); err != nil {
			return err
		}
		*list.cards = cards(entries, v.Sale, nil)
	}
	if v.Pace, err = h.cfg.Store.BidsSince(ctx, v.Sale.ID, now().Add(-time.Minute)); err != nil {
		return err
	}
	v.Latest, err = h.cfg.Store.LatestShown(ctx, v.Sale.ID, few)
	return err
}

func (h *Handlers) deskLots(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.DeskLotsView{Sale: s, Query: queryOf(r, "")}
	if v.Page, err = h.frame(r, "Lots", views.HereLots, s); err != nil {
		return err
	}
	if v.Counts, err = h.cfg.Store.SaleCounts(r.Context(), s.ID); err != nil {
		return err
	}
	entries, found, err := h.cfg.Store.Entries(r.Context(), s.ID, v.Query)
	if err != nil {
		return err
	}
	v.Found = found
	for _, e := range entries {
		v.Lots = append(v.Lots, views.DeskLot{Entry: e})
	}
	return h.page(w, r.Request, http.StatusOK, views.DeskLots(v))
}

func (h *Handlers) postPublish(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	entries, _, err := h.cfg.Store.Entries(r.Context(), s.ID, auction.Query{})
	if err != nil {
		return err
	}
	var lots []auction.Draft
	for _, e := range entries {
		if e.State == auction.Upcoming {
			lots = append(lots, auction.Draft{Words: e.Words, OpensAt: e.OpensAt, ClosesAt: e.ClosesAt})
		}
	}
	s.Published = true
	if why := strandedLot(r.Context(), s, lots); why != "" {
		return &problem{http.StatusUnprocessableEntity, "too_late", lang.Key(why)}
	}
	if err := h.cfg.Store.PublishSale(r.Context(), s.ID); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	h.cfg.Room.Wake()
	if err := h.note(r, auction.Act{SaleID: s.ID, Kind: auction.ActPublished}); err != nil {
		return err
	}
	return done(w, r, "/desk/sales/"+s.Slug, "published")
}

func (h *Handlers) postPause(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	if err := h.cfg.Room.Pause(r.Context(), r.viewer.user.ID, s.ID, cleanLine(r.PostFormValue("reason"))); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	return done(w, r, "/desk/sales/"+s.Slug, "paused")
}

func (h *Handlers) postResume(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := h.cfg.Room.Resume(r.Context(), r.viewer.user.ID, s.ID); err != nil {
		return err
	}
	h.sales.forget(s.ID)
	return done(w, r, "/desk/sales/"+s.Slug, "resumed")
}
