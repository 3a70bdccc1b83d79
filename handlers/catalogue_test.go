package handlers_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// upload sends a form with one file.
func upload(t *testing.T, p *person, path, field, name, content string) page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	f, err := w.CreateFormFile(field, name)
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", p.URL+path, &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: "outcry", Value: p.cookie})
	return p.send(req)
}

func TestLotsCloseByNumber(t *testing.T) {
	s := newSite(t)
	soon := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	sale, lots := s.sale(3, func(sale *auction.Sale) {
		sale.OpensAt, sale.ClosesAt, sale.Stagger, sale.ByNumber, sale.Cap = soon, soon.Add(time.Hour), time.Minute, true, 20*time.Minute
		sale.SoftClose = auction.SoftClose{Window: time.Minute, Extension: time.Minute}
	})
	own := lotFormOf(t, s.owner.get(deskLot(lots[2])))
	own.Set("closes_at", at(t, soon.Add(5*time.Hour)))
	if got := s.owner.do("POST", deskLot(lots[2]), own); got.status != http.StatusSeeOther {
		t.Fatalf("give lot 3 a close of its own: %d", got.status)
	}
	if got := s.owner.do("POST", "/desk/sales/spring/lots/new", url.Values{"number": {"1A"}, "title": {"Jug"}, "opening": {"5"}}); got.status != http.StatusSeeOther {
		t.Fatalf("add lot 1A: %d", got.status)
	}
	all, err := s.store.Drafts(t.Context(), sale.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := []time.Duration{time.Hour, time.Hour + time.Minute, time.Hour + 2*time.Minute, 5 * time.Hour}
	for i, l := range all {
		if got := l.ClosesAt.Sub(soon); got != want[i] || l.SoftClose.Latest.Sub(l.ClosesAt) != 20*time.Minute {
			t.Errorf("lot %s closes %s after the opening and at the latest %s, want %s and 20 minutes more", l.Number, got, l.SoftClose.Latest.Sub(soon), want[i])
		}
	}
	form := saleFormOf(t, s.owner.get("/desk/sales/spring/edit"))
	form.Set("close_order", "entered")
	if got := s.owner.do("POST", "/desk/sales/spring/edit", form); got.status != http.StatusSeeOther {
		t.Fatalf("close as entered: %d", got.status)
	}
	if all, err = s.store.Drafts(t.Context(), sale.ID); err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Duration{time.Hour, time.Hour + 3*time.Minute, time.Hour + time.Minute, 5 * time.Hour} {
		if got := all[i].ClosesAt.Sub(soon); got != want || !all[i].SoftClose.Latest.IsZero() {
			t.Errorf("as entered lot %s closes %s after the opening, want %s, without a latest", all[i].Number, got, want)
		}
	}
}

func TestCopyALotAndASale(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, func(sale *auction.Sale) { sale.Fees.TaxRate, sale.Contact.Phone = 700, "1234" })
	d, err := s.store.Draft(t.Context(), lots[0])
	if err != nil {
		t.Fatal(err)
	}
	d.Reserve, d.Steps, d.Description = 5000, auction.Table{{Step: 300}}, "*Blue*"
	if err := s.store.SaveDraft(t.Context(), lots[0], d); err != nil {
		t.Fatal(err)
	}
	got := s.owner.do("POST", deskLot(lots[0])+"/copy", nil)
	if got.status != http.StatusSeeOther {
		t.Fatalf("copy a lot: %d %s", got.status, got.text)
	}
	all, err := s.store.Drafts(t.Context(), sale.ID)
	if err != nil || len(all) != 3 || all[2].Number != "3" || all[2].Reserve != 5000 || all[2].Title != d.Title || all[2].Description != d.Description {
		t.Errorf("after a copy: %+v, %v", all, err)
	}
	form := saleFormOf2(t, s.owner.get("/desk/sales/spring/copy"))
	if form.Get("tax_rate") != "7" || form.Get("phone") != "1234" {
		t.Errorf("the form of the copy: %v", form)
	}
	form.Set("slug", "next")
	form.Set("lots", "1")
	if got := s.owner.do("POST", "/desk/sales/spring/copy", form); got.status != http.StatusSeeOther {
		t.Fatalf("copy the sale: %d %s", got.status, got.text)
	}
	next, err := s.store.Sale(t.Context(), "next")
	if err != nil || next.Published || next.Fees.TaxRate != 700 || !next.ClosesAt.After(time.Now()) {
		t.Errorf("the copy: %+v, %v", next, err)
	}
	copied, err := s.store.Drafts(t.Context(), next.ID)
	if err != nil || len(copied) != 3 {
		t.Fatalf("lots of the copy: %d, %v", len(copied), err)
	}
	for i, l := range copied {
		if l.Number != all[i].Number || l.Reserve != all[i].Reserve || !l.ClosesAt.Equal(next.ClosesAt) || !l.OpensAt.Equal(next.OpensAt) || len(l.Steps) != len(all[i].Steps) {
			t.Errorf("lot %d of the copy: %+v of %+v", i, l, all[i])
		}
	}
}

