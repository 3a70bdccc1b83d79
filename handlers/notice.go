package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"outcry/auction"
	"outcry/handlers/mail"
	"outcry/views"
	"outcry/views/lang"
)

// Mailing is how the house sends mails. The zero value sends none.
type Mailing struct {
	// Added is told that a mail was put into the outbox; nil = the house sends
	// no mails, and none are to be put there.
	Added func()
	// House tells this house from others: it is in the ids of its mails.
	House string
}

// mails reports whether the house sends mails.
func (h *Handlers) mails() bool { return h.cfg.Mail.Added != nil && h.cfg.BaseURL != nil }

// here is the house's full address, the only one that mails lead to.
func (h *Handlers) here() string { return strings.TrimSuffix(h.cfg.BaseURL.String(), "/") }

// outbidCool is how long after a mail of being outbid on a lot the next one
// about the same lot waits.
const outbidCool = 10 * time.Minute

func drop(format string, args ...any) error {
	return &mail.DropError{Why: fmt.Sprintf(format, args...)}
}

// Compose puts a mail of the outbox into words, as things stand now. It is a
// *mail.DropError when nobody needs it any more, or it is not wanted.
func (h *Handlers) Compose(ctx context.Context, m auction.Mail, now time.Time) (mail.Message, error) {
	to, err := h.mailTo(ctx, m)
	if err != nil {
		return mail.Message{}, err
	}
	ctx = lang.With(ctx, lang.Choose(readsIn(m, to), ""))
	frame, err := h.mailFrame(ctx, m.Kind, to)
	if err != nil {
		return mail.Message{}, err
	}
	v, reply, err := h.mailWords(ctx, m, to, frame, now)
	if err != nil {
		return mail.Message{}, err
	}
	html, err := views.Render(ctx, views.Mail(v))
	if err != nil {
		return mail.Message{}, err
	}
	return mail.Message{
		ID: fmt.Sprintf("%d.%s@%s", m.ID, h.cfg.Mail.House, h.cfg.BaseURL.Hostname()), To: to.Email, Name: to.Name, ReplyTo: reply,
		Subject: v.Subject, Text: views.MailText(ctx, v), HTML: string(html), At: now, Unsubscribe: v.Stop,
	}, nil
}

// readsIn is the language of whoever a mail goes to. Whoever has no account yet
// asked for a link on a page that was in some language.
func readsIn(m auction.Mail, to auction.User) string {
	if to.Lang == "" && (m.Kind == auction.MailLink || m.Kind == auction.MailInvite) {
		return m.Data
	}
	return to.Lang
}

// mailTo finds who a mail goes to.
func (h *Handlers) mailTo(ctx context.Context, m auction.Mail) (auction.User, error) {
	var u auction.User
	var err error
	switch {
	case m.UserID != 0:
		u, err = h.cfg.Store.UserByID(ctx, m.UserID)
	case m.Paddle != "":
		var holder auction.Holder
		if holder, err = h.cfg.Store.HolderByPaddle(ctx, m.SaleID, m.Paddle); err == nil {
			u, err = h.cfg.Store.UserByID(ctx, holder.UserID)
		}
	case m.Kind == auction.MailConsign:
		u, err = h.cfg.Store.ConsignorOf(ctx, m.LotID)
	case m.Email != "":
		return auction.User{Email: m.Email}, nil
	default:
		err = auction.ErrNotFound
	}
	switch {
	case errors.Is(err, auction.ErrNotFound):
		return u, drop("there is nobody to write to")
	case err != nil:
		return u, err
	case u.Email == "":
		return u, drop("they gave no address")
	}
	return u, h.wants(ctx, u, m.Kind)
}

// wants is a *mail.DropError when somebody has asked for no such mails.
func (h *Handlers) wants(ctx context.Context, u auction.User, kind auction.MailKind) error {
	topic := topicOf(kind)
	if topic.key == "" {
		return nil
	}
	if u.Password != "" && u.Verified.IsZero() {
		return drop("they have not confirmed that the address is theirs")
	}
	stops, err := h.cfg.Store.MailStops(ctx, u.ID)
	if err == nil && slices.Contains(stops, topic.key) {
		return drop("they asked for no mails about %s", topic.what)
	}
	return err
}

// mailFrame is what every mail to somebody has.
func (h *Handlers) mailFrame(ctx context.Context, kind auction.MailKind, to auction.User) (views.MailView, error) {
	house, err := h.house.get(ctx)
	if err != nil {
		return views.MailView{}, err
	}
	if house == "" {
		house = h.cfg.BaseURL.Hostname()
	}
	v := views.MailView{House: house, Home: h.here()}
	if topic := topicOf(kind); topic.key != "" && to.ID != 0 {
		v.Why = lang.T(ctx, "You get this because you have an account here, and want mails about %s.", lang.Say(ctx, topic.what))
		v.Stop = h.here() + "/mail/stop/" + h.stopToken(to.ID, topic.key)
	}
	return v, nil
}

