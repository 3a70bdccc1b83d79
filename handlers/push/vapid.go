package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// signer signs what the house sends, so that a push service takes messages to a
// browser from the house alone that it was subscribed by (VAPID, RFC 8292).
type signer struct {
	key    *ecdsa.PrivateKey
	public string // as browsers and push services are told it
	sub    string // where the house is found; "" = nowhere
}

func newSigner(raw []byte, sub string) (*signer, error) {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, fmt.Errorf("the key of push messages: %w", err)
	}
	public, err := key.PublicKey.Bytes()
	if err != nil {
		return nil, err
	}
	return &signer{key: key, public: base64.RawURLEncoding.EncodeToString(public), sub: sub}, nil
}

// signedFor is how long a signature holds: push services take a day at most,
// and clocks differ.
const signedFor = 6 * time.Hour

// header is the Authorization for one message to an endpoint.
func (s *signer) header(endpoint *url.URL, now time.Time) (string, error) {
	claims := map[string]any{"aud": endpoint.Scheme + "://" + endpoint.Host, "exp": now.Add(signedFor).Unix()}
	if s.sub != "" {
		claims["sub"] = s.sub
	}
	body, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	b64 := base64.RawURLEncoding.EncodeToString
	token := b64([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + b64(body)
	sum := sha256.Sum256([]byte(token))
	r, t, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		return "", err
	}
	var sig [64]byte
	r.FillBytes(sig[:32])
	t.FillBytes(sig[32:])
	return "vapid t=" + token + "." + b64(sig[:]) + ", k=" + s.public, nil
}
