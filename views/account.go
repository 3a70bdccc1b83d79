package views

import (
	"context"

	"github.com/a-h/templ"

	"outcry/auction"
	"outcry/views/lang"
)

// MyAccountView is what somebody sees and changes of their own account.
type MyAccountView struct {
	Page
	User        auction.User // without the password's hash
	HasPassword bool
	Mails       bool // the house sends mails
	Owner       bool // may name the house
	Name        Field
	Email       Field
	Password    Field
	House       Field
	Topics      []MailTopic
	Told        PhonesView
	Remove      string // why the account was not removed, "" = not asked for
}

// MailTopic is a sort of mails, and whether somebody gets them.
type MailTopic struct {
	Key  string
	What lang.Key
	On   bool
}

// InvitationsView is who may get a paddle in a sale by invitation.
type InvitationsView struct {
	Page
	Sale     auction.Sale
	Mails    bool   // the house sends mails
	Register string // full address where the invited get their paddle
	Emails   Field
	Rows     []auction.Invitation
}

// LettersView is what the organiser wrote to the bidders of a sale.
type LettersView struct {
	Page
	Sale    auction.Sale
	Mails   bool // the house sends mails
	Subject Field
	Words   Field
	Key     string // makes the same letter sent twice one
	Rows    []auction.Letter
}

// letterFate is how far a letter has come.
func letterFate(ctx context.Context, l auction.Letter) string {
	text := lang.N(ctx, l.Mails.Sent, "%s mail sent", "%s mails sent")
	if l.Mails.Waiting > 0 {
		text += ", " + lang.T(ctx, "%s on their way", number(ctx, l.Mails.Waiting))
	}
	if l.Mails.Dropped > 0 {
		text += ", " + lang.T(ctx, "%s not wanted", number(ctx, l.Mails.Dropped))
	}
	if l.Mails.Failed > 0 {
		text += ", " + lang.T(ctx, "%s failed", number(ctx, l.Mails.Failed))
	}
	return text
}

func invitationFate(ctx context.Context, v auction.Invitation) string {
	if v.Paddle == "" {
		return lang.T(ctx, "not yet")
	}
	return lang.T(ctx, "paddle %s", string(v.Paddle))
}

func inviteURL(slug string) templ.SafeURL { return deskURL(slug, "/invitations") }

// LetterMail is a letter of the organiser's.
func LetterMail(ctx context.Context, frame MailView, s auction.Sale, l auction.Letter) MailView {
	m := frame
	m.Subject, m.Head = l.Subject, l.Subject
	m.Lines = paragraphs(l.Words)
	m.Act = MailAct{lang.T(ctx, "See the sale"), m.Home + string(saleURL(s.Slug))}
	m.Fine = []string{lang.T(ctx, "From the organiser of %s.", s.Title)}
	return m
}

func emailHint(v MyAccountView) lang.Key {
	switch {
	case v.Mails && v.User.Verified.IsZero():
		return lang.Key("Not confirmed yet, so you get no mails. We mail you a link to confirm it.")
	case v.Mails:
		return lang.Key("A new address is confirmed by a link that we mail there.")
	}
	return lang.Key("You sign in with it.")
}

func emailButton(v MyAccountView) lang.Key {
	if v.Mails {
		return lang.Key("Mail me a link to confirm it")
	}
	return lang.Key("Save the address")
}

func inviteHint(v InvitationsView) lang.Key {
	if v.Mails {
		return lang.Key("One to a line, or as you paste them. Each new one is mailed an invitation.")
	}
	return lang.Key("One to a line, or as you paste them. This house sends no mails: tell them yourself.")
}
