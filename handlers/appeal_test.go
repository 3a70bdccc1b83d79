package handlers_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// Whoever has the appeal open sees each gift, wherever it came from, and its
// being undone.
func TestAnAppealIsLive(t *testing.T) {
	s := newSite(t)
	sale, _, ann := s.bought()
	if err := s.store.SaveAppeal(t.Context(), auction.Appeal{SaleID: sale.ID, Title: "A minibus", Goal: 100_000, Open: true}); err != nil {
		t.Fatal(err)
	}
	guest := s.person("Guest", auction.RoleBidder)
	conn := guest.socket("appeal=spring") // reads the snapshot
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	hears := func(what string, texts ...string) {
		t.Helper()
		for {
			_, message, err := conn.Read(ctx)
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
			if text := string(message); strings.Contains(text, `id="appeal-1"`) {
				for _, want := range texts {
					if !strings.Contains(text, want) {
						t.Errorf("%s: the frame does not say %q: %s", what, want, text)
					}
				}
				return
			}
		}
	}
	browsing := guest.socket("sale=spring")
	inCatalogue := func(want string) {
		t.Helper()
		for {
			_, message, err := browsing.Read(ctx)
			if err != nil {
				t.Fatalf("the catalogue does not hear of %s: %v", want, err)
			}
			if text := string(message); strings.Contains(text, `hx-target="#given-1"`) && strings.Contains(text, want) {
				return
			}
		}
	}
	ann.do("POST", "/sales/spring/appeal", url.Values{"amount": {"50"}, "key": {"a-key-of-the-test-1"}})
	hears("a gift", `data-seq="1" data-price="5000"`, "£50", "5% of £1,000 · 1 gift")
	inCatalogue("£50 given · 5% of £1,000 · 1 gift")
	s.owner.do("POST", "/desk/sales/spring/appeal/donations", url.Values{"level": {"200"}, "paddles": {"101"}, "key": {"a-key-of-the-test-2"}})
	hears("a paddle that was up", `data-seq="2" data-price="25000"`, "£250")
	inCatalogue("£250 given")
	undo := formOf(t, s.owner.get("/desk/sales/spring/appeal"), "/desk/donations/2/undo")
	undo.Set("why", "a slip")
	if got := s.owner.do("POST", "/desk/donations/2/undo", undo); got.header.Get("Location") != "/desk/sales/spring/appeal?done=struck" {
		t.Errorf("undone at the appeal's page, it leads to %q", got.header.Get("Location"))
	}
	hears("undone", `data-seq="3" data-price="5000"`, "£50")
	inCatalogue("£50 given")
}
