package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// tlsSettings say how browsers reach the house over https without a proxy.
func tlsSettings() settings {
	return settings{
		{name: "domain", help: "such as sale.example.org: fetch and renew a certificate for it from Let's Encrypt; listens on :443 and :80"},
		{name: "acme-email", help: "where the certificate authority may write to about --domain"},
		{name: "acme-directory", value: acme.LetsEncryptURL, help: "another certificate authority's directory, for --domain"},
		{name: "listen-http", value: ":80", help: "with --domain: where plain http is answered and sent on to https; '' for nowhere"},
		{name: "tls-cert", help: "certificate file (PEM), for a domain without a proxy in front"},
		{name: "tls-key", help: "its key file (PEM)"},
	}
}

// front is how the house speaks https itself; nil means plain http.
type front struct {
	config *tls.Config
	plain  *http.Server // sends browsers from http to https; nil = nobody does
	plainL net.Listener // for plain
}

// openFront reads what the settings say of https, and listens for plain http
// where a domain's certificate is fetched.
func openFront(set settings, log *slog.Logger) (*front, error) {
	domains := set.domains()
	cert, key := set.get("tls-cert"), set.get("tls-key")
	switch {
	case len(domains) == 0 && cert == "" && key == "":
		return nil, nil
	case len(domains) == 0:
		return certificateFront(cert, key)
	case cert != "" || key != "":
		return nil, errors.New("--domain fetches a certificate itself; leave out --tls-cert and --tls-key, or leave out --domain")
	}
	for _, d := range domains {
		if net.ParseIP(d) != nil || strings.ContainsAny(d, ":/*") || !strings.Contains(strings.Trim(d, "."), ".") {
			return nil, fmt.Errorf("--domain is %q; give a name that points at this machine, such as sale.example.org, without https://", d)
		}
	}
	return domainFront(set, domains, log)
}

// certificateFront serves a certificate that somebody else looks after.
func certificateFront(cert, key string) (*front, error) {
	if cert == "" || key == "" {
		return nil, errors.New("--tls-cert and --tls-key go together; give both or neither")
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, fmt.Errorf("the certificate %s with the key %s cannot be used: %w", cert, key, err)
	}
	return &front{config: &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}}, nil
}

// domainFront fetches a certificate for each domain when it is first asked for
// by that name (RFC 8555), and again before it runs out. It keeps them in the
// data directory, so that a restart asks for nothing.
func domainFront(set settings, domains []string, log *slog.Logger) (*front, error) {
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(filepath.Join(set.get("data"), "certificates")),
		HostPolicy: autocert.HostWhitelist(domains...),
		Email:      set.get("acme-email"),
		Client:     &acme.Client{DirectoryURL: set.get("acme-directory")},
	}
	f := &front{config: m.TLSConfig()}
	f.config.GetCertificate = complain(m, domains, log)
	at := set.get("listen-http")
	if at == "" {
		return f, nil
	}
	ln, err := net.Listen("tcp", at)
	if err != nil {
		return nil, fmt.Errorf("%w. Plain http is only answered to send browsers to https; give --listen-http '' to do without", listenError(at, err))
	}
	f.plainL = ln
	f.plain = &http.Server{Handler: m.HTTPHandler(nil), ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
	return f, nil
}

// complain asks the manager for certificates and logs why one of the house's
// own domains has none, once for each reason: browsers only see that the
// connection failed.
func complain(m *autocert.Manager, domains []string, log *slog.Logger) func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	var said atomic.Value // the reason that was logged last
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := m.GetCertificate(hello)
		switch {
		case err != nil && slices.Contains(domains, hello.ServerName):
			if said.Swap(err.Error()) != err.Error() {
				log.Error("no certificate; the domain must point at this machine, and its ports 443 and 80 be open to everybody", "domain", hello.ServerName, "err", err)
			}
		case err == nil:
			said.Store("")
		}
		return cert, err
	}
}

// serve answers plain http beside the house, and reports to served why it
// ended.
func (f *front) serve(served chan<- error) {
	if f != nil && f.plain != nil {
		go func() { served <- f.plain.Serve(f.plainL) }()
	}
}

func (f *front) close() {
	if f != nil && f.plain != nil {
		f.plain.Close()
		f.plainL.Close()
	}
}

// scheme is what an address of the house begins with.
func (f *front) scheme() string {
	if f == nil {
		return "http"
	}
	return "https"
}

// itself asks the house on this machine for a path: it speaks https where the
// house does. No certificate is looked at, for the address is the machine's
// own and the certificate another name's.
func itself(ctx context.Context, at string, domains []string, path string) (*http.Response, error) {
	name := ""
	if len(domains) > 0 {
		name = domains[0]
	}
	client := &http.Client{
		Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{ServerName: name, InsecureSkipVerify: true},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var res *http.Response
	for _, scheme := range []string{"http", "https"} {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+at+path, nil)
		if err != nil {
			return nil, err
		}
		if res, err = client.Do(req); err != nil {
			return nil, err
		}
		if res.StatusCode != http.StatusBadRequest || scheme == "https" {
			break // 400 is what a server that wants https answers to plain http
		}
		res.Body.Close()
	}
	return res, nil
}

// domains are those of --domain, the one that people type first.
func (s settings) domains() []string {
	return strings.FieldsFunc(s.get("domain"), func(r rune) bool { return r == ',' || r == ' ' })
}

// followDomain gives the address to listen on and the base URL, where nobody
// gave them, the values that follow from a domain.
func (s settings) followDomain() {
	if !slices.ContainsFunc(s, func(x *setting) bool { return x.name == "domain" && x.value != "" }) {
		return // a command without the setting, or nobody gave one
	}
	domains := s.domains()
	for _, x := range s {
		if x.from != "default" {
			continue
		}
		switch x.name {
		case "listen":
			x.value, x.from = ":443", "follows from --domain"
		case "base-url":
			x.value, x.from = "https://"+domains[0], "follows from --domain"
		}
	}
}
