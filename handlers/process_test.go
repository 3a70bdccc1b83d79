package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"testing"

	"outcry/auction"
	"outcry/handlers"
	"outcry/handlers/hub"
)

// process is one more process of the site's house.
func (s *site) process(t testing.TB) *person {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	watch := hub.New(hub.Config{})
	h := handlers.New(ctx, handlers.Config{Store: s.store, Room: s.room, Hub: watch, Photos: s.store, Secret: []byte("a secret of the test"), Log: s.log.logger(t), Shared: true})
	server := httptest.NewServer(h)
	t.Cleanup(func() {
		if err := watch.Close(context.Background()); err != nil {
			t.Error(err)
		}
		server.Close()
		stop()
		h.Wait()
	})
	return &person{site: &site{Server: server, t: t, store: s.store, room: s.room, house: h}, user: s.owner.user, cookie: s.owner.cookie}
}

// A preview is shown and confirmed by any process of the house, also by one
// that starts after it, for whoever handed the file over and for nobody else.
func TestAPreviewIsConfirmedAtAnyProcess(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(0, nil)
	autumn := sale
	autumn.ID, autumn.Slug = 0, "autumn"
	if _, err := s.store.CreateSale(t.Context(), autumn); err != nil {
		t.Fatal(err)
	}
	token := importToken(t, s.owner, "Title,Opening bid,Reserve\nJug,12,\nMug,10,5\nBowl,5,\n")
	other := s.process(t)
	colleague := s.person("Olga", auction.RoleOrganiser)
	s.runs(colleague, sale)
	confirm := url.Values{"confirm": {"1"}, "token": {token}}
	const over = "This preview is not kept any more"
	colleague.get("/desk/sales/spring/import?token="+token).says(t, "a colleague's look", http.StatusOK, over)
	colleague.do("POST", "/desk/sales/spring/import", confirm).says(t, "a colleague's word", http.StatusUnprocessableEntity, over)
	s.owner.do("POST", "/desk/sales/autumn/import", confirm).says(t, "the word for another sale", http.StatusUnprocessableEntity, over)
	s.owner.do("POST", "/desk/sales/spring/bidders/import", confirm).says(t, "the word for bidders", http.StatusUnprocessableEntity, over)

	preview := other.get("/desk/sales/spring/import?token=" + token)
	preview.says(t, "the preview at another process", http.StatusOK, "lots.csv", "Bring in 2 lots, leave 1 out")
	done := other.do("POST", "/desk/sales/spring/import", confirm)
	done.says(t, "the word at another process", http.StatusOK, "Done.", "2 new")
	all, err := s.store.Drafts(t.Context(), sale.ID)
	if err != nil || len(all) != 2 || all[0].Title != "Jug" || all[0].Number != "1" || all[1].Title != "Bowl" || all[1].Number != "2" {
		t.Fatalf("after the import: %+v, %v", all, err)
	}
	row := regexp.MustCompile(`>2</td>\s*<td dir="auto">Bowl<`)
	for what, page := range map[string]page{"the preview": preview, "what was done": done} {
		if !row.MatchString(page.text) {
			t.Errorf("%s does not call the bowl lot 2", what)
		}
	}
	s.owner.do("POST", "/desk/sales/spring/import", confirm).says(t, "the word once more", http.StatusOK, "2 as they were")
}
