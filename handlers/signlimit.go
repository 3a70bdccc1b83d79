package handlers

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"outcry/auction"
)

// How often a password may be tried. What is counted must stop a guesser, must
// not let one lock the owner of an account out of it, and must never meet a
// hall that signs in through one address:
//
//   - A browser that has signed in to the account before has a count of its
//     own, told by a cookie that only signing in gives. Whatever strangers do,
//     the owner gets in from there (OWASP's "device cookies").
//   - Any other place has a count for each account: who guesses from one
//     address uses up that address's tries at that account, and nobody else's.
//   - All such places together have a larger one for each account, so that
//     thousands of addresses get no more tries than a few. Only this one can
//     keep an owner waiting, in a browser that is new to the account, while it
//     is being attacked.
//
// Nothing is counted by address alone.
type signInLimits struct {
	secret   []byte
	known    *limiter // by account and browser
	places   *limiter // by account and address
	accounts *limiter // by account, from all places that are not known
}

// Tries at once; they come back at SignInsPerMinute.
const (
	signInBurst      = 10 // of one place or browser at one account
	signInBurstOfAll = 60 // of all places at one account
)

func newSignInLimits(l Limits, secret []byte) *signInLimits {
	every := rate.Limit(l.SignInsPerMinute / 60)
	return &signInLimits{
		secret:   secret,
		known:    newLimiter(every, signInBurst),
		places:   newLimiter(every, signInBurst),
		accounts: newLimiter(every, signInBurstOfAll),
	}
}

// allow reports whether a password may be tried for an account, by whatever
// address somebody typed, from a place.
func (l *signInLimits) allow(email, place, browser string) bool {
	if browser != "" {
		return l.known.allow(email + "\n" + browser)
	}
	return l.places.allow(email+"\n"+place) && l.accounts.allow(email)
}

// knownName is the cookie of browsers that have signed in before.
func (h *Handlers) knownName() string { return h.cookieName() + "-known" }

const knownFor = 365 * 24 * time.Hour

// remember gives the browser the cookie that it has signed in to an account.
// It says nothing about who that is, lets nobody in, and is void with the
// password.
func (h *Handlers) remember(w http.ResponseWriter, u auction.User) {
	nonce := make([]byte, 16)
	rand.Read(nonce) // never fails
	c := h.cookie(base64.RawURLEncoding.EncodeToString(append(nonce, h.signIns.mac(u, nonce)...)), knownFor)
	c.Name = h.knownName()
	http.SetCookie(w, c)
}

// knownBrowser names the browser when it has signed in to the account before,
// else "".
func (h *Handlers) knownBrowser(r *http.Request, u auction.User) string {
	c, err := r.Cookie(h.knownName())
	if err != nil {
		return ""
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(raw) != 16+16 || !hmac.Equal(raw[16:], h.signIns.mac(u, raw[:16])) {
		return ""
	}
	return c.Value
}

func (l *signInLimits) mac(u auction.User, nonce []byte) []byte {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte(strings.Join([]string{"known", u.Email, u.Password, string(nonce)}, "\n")))
	return mac.Sum(nil)[:16]
}
