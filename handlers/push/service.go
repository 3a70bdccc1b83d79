package push

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"outcry/auction"
)

// Config says who the house is to push services.
type Config struct {
	Key  []byte // private, 32 bytes, of P-256
	Home string // the house's https address; "" = it has none to be found at

	// Allow are networks that messages may go to although they are not public:
	// a push service of one's own. A browser names the address that its
	// messages go to, so all else that is not on the open internet is refused.
	Allow []netip.Prefix

	// TLS is used in the place of the system's; nil = the system's.
	TLS *tls.Config
}

// Service sends single messages.
type Service struct {
	sign   *signer
	client *http.Client
}

// sendWithin is how long a push service may take over one message.
const sendWithin = 5 * time.Second

// New returns a service; nothing is connected.
func New(c Config) (*Service, error) {
	s, err := newSigner(c.Key, c.Home)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: sendWithin, Control: onlyPublic(c.Allow)}
	return &Service{sign: s, client: &http.Client{
		Timeout: sendWithin,
		// No proxy: the check of the address would be of the proxy's.
		Transport:     &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, HTTP2: pinged, TLSClientConfig: c.TLS, TLSHandshakeTimeout: sendWithin, MaxIdleConnsPerHost: 8, IdleConnTimeout: 90 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// pinged finds a line that leads nowhere any more before a message is given up:
// what is wrong then is the line, not the push service.
var pinged = &http.HTTP2Config{SendPingTimeout: 2 * time.Second, PingTimeout: 2 * time.Second}

// PublicKey is what browsers are subscribed with.
func (s *Service) PublicKey() string { return s.sign.public }

// errPrivate is an address that no message goes to.
var errPrivate = errors.New("the address is not on the open internet")

// onlyPublic refuses addresses that a stranger's browser must not make us talk
// to. It looks at the address itself, after the name was looked up.
func onlyPublic(allow []netip.Prefix) func(network, address string, _ syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := at.Addr().Unmap().WithZone("")
		for _, p := range allow {
			if p.Contains(ip) {
				return nil
			}
		}
		if !isPublic(ip) || at.Port() != 443 {
			return fmt.Errorf("%s: %w", address, errPrivate)
		}
		return nil
	}
}

// isPublic reports whether an address is somebody's on the open internet.
func isPublic(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() { // neither loopback, link-local, multicast, unspecified nor of a home's network
		return false
	}
	for _, p := range reserved {
		if p.Contains(ip) {
			return false
		}
	}
	return true
}

// reserved are further networks that lead nowhere, or inwards (RFC 6890).
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), // an IPv4 address in its oldest IPv6 form
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// CheckEndpoint tells whether an address may be one of a push service.
func CheckEndpoint(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(text) > 2000:
		return errors.New("the address is not one of a push service")
	}
	return nil
}

// Message is what one browser is told.
type Message struct {
	Words []byte        // what our service worker understands
	Topic string        // a later message of the same topic takes the place of one that is not delivered yet; "" = none
	Lasts time.Duration // how long it is worth delivering
	Now   bool          // at once, though it costs the phone power
}

// goneError says that the browser is not to be told any more.
type goneError struct{ status int }

func (e goneError) Error() string {
	return fmt.Sprintf("the push service says that the browser is gone (%d)", e.status)
}

// laterError says that the push service wants to be asked again.
type laterError struct {
	status int
	after  time.Duration // at least; 0 = it did not say
}

func (e laterError) Error() string { return fmt.Sprintf("the push service answered %d", e.status) }

// hungError says that the push service was reached and did not answer in time.
// A house whose own line is down reaches none.
type hungError struct{}

func (hungError) Error() string { return "the push service did not answer" }

// refusedError is a message that the push service will never take.
type refusedError struct{ why string }

func (e refusedError) Error() string { return e.why }

// send hands one message over.
func (s *Service) send(ctx context.Context, to auction.PushTo, m Message, now time.Time) error {
	if err := CheckEndpoint(to.Endpoint); err != nil {
		return refusedError{err.Error()}
	}
	body, err := encrypt(to.Key, to.Auth, m.Words)
	if err != nil {
		return refusedError{err.Error()}
	}
	var reached atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		ConnectDone: func(_, _ string, err error) { reached.Store(reached.Load() || err == nil) },
		GotConn:     func(httptrace.GotConnInfo) { reached.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.Endpoint, bytes.NewReader(body))
	if err != nil {
		return refusedError{err.Error()}
	}
	auth, err := s.sign.header(req.URL, now)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", auth)
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Encoding", "aes128gcm")
	req.Header.Set("TTL", strconv.Itoa(max(0, int(m.Lasts/time.Second))))
	req.Header.Set("Urgency", map[bool]string{true: "high", false: "normal"}[m.Now])
	if m.Topic != "" {
		req.Header.Set("Topic", m.Topic)
	}
	res, err := s.client.Do(req)
	if errors.Is(err, errPrivate) {
		return refusedError{errPrivate.Error()}
	}
	if late := net.Error(nil); errors.As(err, &late) && late.Timeout() && reached.Load() {
		return hungError{}
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 16<<10)) // so that the line can be used again
	return verdict(res, now)
}

// verdict reads what a push service answered.
func verdict(res *http.Response, now time.Time) error {
	switch status := res.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return goneError{status}
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return laterError{status, retryAfter(res.Header.Get("Retry-After"), now)}
	default:
		return refusedError{fmt.Sprintf("the push service refused it (%d)", status)}
	}
}

// retryAfter reads the header in either of its forms.
func retryAfter(text string, now time.Time) time.Duration {
	if n, err := strconv.Atoi(text); err == nil {
		return time.Duration(max(0, min(n, 24*60*60))) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
