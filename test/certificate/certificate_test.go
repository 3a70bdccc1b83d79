// Package certificate tests that the house fetches its own certificate: the
// program as a process, a certificate authority (pebble, Let's Encrypt's own
// for tests) and a name server, all on loopback.
package certificate

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"outcry/test/house"
)

func TestMain(m *testing.M) { house.Main(m) }

const domain = "sale.example.org"

// acme is a certificate authority.
type acme struct {
	directory string
	itself    string         // file with the certificate that it shows itself
	roots     *x509.CertPool // what its certificates go back to
}

// authority is pebble, checking domains at the ports of the house.
func authority(t *testing.T, httpPort, tlsPort int) (a acme) {
	t.Helper()
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	logs := log.New(t.Output(), "pebble ", 0)
	store := db.NewMemoryStore()
	signer := ca.New(logs, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {ValidityPeriod: 90 * 24 * 3600}})
	checks := va.New(logs, httpPort, tlsPort, true, names(t), store)
	site := wfe.New(logs, store, checks, signer, []string{"authority.example.org"}, true, false, 1, 1)
	srv := httptest.NewTLSServer(site.Handler())
	t.Cleanup(srv.Close)
	a.directory = srv.URL + wfe.DirectoryPath
	a.itself = filepath.Join(t.TempDir(), "authority.pem")
	own := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(a.itself, own, 0o600); err != nil {
		t.Fatal(err)
	}
	a.roots = x509.NewCertPool()
	root := signer.GetRootCert(0)
	if root == nil || !a.roots.AppendCertsFromPEM(root.PEM()) {
		t.Fatal("the authority has no root certificate")
	}
	return a
}

// names is a name server that knows every name as this machine.
func names(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &dns.Server{Listener: ln, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		a := new(dns.Msg)
		a.SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			a.Answer = append(a.Answer, &dns.A{
				Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1},
				A:   net.IPv4(127, 0, 0, 1),
			})
		}
		if err := w.WriteMsg(a); err != nil {
			t.Error(err)
		}
	})}
	go srv.ActivateAndServe() // ends with Shutdown
	t.Cleanup(func() { srv.Shutdown() })
	return ln.Addr().String()
}

// freePort is a port that nobody listens on just now.
func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}

// process is the program, serving a domain.
type process struct {
	tlsAddr, httpAddr string
	client            *http.Client // believes the authority, and finds the domain on this machine
	stop              func()
}

func start(t *testing.T, dir string, a acme, httpPort, tlsPort int) process {
	t.Helper()
	p := process{
		tlsAddr:  net.JoinHostPort("127.0.0.1", strconv.Itoa(tlsPort)),
		httpAddr: net.JoinHostPort("127.0.0.1", strconv.Itoa(httpPort)),
	}
	cmd := exec.CommandContext(t.Context(), house.Program(), "serve", "--data", dir, "--domain", domain, "--acme-directory", a.directory,
		"--acme-email", "desk@outcry.test", "--listen", p.tlsAddr, "--listen-http", p.httpAddr)
	cmd.Stderr = t.Output()
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+a.itself)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	open, ended := make(chan string, 1), make(chan struct{})
	go func() { // ends with the process
		defer close(ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if _, at, ok := strings.Cut(lines.Text(), " is open at "); ok {
				open <- at
			}
		}
		cmd.Wait()
	}()
	p.stop = func() {
		cmd.Process.Signal(syscall.SIGTERM)
		<-ended
	}
	t.Cleanup(p.stop)
	select {
	case at := <-open:
		if at != "https://"+domain {
			t.Errorf("it says that it is open at %s, want https://%s", at, domain)
		}
	case <-ended:
		t.Fatalf("it ended at once: %v", cmd.ProcessState)
	}
	var d net.Dialer
	p.client = &http.Client{
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: a.roots},
			DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
				if strings.HasSuffix(addr, ":80") {
					return d.DialContext(ctx, network, p.httpAddr)
				}
				return d.DialContext(ctx, network, p.tlsAddr)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	t.Cleanup(p.client.CloseIdleConnections)
	return p
}

func (p process) get(t *testing.T, url string) *http.Response {
	t.Helper()
	res, err := p.client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		t.Fatal(err)
	}
	return res
}

func TestADomainGetsItsCertificate(t *testing.T) {
	httpPort, tlsPort := freePort(t), freePort(t)
	a := authority(t, httpPort, tlsPort)
	dir := filepath.Join(t.TempDir(), "data")
	p := start(t, dir, a, httpPort, tlsPort)

	res := p.get(t, "https://"+domain+"/readyz")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("over https: %s", res.Status)
	}
	serial := res.TLS.PeerCertificates[0].SerialNumber
	if got := p.get(t, "http://"+domain+"/sign-in"); got.StatusCode != http.StatusFound || got.Header.Get("Location") != "https://"+domain+"/sign-in" {
		t.Errorf("over http: %s to %q, want 302 to the same address over https", got.Status, got.Header.Get("Location"))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "wss://"+domain+"/live", &websocket.DialOptions{
		HTTPClient: p.client, HTTPHeader: http.Header{"Origin": {"https://" + domain}},
	})
	if err != nil {
		t.Fatalf("a socket over https: %v", err)
	}
	ws.CloseNow()
	if _, err := tls.Dial("tcp", p.tlsAddr, &tls.Config{ServerName: "other.example.org", RootCAs: a.roots}); err == nil {
		t.Error("another name got a certificate")
	}
	in := house.Input{}
	if r := house.Run(t, in, "healthcheck", "--domain", domain, "--listen", p.tlsAddr); r.Code != 0 {
		t.Errorf("healthcheck: %d %s", r.Code, r.Err)
	}

	p.stop()
	p.client.CloseIdleConnections()
	a.directory = "https://127.0.0.1:1/nobody"
	again := start(t, dir, a, httpPort, tlsPort)
	if got := again.get(t, "https://"+domain+"/readyz").TLS.PeerCertificates[0].SerialNumber; got.Cmp(serial) != 0 {
		t.Errorf("after a restart another certificate is served: %v, was %v", got, serial)
	}
}

func TestDomainMistakes(t *testing.T) {
	for what, c := range map[string]struct {
		args []string
		says string
	}{
		"an address":        {[]string{"--domain", "https://sale.example.org"}, "without https://"},
		"a number":          {[]string{"--domain", "127.0.0.1"}, "a name that points at this machine"},
		"one word":          {[]string{"--domain", "sale"}, "such as sale.example.org"},
		"a certificate too": {[]string{"--domain", domain, "--tls-cert", "a.pem"}, "leave out --tls-cert"},
	} {
		r := house.Run(t, house.Input{}, append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--listen-http", ""}, c.args...)...)
		if r.Code == 0 || !strings.Contains(r.Err, c.says) {
			t.Errorf("%s: exit %d, %q; want a sentence with %q", what, r.Code, r.Err, c.says)
		}
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	r := house.Run(t, house.Input{}, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--domain", domain, "--listen-http", ln.Addr().String())
	if r.Code == 0 || !strings.Contains(r.Err, "--listen-http ''") {
		t.Errorf("plain http's address taken: exit %d, %q; want a sentence that says how to do without", r.Code, r.Err)
	}
}
