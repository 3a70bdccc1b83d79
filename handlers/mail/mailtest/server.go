// Package mailtest is a mail server for tests: a real one, on a socket, that
// keeps what it is given and can be told to be difficult.
package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is one that the server took.
type Mail struct {
	From, To string
	Header   mail.Header
	Text     string // the plain part
	HTML     string
	Raw      string
}

// Subject is the mail's subject in words.
func (m Mail) Subject() string {
	text, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return err.Error()
	}
	return text
}

// Server is a mail server at Addr.
type Server struct {
	Addr string
	TLS  *tls.Config // what a client trusts it by

	t testing.TB

	mu     sync.Mutex // guards the rest
	took   []Mail
	answer func(to string) error // to RCPT; nil = takes all
	came   chan struct{}         // closed and made anew with every mail
}

// User and Password are who may send when the server asks for it.
const User, Password = "sale", "a password"

// Start starts a server that ends with the test. With auth it takes mails from
// User only, and offers that on TLS alone.
func Start(t testing.TB, auth bool) *Server {
	t.Helper()
	s := &Server{t: t, came: make(chan struct{})}
	srv := smtp.NewServer(backend{s, auth})
	srv.Domain = "mail.test"
	srv.TLSConfig, s.TLS = certificate(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Addr = ln.Addr().String()
	go srv.Serve(ln) // ended by Close
	t.Cleanup(func() { srv.Close() })
	return s
}

// Answer has the server answer each recipient with what fn returns; nil = it
// takes all again.
func (s *Server) Answer(fn func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = fn
}

// Later is an answer that asks to try again, Never one that refuses for good.
var (
	Later = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	Never = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
)

// Mails are those that the server took, in order.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.took...)
}

// Wait returns the mails once there are n, or fails the test.
func (s *Server) Wait(n int) []Mail {
	s.t.Helper()
	enough := time.After(60 * time.Second)
	for {
		s.mu.Lock()
		came, list := s.came, append([]Mail(nil), s.took...)
		s.mu.Unlock()
		if len(list) >= n {
			return list
		}
		select {
		case <-came:
		case <-enough:
			s.t.Fatalf("%d mails came, want %d", len(list), n)
		}
	}
}

type backend struct {
	s    *Server
	auth bool
}

func (b backend) NewSession(*smtp.Conn) (smtp.Session, error) {
	return &session{s: b.s, auth: b.auth}, nil
}

type session struct {
	s        *Server
	auth     bool
	in       bool
	from, to string
}

func (s *session) AuthMechanisms() []string {
	if s.auth {
		return []string{sasl.Plain}
	}
	return nil
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != User || password != Password {
			return smtp.ErrAuthFailed
		}
		s.in = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.auth && !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.s.mu.Lock()
	answer := s.s.answer
	s.s.mu.Unlock()
	if answer != nil {
		if err := answer(to); err != nil {
			return err
		}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := read(string(raw))
	if err != nil {
		s.s.t.Errorf("the mail server cannot read a mail: %v", err)
		return err
	}
	m.From, m.To = s.from, s.to
	s.s.mu.Lock()
	defer s.s.mu.Unlock()
	s.s.took = append(s.s.took, m)
	close(s.s.came)
	s.s.came = make(chan struct{})
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// read takes a mail apart.
func read(raw string) (Mail, error) {
	m := Mail{Raw: raw}
	msg, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return m, err
	}
	m.Header = msg.Header
	_, params, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil {
		return m, err
	}
	for parts := multipart.NewReader(msg.Body, params["boundary"]); ; {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			return m, nil
		}
		if err != nil {
			return m, err
		}
		var body io.Reader = p
		if p.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
			body = quotedprintable.NewReader(p)
		}
		text, err := io.ReadAll(body)
		if err != nil {
			return m, err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			m.HTML = string(text)
		} else {
			m.Text = string(text)
		}
	}
}

// certificate makes one for this machine, and what trusts it.
func certificate(t testing.TB) (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	return server, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}