// mailWords writes a mail, and says where an answer to it goes.
func (h *Handlers) mailWords(ctx context.Context, m auction.Mail, to auction.User, frame views.MailView, now time.Time) (views.MailView, string, error) {
	switch m.Kind {
	case auction.MailLink, auction.MailInvite:
		return h.linkMail(ctx, m, frame, now)
	case auction.MailNews:
		return h.letterMail(ctx, m, frame)
	case auction.MailInvoice:
		return h.invoiceMail(ctx, m, frame)
	case auction.MailPayment:
		return h.paymentMail(ctx, m, frame)
	case auction.MailReady:
		return h.readyMail(ctx, m, frame)
	}
	if m.LotID != 0 {
		return h.lotMail(ctx, m, frame, now)
	}
	return frame, "", drop("this version writes no mails of the kind %s", m.Kind)
}

// lotMail writes a mail about a lot.
func (h *Handlers) lotMail(ctx context.Context, m auction.Mail, frame views.MailView, now time.Time) (views.MailView, string, error) {
	e, err := h.cfg.Store.Entry(ctx, m.LotID)
	if errors.Is(err, auction.ErrNotFound) {
		return frame, "", drop("the lot is gone")
	}
	if err != nil {
		return frame, "", err
	}
	s, err := h.sales.get(ctx, e.SaleID)
	if err != nil {
		return frame, "", err
	}
	v := views.MailLotView{Frame: frame, Sale: s, Entry: e, Paddle: m.Paddle, Charge: s.Fees.On(e.Hammer)}
	words, err := h.lotWords(ctx, m, v, now)
	return words, s.Contact.Email, err
}

func (h *Handlers) lotWords(ctx context.Context, m auction.Mail, v views.MailLotView, now time.Time) (views.MailView, error) {
	switch m.Kind {
	case auction.MailOutbid:
		return views.OutbidMail(ctx, v), h.stillOutbid(ctx, m, v.Entry, now)
	case auction.MailWon:
		return h.wonMail(ctx, m, v, now)
	case auction.MailPassed:
		return views.PassedMail(ctx, v), nil
	case auction.MailConsign:
		return views.ConsignMail(ctx, v), nil
	case auction.MailOffer:
		return h.offerMail(ctx, m, v, now)
	case auction.MailOutage:
		if v.Entry.State != auction.Open {
			return v.Frame, drop("the lot is over")
		}
		return views.OutageMail(ctx, v), nil
	case auction.MailVoided:
		events, err := h.cfg.Store.EventsAfter(ctx, m.LotID, m.Seq-1)
		if err == nil && len(events) > 0 && events[0].Kind == auction.BidVoided {
			v.Reason = events[0].Reason
		}
		return views.VoidedMail(ctx, v), err
	}
	return v.Frame, drop("this version writes no mails of the kind %s", m.Kind)
}

// mailed has the outbox look at once, after something was put there.
func (h *Handlers) mailed() {
	if h.mails() {
		h.cfg.Mail.Added()
	}
}

// stillOutbid decides whether somebody who lost the lead needs a mail: not when
// they have it back, when it is over, when a page of theirs is open, which has
// told them, or when a later mail tells the same. What comes soon after another
// about the same lot waits.
func (h *Handlers) stillOutbid(ctx context.Context, m auction.Mail, e auction.Entry, now time.Time) error {
	if e.State != auction.Open {
		return drop("the lot is over")
	}
	if h.isWatched(paddleTopic(m.SaleID, m.Paddle)) {
		return drop("a page of theirs was open")
	}
	st, found, err := h.cfg.Store.Standing(ctx, m.LotID, m.Paddle)
	if err != nil {
		return err
	}
	if !found || st.Leads || st.Max == 0 {
		return drop("they are not outbid any more")
	}
	before, err := h.cfg.Store.MailsOfEvent(ctx, m.Kind, m.LotID, m.Paddle)
	if err != nil {
		return err
	}
	for _, b := range before { // the newest first
		if b.Seq > m.Seq && (b.State == auction.MailWaiting || b.State == auction.MailSent) {
			return drop("a later mail tells the same")
		}
		if wait := b.Done.Add(outbidCool); b.State == auction.MailSent && now.Before(wait) {
			return &mail.LaterError{At: wait}
		}
	}
	return nil
}
