package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// SentText is what is said whether or not anybody has the address.
const SentText = lang.Key("If all is well, a mail is on its way. Its link works once, for 10 minutes.")

// SentView says that a mail is on its way.
type SentView struct {
	Page
	Email string
}

// LinkView is where a link of a mail leads: one tap from done.
type LinkView struct {
	Page
	Link     auction.Link
	Token    string
	Password Field // for LinkPassword
	Over     bool  // it was used, or has run out
}

func linkURL(token string) templ.SafeURL { return path("/link/", token, "") }

func linkHead(p auction.LinkPurpose) lang.Key {
	switch p {
	case auction.LinkSignUp:
		return lang.Key("Confirm your address")
	case auction.LinkAddress:
		return lang.Key("Confirm your new address")
	case auction.LinkPassword:
		return lang.Key("Choose a new password")
	case auction.LinkInvite:
		return lang.Key("You are invited")
	}
	return lang.Key("Sign in")
}

func linkButton(p auction.LinkPurpose) lang.Key {
	switch p {
	case auction.LinkSignUp, auction.LinkAddress:
		return lang.Key("Yes, this is my address")
	case auction.LinkPassword:
		return lang.Key("Set the password and sign in")
	case auction.LinkInvite:
		return lang.Key("Accept and go on")
	}
	return lang.Key("Sign in")
}

// MailLinkView is what the mail that brings a link is made of.
type MailLinkView struct {
	Frame   MailView
	Link    auction.Link
	Known   bool   // somebody has an account with the address
	Address string // of the link, whole
	Sale    auction.Sale
}

// LinkMail brings a link.
func LinkMail(ctx context.Context, v MailLinkView) MailView {
	m := v.Frame
	short := lang.T(ctx, "The link works once, for 10 minutes. If you did not ask for it, do nothing: it changes nothing by itself.")
	switch v.Link.Purpose {
	case auction.LinkSignUp:
		m.Subject = lang.T(ctx, "Confirm your address")
		m.Lines = []string{lang.T(ctx, "Somebody, we hope you, is joining %s with this address.", m.House), short}
		if v.Known {
			m.Subject = lang.T(ctx, "You have an account already")
			m.Lines[0] = lang.T(ctx, "This address has an account at %s already. This link signs you in to it.", m.House)
		}
		m.Head = m.Subject
		m.Act = MailAct{lang.T(ctx, "Go on"), v.Address}
	case auction.LinkPassword:
		m.Subject, m.Head = lang.T(ctx, "A new password"), lang.T(ctx, "Choose a new password")
		m.Lines = []string{lang.T(ctx, "You asked for a new password for your account."), short}
		m.Act = MailAct{m.Head, v.Address}
	case auction.LinkAddress:
		m.Subject, m.Head = lang.T(ctx, "Confirm your address"), lang.T(ctx, "Confirm your new address")
		m.Lines = []string{lang.T(ctx, "You want your account at %s to have this address.", m.House), short}
		m.Act = MailAct{lang.T(ctx, "Confirm the address"), v.Address}
	case auction.LinkInvite:
		m.Subject, m.Head = lang.T(ctx, "An invitation: %s", v.Sale.Title), lang.T(ctx, "You are invited to %s", v.Sale.Title)
		m.Lines = []string{
			lang.T(ctx, "The organiser invites you to bid. The sale opens on %s.", mailTime(ctx, v.Sale.OpensAt, v.Sale.Zone)),
			lang.T(ctx, "The link is for you alone, and works once. After that, sign in with this address."),
		}
		m.Act = MailAct{lang.T(ctx, "Accept the invitation"), v.Address}
	default:
		m.Subject, m.Head = lang.T(ctx, "Sign in to %s", m.House), lang.T(ctx, "Sign in")
		m.Lines = []string{lang.T(ctx, "You asked for a link to sign in by."), short}
		m.Act = MailAct{m.Head, v.Address}
	}
	return m
}