// saleFormOf2 is the form of a copy: its address is not filled in.
func saleFormOf2(t *testing.T, p page) url.Values {
	t.Helper()
	form := url.Values{"steps_name": {"charity"}, "currency": {"GBP"}}
	for _, name := range []string{"title", "zone", "opens_at", "closes_at", "stagger", "window", "extension", "tax_rate", "phone"} {
		form.Set(name, p.filled(t, name))
	}
	return form
}

func TestASaleIsTakenBackUntilALotOpens(t *testing.T) {
	s := newSite(t)
	s.sale(1, func(sale *auction.Sale) {
		published(sale)
		sale.OpensAt, sale.ClosesAt = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)
	})
	guest := &person{site: s}
	guest.get("/sales/spring")
	if got := s.owner.do("POST", "/desk/sales/spring/unpublish", nil); got.status != http.StatusSeeOther {
		t.Fatalf("take back: %d", got.status)
	}
	if got := guest.do("GET", "/sales/spring", nil); got.status != http.StatusNotFound {
		t.Errorf("a sale taken back: %d for a guest", got.status)
	}
	s2 := newSite(t)
	s2.sale(1, published)
	if got := s2.owner.do("POST", "/desk/sales/spring/unpublish", nil); got.status != http.StatusUnprocessableEntity {
		t.Errorf("taking back a sale with an open lot: %d", got.status)
	}
}

func TestAFileKeepsWhatItDoesNotSay(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(2, nil)
	d, err := s.store.Draft(t.Context(), lots[1])
	if err != nil {
		t.Fatal(err)
	}
	d.Description, d.Reserve = "Blue", 5000
	if err := s.store.SaveDraft(t.Context(), lots[1], d); err != nil {
		t.Fatal(err)
	}
	preview := upload(t, s.owner, "/desk/sales/spring/import", "file", "lots.csv", "Lot,Title,Opening bid\n2,Jug,12\n")
	preview.says(t, "the preview", http.StatusOK, "Changed", "opens at", "£12")
	if got := s.owner.do("POST", "/desk/sales/spring/import", url.Values{"confirm": {"1"}, "token": {preview.filled(t, "token")}}); got.status != http.StatusOK {
		t.Fatalf("confirm: %d", got.status)
	}
	after, err := s.store.Drafts(t.Context(), sale.ID)
	if err != nil || after[1].Title != "Jug" || after[1].Opening != 1200 || after[1].Description != "Blue" || after[1].Reserve != 5000 {
		t.Errorf("after the import: %+v, %v", after, err)
	}
	bad := upload(t, s.owner, "/desk/sales/spring/import", "file", "lots.csv", "Lot,Title,Opening bid\n2,Jug,60\n")
	bad.says(t, "an opening above the reserve", http.StatusUnprocessableEntity, "would lie below the opening bid")
}

func TestPicturesFromAZIP(t *testing.T) {
	s := newSite(t)
	_, lots := s.sale(3, nil)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	var shot bytes.Buffer
	if err := jpeg.Encode(&shot, image.NewRGBA(image.Rect(0, 0, 60, 40)), nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"2.jpg": shot.Bytes(), "2-10.jpg": shot.Bytes(), "2-9.jpg": shot.Bytes(), "Lot 3/front.jpg": shot.Bytes(),
		"1.jpg": []byte("no picture"), "holiday.jpg": shot.Bytes(), "__MACOSX/2.jpg": []byte("litter"),
	} {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	hand := func(name, content string) page {
		t.Helper()
		got := upload(t, s.owner, "/desk/sales/spring/photos", "photos", name, content)
		if got.status != http.StatusSeeOther {
			t.Fatalf("hand over %s: %d %s", name, got.status, got.text)
		}
		s.house.Wait()
		return s.owner.get(got.header.Get("Location"))
	}
	hand("all.zip", packed.String()).says(t, "the job", http.StatusOK, "Pictures from all.zip", "6 of 6", "Done, with problems",
		"“holiday.jpg” names no lot", "“1.jpg”: This is not a picture")
	for i, want := range []int{0, 3, 1} {
		if e := s.entry(lots[i]); len(e.Photos) != want {
			t.Errorf("lot %s has %d pictures, want %d", e.Number, len(e.Photos), want)
		}
	}
	hand("all.zip", packed.String()).says(t, "the same again", http.StatusOK, "“2-9.jpg” is left out")
	if e := s.entry(lots[1]); len(e.Photos) != 3 {
		t.Errorf("after the same file again lot 2 has %d pictures", len(e.Photos))
	}
	hand("1.jpg", shot.String()).says(t, "one picture", http.StatusOK, "Pictures from files", "1 of 1")
	if e := s.entry(lots[0]); len(e.Photos) != 1 {
		t.Errorf("lot 1 has %d pictures, want the one that came alone", len(e.Photos))
	}
	s.owner.get("/desk/sales/spring/photos").says(t, "the page of pictures", http.StatusOK, "Pictures from all.zip")
	if got := upload(t, s.owner, "/desk/sales/spring/photos", "photos", "bad.zip", "PK\x03\x04 and no more"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a damaged ZIP: %d, want 422", got.status)
	}
}

func TestANewLotBringsItsPictures(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(0, nil)
	var shot bytes.Buffer
	if err := jpeg.Encode(&shot, image.NewRGBA(image.Rect(0, 0, 60, 40)), nil); err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"title": "Vase", "opening": "10", "fair_value": "25", "description": "*Blue* <b>"} {
		w.WriteField(name, value)
	}
	f, _ := w.CreateFormFile("photos", "image.jpg") // a buffer takes all
	f.Write(shot.Bytes())
	w.CreateFormFile("photos", "") // the field for files, left empty
	w.Close()
	req, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/desk/sales/spring/lots/new", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: "outcry", Value: s.owner.cookie})
	if got := s.owner.send(req); got.status != http.StatusSeeOther {
		t.Fatalf("new lot: %d %s", got.status, got.text)
	}
	list, _, err := s.store.Entries(t.Context(), sale.ID, auction.Query{})
	if err != nil || len(list) != 1 || len(list[0].Photos) != 1 || list[0].FairValue != 2500 {
		t.Fatalf("the new lot: %+v, %v", list, err)
	}
	s.owner.get(deskLot(list[0].ID)).says(t, "its form", http.StatusOK, `capture="environment"`)
	s.owner.get("/lots/"+list[0].Number).says(t, "its page", http.StatusOK, "<em>Blue</em> &lt;b&gt;", "Fair value", "£25")
}

