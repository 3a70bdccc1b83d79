package handlers

import (
	"context"
	"time"

	"outcry/auction"
)

// mailStore is the outbox, and who wants what of it.
type mailStore interface {
	AddMail(ctx context.Context, m auction.Mail) error
	// Remind writes a mail and the note of it; ErrConflict when it was written before.
	Remind(ctx context.Context, m auction.Mail, act auction.Act) error
	MailsOfEvent(ctx context.Context, kind auction.MailKind, lot int64, p auction.Paddle) ([]auction.Mail, error)
	MailsOfPaddle(ctx context.Context, kind auction.MailKind, saleID int64, p auction.Paddle) ([]auction.Mail, error)
	MailCounts(ctx context.Context, now time.Time) (auction.MailCounts, error)
	TroubledMails(ctx context.Context, n int) ([]auction.Mail, error)
	MailStops(ctx context.Context, user int64) ([]string, error)
	StopMails(ctx context.Context, user int64, topic string, stop bool) error
	ConsignorOf(ctx context.Context, lot int64) (auction.User, error)
}

// accountStore is what people have of their own: links that were mailed to
// them, what they agreed to, were invited to, were written.
type accountStore interface {
	AddLink(ctx context.Context, l auction.Link) error
	Link(ctx context.Context, id int64) (auction.Link, error)
	UseLink(ctx context.Context, id int64, now time.Time) (auction.User, error)
	SetName(ctx context.Context, id int64, name string) error
	SetLang(ctx context.Context, id int64, tag string) error
	SetEmail(ctx context.Context, id int64, email string) error

	Agree(ctx context.Context, saleID, userID int64, words string, now time.Time) error
	Agreements(ctx context.Context, userID int64) ([]auction.Agreement, error)
	Invite(ctx context.Context, saleID int64, emails []string, now time.Time, link func(email string) *auction.Link) (int, error)
	Invited(ctx context.Context, saleID int64, email string) (bool, error)
	Invitations(ctx context.Context, saleID int64) ([]auction.Invitation, error)
	AddLetter(ctx context.Context, l auction.Letter, until time.Time) error
	Letters(ctx context.Context, saleID int64) ([]auction.Letter, error)
	Letter(ctx context.Context, id int64) (auction.Letter, error)

	HoldersOf(ctx context.Context, userID int64) ([]auction.Holder, error)
	OwnBids(ctx context.Context, userID int64) ([]auction.OwnBid, error)
	MailsTo(ctx context.Context, u auction.User) ([]auction.Mail, error)
	RemovePerson(ctx context.Context, userID int64) ([]auction.Hash, error)
	Watch(ctx context.Context, userID, lot int64, on bool, now time.Time) error
	// WatchMarks says how people's watch lists stand; who watches nothing is not in it.
	WatchMarks(ctx context.Context, userIDs []int64) (map[int64]auction.WatchMark, error)
	Watched(ctx context.Context, saleID, userID int64) (map[int64]bool, error)
}
