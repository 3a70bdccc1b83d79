package saleroom

import (
	"time"

	"outcry/auction"
)

// Mails are decided where the bids are: they are written in the transaction of
// what they tell of, so that none is missed and none told twice. What they say,
// and whether somebody still needs to hear it, is found when they are sent.

const (
	// outbidGrace is how long somebody who lost the lead has to see it on a
	// page of theirs, or to have it back, before a mail goes out.
	outbidGrace = 20 * time.Second
	// outbidNews is how long it is worth telling.
	outbidNews = 45 * time.Minute
	// wonGather is how long a mail to a buyer waits for more that they win:
	// lots that close together are told together.
	wonGather = time.Minute
	// notices of what stands are tried for so long.
	noticeNews = 5 * 24 * time.Hour
)

// notices are the mails that the events of this transaction make. Who lost the
// lead and has it back at the end of the transaction has lost nothing.
func (h *held) notices() []auction.Mail {
	var mails []auction.Mail
	lost := map[auction.Paddle]bool{}
	lead := h.led
	for i := range h.all {
		e := &h.all[i]
		if e.Kind == auction.BidTaken && lead != "" && e.Lead != lead && lead != h.lot.Lead && !lost[lead] {
			lost[lead] = true
			if !h.lot.State.Over() {
				mails = append(mails, h.mail(auction.MailOutbid, e, lead))
			}
		}
		mails = h.ends(mails, e)
		lead = e.Lead
	}
	return mails
}

// ends adds the mails of one event, whoever led.
func (h *held) ends(mails []auction.Mail, e *auction.Event) []auction.Mail {
	switch e.Kind {
	case auction.LotSold:
		mails = append(mails, h.mail(auction.MailWon, e, e.Lead), h.mail(auction.MailConsign, e, ""))
	case auction.LotPassed:
		if e.Lead != "" {
			mails = append(mails, h.mail(auction.MailPassed, e, e.Lead))
		}
		mails = append(mails, h.mail(auction.MailConsign, e, ""))
	case auction.SaleOutage:
		mails = append(mails, h.mail(auction.MailOutage, e, "")) // to all who bid
	case auction.BidVoided:
		if !e.TakenBack() {
			mails = append(mails, h.mail(auction.MailVoided, e, e.Paddle))
		}
	}
	return mails
}

func (h *held) mail(kind auction.MailKind, e *auction.Event, to auction.Paddle) auction.Mail {
	m := auction.Mail{
		Kind: kind, SaleID: h.lot.SaleID, LotID: h.lot.ID, Seq: e.Seq, Paddle: to,
		At: e.At, Due: e.At, Until: e.At.Add(noticeNews),
	}
	switch kind {
	case auction.MailOutbid:
		m.Due, m.Until = e.At.Add(outbidGrace), e.At.Add(outbidNews)
	case auction.MailWon:
		m.Due = e.At.Add(wonGather)
	}
	return m
}

// notices of all lots of the transaction, in its order.
func (w *work) notices() []auction.Mail {
	var mails []auction.Mail
	for _, id := range w.order {
		mails = append(mails, w.lots[id].notices()...)
	}
	return mails
}