func TestLinesWithProblemsAreLeftOut(t *testing.T) {
	s := newSite(t)
	sale, _ := s.sale(1, nil)
	preview := upload(t, s.owner, "/desk/sales/spring/import", "file", "lots.csv", "Lot,Title,Opening bid\n7,Jug,12\n8,,3\n9,Bowl,5\n")
	preview.says(t, "the preview", http.StatusUnprocessableEntity, "Bring in 2 lots, leave 1 out", "the lot has no title")
	token := preview.filled(t, "token")
	only := s.owner.get("/desk/sales/spring/import?show=bad&token=" + token)
	only.says(t, "the lines with problems", http.StatusOK, "the lot has no title")
	if strings.Contains(only.text, "Bowl") {
		t.Error("the lines with problems show one without")
	}
	s.owner.do("POST", "/desk/sales/spring/import", url.Values{"confirm": {"1"}, "token": {token}}).says(t, "confirmed", http.StatusOK, "Done.", "2 new")
	all, err := s.store.Drafts(t.Context(), sale.ID)
	if err != nil || len(all) != 3 || all[1].Number != "7" || all[2].Number != "9" {
		t.Errorf("after leaving one out: %+v, %v", all, err)
	}
	twice := upload(t, s.owner, "/desk/sales/spring/import", "file", "lots.csv", "Lot,Title,Title\n7,Jug,Mug\n")
	twice.says(t, "a file with a column twice", http.StatusUnprocessableEntity, "stands above two columns")
	if strings.Contains(twice.text, `name="confirm"`) {
		t.Error("a file with a column twice can be confirmed")
	}
	if again, err := s.store.Drafts(t.Context(), sale.ID); err != nil || len(again) != 3 || again[1].Title != "Jug" {
		t.Errorf("a file with a column twice was taken: %+v, %v", again, err)
	}
}

// A number that is taken is offered as a swap, until one of the two has opened.
func TestTwoLotsSwapTheirNumbers(t *testing.T) {
	s := newSite(t)
	sale, lots := s.sale(3, nil)
	path := "/desk/lots/" + lotID(lots[0])
	f := formOf(t, s.owner.get(path), path)
	f.Set("number", "2")
	f.Set("title", "The vase of vases")
	asked := s.owner.do("POST", path, f)
	asked.says(t, "a number that is taken", http.StatusUnprocessableEntity, "Lot 2 is “Vase 2”", "Swap the two: this is lot 2, “Vase 2” is lot 1", "The vase of vases")
	f = formOf(t, asked, path)
	f.Set("number", "3")
	f.Set("swap", "2") // ticked, and then another number typed
	s.owner.do("POST", path, f).says(t, "another number than was ticked", http.StatusUnprocessableEntity, "Lot 3 is “Vase 3”")
	f.Set("number", "2")
	if got := s.owner.do("POST", path, f); got.status != http.StatusSeeOther {
		t.Fatalf("swapped: %d %s", got.status, got.text)
	}
	if a, b := s.entry(lots[0]), s.entry(lots[1]); a.Number != "2" || a.Title != "The vase of vases" || b.Number != "1" || b.Title != "Vase 2" {
		t.Errorf("swapped: %s %q and %s %q", a.Number, a.Title, b.Number, b.Title)
	}
	s.publish(sale)
	f.Set("number", "1")
	s.owner.do("POST", path, f).says(t, "once it has opened", http.StatusUnprocessableEntity, "has opened: its number stands")
}
