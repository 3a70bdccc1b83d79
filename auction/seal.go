package auction

import (
	"crypto/sha256"
	"strconv"
)

// A seal commits the public log to what it hides: the SHA-256 of 16 random
// bytes, the nonce, followed by the hidden part as canonical JSON. Nobody can
// guess a maximum or a reserve from it without the nonce; with nonce and
// hidden part anybody can see afterwards that neither was changed:
//
//	(printf %s "$NONCE_HEX" | xxd -r -p; printf %s "$HIDDEN") | sha256sum

// Seal covers what the public event of a bid does not say:
//
//	{"paddle":"112","amount":5000,"kind":"max","key":"…"}
func (b Bid) Seal() Hash {
	var buf [256]byte
	s := append(buf[:0], b.Nonce[:]...)
	s = append(s, `{"paddle":`...)
	s = appendString(s, string(b.By.Paddle))
	s = append(s, `,"amount":`...)
	s = strconv.AppendInt(s, int64(b.Amount), 10)
	s = append(s, `,"kind":`...)
	s = appendString(s, string(b.kind()))
	s = append(s, `,"key":`...)
	s = appendString(s, b.Key)
	return sha256.Sum256(append(s, '}'))
}

// Seal covers the terms that a lot was opened under, durations in milliseconds:
//
//	{"opening":1000,"reserve":0,"buy_now":0,"steps":":100","window":0,"extension":0,"latest":null,"group":""}
func (t Terms) Seal(nonce [16]byte) Hash {
	var buf [512]byte
	s := append(buf[:0], nonce[:]...)
	s = append(s, `{"opening":`...)
	s = strconv.AppendInt(s, int64(t.Opening), 10)
	s = append(s, `,"reserve":`...)
	s = strconv.AppendInt(s, int64(t.Reserve), 10)
	s = append(s, `,"buy_now":`...)
	s = strconv.AppendInt(s, int64(t.BuyNow), 10)
	s = append(s, `,"steps":`...)
	s = appendString(s, t.Steps.String())
	s = append(s, `,"window":`...)
	s = strconv.AppendInt(s, t.SoftClose.Window.Milliseconds(), 10)
	s = append(s, `,"extension":`...)
	s = strconv.AppendInt(s, t.SoftClose.Extension.Milliseconds(), 10)
	s = append(s, `,"latest":`...)
	s = appendMillis(s, t.SoftClose.Latest)
	s = append(s, `,"group":`...)
	s = appendString(s, t.Group)
	return sha256.Sum256(append(s, '}'))
}
