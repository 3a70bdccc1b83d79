package handlers

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"outcry/auction"
	"outcry/views"
)

func (h *Handlers) bidders(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	return h.showBidders(w, r, http.StatusOK, s, views.BiddersView{})
}

// showBidders lists the paddles of a sale. What a paddle has committed stays
// hidden from staff as well: it would tell maxima.
func (h *Handlers) showBidders(w http.ResponseWriter, r *request, status int, s auction.Sale, v views.BiddersView) error {
	v.Sale = s
	var err error
	if v.Page, err = h.frame(r, "Bidders", views.HereBidders, s); err != nil {
		return err
	}
	holders, err := h.cfg.Store.Holders(r.Context(), s.ID)
	if err != nil {
		return err
	}
	won, err := h.wonBy(r.Context(), s)
	if err != nil {
		return err
	}
	v.Query, v.All = queryOf(r, ""), len(holders)
	v.Query.Limit = biddersAPage
	v.Query.Offset = v.Query.Offset / views.PageLots * biddersAPage
	holders = namedBy(holders, v.Query.Words)
	v.Found = len(holders)
	if v.LimitOf != 0 { // the row to mend is on the page, whatever page that is
		if i := slices.IndexFunc(holders, func(holder auction.Holder) bool { return holder.ID == v.LimitOf }); i >= 0 {
			v.Query.Offset = i / biddersAPage * biddersAPage
		}
	}
	from := min(v.Query.Offset, len(holders))
	for _, holder := range holders[from:min(from+biddersAPage, len(holders))] {
		row := views.BidderRow{Holder: holder, Committed: -1, Won: won[holder.Paddle]}
		if !r.viewer.session.ByLink {
			row.Link = h.address(r.Request) + "/enter/" + EnterToken(h.cfg.Secret, holder)
		}
		v.Rows = append(v.Rows, row)
	}
	return h.page(w, r.Request, status, views.Bidders(v))
}

// biddersAPage keeps the page of bidders, which has forms for each, under 200 KB.
const biddersAPage = 50

// namedBy are the holders whose paddle, name or email has every word in it.
func namedBy(holders []auction.Holder, words string) []auction.Holder {
	for word := range strings.FieldsSeq(strings.ToLower(words)) {
		holders = slices.DeleteFunc(slices.Clone(holders), func(holder auction.Holder) bool {
			return !strings.EqualFold(string(holder.Paddle), word) &&
				!strings.Contains(strings.ToLower(holder.Name), word) && !strings.Contains(strings.ToLower(holder.Email), word)
		})
	}
	return holders
}

// wonBy counts the lots that each paddle has bought.
func (h *Handlers) wonBy(ctx context.Context, s auction.Sale) (map[auction.Paddle]int, error) {
	entries, _, err := h.cfg.Store.Entries(ctx, s.ID, auction.Query{Show: auction.ShowClosed})
	won := map[auction.Paddle]int{}
	for _, e := range entries {
		if e.State == auction.Sold {
			won[e.Lead]++
		}
	}
	return won, err
}

var paddleForm = regexp.MustCompile(`^[A-Za-z0-9-]{1,8}$`)

// postBidder adds a guest at the desk: a paddle in a few seconds.
func (h *Handlers) postBidder(w http.ResponseWriter, r *request) error {
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
		return h.showBidders(w, r, http.StatusUnprocessableEntity, s, v)
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/bidders", "saved")
}

// newBidder gives somebody a paddle as the form says, and notes it. What is
// wrong with the form is left in its fields, and no holder returned.
func (h *Handlers) newBidder(r *request, s auction.Sale, v *views.BiddersView) (auction.Holder, error) {
	v.Name.Error = nameProblem(v.Name.Value)
	if v.Email.Value != "" {
		v.Email.Error = emailProblem(v.Email.Value)
	}
	if v.Paddle.Value != "" && !paddleForm.MatchString(v.Paddle.Value) {
		v.Paddle.Error = "A paddle is up to eight letters or figures. Leave it empty for the next free number."
	}
	limit := readMoney(r.Context(), &v.Limit, s.Currency)
	if v.Name.Error+v.Email.Error+v.Paddle.Error+v.Limit.Error != "" {
		return auction.Holder{}, nil
	}
	holder, err := h.addBidder(r.Context(), s, v, limit)
	if err != nil || holder.ID == 0 {
		return holder, err
	}
	return holder, h.note(r, auction.Act{SaleID: s.ID, Kind: auction.ActPaddle, Paddle: holder.Paddle})
}

