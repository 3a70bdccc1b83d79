package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// mostOwing is how many of those who owe the checkout lists.
const mostOwing = 60

// mostFound is how many bidders a search lists.
const mostFound = 30

// checkout is where the desk finds whoever stands before it. A paddle leads
// straight to its account.
func (h *Handlers) checkout(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	v := views.CheckoutView{Sale: s, Query: cleanLine(r.URL.Query().Get("q"))}
	if v.Query != "" {
		holder, err := h.cfg.Store.HolderByPaddle(r.Context(), s.ID, auction.Paddle(strings.ToUpper(v.Query)))
		if err == nil {
			http.Redirect(w, r.Request, accountPath(s, holder.Paddle), http.StatusSeeOther)
			return nil
		}
		if !errors.Is(err, auction.ErrNotFound) {
			return err
		}
	}
	if v.Page, err = h.frame(r, "Checkout", views.HereCheckout, s); err != nil {
		return err
	}
	books, err := h.cfg.Store.Books(r.Context(), s.ID)
	if err != nil {
		return err
	}
	v.Takings = books.Takings()
	invoices := books.Invoices()
	if v.Query != "" {
		found, err := h.cfg.Store.FindHolders(r.Context(), s.ID, v.Query, mostFound)
		if err != nil {
			return err
		}
		for _, holder := range found {
			v.Found = append(v.Found, views.AccountRow{Holder: holder, Invoice: invoices[holder.Paddle]})
		}
		return h.page(w, r.Request, http.StatusOK, views.Checkout(v))
	}
	if v.Owing, v.More, err = h.owing(r, s, invoices, mostOwing, mostDue); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Checkout(v))
}

// owing lists those who owe, in an order, and how many more there are.
func (h *Handlers) owing(r *request, s auction.Sale, invoices map[auction.Paddle]auction.Invoice, most int, order func(a, b auction.Invoice) int) ([]views.AccountRow, int, error) {
	var list []views.AccountRow
	for _, i := range invoices {
		if i.Due() > 0 {
			list = append(list, views.AccountRow{Invoice: i})
		}
	}
	slices.SortFunc(list, func(a, b views.AccountRow) int { return order(a.Invoice, b.Invoice) })
	more := max(0, len(list)-most)
	list = list[:len(list)-more]
	holders, err := holdersOf(h, r, s, list, func(row views.AccountRow) auction.Paddle { return row.Invoice.Paddle })
	for i := range list {
		list[i].Holder = holders[list[i].Invoice.Paddle]
	}
	return list, more, err
}

func accountPath(s auction.Sale, p auction.Paddle) string {
	return "/desk/sales/" + s.Slug + "/checkout/" + url.PathEscape(string(p))
}

// accountOf reads the paddle that the address names.
func (h *Handlers) accountOf(r *request) (auction.Sale, auction.Holder, error) {
	s, err := h.saleOf(r)
	if err != nil {
		return s, auction.Holder{}, err
	}
	holder, err := h.cfg.Store.HolderByPaddle(r.Context(), s.ID, auction.Paddle(r.PathValue("paddle")))
	return s, holder, err
}

// account is all that one paddle has bought, given and paid.
func (h *Handlers) account(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	return h.showAccount(w, r, http.StatusOK, s, holder, views.AccountView{})
}

func (h *Handlers) showAccount(w http.ResponseWriter, r *request, status int, s auction.Sale, holder auction.Holder, v views.AccountView) error {
	v.Sale, v.Holder, v.Mails = s, holder, h.mails()
	var err error
	if v.Page, err = h.frame(r, lang.Key(lang.T(r.Context(), "Paddle %s", string(holder.Paddle))), views.HereCheckout, s); err != nil {
		return err
	}
	books, err := h.cfg.Store.BooksOf(r.Context(), s.ID, holder.Paddle)
	if err != nil {
		return err
	}
	v.Invoice = books.Invoice(holder.Paddle)
	for _, d := range books.Donations {
		if !d.Stands() {
			v.Undone = append(v.Undone, d)
		}
	}
	if v.Leads, err = h.cfg.Store.Leads(r.Context(), s.ID, holder.Paddle); err != nil {
		return err
	}
	appeal, err := h.cfg.Store.Appeal(r.Context(), s.ID)
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	v.Levels = appeal.Levels
	if v.PayKey == "" {
		v.PayKey = newKey()
	}
	if v.GiveKey == "" {
		v.GiveKey = newKey()
	}
	if v.Amount == (views.Field{}) && v.Invoice.Due() > 0 {
		v.Amount.Value = v.Invoice.Due().Decimal(s.Currency)
	}
	return h.page(w, r.Request, status, views.Account(v))
}

