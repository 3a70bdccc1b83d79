package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"strconv"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// viewer is who looks at a page. The zero value is somebody not signed in.
type viewer struct {
	user    auction.User
	session auction.Session
	sale    int64          // that the address is about, 0 = none; of it is known:
	holder  auction.Holder // their place in it; its zero value when they have none
	runs    bool           // they are one of its organisers, or an owner, who runs every sale
}

func (v viewer) signedIn() bool { return v.user.ID != 0 }

// role is what the viewer may do here: one that came by a paddle's link is a
// bidder, whoever the paddle belongs to, because the link is a sheet of paper.
func (v viewer) role() auction.Role {
	if v.session.ByLink {
		return auction.RoleBidder
	}
	return v.user.Role
}

func (v viewer) staff() bool { return v.signedIn() && v.role().Staff() }

// span is how long somebody stays signed in.
type span struct {
	most time.Duration // at the longest
	idle time.Duration // without asking for anything
}

// Bidders are to stay from one week's catalogue to the next week's night; a desk's
// laptop is not to be open to whoever finds it the day after.
var (
	spanOfBidders = span{30 * 24 * time.Hour, 14 * 24 * time.Hour}
	spanOfStaff   = span{7 * 24 * time.Hour, 24 * time.Hour}
)

func spanOf(role auction.Role, byLink bool) span {
	if role.Staff() && !byLink {
		return spanOfStaff
	}
	return spanOfBidders
}

// until is when a session ends that nobody uses after now.
func (s span) until(created, now time.Time) time.Time {
	end, idle := created.Add(s.most), now.Add(s.idle)
	if idle.Before(end) {
		return idle
	}
	return end
}

// cookieName follows the base URL: browsers drop __Host- and Secure cookies on
// plain http, which is what a laptop in a hall speaks, and __Host- ones of a
// house that has its host not to itself.
func (h *Handlers) cookieName() string {
	switch {
	case h.secure() && h.under == "":
		return "__Host-outcry"
	case h.secure():
		return "__Secure-outcry"
	}
	return "outcry"
}

// viewer reads who is signed in, and what they are in the sale that an address
// is about, when that is known. A cookie that no session belongs to is nobody's.
func (h *Handlers) viewer(r *request, about subject) (viewer, error) {
	c, err := r.Cookie(h.cookieName())
	if err != nil {
		return viewer{}, nil
	}
	saleID, err := h.saleAt(r, about)
	if err != nil {
		return viewer{}, err
	}
	v, err := h.cfg.Store.Visitor(r.Context(), tokenHash(c.Value), saleID)
	if errors.Is(err, auction.ErrNotFound) {
		return viewer{}, nil
	}
	if err == nil {
		h.stay(r.Context(), v)
	}
	return viewer{user: v.User, session: v.Session, sale: saleID, holder: v.Holder, runs: v.Organises && !v.Session.ByLink}, err
}

// stayTries is how long a house that could not prolong a session leaves it at that:
// it has other things to do on a full disk than to write down who looks.
const stayTries = time.Minute

// stay puts the end of a session off that is in use, seldom enough not to be felt.
// A house that cannot write just now still shows its pages.
func (h *Handlers) stay(ctx context.Context, v auction.Visitor) {
	s := spanOf(v.User.Role, v.Session.ByLink)
	until := s.until(v.Session.Created, now())
	more, last := until.Sub(v.Session.Until), until.Equal(v.Session.Created.Add(s.most))
	if more <= 0 || more < s.idle/24 && !last || time.Now().UnixMilli() < h.stayAgain.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	if err := h.cfg.Store.ProlongSession(ctx, v.Session.Token, until); err != nil {
		h.stayAgain.Store(time.Now().Add(stayTries).UnixMilli())
		h.cfg.Log.Warn("a session in use was not prolonged", "user", v.User.ID, "err", err)
	}
}

func tokenHash(token string) auction.Hash { return sha256.Sum256([]byte(token)) }

// signIn gives the browser a new session and ends the one it had.
func (h *Handlers) signIn(w http.ResponseWriter, r *http.Request, u auction.User, link int64) error {
	if err := h.endSession(w, r); err != nil {
		return err
	}
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	token := base64.RawURLEncoding.EncodeToString(raw)
	lasts, now := spanOf(u.Role, link != 0), now()
	err := h.cfg.Store.AddSession(r.Context(), auction.Session{
		Token: tokenHash(token), UserID: u.ID, ByLink: link != 0, Holder: link, Device: deviceOf(r.UserAgent()), Created: now, Until: lasts.until(now, now),
	})
	if err != nil {
		return err
	}
	h.noteLang(r, u)
	http.SetCookie(w, h.cookie(token, lasts.most))
	h.cfg.Log.Info("signed in", "user", u.ID, "paddle", link, "from", h.client(r))
	return nil
}

