package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// foundHolders is how many people a search at the door lists.
const foundHolders = 20

func paddlePath(id int64) string { return "/desk/paddles/" + strconv.FormatInt(id, 10) }

// checkIn is the table at the door: who comes is found by name or paddle, or
// added.
func (h *Handlers) checkIn(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.CheckInView{Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	if v.Query != "" {
		v.Name.Value = v.Query
		if paddleForm.MatchString(v.Query) && strings.ContainsAny(v.Query, "0123456789") {
			v.Name.Value, v.Paddle.Value = "", v.Query
		}
	}
	return h.showCheckIn(w, r, http.StatusOK, s, v)
}

func (h *Handlers) showCheckIn(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.CheckInView) error {
	v.Sale = s
	var err error
	if v.Page, err = h.frame(r, "Check-in", views.HereCheckIn, s); err != nil {
		return err
	}
	if v.Found, err = h.cfg.Store.FindHolders(r.Context(), s.ID, v.Query, foundHolders); err != nil {
		return err
	}
	return h.page(w, r.Request, status, views.CheckIn(v))
}

// postCheckIn gives somebody new a paddle, and leads to it.
func (h *Handlers) postCheckIn(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	f := func(name string) views.Field { return views.Field{Value: cleanLine(r.PostFormValue(name))} }
	v := views.BiddersView{Name: f("name"), Email: f("email"), Paddle: f("paddle"), Limit: f("limit")}
	holder, err := h.newBidder(r, s, &v)
	if err != nil {
		return err
	}
	if holder.ID == 0 {
		c := views.CheckInView{Query: v.Name.Value, Name: v.Name, Email: v.Email, Paddle: v.Paddle, Limit: v.Limit}
		return h.showCheckIn(w, r, http.StatusUnprocessableEntity, s, c)
	}
	return done(w, r, paddlePath(holder.ID), "at-door")
}

// paddlePage is one paddle as it is handed over: its number, and the code that
// signs its phone in.
func (h *Handlers) paddlePage(w http.ResponseWriter, r *request) error {
	holder, s, err := h.holderAndSale(r)
	if err != nil {
		return err
	}
	v := views.PaddleView{Sale: s, Holder: holder, Link: h.address(r.Request) + "/enter/" + EnterToken(h.cfg.Secret, holder)}
	if v.Page, err = h.frame(r, lang.Key(lang.T(r.Context(), "Paddle %s", string(holder.Paddle))), views.HereCheckIn, s); err != nil {
		return err
	}
	if v.Code, err = qrOf(v.Link, lang.T(r.Context(), "Code that signs a phone in as paddle %s", string(holder.Paddle))); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Paddle(v))
}

func (h *Handlers) holderAndSale(r *request) (auction.Holder, auction.Sale, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return auction.Holder{}, auction.Sale{}, auction.ErrNotFound
	}
	holder, err := h.cfg.Store.HolderByID(r.Context(), id)
	if err != nil {
		return holder, auction.Sale{}, err
	}
	s, err := h.sales.get(r.Context(), holder.SaleID)
	return holder, s, err
}

// postBlock has the bids of a paddle refused, or taken again.
func (h *Handlers) postBlock(w http.ResponseWriter, r *request) error {
	holder, _, err := h.holderAndSale(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	block, reason := r.PostFormValue("block") == "1", cleanLine(r.PostFormValue("reason"))
	if block && reason == "" {
		return &problem{http.StatusUnprocessableEntity, "reason", "Say why the paddle is blocked. It is kept in the audit list; the bidder is asked to speak to the desk."}
	}
	if err := h.cfg.Room.Block(r.Context(), r.viewer.user.ID, holder.ID, block, reason); err != nil {
		return err
	}
	return done(w, r, paddlePath(holder.ID), map[bool]string{true: "blocked", false: "unblocked"}[block])
}
