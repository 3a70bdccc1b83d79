package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"outcry/auction"
)

// Whoever reads German is mailed in German, text and HTML, with numbers and
// dates as they are written there, and the sale's zone named.
func TestMailsAreInTheirReadersLanguage(t *testing.T) {
	s := mailed(t)
	sale, lots := s.sale(1, func(x *auction.Sale) {
		published(x)
		x.Zone = "Europe/Berlin"
	})
	ann, bob := s.bidder("Ann", sale), s.bidder("Bob", sale)
	if err := s.store.SetLang(t.Context(), ann.user.ID, "de"); err != nil {
		t.Fatal(err)
	}
	ann.bid(lots[0], "1500")
	bob.bid(lots[0], "2000")
	const subject = "ann@example.org: Überboten bei Los 1, Vase 1"
	got := s.send(time.Minute)
	only(t, "outbid", got, subject)
	m := got[subject]
	closes := s.entry(lots[0]).ClosesAt.In(must(time.LoadLocation("Europe/Berlin")))
	for _, want := range []string{"Sie sind überboten", "Jemand hat mehr geboten für Los 1, Vase 1.", "1.525,00\u00a0£", "Endet", closes.Format("2006, 15:04") + " Uhr, Ortszeit Berlin",
		"Sie bekommen dies, weil", "Überbotenwerden", "Keine solchen Mails mehr"} {
		for part, text := range map[string]string{"text": m.Text, "HTML": m.HTML} {
			if !strings.Contains(text, want) {
				t.Errorf("the mail's %s lacks %q:\n%s", part, want, text)
			}
		}
	}
	if !strings.Contains(m.HTML, `<html lang="de" dir="ltr">`) {
		t.Errorf("the HTML is in another language: %s", m.HTML[:200])
	}
	ann.bid(lots[0], "3000")
	only(t, "to somebody who reads English", s.send(2*time.Minute), "bob@example.org: Outbid on lot 1, Vase 1")
}

// A link is mailed in the language of the page that it was asked for on; whoever
// signs in by it is written to in that language from then on.
func TestALinkIsInTheLanguageOfItsPage(t *testing.T) {
	s := mailed(t)
	guest := &person{site: s}
	german := []string{"Accept-Language", "de-DE,de;q=0.9"}
	guest.do("POST", "/sign-up", url.Values{"name": {"Zoë"}, "email": {"zoe@example.org"}}, german...).says(t, "sign up", 200)
	got := s.send(0)
	only(t, "to sign up", got, "zoe@example.org: Adresse bestätigen")
	link := addressIn(got["zoe@example.org: Adresse bestätigen"].Text, s.URL)
	guest.do("POST", strings.TrimPrefix(link, s.URL), url.Values{}, german...).says(t, "the link", 303)
	u, err := s.store.UserByEmail(t.Context(), "zoe@example.org")
	if err != nil || u.Lang != "de" {
		t.Errorf("her language is %q, %v", u.Lang, err)
	}
	guest.do("POST", "/sign-in/link", url.Values{"email": {"zoe@example.org"}}, german...)
	only(t, "to sign in", s.send(time.Second), "zoe@example.org: Anmelden bei 127.0.0.1")
}

// addressIn finds the address of a link in a mail.
func addressIn(text, house string) string {
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, house+"/link/") {
			return word
		}
	}
	return ""
}