// by is who does something at the desk.
func (r *request) by() auction.Clerk {
	return auction.Clerk{ID: r.viewer.user.ID, Name: r.viewer.user.Name}
}

// postPayment writes a payment down, once for each form that was made.
func (h *Handlers) postPayment(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.AccountView{
		Amount: views.Field{Value: strings.TrimSpace(r.PostFormValue("amount"))}, Note: cleanLine(r.PostFormValue("note")),
		PayKey: r.PostFormValue("key"),
	}
	if !goodKey(v.PayKey) {
		return errUnreadable
	}
	amount := readMoney(r.Context(), &v.Amount, s.Currency)
	p := auction.Payment{
		SaleID: s.ID, Paddle: holder.Paddle, Amount: amount, Method: auction.Method(r.PostFormValue("method")), Note: v.Note,
		Key: v.PayKey, At: now(), By: r.by(),
	}
	switch {
	case v.Amount.Error != "":
	case amount < 1:
		v.Amount.Error = "Give what was paid, such as 20 or 20.50."
	case !p.Method.Known():
		v.Amount.Error = "Say how it was paid: by card, cash, transfer or other."
	case len(p.Note) > 200:
		v.Amount.Error = "The note is too long; 200 letters at most."
	}
	if v.Amount.Error == "" {
		_, err = h.cfg.Store.Pay(r.Context(), p, r.PostFormValue("over") == "1", h.receipt(s, p)...)
		switch {
		case errors.Is(err, auction.ErrOverpaid):
			v.AskOver = true
			v.Amount.Error = "That is more than is due. Mend the amount, or tick that it was really paid."
		case errors.Is(err, auction.ErrKeyUsed):
			v.PayKey = newKey()
			v.Amount.Error = "A payment was taken from this form already; it is listed below. If this is another one, send it again."
		case err != nil:
			return err
		}
	}
	if v.Amount.Error != "" {
		return h.showAccount(w, r, http.StatusUnprocessableEntity, s, holder, v)
	}
	h.mailed()
	return done(w, r, accountPath(s, holder.Paddle), "paid")
}

// postDeskDonation takes a donation at the desk.
func (h *Handlers) postDeskDonation(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	v := views.AccountView{Gift: views.Field{Value: strings.TrimSpace(r.PostFormValue("amount"))}, GiveKey: r.PostFormValue("key")}
	if level := r.PostFormValue("level"); level != "" {
		v.Gift.Value = level
	}
	amount, err := h.give(r, s, holder, &v.Gift, v.GiveKey, auction.AtCheckout, r.by())
	if err != nil {
		return err
	}
	if v.Gift.Error != "" {
		return h.showAccount(w, r, http.StatusUnprocessableEntity, s, holder, v)
	}
	h.live.gave(s.ID)
	return done(w, r, accountPath(s, holder.Paddle)+"?gave="+url.QueryEscape(amount.Decimal(s.Currency)), "given")
}

