package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/handlers/push"
	"outcry/views"
	"outcry/views/lang"
)

// Who wants to be told on their phone, and what phones are told.

// pushTopics are what phones are told of. Each can be ended by itself, beside
// the topics of mails.
var pushTopics = []topic{
	{"push-outbid", "being outbid"},
	{"push-closing", "lots that close soon, of those you watch or bid on"},
	{"push-won", "lots you won"},
}

// pushStore is the outbox of what phones are told, and whose they are.
type pushStore interface {
	AddPushTo(ctx context.Context, to auction.PushTo) error
	PushesTo(ctx context.Context, user int64) ([]auction.PushTo, error)
	EndPushTo(ctx context.Context, user, id int64) error
	PushesOf(ctx context.Context, to int64, kind auction.PushKind, saleID int64) ([]auction.Push, error)
}

// pushTo is the viewer's browser as one that is told; zero when it is not.
func (h *Handlers) pushTo(r *request) (auction.PushTo, error) {
	list, err := h.cfg.Store.PushesTo(r.Context(), r.viewer.user.ID)
	if i := slices.IndexFunc(list, func(to auction.PushTo) bool { return to.Session == r.viewer.session.Token }); i >= 0 {
		return list[i], err
	}
	return auction.PushTo{}, err
}

// pushState tells a browser's script what to subscribe with, and whether this
// browser is told already.
func (h *Handlers) pushState(w http.ResponseWriter, r *request) error {
	if h.cfg.PushKey == "" {
		return errNoPush
	}
	to, err := h.pushTo(r)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"key": h.cfg.PushKey, "on": to.ID != 0})
}

var (
	errNoPush      = &problem{http.StatusNotFound, "no_push", "This house tells no phones."}
	errNoPushThere = &problem{http.StatusUnprocessableEntity, "bad_subscription", "This browser cannot be told: what it sent is not understood."}
)

