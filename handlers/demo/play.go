package demo

import (
	"context"
	"crypto/rand"
	"time"

	"outcry/auction"
)

// House is where bots bid. They see what everybody sees, and their bids go the
// way of everybody's.
type House interface {
	// Catalogue is the sale as it stands.
	Catalogue(ctx context.Context) ([]auction.Entry, error)
	// Bid sends a bid of a paddle under a key, and is nil when it was answered,
	// be it by a refusal.
	Bid(ctx context.Context, lot int64, b auction.Bid) error
}

// Play has a bot bid until ctx ends: it looks at the catalogue, bids once at
// most, and looks away for a while. stumbled is told when it could not.
func Play(ctx context.Context, b *Bot, house House, stumbled func(error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(b.Pause()):
		}
		if err := b.turn(ctx, house); err != nil && ctx.Err() == nil {
			stumbled(err)
		}
	}
}

func (b *Bot) turn(ctx context.Context, house House) error {
	entries, err := house.Catalogue(ctx)
	if err != nil {
		return err
	}
	d, ok := b.Decide(time.Now(), entries)
	if !ok {
		return nil
	}
	return house.Bid(ctx, d.Lot, auction.Bid{By: auction.Bidder{Paddle: b.Paddle}, Amount: d.Amount, Kind: d.Kind, Key: "bot-" + rand.Text()})
}

// LotsOf are the lots of any sale as bots judge them: by what its catalogue
// says.
func LotsOf(s auction.Sale, entries []auction.Entry) []Lot {
	lots := make([]Lot, len(entries))
	for i, e := range entries {
		l := &lots[i]
		l.Words, l.Opening, l.BuyNow, l.SoftClose = e.Words, e.Opening, e.BuyNow, s.SoftClose
		if l.EstimateHigh == 0 {
			worth := s.Worth(e.Words, e.Opening, e.BuyNow)
			l.EstimateLow, l.EstimateHigh = worth*8/10, worth*12/10
		}
	}
	return lots
}
