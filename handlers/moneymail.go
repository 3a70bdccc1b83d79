package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// billNews is how long a mail about money is tried.
const billNews = 5 * 24 * time.Hour

var errNoMails = &problem{http.StatusUnprocessableEntity, "no_mails", "This house sends no mails: none are set up. Print the invoice, or show it on a screen."}

// bill puts the invoice of a paddle into the outbox; once keeps it from going
// out twice.
func (h *Handlers) bill(ctx context.Context, s auction.Sale, p auction.Paddle, once string) error {
	at := now()
	err := h.cfg.Store.AddMail(ctx, auction.Mail{
		Kind: auction.MailInvoice, Once: once, SaleID: s.ID, Paddle: p, At: at, Due: at, Until: at.Add(billNews),
	})
	if err == nil {
		h.cfg.Mail.Added()
	}
	return err
}

// receiptWaits is how long a payment can be undone before its mail goes.
const receiptWaits = time.Minute

// receipt is the mail that tells of a payment; none where no mails are sent, or
// the sale's payments are not told of. It goes to a confirmed address only, see
// wants.
func (h *Handlers) receipt(s auction.Sale, p auction.Payment) []auction.Mail {
	if !h.mails() || s.NoReceipts {
		return nil
	}
	return []auction.Mail{{
		Kind: auction.MailPayment, SaleID: p.SaleID, Paddle: p.Paddle, At: p.At, Due: p.At.Add(receiptWaits), Until: p.At.Add(billNews),
	}}
}

// paymentMail tells of a payment, if it stands, with the invoice as it is now.
func (h *Handlers) paymentMail(ctx context.Context, m auction.Mail, frame views.MailView) (views.MailView, string, error) {
	p, err := h.cfg.Store.Payment(ctx, m.Ref)
	if errors.Is(err, auction.ErrNotFound) || err == nil && !p.Stands() {
		return frame, "", drop("the payment was undone")
	}
	if err != nil {
		return frame, "", err
	}
	s, err := h.cfg.Store.SaleByID(ctx, m.SaleID)
	if err != nil {
		return frame, "", err
	}
	books, err := h.cfg.Store.BooksOf(ctx, s.ID, m.Paddle)
	if err != nil {
		return frame, "", err
	}
	return views.PaymentMail(ctx, frame, s, books.Invoice(m.Paddle), p), s.Contact.Email, nil
}

