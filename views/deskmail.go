package views

import (
	"context"
	"time"

	"outcry/auction"
	"outcry/views/lang"
)

// DeskMailView is how the outbox stands.
type DeskMailView struct {
	Page
	On       bool // a mail server is configured
	Now      time.Time
	Counts   auction.MailCounts
	Troubled []auction.Mail // given up, or tried again; the newest first
}

// overdue is how long the oldest mail has waited, "" while none does.
func (v DeskMailView) overdue(ctx context.Context) string {
	wait := v.Now.Sub(v.Counts.Oldest)
	if v.Counts.Oldest.IsZero() || wait < time.Minute {
		return ""
	}
	return Lasting(ctx, wait.Truncate(time.Minute))
}

// mailKinds says in words what a mail tells of.
var mailKinds = map[auction.MailKind]lang.Key{
	auction.MailOutbid: "Outbid", auction.MailWon: "Won", auction.MailPassed: "Not sold, to the highest bidder",
	auction.MailOutage: "Moved close", auction.MailVoided: "Bid struck out", auction.MailConsign: "To a consignor",
	auction.MailInvoice: "Invoice", auction.MailOffer: "Lot offered", auction.MailPayment: "Payment", auction.MailNews: "News",
	auction.MailLink: "Link asked for", auction.MailInvite: "Invitation",
	auction.MailReady: "Paddle approved",
}

func mailFor(ctx context.Context, m auction.Mail) string {
	switch {
	case m.Paddle != "":
		return lang.T(ctx, "paddle %s", string(m.Paddle))
	case m.Email != "":
		return m.Email
	}
	return lang.T(ctx, "an account")
}

func mailFate(ctx context.Context, m auction.Mail) string {
	if m.State == auction.MailFailed {
		return lang.T(ctx, "given up")
	}
	return lang.T(ctx, "tried %s, goes on", HowOften(ctx, m.Fails))
}
