package views

import (
	"context"
	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// SignInView is the form for those who have a password.
type SignInView struct {
	Page
	Email    Field
	Password Field  // its Value is never shown
	Next     string // where to go then, a path of ours; "" = home
	Error    string // about the form as a whole

	Links     bool  // the house mails links to sign in by
	LinkEmail Field // where to
}

// SignUpView is the form for those who are new.
type SignUpView struct {
	Page
	Name     Field
	Email    Field
	Password Field  // its Value is never shown
	Next     string // where to go then, a path of ours; "" = home
	Error    string
	Links    bool // the address is confirmed by a link; no password is asked for
}

func signUpWords(v SignUpView) lang.Key {
	if v.Links {
		return lang.Key("Name and email; we mail you a link, and you are in. Then a paddle for each sale you bid in.")
	}
	return lang.Key("Name, email, a password. Then a paddle for each sale you bid in.")
}

// RegisterView is where a signed-in viewer gets a paddle in a sale.
type RegisterView struct {
	Page
	Sale   auction.Sale
	Name   Field           // as the organiser sees it
	Agree  Field           // Value "1" = ticked
	Holder *auction.Holder // the paddle they hold already, nil = none
	Next   string          // where to go then, a path of ours; "" = the catalogue
}

// ConditionsView is what a bidder in a sale agrees to.
type ConditionsView struct {
	Page
	Sale auction.Sale
}

// SetupView is the one-time page that opens the house.
type SetupView struct {
	Page
	Token    string // of the set-up link
	House    Field
	Email    Field
	Name     Field
	Password Field // its Value is never shown
	Error    string
}

func registerHead(v RegisterView) lang.Key {
	switch {
	case v.Holder == nil:
		return lang.Key("Get a paddle: the number you bid under in this sale.")
	case v.Holder.Approved:
		return lang.Key("Your paddle")
	}
	return lang.Key("Your paddle, waiting for approval")
}

// after is where a registered viewer goes on to.
func after(v RegisterView) templ.SafeURL {
	if v.Next != "" {
		return templ.URL(v.Next)
	}
	return saleURL(v.Sale.Slug)
}

// TermsText is what a bidder in a sale agrees to.
func TermsText(ctx context.Context, s auction.Sale) string {
	if s.Conditions == "" {
		return lang.T(ctx, "A bid is a promise to buy. The highest bidder at the close buys the lot at the hammer price, provided that a reserve, where there is one, is met.")
	}
	return s.Conditions
}
