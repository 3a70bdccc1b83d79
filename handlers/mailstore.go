package handlers

import (
	"context"
	"time"

	"outcry/auction"
)

// mailStore is the outbox, and who wants what of it.
type mailStore interface {
	AddMail(ctx context.Context, m auction.Mail) error
	MailsOfEvent(ctx context.Context, kind auction.MailKind, lot int64, p auction.Paddle) ([]auction.Mail, error)
	MailCounts(ctx context.Context, now time.Time) (auction.MailCounts, error)
	TroubledMails(ctx context.Context, n int) ([]auction.Mail, error)
	MailStops(ctx context.Context, user int64) ([]string, error)
	StopMails(ctx context.Context, user int64, topic string, stop bool) error
	ConsignorOf(ctx context.Context, lot int64) (auction.User, error)
}
