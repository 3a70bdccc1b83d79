package handlers

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"net/http"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// topic is a sort of mails that somebody may end.
type topic struct {
	key  string
	what lang.Key
}

// topics are all of them, as they are listed.
var topics = []topic{
	{"outbid", "being outbid"},
	{"results", "lots won or not sold"},
	{"changes", "your paddle, moved closes and bids struck out"},
	{"money", "invoices and payments"},
	{"news", "news of a sale"},
}

// topicOf is the topic of a kind of mail; zero for what somebody asked for.
func topicOf(kind auction.MailKind) topic {
	switch kind {
	case auction.MailOutbid:
		return topics[0]
	case auction.MailWon, auction.MailPassed, auction.MailConsign:
		return topics[1]
	case auction.MailOutage, auction.MailVoided, auction.MailReady:
		return topics[2]
	case auction.MailInvoice, auction.MailPayment:
		return topics[3]
	case auction.MailNews:
		return topics[4]
	}
	return topic{}
}

// stopToken is the last part of the address that ends mails about a topic. It
// works without signing in, for ever: mails are kept for years.
func (h *Handlers) stopToken(user int64, key string) string {
	id := binary.BigEndian.AppendUint64(nil, uint64(user))
	return base64.RawURLEncoding.EncodeToString(append(append(id, h.stopMAC(id, key)...), key...))
}

func (h *Handlers) stopMAC(id []byte, key string) []byte {
	mac := hmac.New(sha256.New, h.cfg.Secret)
	mac.Write([]byte("stop mails "))
	mac.Write(id)
	mac.Write([]byte(key))
	return mac.Sum(nil)[:16]
}

// stopOf reads a token; ErrNotFound for a forged one.
func (h *Handlers) stopOf(token string) (user int64, t topic, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) < 8+16 {
		return 0, t, auction.ErrNotFound
	}
	for _, t := range topics {
		if t.key == string(raw[24:]) && hmac.Equal(raw[8:24], h.stopMAC(raw[:8], t.key)) {
			return int64(binary.BigEndian.Uint64(raw[:8])), t, nil
		}
	}
	return 0, t, auction.ErrNotFound
}

// stopPage asks first: a mail program that looks at links must not end mails.
func (h *Handlers) stopPage(w http.ResponseWriter, r *request) error {
	_, t, err := h.stopOf(r.PathValue("token"))
	if err != nil {
		return err
	}
	return h.showStop(w, r, views.StopView{Token: r.PathValue("token"), Topic: lang.Say(r.Context(), t.what)})
}

// postStop ends mails, with the page's button or by the one POST of a mail
// program (RFC 8058).
func (h *Handlers) postStop(w http.ResponseWriter, r *request) error {
	user, t, err := h.stopOf(r.PathValue("token"))
	if err != nil {
		return err
	}
	if err := h.cfg.Store.StopMails(r.Context(), user, t.key, true); err != nil {
		return err
	}
	return h.showStop(w, r, views.StopView{Token: r.PathValue("token"), Topic: lang.Say(r.Context(), t.what), Done: true})
}

func (h *Handlers) showStop(w http.ResponseWriter, r *request, v views.StopView) error {
	var err error
	if v.Page, err = h.frame(r, "Mails", views.HereNone, auction.Sale{}); err != nil {
		return err
	}
	return h.page(w, r.Request, http.StatusOK, views.Stop(v))
}
