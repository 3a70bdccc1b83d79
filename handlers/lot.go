package handlers

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// lotAndSale reads the lot that the address names, if the viewer may see its
// sale.
func (h *Handlers) lotAndSale(r *request) (auction.Entry, auction.Sale, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.Entry{}, auction.Sale{}, auction.ErrNotFound
	}
	e, err := h.cfg.Store.Entry(r.Context(), id)
	if err != nil {
		return e, auction.Sale{}, err
	}
	s, err := h.sales.get(r.Context(), e.SaleID)
	if err != nil {
		return e, s, err
	}
	if err := h.mayEnter(r, s); err != nil {
		return auction.Entry{}, s, err
	}
	return e, s, nil
}

// placeAndSale is lotAndSale for whoever needs no more than the lot's place.
func (h *Handlers) placeAndSale(r *request) (auction.Place, auction.Sale, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.Place{}, auction.Sale{}, auction.ErrNotFound
	}
	p, err := h.places.get(r.Context(), id)
	if err != nil {
		return p, auction.Sale{}, err
	}
	s, err := h.sales.get(r.Context(), p.SaleID)
	if err != nil {
		return p, s, err
	}
	if err := h.mayEnter(r, s); err != nil {
		return auction.Place{}, s, err
	}
	return p, s, nil
}

func (h *Handlers) lot(w http.ResponseWriter, r *request) error {
	e, s, err := h.lotAndSale(r)
	if err != nil {
		return toRegister(w, r, s.Slug, err)
	}
	if wantsJSON(r.Request) {
		return writeJSON(w, http.StatusOK, publicLot(e, s.Currency))
	}
	findable(w, s)
	return h.lotPage(w, r, http.StatusOK, e.ID, nil, r.URL.Query().Get("amount"))
}

// lotPage shows a lot, with the answer to a bid that came without JavaScript
// and what was typed for it.
func (h *Handlers) lotPage(w http.ResponseWriter, r *request, status int, id int64, answer *views.BidAnswerView, typed string) error {
	e, err := h.cfg.Store.Entry(r.Context(), id)
	if err != nil {
		return err
	}
	s, err := h.sales.get(r.Context(), e.SaleID)
	if err != nil {
		return err
	}
	page, err := h.frame(r, lang.Key(lang.T(r.Context(), "Lot %s", e.Number)+": "+e.Title), views.HereCatalogue, s)
	if err != nil {
		return err
	}
	if !page.Private {
		page.Shared = views.ShareLot(r.Context(), e, s, h.address(r.Request))
	}
	events, err := h.cfg.Store.Events(r.Context(), id)
	if err != nil {
		return err
	}
	v := views.LotView{
		Page: page, Sale: s, Entry: e, History: auction.History(events), Story: auction.Story(events),
		AllHistory: r.URL.Query().Get("history") == "all",
		Access:     views.AccessGuest, Keys: newKeys(), Answer: answer, Typed: typed, Why: whyOf(e.Public, events),
	}
	prev, next, err := h.cfg.Store.Neighbours(r.Context(), id)
	if err != nil {
		return err
	}
	v.Prev, v.Next = neighbour(prev), neighbour(next)
	if err := h.lotFor(r, &v, events); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Lot(v))
}

// whyOf is why a lot is paused or withdrawn, as the organiser wrote it and the
// public log keeps it; "" when it is neither.
func whyOf(p auction.Public, events []auction.Event) string {
	kind := auction.SalePaused
	switch {
	case p.State == auction.Withdrawn:
		kind = auction.LotWithdrawn
	case p.PausedAt.IsZero():
		return ""
	}
	for _, e := range slices.Backward(events) {
		if e.Kind == kind {
			return e.Reason
		}
	}
	return ""
}

