package handlers

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"outcry/views/lang"
	"strings"
)

// Where the house is, and who may ask it from where.

// secure reports whether people reach the house over https: by its base URL,
// or because the house speaks it itself.
func (h *Handlers) secure() bool { return h.scheme() == "https" }

// readable reports whether others on the way can read what a request brings: it
// came over plain http, from another machine. A proxy that the house believes
// may have had it over https.
func (h *Handlers) readable(r *http.Request) bool {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || h.secure() || h.client(r).IsLoopback() {
		return false
	}
	return !h.believed(at.Addr().Unmap()) || !strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func (h *Handlers) scheme() string {
	switch {
	case h.cfg.BaseURL != nil:
		return h.cfg.BaseURL.Scheme
	case h.cfg.TLS:
		return "https"
	}
	return "http"
}

// address is how people reach the house: the base URL, or without one the host
// that this request came by.
func (h *Handlers) address(r *http.Request) string {
	if h.cfg.BaseURL != nil {
		return strings.TrimSuffix(h.cfg.BaseURL.String(), "/")
	}
	return h.scheme() + "://" + r.Host
}

// origin is the part of the address that browsers tell in Origin.
func (h *Handlers) origin(r *http.Request) string {
	return strings.TrimSuffix(h.address(r), string(h.under))
}

// rightHost refuses a request for another name than the house's. Without it a
// stranger's name that points at this machine would be as good as the house's
// own, for all that a browser keeps apart by name. The port is not compared:
// proxies leave it out. Without a base URL any name will do.
func (h *Handlers) rightHost(r *http.Request) error {
	if h.cfg.BaseURL == nil || sameName(r.Host, h.cfg.BaseURL.Host) {
		return nil
	}
	return &problem{http.StatusMisdirectedRequest, "other_host", lang.Key(lang.T(r.Context(),
		"The house is open at %s, and this came for another name. Open it there. If you did, its proxy must pass on the Host header.", h.address(r)))}
}

func sameName(a, b string) bool { return strings.EqualFold(hostname(a), hostname(b)) }

func hostname(host string) string {
	return strings.TrimSuffix((&url.URL{Host: host}).Hostname(), ".")
}

// crossOrigin refuses what another site makes a browser send. The standard
// library's check goes by Sec-Fetch-Site, and by the host where a browser is
// too old for it; an Origin that is told must be ours besides, scheme and all.
func (h *Handlers) crossOrigin(r *http.Request) error {
	if http.NewCrossOriginProtection().Check(r) != nil {
		return errElsewhere
	}
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodOptions
	if _, told := r.Header["Origin"]; told && !safe {
		return h.sameOrigin(r)
	}
	return nil
}

// sameOrigin is required of sockets, and of whatever tells where it comes
// from: every GET passes the cross-origin check, and a socket is a GET.
func (h *Handlers) sameOrigin(r *http.Request) error {
	if told := r.Header.Values("Origin"); len(told) == 1 && plainOrigin(told[0]) == plainOrigin(h.origin(r)) {
		return nil
	}
	return errElsewhere
}

// plainOrigin is an origin as browsers tell it (RFC 6454): lower case, without
// the port that goes without saying.
func plainOrigin(s string) string {
	s = strings.ToLower(s)
	if rest, ok := strings.CutPrefix(s, "https://"); ok {
		return "https://" + strings.TrimSuffix(rest, ":443")
	}
	if rest, ok := strings.CutPrefix(s, "http://"); ok {
		return "http://" + strings.TrimSuffix(rest, ":80")
	}
	return s
}

// prefetched reports whether a browser asks for a page that nobody has opened
// yet.
func prefetched(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Moz"} {
		if strings.Contains(strings.ToLower(r.Header.Get(name)), "prefetch") {
			return true
		}
	}
	return false
}

// client is where a request comes from. The connection tells it, unless it
// comes from a proxy that the house was told to believe: then it is the last
// address in X-Forwarded-For that is no such proxy. Whatever stands to the left
// of it anybody may have written.
func (h *Handlers) client(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{} // a connection without an address, as in tests
	}
	from := at.Addr().Unmap()
	told := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(told) - 1; i >= 0 && h.believed(from); i-- {
		next, ok := forwarded(told[i])
		if !ok {
			break // the nearest that can be read is the best that is known
		}
		from = next
	}
	return from
}

// believed reports whether an address is that of a proxy which may say who the
// client is.
func (h *Handlers) believed(a netip.Addr) bool {
	for _, p := range h.cfg.Proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// forwarded reads one entry of X-Forwarded-For, with or without a port.
func forwarded(s string) (netip.Addr, bool) {
	s = strings.TrimSpace(s)
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	a, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return a.Unmap().WithZone(""), err == nil
}

// place is an address as limits count it: of IPv6 the first 64 bits, for
// whoever has one address there has them all.
func place(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
