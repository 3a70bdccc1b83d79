package views

import (
	"strings"

	"github.com/a-h/templ"

	"outcry/auction"
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
func methodWord(m auction.Method) string {
	switch m {
	case auction.Cash:
		return "Cash"
	case auction.Card:
		return "Card"
	case auction.Transfer:
		return "Transfer"
	}
	return "Other"
}

// payLine says how money came in, such as "by card".
func payLine(p auction.Payment) string {
	text := methodWord(p.Method)
	if p.Note != "" {
		text += ", " + p.Note
	}
	return text
}

// invoiceState is how an invoice stands, as state and word.
func invoiceState(i auction.Invoice) (state, word string) {
	switch {
	case i.Due() < 0:
		return "info", "Paid too much"
	case i.Settled():
		return "met", "Paid"
	case i.Total() == 0:
		return "", "Nothing to pay"
	case i.Paid > 0:
		return "resv", "Part paid"
	}
	return "soon", "Not paid yet"
}

// accountFigures is what a paddle has bought and given, in a line.
func accountFigures(i auction.Invoice, c auction.Currency) string {
	text := Count(len(i.Lots), "lot", "lots")
	if i.Given > 0 {
		text += " · given " + AmountFull(i.Given, c)
	}
	if i.Paid > 0 {
		text += " · paid " + AmountFull(i.Paid, c)
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
func by(c auction.Clerk) string {
	if c.ID == 0 {
		return "the bidder"
	}
	return c.Name
}

// fees reports whether a sale adds anything to hammer prices.
func fees(s auction.Sale) bool { return len(s.Fees.Premium) > 0 || s.Fees.TaxRate > 0 }

// premiumWord names a premium, with its rate where it has one for all prices.
func premiumWord(f auction.Fees) string {
	if len(f.Premium) == 1 {
		return "Buyer’s premium " + f.Premium[0].Rate.String() + "%"
	}
	return "Buyer’s premium"
}

// taxWord names a tax, with what it is on.
func taxWord(f auction.Fees) string {
	if f.TaxHammer {
		return "Tax " + f.TaxRate.String() + "% on hammer price and premium"
	}
	return "Tax " + f.TaxRate.String() + "% on the premium"
}

// chargeLine is what makes up the price of a lot.
func chargeLine(x auction.Charge, c auction.Currency) string {
	text := "Hammer price " + AmountFull(x.Hammer, c)
	if x.Premium > 0 {
		text += " · premium " + AmountFull(x.Premium, c)
	}
	if x.Tax > 0 {
		text += " · tax " + AmountFull(x.Tax, c)
	}
	return text
}

// dueWord says what the figure of what is due means.
func dueWord(i auction.Invoice) string {
	_, word := invoiceState(i)
	return word
}

// paidBy lists how money came in.
func paidBy(t auction.Takings, c auction.Currency) string {
	text := ""
	for _, m := range auction.Methods() {
		if t.By[m] > 0 {
			if text != "" {
				text += " · "
			}
			text += strings.ToLower(methodWord(m)) + " " + AmountFull(t.By[m], c)
		}
	}
	return text
}

// givingWord says what a donation was given to.
func givingWord(g auction.Giving) string {
	if g == auction.ToAppeal {
		return "To the appeal"
	}
	return "At checkout"
}
