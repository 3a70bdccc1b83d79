package handlers

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"outcry/auction"
	"outcry/saleroom"
	"outcry/views"
	"outcry/views/lang"
)

// lineEntries is how many of the last entries stand beside the desk's line.
const lineEntries = 12

func linePath(s auction.Sale) string { return "/desk/sales/" + s.Slug + "/line" }

// line is the desk's one line: lot, paddle, amount, Enter.
func (h *Handlers) line(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	v := views.LineView{Sale: s, Key: newKey(), Lot: views.Field{Value: q.Get("lot")}, Left: auction.Paddle(q.Get("left"))}
	v.Seq, _ = strconv.ParseInt(q.Get("seq"), 10, 64) // anything else says nothing
	return h.showLine(w, r, http.StatusOK, v)
}

func (h *Handlers) showLine(w http.ResponseWriter, r *request, status int, v views.LineView) error {
	var err error
	if v.Page, err = h.frame(r, "Desk line", views.HereLine, v.Sale); err != nil {
		return err
	}
	if v.Entries, err = h.cfg.Store.Entered(r.Context(), v.Sale.ID, lineEntries); err != nil {
		return err
	}
	if v.Side, err = h.lineSide(r, v.Sale, v.Lot.Value); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.Line(v))
}

// lineLot is the lot that the line speaks of, for its side of the page.
func (h *Handlers) lineLot(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	side, err := h.lineSide(r, s, r.URL.Query().Get("lot"))
	if err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.LineSide(side))
}

// lotNumber is a lot's number as somebody typed it in haste.
func lotNumber(typed string) string { return strings.ToUpper(strings.TrimSpace(typed)) }

