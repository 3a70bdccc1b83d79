package browser

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"outcry/auction"
	"outcry/views"
	"outcry/views/lang"
)

// letter is a mail that is pictured, as its views write it.
type letter struct {
	name  string
	write func(ctx context.Context) views.MailView
	ci    bool
}

// letters are the mails of one evening in a charity's house.
func letters() []letter {
	gbp, _ := auction.CurrencyOf("GBP")
	closes := time.Date(2026, 12, 5, 20, 30, 0, 0, time.UTC)
	s := auction.Sale{Slug: "winter", Title: "Winter Sale", Currency: gbp, Zone: "Europe/London", OpensAt: closes.Add(-26 * time.Hour), ClosesAt: closes,
		Payment: "By card at the desk, or by transfer to 12-34-56 00112233.", Collection: "At the school office, until Friday at five."}
	e := auction.Entry{SaleID: 1, Sale: s.Slug, Words: auction.Words{Number: "12", Title: "Two tickets for the last night of the Proms"}}
	e.ID, e.State, e.Price, e.Ask, e.Hammer, e.Bids, e.ClosesAt = 42, auction.Open, 124000, 125000, 124000, 9, closes
	charge := auction.Charge{Hammer: 124000, Premium: 12400, Tax: 2480}
	frame := func(ctx context.Context) views.MailView {
		return views.MailView{House: "Hill School", Home: "https://sale.example.org", Stop: "https://sale.example.org/mail/stop/AAAA",
			Why: lang.T(ctx, "You get this because you have an account here, and want mails about %s.", lang.T(ctx, "being outbid"))}
	}
	lot := func(ctx context.Context) views.MailLotView {
		return views.MailLotView{Frame: frame(ctx), Sale: s, Entry: e, Paddle: "87", Charge: charge, Reason: "Typed for the wrong lot"}
	}
	sold := func(ctx context.Context) views.MailLotView {
		v := lot(ctx)
		v.Entry.State = auction.Sold
		return v
	}
	bill := auction.Invoice{Number: "1-0087", Paddle: "87"}
	link := func(p auction.LinkPurpose) func(context.Context) views.MailView {
		return func(ctx context.Context) views.MailView {
			plain := views.MailView{House: "Hill School", Home: "https://sale.example.org"}
			return views.LinkMail(ctx, views.MailLinkView{Frame: plain, Link: auction.Link{Purpose: p}, Address: "https://sale.example.org/link/AAAA", Sale: s})
		}
	}
	return []letter{
		{"outbid", func(ctx context.Context) views.MailView { return views.OutbidMail(ctx, lot(ctx)) }, true},
		{"won", func(ctx context.Context) views.MailView { return views.WonMail(ctx, sold(ctx)) }, false},
		{"won-many", func(ctx context.Context) views.MailView {
			return views.WonManyMail(ctx, sold(ctx), []views.WonLot{{Entry: e, Charge: charge}, {Entry: e, Charge: charge}})
		}, false},
		{"passed", func(ctx context.Context) views.MailView { return views.PassedMail(ctx, lot(ctx)) }, false},
		{"outage", func(ctx context.Context) views.MailView { return views.OutageMail(ctx, lot(ctx)) }, false},
		{"voided", func(ctx context.Context) views.MailView { return views.VoidedMail(ctx, lot(ctx)) }, false},
		{"consign", func(ctx context.Context) views.MailView { return views.ConsignMail(ctx, sold(ctx)) }, false},
		{"ready", func(ctx context.Context) views.MailView {
			return views.ReadyMail(ctx, frame(ctx), s, auction.Holder{Paddle: "87", Limit: 500000})
		}, false},
		{"payment", func(ctx context.Context) views.MailView {
			return views.PaymentMail(ctx, frame(ctx), s, bill, auction.Payment{Amount: 5000, At: closes})
		}, false},
		{"offer", func(ctx context.Context) views.MailView {
			return views.OfferMail(ctx, lot(ctx), auction.AfterAct{Paddle: "87", Price: 110000, Until: closes.Add(48 * time.Hour)}, "https://sale.example.org/offers/AAAA")
		}, false},
		{"letter", func(ctx context.Context) views.MailView {
			return views.LetterMail(ctx, frame(ctx), s, auction.Letter{Subject: "Doors at six", Words: "Soup is served from half past six.\n\nBring your paddle."})
		}, false},
		{"sign-in", link(auction.LinkSignIn), false},
		{"sign-up", link(auction.LinkSignUp), false},
		{"invitation", link(auction.LinkInvite), false},
	}
}

// TestMailPictures takes the pictures of the mails, or compares them.
func TestMailPictures(t *testing.T) {
	t.Parallel()
	openChromium(t)
	dir := album(t)
	p := sit(t, "http://127.0.0.1", "a mail program", desktop)
	for tag, name := range map[string]string{"en": "mail-", "de": "mail-de-"} {
		ctx := lang.With(t.Context(), lang.Choose(tag, ""))
		for _, l := range letters() {
			pic := picture{name: name + l.name, ci: l.ci}
			in := pic.wanted()
			if len(in) == 0 || tag == "de" && !l.ci && l.name != "invitation" && l.name != "won" {
				continue
			}
			html, err := views.Render(ctx, views.Mail(l.write(ctx)))
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(string(html))
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range in {
				p.do("a window", chromedp.EmulateViewport(d.size.w, d.size.h))
				eval[bool](p, `(document.open(), document.write(`+string(text)+`), document.close(), true)`)
				keep(t, dir, pic.name+"-"+d.name, p.shootIn(pic, d))
			}
		}
	}
}