// lotFor fills in what concerns the viewer alone.
func (h *Handlers) lotFor(r *request, v *views.LotView, events []auction.Event) error {
	if !r.viewer.signedIn() {
		return nil
	}
	watched, err := h.watched(r, v.Sale.ID)
	if err != nil {
		return err
	}
	v.Watched = watched[v.Entry.ID]
	holder, err := h.holder(r, v.Sale.ID)
	switch {
	case errors.Is(err, auction.ErrNotFound):
		v.Access = views.AccessUnregistered
		return nil
	case err != nil:
		return err
	case !holder.Approved:
		v.Access = views.AccessWaiting
		return nil
	}
	v.Access = views.AccessBidder
	if v.Offered, err = h.offeredTo(r.Context(), v.Entry, holder.Paddle); err != nil {
		return err
	}
	st, found, err := h.cfg.Store.Standing(r.Context(), v.Entry.ID, holder.Paddle)
	if err != nil {
		return err
	}
	if found {
		v.Standing = &st
		v.TakeBack = auction.MayTakeBack(v.Entry.Public, events, holder.Paddle, now())
	}
	return nil
}

func neighbour(ref *auction.LotRef) *views.Neighbour {
	if ref == nil {
		return nil
	}
	return &views.Neighbour{ID: ref.ID, Number: ref.Number}
}

func newKeys() views.BidKeys { return views.BidKeys{Exact: newKey(), Max: newKey(), Buy: newKey()} }

func newKey() string {
	raw := make([]byte, 18)
	rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

// lotLog answers with the lot's public events, a JSON line each.
func (h *Handlers) lotLog(w http.ResponseWriter, r *request) error {
	e, _, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	events, err := h.cfg.Store.Events(r.Context(), e.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	for _, ev := range events {
		b.Write(ev.Line())
		b.WriteByte('\n')
	}
	w.Header().Set("Content-Type", "application/jsonl; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(b.Bytes())
	return ignoreGone(err)
}

// bidFragment answers htmx: what became of the bid, and the lot and the
// bidder's standing as they are now, so that the page is right without its
// socket too.
func (h *Handlers) bidFragment(w http.ResponseWriter, r *request, s auction.Sale, typed string, a auction.Answer, status int) error {
	v, err := h.answerView(r, a.Lot, s)
	if err != nil {
		return err
	}
	v.Answer, v.Amount = a, typed
	return h.page(w, r.Request, status, views.BidAnswer(v))
}

// troubleView is the answer to a bid that the rules never judged.
func troubleView(w http.ResponseWriter, lot auction.Place, s auction.Sale, typed string, p *problem) views.BidAnswerView {
	v := views.BidAnswerView{
		LotID: lot.Lot, Number: lot.Number, Sale: s.Slug, Currency: s.Currency, Zone: s.Zone,
		Trouble: troubleOf(p), Amount: typed,
	}
	if v.Trouble == views.TroubleUnavailable || v.Trouble == views.TroubleTooFast {
		w.Header().Set("Retry-After", "1")
	}
	return v
}

func troubleOf(p *problem) views.Trouble {
	switch p {
	case errSignIn:
		return views.TroubleSignIn
	case errRegister:
		return views.TroubleRegister
	case errApproval:
		return views.TroubleApproval
	case errNotAccepted:
		return views.TroubleUnavailable
	case errTooMany:
		return views.TroubleTooFast
	}
	return views.TroubleBroken
}

// answerView is a bid's answer with the lot as it stands now.
func (h *Handlers) answerView(r *request, lot int64, s auction.Sale) (views.BidAnswerView, error) {
	e, err := h.cfg.Store.Entry(r.Context(), lot)
	if err != nil {
		return views.BidAnswerView{}, err
	}
	events, err := h.cfg.Store.LatestEvents(r.Context(), lot, historyEvents)
	if err != nil {
		return views.BidAnswerView{}, err
	}
	v := views.BidAnswerView{LotID: lot, Number: e.Number, Sale: s.Slug, Currency: s.Currency, Zone: s.Zone}
	v.Panel = &views.LotFrameView{
		LotPanelView: views.LotPanelView{Lot: e.Public, Number: e.Number, Currency: s.Currency, Zone: s.Zone, Why: whyOf(e.Public, events)},
		History:      auction.History(events),
	}
	holder, err := h.holder(r, s.ID)
	if err != nil {
		return v, err
	}
	st, found, err := h.cfg.Store.Standing(r.Context(), lot, holder.Paddle)
	if err != nil {
		return v, err
	}
	if found {
		v.Standing = &views.StandingView{Standing: st, Sale: s.Slug, Number: e.Number, Currency: s.Currency}
		v.TakeBack = auction.MayTakeBack(e.Public, events, holder.Paddle, now())
	}
	return v, nil
}
