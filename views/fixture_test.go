package views

import (
	"context"
	"testing"
	"time"

	"github.com/a-h/templ"

	"outcry/auction"
)

var (
	gbp    = auction.Currency{Code: "GBP", Symbol: "£", Digits: 2}
	closes = time.Date(2026, 12, 5, 20, 47, 0, 0, time.UTC)
	yes    = true
	no     = false
)

const london = "Europe/London"

// vase is a lot as it stands in the middle of a sale.
func vase() auction.Public {
	return auction.Public{
		ID: 42, State: auction.Open, Seq: 17, Opening: 20000, Price: 36000, Ask: 38000,
		Next: [2]auction.Money{40000, 42000}, Bids: 15, Lead: "87", ReserveMet: &yes,
		OpensAt: closes.Add(-2 * time.Hour), ClosesAt: closes, Window: 2 * time.Minute, Extension: 2 * time.Minute,
	}
}

func vaseRows() []auction.Row {
	at := func(text string) time.Time {
		t, err := time.Parse("2006-01-02 15:04:05", "2026-12-05 "+text)
		if err != nil {
			panic(err)
		}
		return t
	}
	return []auction.Row{
		{Seq: 12, At: at("20:10:02"), Paddle: "9", Amount: 24000},
		{Seq: 13, At: at("20:12:44"), Paddle: "131", Amount: 26000},
		{Seq: 14, At: at("20:39:30"), Paddle: "214", Amount: 30000},
		{Seq: 15, At: at("20:42:07"), Paddle: "87", Amount: 32000},
		{Seq: 16, At: at("20:42:51"), Paddle: "214", Amount: 34000},
		{Seq: 17, At: at("20:42:58"), Paddle: "87", Amount: 36000},
	}
}

func vasePanel() LotPanelView {
	return LotPanelView{Lot: vase(), Number: "114", Currency: gbp, Zone: london}
}

func html(t *testing.T, c templ.Component) string {
	t.Helper()
	b, err := Render(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