// give writes a donation down. What is wrong with it is left in the field.
func (h *Handlers) give(r *request, s auction.Sale, holder auction.Holder, f *views.Field, key string, from auction.Giving, by auction.Clerk) (auction.Money, error) {
	if !goodKey(key) {
		return 0, errUnreadable
	}
	amount := readMoney(r.Context(), f, s.Currency)
	if f.Error == "" && amount < 1 {
		f.Error = "Give an amount, such as 20 or 20.50."
	}
	if f.Error != "" {
		return 0, nil
	}
	_, err := h.cfg.Store.Give(r.Context(), auction.Donation{
		SaleID: s.ID, Paddle: holder.Paddle, Amount: amount, From: from, Key: key, At: now(), By: by,
	})
	switch {
	case errors.Is(err, auction.ErrKeyUsed):
		f.Error = "A donation was taken from this form already. If this is another one, reload the page and give it."
		return 0, nil
	case errors.Is(err, auction.ErrAppealClosed):
		f.Error = "The appeal takes no donations at the moment."
		return 0, nil
	}
	return amount, err
}

// postHandOver ticks lots off that were given to their buyer.
func (h *Handlers) postHandOver(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	books, err := h.cfg.Store.BooksOf(r.Context(), s.ID, holder.Paddle)
	if err != nil {
		return err
	}
	own := map[int64]bool{} // nobody is handed another's lot
	for _, l := range books.Bought {
		own[l.LotID] = true
	}
	var lots []int64
	for _, text := range r.PostForm["lot"] {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || !own[id] {
			return errUnreadable
		}
		lots = append(lots, id)
	}
	if back := r.PostFormValue("back"); back != "" {
		id, err := strconv.ParseInt(back, 10, 64)
		if err != nil || !own[id] {
			return errUnreadable
		}
		if err := h.cfg.Store.TakeBackLot(r.Context(), id, r.by(), now()); err != nil {
			return err
		}
		return done(w, r, accountPath(s, holder.Paddle), "not-handed")
	}
	if len(lots) == 0 {
		return &problem{http.StatusUnprocessableEntity, "no_lot", "Tick the lots that you hand over."}
	}
	if err := h.cfg.Store.HandOver(r.Context(), lots, r.by(), now()); err != nil {
		return err
	}
	return done(w, r, accountPath(s, holder.Paddle), "handed")
}

// postUndoPayment undoes a payment that was a mistake, with a reason.
func (h *Handlers) postUndoPayment(w http.ResponseWriter, r *request) error {
	id, u, err := undoOf(r)
	if err != nil {
		return err
	}
	p, err := h.cfg.Store.Payment(r.Context(), id)
	if err != nil {
		return err
	}
	s, err := h.cfg.Store.SaleByID(r.Context(), p.SaleID)
	if err != nil {
		return err
	}
	if err := h.cfg.Store.UndoPayment(r.Context(), id, u); err != nil && !errors.Is(err, auction.ErrUndone) {
		return err
	}
	return done(w, r, accountPath(s, p.Paddle), "struck")
}

// postUndoDonation undoes a donation that was a mistake, with a reason.
func (h *Handlers) postUndoDonation(w http.ResponseWriter, r *request) error {
	id, u, err := undoOf(r)
	if err != nil {
		return err
	}
	d, err := h.cfg.Store.Donation(r.Context(), id)
	if err != nil {
		return err
	}
	s, err := h.cfg.Store.SaleByID(r.Context(), d.SaleID)
	if err != nil {
		return err
	}
	if err := h.cfg.Store.UndoDonation(r.Context(), id, u); err != nil && !errors.Is(err, auction.ErrUndone) {
		return err
	}
	h.live.gave(s.ID)
	return done(w, r, ownPath(r.PostFormValue("back"), accountPath(s, d.Paddle)), "struck")
}

// undoOf reads what is to be undone, and why.
func undoOf(r *request) (int64, auction.Undo, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return 0, auction.Undo{}, auction.ErrNotFound
	}
	if err := form(r); err != nil {
		return 0, auction.Undo{}, err
	}
	why := cleanLine(r.PostFormValue("why"))
	if why == "" || len(why) > 200 {
		return 0, auction.Undo{}, &problem{http.StatusUnprocessableEntity, "reason", "Say in a few words why it is undone; it stays in the list. Go back and fill in the reason."}
	}
	return id, auction.Undo{At: now(), By: r.by(), Why: why}, nil
}
