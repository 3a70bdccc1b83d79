package handlers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"outcry/auction"
)

// The second step at sign-in: six digits of an authenticator app, which change
// every thirty seconds (RFC 6238, with SHA-1, as all apps have it), or a spare
// code. It is for whoever wants it, and for the whole desk when the owner says.

const (
	spanOfCode = 30 * time.Second
	spareCodes = 10
	halfWayFor = 10 * time.Minute // from the password to the code
)

// Tries of codes at once of one account; they come back at a tenth of
// SignInsPerMinute. Who gets here has the password already. The store counts
// them for all processes; what is one too many for this process does not get
// as far.
const codeBurst = 5

func newCodeLimiter(l Limits) *limiter {
	return newLimiter(rate.Limit(l.SignInsPerMinute/600), codeBurst)
}

// codeEvery is how long a try takes to come back, a year at most.
func codeEvery(l Limits) time.Duration {
	return time.Duration(min(600/l.SignInsPerMinute, 365*24*60*60) * float64(time.Second))
}

func (h *Handlers) mayTryCode(ctx context.Context, user int64) error {
	if !h.codes.allow(codesOf(user)) {
		return errTooMany
	}
	may, err := h.cfg.Store.TryCode(ctx, user, codeEvery(h.cfg.Limits), codeBurst)
	if err == nil && !may {
		err = errTooMany
	}
	return err
}

func spanAt(t time.Time) int64 { return t.Unix() / int64(spanOfCode/time.Second) }

// codeOf is the six digits of a span (RFC 4226, 5.3).
func codeOf(secret []byte, span int64) string {
	mac := hmac.New(sha1.New, secret)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(span)))
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 15
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// spanOfTyped is the span that typed digits belong to: this one, or the one
// before or after, for clocks that are a little off.
func spanOfTyped(secret []byte, typed string, now time.Time) (span int64, ok bool) {
	for _, s := range []int64{spanAt(now), spanAt(now) - 1, spanAt(now) + 1} {
		if subtle.ConstantTimeCompare([]byte(codeOf(secret, s)), []byte(typed)) == 1 {
			return s, true
		}
	}
	return 0, false
}

// plainCode is what was typed, as codes are compared: people type spaces and
// dashes.
func plainCode(typed string) string {
	return strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(typed))
}

var letters32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// codesOf names an account where tries are counted.
func codesOf(user int64) string { return strconv.FormatInt(user, 10) }

const nonceLetters = 26

func newNonce() string { return rand.Text() }

// inFours sets a secret in groups, for who types it.
func inFours(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// proposal is the secret that a page proposes. It follows from the page's nonce,
// so that nothing is kept until the first code shows that the app has it.
func (h *Handlers) proposal(user int64, nonce string) []byte {
	mac := hmac.New(sha256.New, h.cfg.Secret)
	fmt.Fprintf(mac, "second step %d %s", user, nonce)
	return mac.Sum(nil)[:20]
}

// otpAddress is what an authenticator app reads from the QR code.
func otpAddress(house, email string, secret []byte) string {
	if house == "" {
		house = "outcry"
	}
	house = strings.ReplaceAll(house, ":", " ")
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + house + ":" + email,
		RawQuery: url.Values{"secret": {letters32.EncodeToString(secret)}, "issuer": {house}}.Encode()}
	return strings.ReplaceAll(u.String(), "+", "%20") // apps read no plus as a space
}

// newSpareCodes are codes to write down, and what is kept of them.
func newSpareCodes() (codes []string, kept []auction.Hash) {
	for range spareCodes {
		raw := make([]byte, 15)
		rand.Read(raw) // never fails
		c := letters32.EncodeToString(raw)
		codes = append(codes, c[:6]+"-"+c[6:12]+"-"+c[12:18]+"-"+c[18:])
		kept = append(kept, sha256.Sum256([]byte(c)))
	}
	return codes, kept
}

var (
	errWrongCode   = errors.New("not a code of this account")
	errCodeIsSpent = errors.New("this code was used")
)

// useCode checks what somebody typed, and uses it up.
func (h *Handlers) useCode(ctx context.Context, st auction.SecondStep, typed string) error {
	if err := h.mayTryCode(ctx, st.UserID); err != nil {
		return err
	}
	typed = plainCode(typed)
	if len(typed) > 6 {
		err := h.cfg.Store.UseSpareCode(ctx, st.UserID, sha256.Sum256([]byte(typed)))
		if errors.Is(err, auction.ErrNotFound) {
			return errWrongCode
		}
		return err
	}
	span, ok := spanOfTyped(st.Secret, typed, time.Now())
	if !ok {
		return errWrongCode
	}
	err := h.cfg.Store.UseStep(ctx, st.UserID, span)
	if errors.Is(err, auction.ErrNotFound) {
		return errCodeIsSpent
	}
	return err
}

// halfWay is what the page that asks for the code sends back: that its account's
// password was right a moment ago. It is void with the password.
func (h *Handlers) halfWay(u auction.User, until time.Time) string {
	b := binary.BigEndian.AppendUint64(nil, uint64(u.ID))
	b = binary.BigEndian.AppendUint64(b, uint64(until.Unix()))
	return base64.RawURLEncoding.EncodeToString(append(b, h.halfWayMAC(u, b)...))
}

func (h *Handlers) halfWayMAC(u auction.User, told []byte) []byte {
	mac := hmac.New(sha256.New, h.cfg.Secret)
	fmt.Fprintf(mac, "half way %x %s", told, u.Password)
	return mac.Sum(nil)[:16]
}

// whoIsHalfWay is whose the proof is; ErrNotFound when it is forged, void or old.
func (h *Handlers) whoIsHalfWay(ctx context.Context, proof string) (auction.User, error) {
	raw, err := base64.RawURLEncoding.DecodeString(proof)
	if err != nil || len(raw) != 8+8+16 {
		return auction.User{}, auction.ErrNotFound
	}
	told := raw[:16]
	if time.Now().Unix() >= int64(binary.BigEndian.Uint64(told[8:])) {
		return auction.User{}, auction.ErrNotFound
	}
	u, err := h.cfg.Store.UserByID(ctx, int64(binary.BigEndian.Uint64(told)))
	if err == nil && !hmac.Equal(raw[16:], h.halfWayMAC(u, told)) {
		err = auction.ErrNotFound
	}
	return u, err
}

// settingStep says for whom the owner wants the second step: "staff", or nobody.
const settingStep = "second_step"

// stepWanted says whether an account may not do without.
func (h *Handlers) stepWanted(ctx context.Context, u auction.User) (bool, error) {
	if !u.Role.Staff() {
		return false, nil
	}
	v, err := h.cfg.Store.Setting(ctx, settingStep)
	if errors.Is(err, auction.ErrNotFound) {
		return false, nil
	}
	return v == "staff", err
}
