package handlers

import (
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyAProxySaysWhoTheClientIs(t *testing.T) {
	h := &Handlers{cfg: Config{Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00::/8")}}}
	for _, c := range []struct{ remote, told, want string }{
		{"198.51.100.7:1234", "", "198.51.100.7"},
		{"198.51.100.7:1234", "192.0.2.1", "198.51.100.7"}, // not a proxy: not believed
		{"10.0.0.5:1234", "", "10.0.0.5"},
		{"10.0.0.5:1234", "192.0.2.1", "192.0.2.1"},
		{"10.0.0.5:1234", "1.1.1.1, 192.0.2.1", "192.0.2.1"},           // what stands left the client wrote
		{"10.0.0.5:1234", "1.1.1.1, 192.0.2.1, 10.0.0.9", "192.0.2.1"}, // two proxies
		{"10.0.0.5:1234", "10.0.0.7, 10.0.0.9", "10.0.0.7"},            // proxies alone
		{"10.0.0.5:1234", "192.0.2.1, lies", "10.0.0.5"},               // the proxy tells nothing that can be read
		{"10.0.0.5:1234", "lies, 192.0.2.1:4711", "192.0.2.1"},         // with a port
		{"10.0.0.5:1234", "[2001:db8::1]:4711", "2001:db8::1"},
		{"[fd00::5]:1234", "2001:db8::1", "2001:db8::1"},
		{"[::ffff:10.0.0.5]:1234", "::ffff:192.0.2.1", "192.0.2.1"},
		{"[2001:db8::5]:1234", "192.0.2.1", "2001:db8::5"},
		{"10.0.1.5:1234", "192.0.2.1", "10.0.1.5"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.told != "" {
			r.Header.Set("X-Forwarded-For", c.told)
		}
		if got := h.client(r).String(); got != c.want {
			t.Errorf("from %s with X-Forwarded-For %q: %s, want %s", c.remote, c.told, got, c.want)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.0.0.5:1"
	r.Header.Add("X-Forwarded-For", "1.1.1.1")
	r.Header.Add("X-Forwarded-For", "192.0.2.1") // the proxy's own line comes last
	if got := h.client(r).String(); got != "192.0.2.1" {
		t.Errorf("of two lines: %s, want the last", got)
	}
}

func TestAPlaceIsANetworkOfOneOwner(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::9": "2001:db8:1:2::/64",
	} {
		if got := place(netip.MustParseAddr(a)); got != want {
			t.Errorf("place(%s) = %s, want %s", a, got, want)
		}
	}
}

func TestDevicesInWords(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0":            "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile Safari/604.1": "Safari on iPhone",
		"Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36":     "Samsung Internet on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0":                                             "Firefox on Mac",
		"curl/8.5.0":                "A browser",
		"":                          "A browser",
		"<script>alert(1)</script>": "A browser",
	} {
		if got := deviceOf(agent); got != want {
			t.Errorf("deviceOf(%q) = %q, want %q", agent, got, want)
		}
	}
}