func (h *Handlers) lineSide(r *request, s auction.Sale, number string) (views.LineSideView, error) {
	v := views.LineSideView{Sale: s, Number: lotNumber(number)}
	if v.Number == "" {
		return v, nil
	}
	id, err := h.cfg.Store.LotByNumber(r.Context(), s.ID, v.Number)
	if errors.Is(err, auction.ErrNotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	e, err := h.cfg.Store.Entry(r.Context(), id)
	if err != nil {
		return v, err
	}
	events, err := h.cfg.Store.LatestEvents(r.Context(), id, historyEvents)
	if err != nil {
		return v, err
	}
	v.Entry = &e
	v.Panel = views.LotFrameView{
		LotPanelView: views.LotPanelView{Lot: e.Public, Number: e.Number, Currency: s.Currency, Zone: s.Zone, Why: whyOf(e.Public, events)},
		History:      auction.History(events),
	}
	return v, nil
}

// postLine enters a bid for a paddle. What was typed is kept when it is not
// taken, and the lot is kept when it is: bids on a lot come in a row.
func (h *Handlers) postLine(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	f := func(name string) views.Field { return views.Field{Value: cleanLine(r.PostFormValue(name))} }
	v := views.LineView{
		Sale: s, Lot: f("lot"), Paddle: f("paddle"), Amount: f("amount"), Without: f("without"),
		Max: r.PostFormValue("max") == "1", Key: r.PostFormValue("key"),
	}
	if !goodKey(v.Key) {
		return errKey
	}
	lot, b, err := h.readLine(r, &v)
	if err != nil {
		return err
	}
	if v.Lot.Error+v.Paddle.Error+v.Amount.Error != "" {
		return h.showLine(w, r, http.StatusUnprocessableEntity, v)
	}
	if lot.State == auction.Upcoming && b.Kind == auction.Maximum {
		return h.leaveBid(w, r, v, lot, b)
	}
	return h.enterBid(w, r, v, lot, b)
}

// readLine reads the line. What is wrong is left in its fields.
func (h *Handlers) readLine(r *request, v *views.LineView) (lot auction.Entry, b auction.Bid, err error) {
	number := lotNumber(v.Lot.Value)
	id, err := h.cfg.Store.LotByNumber(r.Context(), v.Sale.ID, number)
	switch {
	case errors.Is(err, auction.ErrNotFound):
		v.Lot.Error = lang.T(r.Context(), "There is no lot %s.", number)
		if number == "" {
			v.Lot.Error = "Which lot?"
		}
	case err != nil:
		return lot, b, err
	default:
		if lot, err = h.cfg.Store.Entry(r.Context(), id); err != nil {
			return lot, b, err
		}
	}
	if v.Paddle.Value == "" {
		v.Paddle.Error = "Which paddle?"
	}
	amount, isMax := strings.CutSuffix(strings.ToLower(v.Amount.Value), "max")
	if !isMax {
		amount, isMax = strings.CutSuffix(amount, "m")
	}
	v.Max = v.Max || isMax
	b = auction.Bid{By: auction.Bidder{Paddle: auction.Paddle(strings.ToUpper(v.Paddle.Value))}, Kind: auction.Exact, Key: v.Key, Without: v.Without.Value}
	if v.Max {
		b.Kind = auction.Maximum
	}
	if b.Amount, err = auction.ParseMoney(strings.TrimSpace(amount), v.Sale.Currency); err != nil {
		v.Amount.Error = moneyProblem(r.Context(), err, v.Sale.Currency)
	}
	return lot, b, nil
}

func (h *Handlers) enterBid(w http.ResponseWriter, r *request, v views.LineView, lot auction.Entry, b auction.Bid) error {
	a, err := h.cfg.Room.Enter(r.Context(), r.viewer.user.ID, lot.ID, b)
	if err != nil {
		return h.lineFailed(w, r, v, err)
	}
	if a.Outcome == auction.Refused {
		v.Key = newKey() // the same line with a reason is another submission
		v.Refused = views.DeskRefusal(r.Context(), a, lot.Number, b.By.Paddle, v.Sale)
		v.MayWaive = a.Reason == auction.OverLimit || a.Reason == auction.BelowAsk && a.Lead != "" && b.Amount > a.Price
		return h.showLine(w, r, http.StatusUnprocessableEntity, v)
	}
	http.Redirect(w, r.Request, linePath(v.Sale)+"?lot="+queryEscape(lot.Number)+"&seq="+strconv.FormatInt(a.Seq, 10), http.StatusSeeOther)
	return nil
}

func (h *Handlers) leaveBid(w http.ResponseWriter, r *request, v views.LineView, lot auction.Entry, b auction.Bid) error {
	err := h.cfg.Room.Leave(r.Context(), r.viewer.user.ID, lot.ID, b)
	var refused *auction.Refusal
	if errors.As(err, &refused) {
		v.Key = newKey()
		a := auction.Answer{Reason: refused.Reason, Ask: refused.Ask, Limit: refused.Limit, BuyNow: refused.BuyNow}
		v.Refused = views.DeskRefusal(r.Context(), a, lot.Number, b.By.Paddle, v.Sale)
		return h.showLine(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return h.lineFailed(w, r, v, err)
	}
	http.Redirect(w, r.Request, linePath(v.Sale)+"?lot="+queryEscape(lot.Number)+"&left="+queryEscape(string(b.By.Paddle)), http.StatusSeeOther)
	return nil
}

// lineFailed shows the line again, with its key, after what the rules never
// judged: sending it once more is safe.
func (h *Handlers) lineFailed(w http.ResponseWriter, r *request, v views.LineView, err error) error {
	p, known := problemOf(r.Context(), err)
	switch {
	case !known:
		return err
	case errors.Is(err, saleroom.ErrNotRegistered):
		v.Paddle.Error = lang.T(r.Context(), "Paddle %s is not registered, or not approved yet.", v.Paddle.Value)
	case errors.Is(err, saleroom.ErrInDoubt):
		v.Refused = lang.T(r.Context(), "Nobody can tell yet whether this was taken. Press Enter again: the same line is never taken twice.")
	case errors.Is(err, saleroom.ErrNotAccepted):
		v.Refused = lang.T(r.Context(), "Not written down: nothing happened. Press Enter again.")
	default:
		v.Refused, v.Key = p.say(r.Context()), newKey()
	}
	return h.showLine(w, r, p.status, v)
}

// postUndo takes an entry of the desk back: one that can still be seen beside
// the line, and no other bid.
func (h *Handlers) postUndo(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	id, err := strconv.ParseInt(r.PostFormValue("act"), 10, 64)
	if err != nil {
		return errUnreadable
	}
	entries, err := h.cfg.Store.Entered(r.Context(), s.ID, lineEntries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.ID != id {
			continue
		}
		if e.Kind == auction.ActLeft {
			err = h.cfg.Room.DropLeft(r.Context(), r.viewer.user.ID, e.LotID, e.Ref, "")
		} else {
			err = h.cfg.Room.Undo(r.Context(), r.viewer.user.ID, e.LotID, e.Seq)
		}
		if err != nil {
			return h.lineFailed(w, r, views.LineView{Sale: s, Key: newKey(), Lot: views.Field{Value: e.Number}}, err)
		}
		return done(w, r, linePath(s)+"?lot="+queryEscape(e.Number), "undone")
	}
	return errOutdatedForm
}
