package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/views"
)

// postBid takes a bid. Programs are answered in JSON, htmx with a fragment, a
// page without JavaScript with 303, or with the lot page and the reason.
func (h *Handlers) postBid(w http.ResponseWriter, r *request) error {
	lot, s, err := h.placeAndSale(r)
	if err != nil {
		return err
	}
	typed, a, err := h.bid(r, lot, s)
	if far, ok := errors.AsType[saleroom.FarAboveError](err); ok {
		return h.askOnceMore(w, r, lot, s, typed, far)
	}
	if err != nil {
		return h.bidFailed(w, r, lot, s, typed, err)
	}
	status := http.StatusOK
	if a.Outcome == auction.Refused {
		status = http.StatusUnprocessableEntity
	}
	switch {
	case wantsJSON(r.Request):
		return writeJSON(w, status, answerOf(a, s))
	case fromHTMX(r.Request):
		return h.bidFragment(w, r, s, typed, a, status)
	case a.Outcome == auction.Refused:
		v, err := h.answerView(r, lot.Lot, s)
		if err != nil {
			return err
		}
		v.Answer, v.Amount, v.Panel, v.Standing = a, typed, nil, nil // the page itself has them
		return h.lotPage(w, r, status, lot.Lot, &v, typed)
	}
	http.Redirect(w, r.Request, lotPath(lot.Lot), http.StatusSeeOther)
	return nil
}

// bid reads the form and asks the saleroom. It returns what was typed, so that
// nothing of it is lost whatever comes of it.
func (h *Handlers) bid(r *request, lot auction.Place, s auction.Sale) (typed string, a auction.Answer, err error) {
	if err := form(r); err != nil {
		return "", a, err
	}
	typed = r.PostFormValue("amount")
	if !r.viewer.signedIn() {
		return typed, a, errSignIn
	}
	holder, err := h.holder(r, s.ID)
	switch {
	case errors.Is(err, auction.ErrNotFound):
		return typed, a, errRegister
	case err != nil:
		return typed, a, err
	case !holder.Approved:
		return typed, a, errApproval
	case !h.bids.allow(strconv.FormatInt(holder.ID, 10)):
		return typed, a, errTooMany
	}
	b := auction.Bid{By: auction.Bidder{Paddle: holder.Paddle}, Kind: auction.Kind(r.PostFormValue("kind")), Key: r.PostFormValue("key")}
	if b.Kind == "" {
		b.Kind = auction.Maximum
	}
	if b.Kind != auction.Maximum && b.Kind != auction.Exact && b.Kind != auction.BuyNow {
		return typed, a, errKind
	}
	if !goodKey(b.Key) {
		return typed, a, errKey
	}
	if b.Amount, err = auction.ParseMoney(typed, s.Currency); err != nil {
		b.Amount = 0 // refused by the rules, under its key like any other
	}
	decide := h.cfg.Room.BidByHand
	if wantsJSON(r.Request) || r.PostFormValue("sure") == "1" {
		decide = h.cfg.Room.Bid // programs, and whoever says it twice, mean what they send
	}
	a, err = decide(r.Context(), lot.Lot, b)
	return typed, a, err
}

// askOnceMore answers a bid that was not made yet with the question whether it
// is meant. Yes sends it under the same key.
func (h *Handlers) askOnceMore(w http.ResponseWriter, r *request, lot auction.Place, s auction.Sale, typed string, far saleroom.FarAboveError) error {
	v := views.BidAnswerView{
		LotID: lot.Lot, Number: lot.Number, Sale: s.Slug, Currency: s.Currency, Zone: s.Zone, Trouble: views.TroubleFar, Amount: typed,
		Answer: auction.Answer{Amount: far.Bid.Amount, Ask: far.Ask}, Kind: far.Bid.Kind, Key: far.Bid.Key,
	}
	if fromHTMX(r.Request) {
		return h.page(w, r.Request, http.StatusConflict, views.BidAnswer(v))
	}
	return h.lotPage(w, r, http.StatusConflict, lot.Lot, &v, typed)
}

// goodKey reports whether a key is 16 to 64 of A-Z a-z 0-9 _ -.
func goodKey(key string) bool {
	if len(key) < 16 || len(key) > 64 {
		return false
	}
	for _, c := range []byte(key) {
		if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' || c == '-') {
			return false
		}
	}
	return true
}

// bidFailed answers a bid that the rules never judged, amount kept.
func (h *Handlers) bidFailed(w http.ResponseWriter, r *request, lot auction.Place, s auction.Sale, typed string, err error) error {
	p, known := problemOf(r.Context(), err)
	if !known || wantsJSON(r.Request) || p.status == http.StatusRequestEntityTooLarge || p.status == http.StatusUnsupportedMediaType {
		return err
	}
	switch {
	case p == errInDoubt:
		return lookAgain(w, r, p, lotPathWith(lot.Lot, typed))
	case fromHTMX(r.Request):
		return h.page(w, r.Request, p.status, views.BidAnswer(troubleView(w, lot, s, typed, p)))
	case p == errSignIn:
		http.Redirect(w, r.Request, "/sign-in?next="+queryEscape(lotPathWith(lot.Lot, typed)), http.StatusSeeOther)
		return nil
	case p == errRegister:
		http.Redirect(w, r.Request, "/sales/"+s.Slug+"/register?next="+queryEscape(lotPathWith(lot.Lot, typed)), http.StatusSeeOther)
		return nil
	}
	v := troubleView(w, lot, s, typed, p)
	return h.lotPage(w, r, p.status, lot.Lot, &v, typed)
}

// lookAgain leads to the lot as it is by now, when nobody can say what became
// of a bid. To htmx it stays a 500, after which the page sends the same bid
// under the same key.
func lookAgain(w http.ResponseWriter, r *request, p *problem, path string) error {
	if !fromHTMX(r.Request) {
		return done(w, r, path, "doubt")
	}
	w.Header().Set("HX-Redirect", donePath(path, "doubt"))
	w.WriteHeader(p.status)
	return nil
}

func (h *Handlers) postTakeBack(w http.ResponseWriter, r *request) error {
	lot, s, err := h.lotAndSale(r)
	if err != nil {
		return err
	}
	holder, err := h.holder(r, s.ID)
	if errors.Is(err, auction.ErrNotFound) {
		return errRegister
	}
	if err != nil {
		return err
	}
	if err := h.cfg.Room.TakeBack(r.Context(), lot.ID, holder.Paddle); err != nil {
		return err
	}
	return done(w, r, lotPath(lot.ID), "taken")
}

func lotPath(id int64) string { return "/lots/" + strconv.FormatInt(id, 10) }

// lotPathWith leads back to a lot with the amount that was typed.
func lotPathWith(id int64, typed string) string {
	if typed == "" {
		return lotPath(id)
	}
	return lotPath(id) + "?amount=" + queryEscape(typed)
}
