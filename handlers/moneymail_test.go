package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// Invoices, receipts and reminders go through a real mail server, each once.
func TestMailsAboutMoney(t *testing.T) {
	s := mailed(t)
	s.bought()
	s.send(2 * time.Minute) // what the sale itself told
	remind := func() page {
		t.Helper()
		got := s.owner.do("POST", "/desk/sales/spring/overdue", url.Values{})
		if got.status != 303 {
			t.Fatalf("reminders: %d %s", got.status, got.text)
		}
		s.house.Wait()
		return s.owner.get(got.header.Get("Location"))
	}
	one := func(what, subject string, texts ...string) {
		t.Helper()
		got := s.send(0)
		if len(got) != 1 {
			t.Errorf("%s: %d mails, want 1: %v", what, len(got), got)
		}
		for key, m := range got {
			if key != "ann@example.org: "+subject {
				t.Errorf("%s: %q, want %q", what, key, subject)
			}
			for _, want := range texts {
				if !strings.Contains(m.Text, want) {
					t.Errorf("%s does not say %q: %s", what, want, m.Text)
				}
			}
		}
	}
	remind().says(t, "the job", 200, "Reminders to all who owe", "1 of 1", "Done")
	remind().says(t, "the job, the same day", 200, "1 of 1", "Who was not written to", "Paddle 101, Ann, was reminded today already.")
	s.owner.get("/desk/sales/spring/overdue").says(t, "who owes", 200, "Before", "Reminders to all who owe")
	one("a reminder", "Invoice 1-0101: £26.00 to pay", "£26.00", "Vase 1", "Card at the desk.", "/sales/spring/invoice")
	if got := s.owner.pay(s.owner.get(annsAccount), ""); got.status != 303 {
		t.Fatalf("paid: %d", got.status)
	}
	f := formOf(t, s.owner.get(annsAccount), annsAccount+"/mail")
	for range 2 {
		if got := s.owner.do("POST", annsAccount+"/mail", f); got.status != 303 {
			t.Errorf("mailed: %d", got.status)
		}
	}
	one("a receipt", "Receipt for invoice 1-0101", "Paid, thank you", "£26.00")
	paid := s.send(2 * time.Minute)
	only(t, "the payment itself", paid, "ann@example.org: Payment received: £26.00")
	if m := paid["ann@example.org: Payment received: £26.00"]; !strings.Contains(m.Text, "We have received £26.00") {
		t.Errorf("the mail: %s", m.Text)
	}
	remind()
	if got := s.send(0); len(got) != 0 {
		t.Errorf("reminded of what is paid: %v", got)
	}
	acts, err := s.store.Acts(t.Context(), auction.ActQuery{SaleID: 1, Kind: string(auction.ActReminded)})
	if err != nil || len(acts) != 1 {
		t.Errorf("%d reminders in the audit list, %v", len(acts), err)
	}
}

func TestAHouseWithoutMailsSaysSo(t *testing.T) {
	s := newSite(t)
	s.bought()
	if text := s.owner.get(annsAccount).text; strings.Contains(text, `/mail"`) {
		t.Error("a house without mails offers to send one")
	}
	s.owner.do("POST", annsAccount+"/mail", url.Values{"key": {"a-key-of-the-test-1"}}).says(t, "by mail", 422, "sends no mails")
	s.owner.do("POST", "/desk/sales/spring/overdue", url.Values{}).says(t, "a reminder", 422, "sends no mails")
}

func TestAnOfferIsMailed(t *testing.T) {
	s := mailed(t)
	_, lots, _, _ := s.underReserve(1)
	s.send(0) // what the sale itself told
	after := "/desk/lots/" + lotID(lots[0]) + "/after"
	offer := url.Values{"act": {"offer"}, "paddle": {"102"}, "price": {"27.50"}}
	for _, drop := range []bool{true, false} {
		if got := s.owner.do("POST", after, offer); got.status != 303 {
			t.Fatalf("offered: %d", got.status)
		}
		if drop {
			s.owner.do("POST", after, url.Values{"act": {"drop"}, "offer": {"1"}})
		}
	}
	got := s.send(0)
	m, ok := got["ben@example.org: Offered to you: lot 1, Vase 1"]
	if !ok || len(got) != 1 {
		t.Fatalf("mails: %v, want the offer that stands alone", got)
	}
	link := offerLink.FindString(m.Text)
	(&person{site: s}).get(link).says(t, "the mail's link", 200, "Buy it for £30.25")
	if !strings.Contains(m.Text, "£30.25") {
		t.Errorf("the mail does not say what it costs: %s", m.Text)
	}
}

// A sale may tell of no payment by itself; the button stays.
func TestASaleWithoutReceipts(t *testing.T) {
	s := mailed(t)
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	inTwoWeeks := func() string { return time.Now().In(london).AddDate(0, 0, 14).Format("2 January 2006") }
	day := inTwoWeeks()
	sale, _, _ := s.bought()
	later := inTwoWeeks()
	s.send(2 * time.Minute)
	sale.NoReceipts, sale.DueDays = true, 14
	if err := s.store.SaveSale(t.Context(), sale); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.owner.get(annsAccount+"/invoice").text, day) {
		day = later // it was midnight meanwhile
	}
	s.owner.get("/desk/sales/spring/overdue").says(t, "who owes", 200, "Pay by", day)
	s.owner.get(annsAccount+"/invoice").says(t, "the invoice", 200, "To be paid by", day)
	if got := s.owner.pay(s.owner.get(annsAccount), ""); got.status != 303 {
		t.Fatalf("paid: %d", got.status)
	}
	if got := s.send(2 * time.Minute); len(got) != 0 {
		t.Errorf("a payment is told of: %v", got)
	}
	if text := s.owner.get(annsAccount + "/invoice").text; strings.Contains(text, "To be paid by") {
		t.Error("what is paid is to be paid")
	}
	if got := s.owner.do("POST", annsAccount+"/mail", formOf(t, s.owner.get(annsAccount), annsAccount+"/mail")); got.status != 303 {
		t.Errorf("by the button: %d", got.status)
	}
	only(t, "by the button", s.send(0), "ann@example.org: Receipt for invoice 1-0101")
}
