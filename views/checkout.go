package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// CheckoutView is where the desk finds whoever stands before it.
type CheckoutView struct {
	Page
	Sale    auction.Sale
	Query   string       // a paddle or a name, "" = nobody looked for
	Found   []AccountRow // by Query
	Owing   []AccountRow // when nobody is looked for: who owes most, first
	More    int          // so many more owe
	Takings auction.Takings
}

// AccountRow is one paddle and what it owes.
type AccountRow struct {
	Holder  auction.Holder
	Invoice auction.Invoice
}

// AccountView is all that one paddle has bought, given and paid, with the
// forms that take the money.
type AccountView struct {
	Page
	Sale    auction.Sale
	Holder  auction.Holder
	Invoice auction.Invoice
	Undone  []auction.Donation
	Leads   int             // open lots that it leads: the invoice may grow
	Levels  []auction.Money // of the sale's appeal, offered for donations

	Amount  Field // of a payment, form name "amount"
	Note    string
	PayKey  string // form name "key"
	AskOver bool   // it was more than is due: ask once more, form name "over"
	Gift    Field  // of a donation, form name "amount"
	GiveKey string
	Mails   bool // the house sends mails
}

func accountURL(slug string, p auction.Paddle, rest string) templ.SafeURL {
	return deskURL(slug, "/checkout/"+string(path("", string(p), rest)))
}

func undoURL(what string, id int64) templ.SafeURL {
	return templ.SafeURL("/desk/" + what + "/" + itoa64(id) + "/undo")
}

// methodWord is how a payment was made.
func methodWord(ctx context.Context, m auction.Method) string {
	switch m {
	case auction.Cash:
		return lang.T(ctx, "Cash")
	case auction.Card:
		return lang.T(ctx, "Card")
	case auction.Transfer:
		return lang.T(ctx, "Transfer")
	}
	return lang.T(ctx, "Other")
}

// paidWord is what the desk presses when money came in.
func paidWord(ctx context.Context, m auction.Method) string {
	switch m {
	case auction.Cash:
		return lang.T(ctx, "Paid in cash")
	case auction.Card:
		return lang.T(ctx, "Paid by card")
	case auction.Transfer:
		return lang.T(ctx, "Paid by transfer")
	}
	return lang.T(ctx, "Paid otherwise")
}

// payLine says how money came in, such as "by card".
func payLine(ctx context.Context, p auction.Payment) string {
	text := methodWord(ctx, p.Method)
	if p.Note != "" {
		text += ", " + p.Note
	}
	return text
}

// invoiceState is how an invoice stands, as state and word.
func invoiceState(ctx context.Context, i auction.Invoice) (state, word string) {
	switch {
	case i.Due() < 0:
		return "info", lang.T(ctx, "Paid too much")
	case i.Settled():
		return "met", lang.T(ctx, "Paid")
	case i.Total() == 0:
		return "", lang.T(ctx, "Nothing to pay")
	case i.Paid > 0:
		return "resv", lang.T(ctx, "Part paid")
	}
	return "soon", lang.T(ctx, "Not paid yet")
}

// accountFigures is what a paddle has bought and given, in a line.
func accountFigures(ctx context.Context, i auction.Invoice, c auction.Currency) string {
	text := lang.N(ctx, len(i.Lots), "%s lot", "%s lots")
	if i.Given > 0 {
		text += " · " + lang.T(ctx, "given %s", MoneyFull(ctx, i.Given, c))
	}
	if i.Paid > 0 {
		text += " · " + lang.T(ctx, "paid %s", MoneyFull(ctx, i.Paid, c))
	}
	return text
}

// handed counts the lots of an invoice that were given to their buyer.
func handed(i auction.Invoice) int {
	n := 0
	for _, l := range i.Lots {
		if !l.Handed.IsZero() {
			n++
		}
	}
	return n
}

// by is who did something, "the bidder" when nobody of the staff did.
func by(ctx context.Context, c auction.Clerk) string {
	if c.ID == 0 {
		return lang.T(ctx, "the bidder")
	}
	return c.Name
}

// fees reports whether a sale adds anything to hammer prices.
func fees(s auction.Sale) bool { return len(s.Fees.Premium) > 0 || s.Fees.TaxRate > 0 }

// premiumWord names a premium, with its rate where it has one for all prices.
func premiumWord(ctx context.Context, f auction.Fees) string {
	if len(f.Premium) == 1 {
		return lang.T(ctx, "Buyer’s premium %s%%", f.Premium[0].Rate.String())
	}
	return lang.T(ctx, "Buyer’s premium")
}

// taxWord names a tax, with what it is on.
func taxWord(ctx context.Context, f auction.Fees) string {
	if f.TaxHammer {
		return lang.T(ctx, "Tax %s%% on hammer price and premium", f.TaxRate.String())
	}
	return lang.T(ctx, "Tax %s%% on the premium", f.TaxRate.String())
}

// chargeLine is what makes up the price of a lot.
func chargeLine(ctx context.Context, x auction.Charge, c auction.Currency) string {
	text := lang.T(ctx, "Hammer price %s", MoneyFull(ctx, x.Hammer, c))
	if x.Premium > 0 {
		text += " · " + lang.T(ctx, "premium %s", MoneyFull(ctx, x.Premium, c))
	}
	if x.Tax > 0 {
		text += " · " + lang.T(ctx, "tax %s", MoneyFull(ctx, x.Tax, c))
	}
	return text
}

// dueWord says what the figure of what is due means.
func dueWord(ctx context.Context, i auction.Invoice) string {
	_, word := invoiceState(ctx, i)
	return word
}

// paidBy lists how money came in.
func paidBy(ctx context.Context, t auction.Takings, c auction.Currency) string {
	text := ""
	for _, m := range auction.Methods() {
		if t.By[m] > 0 {
			if text != "" {
				text += " · "
			}
			text += methodWord(ctx, m) + " " + MoneyFull(ctx, t.By[m], c)
		}
	}
	return text
}

// givingWord says what a donation was given to.
func givingWord(g auction.Giving) lang.Key {
	if g == auction.ToAppeal {
		return "To the appeal"
	}
	return "At checkout"
}
