package handlers_test

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// saleFormOf is the form of a sale as its page fills it in.
func saleFormOf(t *testing.T, p page) url.Values {
	t.Helper()
	form := url.Values{"steps_name": {"charity"}, "currency": {"GBP"}}
	for _, name := range []string{"title", "slug", "zone", "opens_at", "closes_at", "stagger", "window", "extension"} {
		form.Set(name, p.filled(t, name))
	}
	return form
}

// lotFormOf is the form of a lot as its page fills it in.
func lotFormOf(t *testing.T, p page) url.Values {
	t.Helper()
	form := url.Values{}
	for _, name := range []string{"number", "title", "opening", "opens_at", "closes_at"} {
		form.Set(name, p.filled(t, name))
	}
	return form
}

func deskLot(id int64) string { return fmt.Sprintf("/desk/lots/%d", id) }

// at is a moment as a form's field says it in London.
func at(t *testing.T, when time.Time) string {
	t.Helper()
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	return when.In(london).Format("2006-01-02T15:04:05")
}

func TestSavingAFormMovesNoTime(t *testing.T) {
	s := newSite(t)
	// Half past one of this night comes twice in London; this is the second.
	twice := time.Date(2040, 10, 28, 1, 30, 20, 123e6, time.UTC)
	sale, lots := s.sale(3, func(sale *auction.Sale) {
		sale.OpensAt, sale.ClosesAt, sale.Stagger = twice.Add(-time.Hour), twice, 45*time.Second
	})
	for i, id := range lots {
		form := lotFormOf(t, s.owner.get(deskLot(id)))
		form.Set("title", "A better title")
		if got := s.owner.do("POST", deskLot(id), form); got.status != http.StatusSeeOther {
			t.Fatalf("save lot %d: %d", i, got.status)
		}
		if e := s.entry(id); !e.ClosesAt.Equal(sale.CloseOf(i)) || !e.OpensAt.Equal(sale.OpensAt) || e.Title != "A better title" {
			t.Errorf("after a new title lot %d opens %s and closes %s; want %s and %s", i, e.OpensAt, e.ClosesAt, sale.OpensAt, sale.CloseOf(i))
		}
	}
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("title", "Autumn Sale")
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Fatalf("save the sale: %d", got.status)
	}
	after, err := s.store.Sale(t.Context(), "spring")
	if err != nil || !after.OpensAt.Equal(sale.OpensAt) || !after.ClosesAt.Equal(sale.ClosesAt) || after.Title != "Autumn Sale" {
		t.Errorf("after a new title the sale opens %s and closes %s, %v", after.OpensAt, after.ClosesAt, err)
	}
}

func TestATimeThatNeverComesIsRefused(t *testing.T) {
	s := newSite(t)
	s.sale(0, nil)
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("opens_at", "2040-03-25T01:30")
	form.Set("closes_at", "2040-03-25T20:00")
	got := s.owner.do("POST", "/desk/sales/spring/edit", form)
	got.says(t, "an hour that is left out", 422, "The clocks are put forward over this time")
	if got.filled(t, "opens_at") != "2040-03-25T01:30" {
		t.Error("what was typed is lost")
	}
}

func TestLotsMoveWithTheirSale(t *testing.T) {
	s := newSite(t)
	opens := time.Date(2040, 5, 1, 18, 0, 0, 0, time.UTC)
	sale, lots := s.sale(4, func(sale *auction.Sale) {
		sale.OpensAt, sale.ClosesAt, sale.Stagger = opens, opens.Add(time.Hour), time.Minute
	})
	if got := s.owner.do("POST", deskLot(lots[1])+"/remove", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("remove a lot: %d", got.status)
	}
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("opens_at", at(t, sale.OpensAt.AddDate(0, 0, 7)))
	form.Set("closes_at", at(t, sale.ClosesAt.AddDate(0, 0, 7)))
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Fatalf("a week later: %d", got.status)
	}
	for i, id := range lots {
		if i == 1 {
			continue
		}
		if e := s.entry(id); !e.OpensAt.Equal(sale.OpensAt.AddDate(0, 0, 7)) || !e.ClosesAt.Equal(sale.CloseOf(i).AddDate(0, 0, 7)) {
			t.Errorf("lot %d opens %s and closes %s; want a week after %s and %s", i, e.OpensAt, e.ClosesAt, sale.OpensAt, sale.CloseOf(i))
		}
	}

	lot := lotFormOf(t, s.owner.get(deskLot(lots[3])))
	lot.Set("closes_at", at(t, opens.AddDate(0, 0, 7).Add(30*time.Second)))
	if got := s.owner.do("POST", deskLot(lots[3]), lot); got.status != http.StatusSeeOther {
		t.Fatalf("a time of its own: %d", got.status)
	}
	form.Set("opens_at", at(t, sale.OpensAt.AddDate(0, 0, 14)))
	form.Set("closes_at", at(t, sale.ClosesAt.AddDate(0, 0, 14)))
	got := s.owner.do("POST", "/desk/sales/spring/edit", form)
	got.says(t, "leaving a lot behind", 422, "Lot 4 would close on Tuesday 8 May 2040, 19:00. A lot must close after it opens.")
	if e := s.entry(lots[0]); !e.OpensAt.Equal(sale.OpensAt.AddDate(0, 0, 7)) {
		t.Error("a refused move moved a lot")
	}
}