// noteLang remembers what somebody reads who has not chosen a language: they
// are mailed, and told on their phones, in that of the page they signed in on.
func (h *Handlers) noteLang(r *http.Request, u auction.User) {
	tag := lang.Of(r.Context()).Tag
	if u.Lang != "" || tag == lang.English().Tag || !lang.Known(tag) {
		return
	}
	if err := h.cfg.Store.SetLang(r.Context(), u.ID, tag); err != nil {
		h.cfg.Log.Warn("the language of somebody was not noted", "user", u.ID, "err", err)
	}
}

// holder is the viewer's place in a sale; ErrNotFound when they have none there.
// Who came by a paddle's link has that paddle and no other.
func (h *Handlers) holder(r *request, saleID int64) (auction.Holder, error) {
	if !r.viewer.signedIn() {
		return auction.Holder{}, auction.ErrNotFound
	}
	holder, err := r.viewer.holder, error(nil)
	switch {
	case r.viewer.sale != saleID:
		holder, err = h.cfg.Store.Holder(r.Context(), saleID, r.viewer.user.ID)
	case holder.ID == 0:
		err = auction.ErrNotFound
	}
	if err == nil && r.viewer.session.ByLink && holder.ID != r.viewer.session.Holder {
		return auction.Holder{}, auction.ErrNotFound
	}
	return holder, err
}

// endSession ends the browser's session, if it has one, and its sockets.
func (h *Handlers) endSession(w http.ResponseWriter, r *http.Request) error {
	c, err := r.Cookie(h.cookieName())
	if err != nil {
		return nil
	}
	token := tokenHash(c.Value)
	if err := h.cfg.Store.EndSession(r.Context(), token); err != nil && !errors.Is(err, auction.ErrNotFound) {
		return err
	}
	h.hangUp(token)
	http.SetCookie(w, h.cookie("", -time.Second))
	return nil
}

// endSessionsOf ends somebody's sessions but one, and their sockets: after a
// new password, another role, a new link. The zero hash spares none.
func (h *Handlers) endSessionsOf(ctx context.Context, user int64, but auction.Hash) error {
	tokens, err := h.cfg.Store.EndSessionsOf(ctx, user, but)
	for _, token := range tokens {
		h.hangUp(token)
	}
	return err
}

// hangUp closes the sockets of a session that is over, here and elsewhere.
func (h *Handlers) hangUp(token auction.Hash) {
	h.live.signedOut(token)
	if h.cfg.Ended != nil {
		h.cfg.Ended(token)
	}
}

func (h *Handlers) cookie(token string, lasts time.Duration) *http.Cookie {
	return &http.Cookie{
		Name: h.cookieName(), Value: token, Path: "/", MaxAge: int(lasts / time.Second),
		HttpOnly: true, Secure: h.secure(), SameSite: http.SameSiteLaxMode,
	}
}

// EnterToken is the last part of a paddle's /enter/ link. It follows from the
// house's secret, so that links can be printed again; raising the holder's
// epoch makes the old ones void.
func EnterToken(secret []byte, holder auction.Holder) string {
	id := binary.BigEndian.AppendUint64(nil, uint64(holder.ID))
	return base64.RawURLEncoding.EncodeToString(append(id, enterMAC(secret, holder)...))
}

func enterMAC(secret []byte, holder auction.Holder) []byte {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("enter " + strconv.FormatInt(holder.ID, 10) + " " + strconv.FormatInt(holder.Epoch, 10)))
	return mac.Sum(nil)[:16]
}

// holderOf returns whose link a token is from; ErrNotFound for one that is
// forged or void.
func (h *Handlers) holderOf(ctx context.Context, token string) (auction.Holder, error) {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 8+16 {
		return auction.Holder{}, auction.ErrNotFound
	}
	holder, err := h.cfg.Store.HolderByID(ctx, int64(binary.BigEndian.Uint64(raw[:8])))
	if err != nil {
		return auction.Holder{}, err
	}
	// The whole link is compared: the decoder passes over line ends.
	if !hmac.Equal([]byte(token), []byte(EnterToken(h.cfg.Secret, holder))) {
		return auction.Holder{}, auction.ErrNotFound
	}
	return holder, nil
}
