package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"outcry/auction"
	"outcry/handlers"
)

// TestReadablePasswordsAreSaid: staff who type passwords that others on the
// network can read are told so, and what to do; nobody else is, and nobody on
// the machine itself or over https.
func TestReadablePasswordsAreSaid(t *testing.T) {
	const words = "can read the passwords that are typed here"
	behind := func(change func(*handlers.Config)) *site {
		return configured(t, func(c *handlers.Config) {
			c.Proxies, c.SetUp = loopback, "open-sesame"
			if change != nil {
				change(c)
			}
		})
	}
	far := []string{"X-Forwarded-For", "192.0.2.7"} // a proxy of this machine tells who comes
	plain := behind(nil)
	clara := plain.person("Clara", auction.RoleClerk)
	guest := &person{site: plain}
	for _, c := range []struct {
		what   string
		who    *person
		path   string
		header []string
		want   bool
	}{
		{"the owner's desk", plain.owner, "/desk", far, true},
		{"a clerk's desk", clara, "/desk", far, true},
		{"signing in for the desk", guest, "/sign-in?next=%2Fdesk%2Fsales%2Fnew", far, true},
		{"on this machine", plain.owner, "/desk", nil, false},
		{"signing in on this machine", guest, "/sign-in?next=%2Fdesk", nil, false},
		{"over the https of the proxy", plain.owner, "/desk", append(far, "X-Forwarded-Proto", "https"), false},
		{"a bidder's sign-in", guest, "/sign-in", far, false},
		{"a bidder's sign-in for a lot", guest, "/sign-in?next=%2Flots%2F1", far, false},
		{"another page of the desk", plain.owner, "/desk/staff", far, false},
	} {
		got := c.who.do("GET", c.path, nil, c.header...)
		if got.status != 200 || strings.Contains(got.text, words) != c.want {
			t.Errorf("%s: %d, it is said: %v, want %v", c.what, got.status, !c.want, c.want)
		}
	}
	base, err := url.Parse("https://sale.example.org")
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func(*handlers.Config){
		"an https base": func(c *handlers.Config) { c.BaseURL = base }, "https itself": func(c *handlers.Config) { c.TLS = true },
	} {
		s := behind(change)
		if got := s.raw("GET", "sale.example.org", "/desk", "__Host-outcry="+s.owner.cookie, far...); got.status != 200 || strings.Contains(got.text, words) {
			t.Errorf("%s: %d, passwords are called readable", what, got.status)
		}
	}
	if err := plain.store.SetRole(t.Context(), plain.owner.user.ID, auction.RoleBidder); err != nil { // a house without an owner
		t.Fatal(err)
	}
	guest.do("GET", "/setup/open-sesame", nil, far...).says(t, "opening the house", 200, words)
	if got := guest.get("/setup/open-sesame"); strings.Contains(got.text, words) {
		t.Error("whoever opens the house on its own machine is frightened")
	}
}