// postMailInvoice sends a bidder their invoice, which is their receipt once it
// is paid, by mail.
func (h *Handlers) postMailInvoice(w http.ResponseWriter, r *request) error {
	s, holder, err := h.accountOf(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	key := r.PostFormValue("key")
	switch {
	case s.Rehearsal():
		return errRehearsal
	case !goodKey(key):
		return errUnreadable
	case !h.mails():
		return errNoMails
	case holder.Email == "":
		return &problem{http.StatusUnprocessableEntity, "no_address", "This bidder gave no e-mail address. Print the invoice instead."}
	}
	if err := h.bill(r.Context(), s, holder.Paddle, "invoice "+key); err != nil {
		return err
	}
	return done(w, r, accountPath(s, holder.Paddle), "mailed")
}

// postReminders writes to everybody who owes by a job, at most once a day each,
// and notes each in the audit list.
func (h *Handlers) postReminders(w http.ResponseWriter, r *request) error {
	s, err := h.saleOf(r)
	if err != nil {
		return err
	}
	if !h.mails() {
		return errNoMails
	}
	if s.Rehearsal() {
		return errRehearsal
	}
	books, err := h.cfg.Store.Books(r.Context(), s.ID)
	if err != nil {
		return err
	}
	var owing []auction.Invoice
	for _, i := range books.Invoices() {
		if i.Due() > 0 {
			owing = append(owing, i)
		}
	}
	slices.SortFunc(owing, func(a, b auction.Invoice) int { return comparePaddles(a.Paddle, b.Paddle) })
	holders, err := holdersOf(h, r, s, owing, func(i auction.Invoice) auction.Paddle { return i.Paddle })
	if err != nil {
		return err
	}
	by := r.by()
	j, err := h.start(r.Context(), s, auction.JobReminders, lang.T(r.Context(), "Reminders to all who owe"), len(owing), func(ctx context.Context, p *progress) error {
		defer h.mailed()
		for _, i := range owing {
			problem, err := h.remind(ctx, s, i, holders[i.Paddle], by)
			if err == nil {
				err = p.step(ctx, problem)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r.Request, jobPath(j.ID), http.StatusSeeOther)
	return nil
}

// remind writes to one who owes, or says why not.
func (h *Handlers) remind(ctx context.Context, s auction.Sale, i auction.Invoice, to auction.Holder, by auction.Clerk) (problem string, err error) {
	if to.Email == "" {
		return lang.T(ctx, "Paddle %s, %s, gave no e-mail address. Print the invoice, or call.", string(i.Paddle), to.Name), nil
	}
	at := now()
	m := auction.Mail{
		Kind: auction.MailInvoice, Once: "reminder " + i.Number + " " + at.In(zoneOf(s.Zone)).Format(time.DateOnly),
		SaleID: s.ID, Paddle: i.Paddle, At: at, Due: at, Until: at.Add(billNews),
	}
	err = h.cfg.Store.Remind(ctx, m, auction.Act{
		At: at, SaleID: s.ID, UserID: by.ID, Kind: auction.ActReminded, Paddle: i.Paddle, What: i.Due().Decimal(s.Currency) + " " + s.Currency.Code,
	})
	if errors.Is(err, auction.ErrConflict) {
		return lang.T(ctx, "Paddle %s, %s, was reminded today already.", string(i.Paddle), to.Name), nil
	}
	return "", err
}

// offerMails writes to whom a lot is offered.
func (h *Handlers) offerMails(s auction.Sale) func(auction.AfterAct) []auction.Mail {
	return func(a auction.AfterAct) []auction.Mail {
		if !h.mails() {
			return nil
		}
		return []auction.Mail{{
			Kind: auction.MailOffer, SaleID: s.ID, LotID: a.LotID, Paddle: a.Paddle, Seq: int64(a.N), Ref: int64(a.N), At: a.At, Due: a.At, Until: a.Until,
		}}
	}
}

// invoiceMail writes what a paddle owes as it is now.
func (h *Handlers) invoiceMail(ctx context.Context, m auction.Mail, frame views.MailView) (views.MailView, string, error) {
	s, err := h.cfg.Store.SaleByID(ctx, m.SaleID)
	if errors.Is(err, auction.ErrNotFound) {
		return frame, "", drop("the sale is gone")
	}
	if err != nil {
		return frame, "", err
	}
	books, err := h.cfg.Store.BooksOf(ctx, s.ID, m.Paddle)
	if err != nil {
		return frame, "", err
	}
	i := books.Invoice(m.Paddle)
	if i.Empty() {
		return frame, "", drop("there is nothing on the invoice")
	}
	if strings.HasPrefix(m.Once, "reminder ") && i.Due() <= 0 {
		return frame, "", drop("it is paid")
	}
	return views.InvoiceMail(ctx, frame, s, i), s.Contact.Email, nil
}

// offerMail writes to whom a lot is offered, while the offer stands.
func (h *Handlers) offerMail(ctx context.Context, m auction.Mail, v views.MailLotView, at time.Time) (views.MailView, error) {
	log, err := h.cfg.Store.AfterLog(ctx, m.LotID)
	if err != nil {
		return v.Frame, err
	}
	offer, stands := log.Offer(at)
	if !stands || int64(offer.N) != m.Ref {
		return v.Frame, drop("the offer does not stand any more")
	}
	return views.OfferMail(ctx, v, offer, v.Frame.Home+offerPath(h.cfg.Secret, offer)), nil
}