func TestNothingEndsTheMomentItOpens(t *testing.T) {
	s := newSite(t)
	hour := time.Now().Add(-time.Hour).Truncate(time.Second)
	sale, lots := s.sale(2, func(sale *auction.Sale) { sale.OpensAt, sale.ClosesAt = hour.Add(-time.Hour), hour })
	s.owner.do("POST", "/desk/sales/spring/publish", url.Values{}).says(t, "publish a sale that is over", 422, "Lot 1 would close on", "That has passed")
	if e := s.entry(lots[0]); e.State != auction.Upcoming {
		t.Fatalf("lot 1 is %s", e.State)
	}

	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("closes_at", at(t, hour.Add(3*time.Hour)))
	form.Set("opens_at", at(t, hour.Add(2*time.Hour)))
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Fatalf("a later close: %d", got.status)
	}
	if got := s.owner.do("POST", "/desk/sales/spring/publish", url.Values{}); got.status != http.StatusSeeOther {
		t.Fatalf("publish: %d", got.status)
	}
	form.Set("opens_at", at(t, hour.Add(-time.Hour)))
	form.Set("closes_at", at(t, hour))
	s.owner.do("POST", "/desk/sales/spring/edit", form).says(t, "move a published sale into the past", 422, "That has passed")
	lot := url.Values{"title": {"A late vase"}, "opening": {"10"}, "closes_at": {at(t, hour)}, "opens_at": {at(t, hour.Add(-time.Hour))}}
	got := s.owner.do("POST", "/desk/sales/spring/lots/new", lot)
	got.says(t, "a new lot that is over", 422, "That has passed", "A late vase")
	lot.Set("number", "1")
	s.owner.do("POST", deskLot(lots[0]), lot).says(t, "a lot moved into the past", 422, "That has passed")
	for _, id := range lots {
		if e := s.entry(id); e.State != auction.Upcoming {
			t.Errorf("lot %s is %s", e.Number, e.State)
		}
	}

	token := importToken(t, s.owner, "Lot,Title\n7,Too late\n")
	sale.ClosesAt = hour
	if err := s.store.SaveSale(t.Context(), sale); err != nil {
		t.Fatal(err)
	}
	if _, n, err := s.store.Entries(t.Context(), sale.ID, auction.Query{}); err != nil || n != 2 {
		t.Errorf("%d lots after the preview, %v", n, err)
	}
	s.owner.do("POST", "/desk/sales/spring/import", url.Values{"token": {token}, "confirm": {"1"}}).says(t, "import into a sale that is over", 422, "That has passed")
	if _, n, err := s.store.Entries(t.Context(), sale.ID, auction.Query{}); err != nil || n != 2 {
		t.Errorf("%d lots after the import, %v; want the 2 that were there", n, err)
	}
}

func TestOtherDecimalsDoNotMultiplyPrices(t *testing.T) {
	s := newSite(t)
	_, lots := s.sale(1, nil)
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("currency", "JPY")
	s.owner.do("POST", "/desk/sales/spring/edit", form).says(t, "yen for pounds", 422, "this currency has other decimals")
	if e := s.entry(lots[0]); e.Opening != 1000 {
		t.Errorf("the opening price is %d", e.Opening)
	}
	form.Set("currency", "EUR")
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Errorf("euros for pounds: %d, want 303", got.status)
	}
}

// importToken uploads a spreadsheet and returns the token of its preview.
func importToken(t *testing.T, p *person, csv string) string {
	t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile("file", "lots.csv")
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, csv)
	w.Close()
	req, err := http.NewRequestWithContext(t.Context(), "POST", p.URL+"/desk/sales/spring/import", strings.NewReader(body.String()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: "outcry", Value: p.cookie})
	return p.send(req).filled(t, "token")
}
