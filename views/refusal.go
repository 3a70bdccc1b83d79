package views

import (
	"context"

	"outcry/auction"
)

// Refusal says in a sentence why a bid was not taken and what would be, for
// programs that show it to somebody. zone is the sale's.
func Refusal(a auction.Answer, c auction.Currency, zone string) string {
	return refusal(context.Background(), BidAnswerView{Answer: a, Currency: c, Zone: zone})
}
