package handlers

import (
	"context"
	"time"

	"outcry/auction"
	"outcry/handlers/mail"
	"outcry/views"
)

// wonSettles is how long after its moment a won lot can be read for certain: no
// transaction takes longer.
const wonSettles = 10 * time.Second

// wonMail tells a buyer of all that they have won lately. Of the mails that
// wait, the first tells for all; the others wait for it, and are not needed
// once it is sent.
func (h *Handlers) wonMail(ctx context.Context, m auction.Mail, v views.MailLotView, now time.Time) (views.MailView, error) {
	all, err := h.cfg.Store.MailsOfPaddle(ctx, m.Kind, m.SaleID, m.Paddle)
	if err != nil {
		return v.Frame, err
	}
	var lots []views.WonLot
	for _, x := range all {
		switch {
		case x.State == auction.MailSent && !m.At.Add(wonSettles).After(x.Done):
			return v.Frame, drop("it was told with another lot")
		case x.State != auction.MailWaiting || x.At.Add(wonSettles).After(now):
			continue
		case x.ID < m.ID:
			return v.Frame, &mail.LaterError{At: now.Add(30 * time.Second)}
		}
		e, err := h.cfg.Store.Entry(ctx, x.LotID)
		if err != nil {
			return v.Frame, err
		}
		lots = append(lots, views.WonLot{Entry: e, Charge: v.Sale.Fees.On(e.Hammer)})
	}
	if len(lots) < 2 {
		return views.WonMail(ctx, v), nil
	}
	return views.WonManyMail(ctx, v, lots), nil
}

// readyMail tells somebody that their paddle may bid now.
func (h *Handlers) readyMail(ctx context.Context, m auction.Mail, frame views.MailView) (views.MailView, string, error) {
	holder, err := h.cfg.Store.HolderByPaddle(ctx, m.SaleID, m.Paddle)
	if err != nil {
		return frame, "", err
	}
	if !holder.Approved {
		return frame, "", drop("the approval was taken back")
	}
	s, err := h.cfg.Store.SaleByID(ctx, m.SaleID)
	return views.ReadyMail(ctx, frame, s, holder), s.Contact.Email, err
}