// postPush has the viewer told on this browser.
func (h *Handlers) postPush(w http.ResponseWriter, r *request) error {
	if h.cfg.PushKey == "" {
		return errNoPush
	}
	if err := form(r); err != nil {
		return err
	}
	to := auction.PushTo{UserID: r.viewer.user.ID, Session: r.viewer.session.Token, Endpoint: r.PostFormValue("endpoint"), At: now()}
	var err1, err2 error
	to.Key, err1 = base64.RawURLEncoding.DecodeString(r.PostFormValue("p256dh"))
	to.Auth, err2 = base64.RawURLEncoding.DecodeString(r.PostFormValue("auth"))
	if err := errors.Join(err1, err2, push.CheckEndpoint(to.Endpoint), push.CheckKeys(to.Key, to.Auth)); err != nil {
		return errNoPushThere
	}
	if err := h.cfg.Store.AddPushTo(r.Context(), to); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// postEndPush has them told no more on this browser, or on one that their
// account page lists.
func (h *Handlers) postEndPush(w http.ResponseWriter, r *request) error {
	if err := form(r); err != nil {
		return err
	}
	if id, err := strconv.ParseInt(r.PostFormValue("browser"), 10, 64); err == nil {
		if err := account.allows(r.viewer); err != nil {
			return err
		}
		if err := h.cfg.Store.EndPushTo(r.Context(), r.viewer.user.ID, id); err != nil {
			return err
		}
		return done(w, r, "/account", "saved")
	}
	to, err := h.pushTo(r)
	if err == nil && to.ID != 0 {
		err = h.cfg.Store.EndPushTo(r.Context(), to.UserID, to.ID)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// phones is where the viewer is told, and of what.
func (h *Handlers) phones(r *request, stops []string) (views.PhonesView, error) {
	v := views.PhonesView{On: h.cfg.PushKey != "", Topics: chosen(pushTopics, stops)}
	list, err := h.cfg.Store.PushesTo(r.Context(), r.viewer.user.ID)
	for _, to := range list {
		v.Rows = append(v.Rows, views.PhoneRow{ID: to.ID, Device: to.Device, Since: views.DateTime(r.Context(), to.At, "UTC") + " UTC"})
	}
	return v, err
}

// chosen is which of some topics somebody gets.
func chosen(list []topic, stops []string) []views.MailTopic {
	var out []views.MailTopic
	for _, t := range list {
		out = append(out, views.MailTopic{Key: t.key, What: t.what, On: !slices.Contains(stops, t.key)})
	}
	return out
}

// postAccountPhones keeps what somebody wants to be told of on their phones.
func (h *Handlers) postAccountPhones(w http.ResponseWriter, r *request) error {
	return h.keepTopics(w, r, pushTopics)
}

// ownPhones are the browsers that somebody is told on, for them alone.
func ownPhones(list []auction.PushTo, err error) (any, error) {
	out := []map[string]any{}
	for _, to := range list {
		out = append(out, map[string]any{"device": to.Device, "since": to.At, "address": to.Endpoint})
	}
	return out, err
}

// pushWords is what our service worker understands.
type pushWords struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	Path  string `json:"path"` // from the house's front page, what a tap opens
	Tag   string `json:"tag"`  // a later one of the same tag takes its place on the screen
	Lang  string `json:"lang"`
}

// wonPushSettles is how long after its moment a won lot is told of, and how
// long it takes to be sure of all that fell with it.
const wonPushSettles = 10 * time.Second

func dropPush(why string) error { return &push.DropError{Why: why} }

// ComposePush puts a message to a phone into words, as things stand now. It
// says what its reader may know: their own standing, and what is public.
func (h *Handlers) ComposePush(ctx context.Context, m auction.Push, now time.Time) (push.Message, error) {
	u, err := h.cfg.Store.UserByID(ctx, m.To.UserID)
	if err != nil {
		return push.Message{}, err
	}
	stops, err := h.cfg.Store.MailStops(ctx, u.ID)
	if err != nil {
		return push.Message{}, err
	}
	if slices.Contains(stops, "push-"+string(m.Kind)) {
		return push.Message{}, dropPush("they asked not to be told of this")
	}
	e, err := h.cfg.Store.Entry(ctx, m.LotID)
	if errors.Is(err, auction.ErrNotFound) {
		return push.Message{}, dropPush("the lot is gone")
	}
	if err != nil {
		return push.Message{}, err
	}
	s, err := h.sales.get(ctx, e.SaleID)
	if err != nil {
		return push.Message{}, err
	}
	if !s.Published {
		return push.Message{}, dropPush("the sale was taken back")
	}
	holder, err := h.cfg.Store.Holder(ctx, e.SaleID, u.ID)
	if err != nil && !errors.Is(err, auction.ErrNotFound) {
		return push.Message{}, err
	}
	c := pushCase{m: m, e: e, s: s, paddle: holder.Paddle, now: now}
	ctx = lang.With(ctx, lang.Choose(u.Lang, ""))
	switch m.Kind {
	case auction.PushOutbid:
		return h.outbidPush(ctx, c)
	case auction.PushClosing:
		return h.closingPush(ctx, c)
	case auction.PushWon:
		return h.wonPush(ctx, c)
	}
	return push.Message{}, dropPush("this version knows nothing to say")
}

// pushCase is what a message to a phone is about.
type pushCase struct {
	m      auction.Push
	e      auction.Entry
	s      auction.Sale
	paddle auction.Paddle // of its reader, "" = none
	now    time.Time
}

// message writes the words down. lasts is when they are no news any more.
func (c pushCase) message(ctx context.Context, w views.PushWords, topic string, lasts time.Time) (push.Message, error) {
	id := strconv.FormatInt(c.e.ID, 10)
	words := pushWords{Title: w.Title, Body: w.Body, Path: "lots/" + id, Tag: "lot-" + id, Lang: lang.Of(ctx).Tag}
	if w.All {
		words.Path, words.Tag = "sales/"+c.s.Slug+"/mine", "sale-"+c.s.Slug
	}
	body, err := json.Marshal(words)
	if topic != "" {
		topic += "-" + id
	}
	return push.Message{Words: body, Topic: topic, Lasts: lasts.Sub(c.now), Now: topic != ""}, err
}

// outbidPush is not needed by whoever has the lead back, or hears of a later
// loss.
func (h *Handlers) outbidPush(ctx context.Context, c pushCase) (push.Message, error) {
	if c.e.State != auction.Open {
		return push.Message{}, dropPush("the lot is over")
	}
	st, found, err := h.cfg.Store.Standing(ctx, c.e.ID, c.paddle)
	if err != nil {
		return push.Message{}, err
	}
	if !found || st.Leads || st.Max == 0 {
		return push.Message{}, dropPush("they are not outbid any more")
	}
	before, err := h.cfg.Store.PushesOf(ctx, c.m.To.ID, c.m.Kind, c.m.SaleID)
	if err != nil {
		return push.Message{}, err
	}
	for _, x := range before {
		if x.LotID == c.m.LotID && x.Seq > c.m.Seq {
			return push.Message{}, dropPush("a later message tells the same")
		}
	}
	lasts := c.m.Until
	if c.e.ClosesAt.Before(lasts) {
		lasts = c.e.ClosesAt
	}
	return c.message(ctx, views.OutbidPush(ctx, c.e, c.s), "outbid", lasts)
}

// closingPush waits with a close that was moved away.
func (h *Handlers) closingPush(ctx context.Context, c pushCase) (push.Message, error) {
	switch {
	case c.e.State != auction.Open:
		return push.Message{}, dropPush("the lot is over")
	case !c.e.PausedAt.IsZero() || c.e.Held:
		return push.Message{}, &push.LaterError{At: c.now.Add(30 * time.Second)}
	case c.e.ClosesAt.Sub(c.now) > push.Soon:
		return push.Message{}, &push.LaterError{At: c.e.ClosesAt.Add(-push.Soon)}
	}
	words := views.ClosingView{Entry: c.e, Sale: c.s}
	if c.paddle != "" {
		own, _, err := h.cfg.Store.Standing(ctx, c.e.ID, c.paddle)
		if err != nil {
			return push.Message{}, err
		}
		words.Bid, words.Leads = own.Max > 0, own.Leads
	}
	return c.message(ctx, views.ClosingPush(ctx, words), "closing", c.e.ClosesAt)
}

// wonPush tells a buyer of all that fell to them lately. Of the messages that
// wait, the first tells for all.
func (h *Handlers) wonPush(ctx context.Context, c pushCase) (push.Message, error) {
	if c.e.State != auction.Sold || c.e.Lead != c.paddle {
		return push.Message{}, dropPush("the lot is not theirs")
	}
	all, err := h.cfg.Store.PushesOf(ctx, c.m.To.ID, c.m.Kind, c.m.SaleID)
	if err != nil {
		return push.Message{}, err
	}
	lots, sum := 0, auction.Charge{}
	for _, x := range all {
		switch {
		case x.State == auction.MailSent && !c.m.At.Add(wonPushSettles).After(x.Done):
			return push.Message{}, dropPush("it was told with another lot")
		case x.State != auction.MailWaiting || x.At.Add(wonPushSettles).After(c.now):
			continue
		case x.ID < c.m.ID:
			return push.Message{}, &push.LaterError{At: c.now.Add(5 * time.Second)}
		}
		e, err := h.cfg.Store.Entry(ctx, x.LotID)
		if err != nil {
			return push.Message{}, err
		}
		lots, sum = lots+1, sum.Plus(c.s.Fees.On(e.Hammer))
	}
	if lots > 1 {
		return c.message(ctx, views.WonManyPush(ctx, c.s, lots, sum), "", c.m.Until)
	}
	return c.message(ctx, views.WonPush(ctx, c.e, c.s), "", c.m.Until)
}
