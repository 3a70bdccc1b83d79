package handlers

import (
	"context"
	"time"

	"outcry/auction"
)

// moneyStore is what is owed and paid in a sale, and what becomes of lots that
// passed.
type moneyStore interface {
	Books(ctx context.Context, saleID int64) (auction.Books, error)
	BooksOf(ctx context.Context, saleID int64, p auction.Paddle) (auction.Books, error)
	HolderByPaddle(ctx context.Context, saleID int64, p auction.Paddle) (auction.Holder, error)
	// HoldersByPaddle leaves out paddles that nobody has.
	HoldersByPaddle(ctx context.Context, saleID int64, paddles []auction.Paddle) (map[auction.Paddle]auction.Holder, error)

	// Pay and Give write down once what comes with one key; what comes with
	// it again is answered with the first.
	Pay(ctx context.Context, p auction.Payment, over bool, mails ...auction.Mail) (auction.Payment, error)
	Payment(ctx context.Context, id int64) (auction.Payment, error)
	UndoPayment(ctx context.Context, id int64, u auction.Undo) error
	Give(ctx context.Context, d auction.Donation) (auction.Donation, error)
	Donation(ctx context.Context, id int64) (auction.Donation, error)
	UndoDonation(ctx context.Context, id int64, u auction.Undo) error
	HandOver(ctx context.Context, lots []int64, by auction.Clerk, at time.Time) error
	TakeBackLot(ctx context.Context, lot int64, by auction.Clerk, at time.Time) error

	Appeal(ctx context.Context, saleID int64) (auction.Appeal, error)
	SaveAppeal(ctx context.Context, a auction.Appeal) error
	// LatestGifts lists the last donations to an appeal, the newest first.
	LatestGifts(ctx context.Context, saleID int64, n int) ([]auction.Donation, error)
	Given(ctx context.Context, saleID int64) (auction.Given, error)

	AfterLog(ctx context.Context, lot int64) (auction.AfterLog, error)
	AfterLogs(ctx context.Context, saleID int64) (map[int64]auction.AfterLog, error)
	Willing(ctx context.Context, lot int64) ([]auction.Willing, error)
	// ActAfter runs decide on a passed lot, which is held meanwhile, and keeps
	// the act that it makes, with the mails that tell makes of it.
	ActAfter(ctx context.Context, lot int64, decide func(l auction.Lot, log auction.AfterLog, bidders []auction.Willing, now time.Time) (auction.AfterAct, error),
		tell func(auction.AfterAct) []auction.Mail) (auction.AfterAct, error)
	// Leads counts the open lots that a paddle leads.
	Leads(ctx context.Context, saleID int64, p auction.Paddle) (int, error)
	Donors(ctx context.Context, saleID int64) ([]auction.DonorTotal, error)
	// EachHistory hands over the public log of every lot of a sale.
	EachHistory(ctx context.Context, saleID int64, fn func(auction.LotRef, []auction.Event) error) error
	// Relist adds a lot made from one that passed, with the record of it.
	Relist(ctx context.Context, lot, saleID int64, d auction.Draft, by auction.Clerk, why string) (int64, error)
}
