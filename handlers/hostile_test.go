package handlers

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"outcry/auction"
	"outcry/handlers/hub"
	"outcry/saleroom"
	"outcry/store"
)

// hostileSite is a site over a real store, with a sale, whose bids nobody
// decides.
func hostileSite(t *testing.T) (*Handlers, *store.Store, auction.Sale) {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	gbp, _ := auction.CurrencyOf("GBP")
	steps, err := auction.Preset("charity", gbp)
	if err != nil {
		t.Fatal(err)
	}
	s, err := st.CreateSale(t.Context(), auction.Sale{Slug: "winter", Title: "Winter", Currency: gbp, Zone: "UTC",
		OpensAt: now(), ClosesAt: now().Add(time.Hour), Steps: steps, StepsName: "charity"})
	if err == nil {
		err = st.PublishSale(t.Context(), s.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return New(t.Context(), Config{Store: st, Hub: hub.New(hub.Config{}), Photos: st, Secret: []byte("secret"),
		Room: saleroom.New(saleroom.Config{Store: saleroom.Over(st)}), Log: slog.New(slog.DiscardHandler)}), st, s
}

// signedIn returns a cookie of somebody new.
func signedIn(t testing.TB, h *Handlers, st *store.Store, email string, role auction.Role) (auction.User, *http.Cookie) {
	t.Helper()
	u, err := st.AddUser(t.Context(), auction.User{Email: email, Name: email, Role: role, At: now()})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := h.signIn(w, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), u, 0); err != nil {
		t.Fatal(err)
	}
	return u, w.Result().Cookies()[0]
}

func send(h http.Handler, method, path string, form url.Values, as *http.Cookie) *http.Response {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Accept", "application/json")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if as != nil {
		r.AddCookie(as)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestAVoidLinkEndsWhatItOpened(t *testing.T) {
	h, st, s := hostileSite(t)
	_, staff := signedIn(t, h, st, "clerk@example.org", auction.RoleClerk)
	guest, err := st.AddUser(t.Context(), auction.User{Name: "Guest", Role: auction.RoleBidder, At: now()})
	if err != nil {
		t.Fatal(err)
	}
	holder, err := st.Register(t.Context(), s.ID, guest.ID, "Guest", true)
	if err != nil {
		t.Fatal(err)
	}
	link := "/enter/" + EnterToken([]byte("secret"), holder)
	thief := send(h, "GET", link, nil, nil).Cookies()[0]
	if res := send(h, "GET", "/sales/winter/mine", nil, thief); res.StatusCode != 200 {
		t.Fatalf("the holder of the link sees their bids: %s", res.Status)
	}
	if res := send(h, "POST", "/desk/paddles/"+strconv.FormatInt(holder.ID, 10), url.Values{"relink": {"1"}}, staff); res.StatusCode != 303 {
		t.Fatalf("a new link: %s", res.Status)
	}
	if res := send(h, "GET", link, nil, nil); res.StatusCode != 404 {
		t.Errorf("the old link: %s, want 404", res.Status)
	}
	if res := send(h, "GET", "/sales/winter/mine", nil, thief); res.StatusCode != 401 {
		t.Errorf("who came by the old link: %s, want 401", res.Status)
	}
}

func TestWhatIsNoTextIsRefused(t *testing.T) {
	h, st, _ := hostileSite(t)
	_, bidder := signedIn(t, h, st, "ann@example.org", auction.RoleBidder)
	for _, bad := range []string{"a\x00b", "\xff"} {
		for _, path := range []string{"/sales/" + url.PathEscape(bad), "/sales/winter?q=" + queryEscape(bad)} {
			if res := send(h, "GET", path, nil, nil); res.StatusCode != 404 {
				t.Errorf("GET %s: %s, want 404", path, res.Status)
			}
		}
		form := url.Values{"name": {bad}, "agree": {"1"}}
		if res := send(h, "POST", "/sales/winter/register", form, bidder); res.StatusCode != 400 {
			t.Errorf("the name %q: %s, want 400", bad, res.Status)
		}
	}
	if res := send(h, "GET", "/sales/winter?q=100%&show=open", nil, nil); res.StatusCode != 200 {
		t.Errorf("a carelessly typed query: %s, want 200", res.Status)
	}
}

func TestNoSaleIsCalledNew(t *testing.T) {
	h, st, _ := hostileSite(t)
	_, owner := signedIn(t, h, st, "ruth@example.org", auction.RoleOwner)
	form := url.Values{"title": {"New"}, "currency": {"GBP"}, "zone": {"UTC"}, "steps_name": {"charity"},
		"opens_at": {"2030-01-01T10:00"}, "closes_at": {"2030-01-01T11:00"}}
	if res := send(h, "POST", "/desk/sales/new", form, owner); res.StatusCode != 422 {
		t.Errorf("a sale at /desk/sales/new: %s, want 422", res.Status)
	}
}
