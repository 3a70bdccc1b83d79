// Package pushtest is a push service and its browsers, for tests: it takes what
// a real one would, checks whose signature is on it, and its browsers read it.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Service takes messages over https on this machine.
type Service struct {
	URL string
	srv *httptest.Server

	mu       sync.Mutex // guards what follows
	browsers map[string]*Browser
	got      []Message
	answer   func(b *Browser) (status int, header http.Header)
	faults   []string
}

// Message is one that was taken, as its browser reads it.
type Message struct {
	To      *Browser
	Words   string
	Topic   string
	TTL     string
	Urgency string
	Signed  map[string]any // the claims of its signature
	Key     string         // that it is signed with
	Bytes   int            // as it came over the wire
}

// Browser is one that was subscribed.
type Browser struct {
	Endpoint string
	Key      []byte // public
	Auth     []byte
	own      *ecdh.PrivateKey
}

// NewBrowser makes keys as a browser does.
func NewBrowser(tb testing.TB, endpoint string) *Browser {
	tb.Helper()
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		tb.Fatal(err)
	}
	b := &Browser{Endpoint: endpoint, Key: own.PublicKey().Bytes(), Auth: make([]byte, 16), own: own}
	rand.Read(b.Auth)
	return b
}

// Start starts a service that ends with the test, which fails when something
// came that a real one would not take.
func Start(tb testing.TB) *Service {
	tb.Helper()
	s := &Service{browsers: map[string]*Browser{}}
	s.srv = httptest.NewTLSServer(s)
	s.URL = s.srv.URL
	tb.Cleanup(func() {
		s.srv.Close()
		for _, f := range s.faults {
			tb.Errorf("the push service: %s", f)
		}
	})
	return s
}

// Client trusts the service.
func (s *Service) Client() *http.Client { return s.srv.Client() }

// Certificate is what has to be trusted, as a file has it.
func (s *Service) Certificate() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.srv.Certificate().Raw})
}

// Subscribe makes a browser whose messages come here.
func (s *Service) Subscribe(tb testing.TB) *Browser {
	tb.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	path := fmt.Sprintf("/push/%d", len(s.browsers)+1)
	b := NewBrowser(tb, s.URL+path)
	s.browsers[path] = b
	return b
}

// Answer has the service answer otherwise than with 201; nil = as usual.
func (s *Service) Answer(fn func(b *Browser) (int, http.Header)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = fn
}

// Messages are all that were taken.
func (s *Service) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

// Await waits for n messages in all.
func (s *Service) Await(tb testing.TB, n int) []Message {
	tb.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		got := s.Messages()
		if len(got) >= n {
			return got
		}
		if time.Now().After(end) {
			tb.Fatalf("the push service has %d messages, want %d", len(got), n)
		}
	}
}

func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.browsers[r.URL.Path]
	if b == nil {
		http.NotFound(w, r)
		return
	}
	if s.answer != nil {
		if status, header := s.answer(b); status != http.StatusCreated {
			for name, values := range header {
				w.Header()[name] = values
			}
			w.WriteHeader(status)
			return
		}
	}
	m, err := s.read(r, b)
	if err != nil {
		s.faults = append(s.faults, err.Error())
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.got = append(s.got, m)
	w.WriteHeader(http.StatusCreated)
}

func (s *Service) read(r *http.Request, b *Browser) (Message, error) {
	m := Message{To: b, Topic: r.Header.Get("Topic"), TTL: r.Header.Get("TTL"), Urgency: r.Header.Get("Urgency")}
	body, err := io.ReadAll(r.Body)
	m.Bytes = len(body)
	if err == nil && (r.Method != http.MethodPost || r.Header.Get("Content-Encoding") != "aes128gcm" || m.TTL == "" || len(m.Topic) > 32 || len(body) > 4096) {
		err = fmt.Errorf("a request that is none of a push message: %s %v", r.Method, r.Header)
	}
	if err == nil {
		m.Signed, m.Key, err = signed(r.Header.Get("Authorization"))
	}
	if err == nil && m.Signed["aud"] != s.URL {
		err = fmt.Errorf("the signature is for %v", m.Signed["aud"])
	}
	if err == nil {
		m.Words, err = b.Read(body)
	}
	return m, err
}

// signed checks a signature (RFC 8292).
func signed(header string) (claims map[string]any, key string, err error) {
	rest, ok := strings.CutPrefix(header, "vapid t=")
	token, key, ok2 := strings.Cut(rest, ", k=")
	parts := strings.Split(token, ".")
	if !ok || !ok2 || len(parts) != 3 {
		return nil, "", fmt.Errorf("no signature: %q", header)
	}
	raw, err := base64.RawURLEncoding.DecodeString(key)
	if err != nil {
		return nil, "", err
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
	if err != nil {
		return nil, "", err
	}
	sig, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(sig) != 64 {
		return nil, "", fmt.Errorf("a signature of %d bytes, %v", len(sig), err)
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(sig[:32]), new(big.Int).SetBytes(sig[32:])) {
		return nil, "", errors.New("the signature is not of its key")
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, "", err
	}
	return claims, key, json.Unmarshal(body, &claims)
}

// Read decrypts a message (RFC 8291).
func (b *Browser) Read(body []byte) (string, error) {
	if len(body) < 21 || len(body) < 21+int(body[20])+17 || binary.BigEndian.Uint32(body[16:]) < uint32(len(body)-21-int(body[20])) {
		return "", errors.New("it is too short, or in several records")
	}
	salt, theirs, sealed := body[:16], body[21:21+int(body[20])], body[21+int(body[20]):]
	from, err := ecdh.P256().NewPublicKey(theirs)
	if err != nil {
		return "", err
	}
	shared, err := b.own.ECDH(from)
	if err != nil {
		return "", err
	}
	secret, err1 := hkdf.Key(sha256.New, shared, b.Auth, "WebPush: info\x00"+string(b.Key)+string(theirs), 32)
	cek, err2 := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, err3 := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err := errors.Join(err1, err2, err3); err != nil {
		return "", err
	}
	block, err := aes.NewCipher(cek)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return "", err
	}
	words := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(words, "\x02") {
		return "", errors.New("the last record does not say that it is the last")
	}
	return strings.TrimSuffix(words, "\x02"), nil
}