// addBidder finds or makes the person and gives them a paddle. What is wrong
// with the form is left in its fields.
func (h *Handlers) addBidder(ctx context.Context, s auction.Sale, v *views.BiddersView, limit auction.Money) (auction.Holder, error) {
	var holder auction.Holder
	u, err := h.guest(ctx, cleanEmail(v.Email.Value), v.Name.Value)
	if err != nil {
		return holder, err
	}
	if v.Paddle.Value == "" {
		holder, err = h.cfg.Store.Register(ctx, s.ID, u.ID, v.Name.Value, true)
	} else {
		holder, err = h.cfg.Store.RegisterAs(ctx, s.ID, u.ID, auction.Paddle(v.Paddle.Value), v.Name.Value, true)
	}
	if errors.Is(err, auction.ErrConflict) {
		v.Paddle.Error = "Somebody else has this paddle, or this person has another one. Leave it empty for the next free number."
		return auction.Holder{}, nil
	}
	if err != nil {
		return holder, err
	}
	holder.Approved = true
	if v.Limit.Value != "" { // an empty field takes nobody's limit away
		holder.Limit = limit
	}
	return holder, h.cfg.Store.SaveHolder(ctx, holder)
}

// guest returns whoever has the address, or somebody new without a password.
func (h *Handlers) guest(ctx context.Context, email, name string) (auction.User, error) {
	if email != "" {
		u, err := h.cfg.Store.UserByEmail(ctx, email)
		if !errors.Is(err, auction.ErrNotFound) {
			return u, err
		}
	}
	return h.cfg.Store.AddUser(ctx, auction.User{Email: email, Name: name, Role: auction.RoleBidder, At: now()})
}

// postPaddle approves a paddle, sets its limit, or makes its link void.
func (h *Handlers) postPaddle(w http.ResponseWriter, r *request) error {
	holder, s, err := h.holderAndSale(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	var acts []auction.Act
	var mails []auction.Mail
	was := holder.Approved
	if r.PostForm.Has("approve") || r.PostForm.Has("approved") {
		word := r.PostFormValue("approve") + r.PostFormValue("approved")
		holder.Approved = word == "1"
		acts = append(acts, auction.Act{Kind: auction.ActApproved, What: map[bool]string{true: "approved", false: "approval taken back"}[holder.Approved]})
	}
	if r.PostForm.Has("limit") {
		f := views.Field{Value: strings.TrimSpace(r.PostFormValue("limit"))}
		if holder.Limit = readMoney(r.Context(), &f, s.Currency); f.Error != "" {
			return h.showBidders(w, r, http.StatusUnprocessableEntity, s, views.BiddersView{LimitOf: holder.ID, Typed: f})
		}
		limit := "none"
		if holder.Limit > 0 {
			limit = holder.Limit.Decimal(s.Currency) + " " + s.Currency.Code
		}
		acts = append(acts, auction.Act{Kind: auction.ActLimit, What: limit})
	}
	relink := r.PostFormValue("relink") == "1"
	if relink {
		holder.Epoch++
		acts = append(acts, auction.Act{Kind: auction.ActRelinked})
	}
	if at := now(); h.mails() && holder.Approved && !was {
		mails = append(mails, auction.Mail{Kind: auction.MailReady, SaleID: s.ID, Paddle: holder.Paddle, At: at, Due: at, Until: at.Add(billNews)})
	}
	if err := h.cfg.Store.SaveHolder(r.Context(), holder, mails...); err != nil {
		return err
	}
	h.mailed()
	if relink { // whoever came by the old link is out
		if err := h.endSessionsOf(r.Context(), holder.UserID, auction.Hash{}); err != nil {
			return err
		}
	}
	for _, a := range acts {
		a.SaleID, a.Paddle = s.ID, holder.Paddle
		if err := h.note(r, a); err != nil {
			return err
		}
	}
	if r.PostFormValue("back") == "paddle" {
		return done(w, r, paddlePath(holder.ID), "saved")
	}
	return done(w, r, "/desk/sales/"+s.Slug+"/bidders", "saved")
}
